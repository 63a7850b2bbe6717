"""The reference models of the BPMN Model Interchange Working Group: drawings from a dozen vendors' tools."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Browser

from tests.conformance.expectations import Expectations, Key
from tests.conformance.miwg import report
from tests.conformance.miwg.editing import chromium, round_trips
from tests.conformance.miwg.installation import installed
from tests.conformance.miwg.judging import Judged, judge
from tests.conformance.suite import CorpusBroken, Outcome, Progress, Request

EXPECTED = Path(__file__).parent / "expected_failures.csv"
MODELS = 21
Browsers = Callable[[], AbstractContextManager[Browser]]


@dataclasses.dataclass(frozen=True)
class Miwg:
    """Every model is opened, made executable, started, opened in the editor and saved."""

    expected: Path = EXPECTED
    models: int = MODELS
    browser: Browsers = chromium
    name: str = "miwg"
    folder: str = "miwg"

    def run(self, request: Request) -> Outcome:
        """Run the selected models, all of them by default. Raises CorpusBroken."""
        paths = sorted((request.corpus / "models").glob("*.bpmn"))
        if len(paths) != self.models:
            raise CorpusBroken(f"There are {len(paths)} models instead of {self.models}.")
        chosen = [
            path for path in paths if not request.selection or any(part in path.stem for part in request.selection)
        ]
        if not chosen:
            raise CorpusBroken(f"No model has one of {', '.join(request.selection)} in its name.")
        judged = _run(chosen, self.browser)
        passed = {key: ok for one in judged for key, ok in _verdicts(one).items()}
        expectations = Expectations(self.expected)
        lines = [*report.table(judged), *(report.details(judged) if request.selection else [])]
        if request.prune:
            lines.append(
                f"Taken out of {self.expected.name}: {expectations.prune(key for key, ok in passed.items() if ok)}"
            )
        return Outcome(report.figures(judged), lines, expectations.judge(passed, complete=not request.selection))


def _run(paths: list[Path], browsers: Browsers) -> list[Judged]:
    progress = Progress("MIWG, models", 2 * len(paths))
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as app:
        judged = []
        for path in paths:
            judged.append(judge(path))
            progress.advance()
        with browsers() as browser:
            trips = round_trips(app, browser, paths, progress.advance)
    return [dataclasses.replace(one, round_trip=trip) for one, trip in zip(judged, trips, strict=True)]


def _verdicts(judged: Judged) -> dict[Key, bool]:
    return {
        (judged.model, "opens"): judged.opens,
        (judged.model, "starts"): judged.starts,
        (judged.model, "round trip"): not judged.round_trip,
    }
