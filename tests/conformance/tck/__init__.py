"""The DMN Technology Compatibility Kit, levels 2 and 3."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.conformance.expectations import Expectations, Key
from tests.conformance.suite import CorpusBroken, Outcome, Progress, Request
from tests.conformance.tck import report
from tests.conformance.tck.cases import TestFile, test_files
from tests.conformance.tck.running import Judged, run

EXPECTED = Path(__file__).parent / "expected_failures.csv"


@dataclasses.dataclass(frozen=True)
class Tck:
    """The suite of 3,391 decisions that vendors of DMN engines publish their figures for."""

    expected: Path = EXPECTED
    name: str = "tck"
    folder: str = "dmn-tck"

    def run(self, request: Request) -> Outcome:
        """Run the selected directories, all of them by default. Raises CorpusBroken."""
        files = [file for file in test_files(request.corpus) if _selected(file, request.selection)]
        if not files:
            raise CorpusBroken(f"No directory has one of {', '.join(request.selection)} in its name.")
        ran = _run_all(files)
        passed = {_key(file, case): case.passed for file, cases in ran for case in cases}
        expectations = Expectations(self.expected)
        lines = report.details(ran) if request.selection else []
        if request.prune:
            count = expectations.prune(key for key, ok in passed.items() if ok)
            lines.append(f"Taken out of {self.expected.name}: {count}")
        found = report.figures(ran)
        lines += report.ours(found)
        if not request.selection:
            lines += report.anchors(request.corpus / "anchors.csv")
        return Outcome(found, lines, expectations.judge(passed, complete=not request.selection))


def _selected(file: TestFile, selection: Sequence[str]) -> bool:
    return not selection or any(part in file.directory for part in selection)


def _key(file: TestFile, case: Judged) -> Key:
    return file.directory, file.path.name, case.id


def _run_all(files: Sequence[TestFile]) -> list[tuple[TestFile, list[Judged]]]:
    """Every core takes files, the largest first, so that none is left with a long one at the end."""
    longest_first = sorted(files, key=lambda file: -len(file.cases))
    progress = Progress("DMN TCK, cases", sum(len(file.cases) for file in files))
    ran = {}
    for file, judged in zip(longest_first, _in_parallel(longest_first), strict=True):
        ran[file.path] = judged
        progress.advance(len(judged))
    return [(file, ran[file.path]) for file in files]


def _in_parallel(files: Sequence[TestFile]) -> Iterator[list[Judged]]:
    if len(files) == 1:
        yield run(files[0])
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(run, files)
