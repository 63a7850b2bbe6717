"""betsy: 136 processes of one BPMN feature each, 70 of them with published results of three engines."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.conformance.betsy import report
from tests.conformance.betsy.corpus import Model, models, published
from tests.conformance.betsy.running import Result, run
from tests.conformance.expectations import Expectations
from tests.conformance.suite import CorpusBroken, Outcome, Progress, Request

EXPECTED = Path(__file__).parent / "expected_failures.csv"


@dataclasses.dataclass(frozen=True)
class Betsy:
    """The suite of the SOSE 2015 study, as its publisher kept it until 2017."""

    expected: Path = EXPECTED
    name: str = "betsy"
    folder: str = "betsy"

    def run(self, request: Request) -> Outcome:
        """Run every model twice, the second time with a reload after every command. Raises CorpusBroken."""
        chosen = [model for model in models(request.corpus) if _selected(model, request)]
        if not chosen:
            raise CorpusBroken(f"No model has one of {', '.join(request.selection)} in its name.")
        progress = Progress("betsy, models", 2 * len(chosen))
        results, reloaded = (_run_all(chosen, progress, reload=reload) for reload in (False, True))
        passed = {(result.model.name,): result.passed for result in results}
        expectations = Expectations(self.expected)
        lines = report.details(results) if request.selection else []
        if request.prune:
            count = expectations.prune(key for key, ok in passed.items() if ok)
            lines.append(f"Taken out of {self.expected.name}: {count}")
        if not request.selection:
            lines += report.standings(results, published(request.corpus))
        unexpected = expectations.judge(passed, complete=not request.selection)
        unexpected += [f"passes by luck: {name}" for name in report.lucky(results)]
        unexpected += [f"is taken and then does nothing: {one.model.name}" for one in results if one.does_nothing]
        unexpected += [f"ends otherwise when reloaded: {name}" for name in report.differing(results, reloaded)]
        return Outcome(report.figures(results, reloaded), lines, unexpected)


def _selected(model: Model, request: Request) -> bool:
    return not request.selection or any(part in model.name for part in request.selection)


def _run_all(chosen: list[Model], progress: Progress, *, reload: bool) -> list[Result]:
    results = []
    for model in chosen:
        results.append(run(model, reload=reload))
        progress.advance()
    return results
