"""The figures of a run, beside those that vendors publish."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conformance.tck.cases import LEVELS, TestFile
from tests.conformance.tck.running import Judged

Ran = Sequence[tuple[TestFile, Sequence[Judged]]]
Figures = Mapping[str, Mapping[str, int]]


def figures(ran: Ran) -> Figures:
    """Passed and total per level, of all cases and of those that expect something else than null."""
    by_level = {level: [case for file, cases in ran if file.level == level for case in cases] for level in LEVELS}
    return {f"level{level}": _of_level(cases) for level, cases in by_level.items()}


def _of_level(cases: Sequence[Judged]) -> dict[str, int]:
    telling = [case for case in cases if case.non_null]
    return {
        "passed": sum(case.passed for case in cases),
        "total": len(cases),
        "non_null_passed": sum(case.passed for case in telling),
        "non_null_total": len(telling),
    }


def ours(found: Figures) -> list[str]:
    """The heading and the line of this build."""
    levels = [found[f"level{level}"] for level in LEVELS]
    shares = [_share(level["passed"], level["total"]) for level in levels]
    telling = [_share(level["non_null_passed"], level["non_null_total"]) for level in levels]
    return [
        _line("product", "date", "level 2", "level 3", "non-null 2", "non-null 3"),
        _line("Firstline", "this build", *shares, *telling),
    ]


def anchors(path: Path) -> list[str]:
    """One line per product, best first. Vendors publish nothing about null."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            _line(
                f"{row['product']} {row['version']}",
                row["date"],
                *(_share(int(row[f"l{level}_passed"]), int(row[f"l{level}_total"])) for level in LEVELS),
            )
            for row in csv.DictReader(file)
        ]


def _line(product: str, date: str, *shares: str) -> str:
    return f"{product:<61}{date:<10}" + "".join(f"{share:>20}" for share in shares)


def _share(passed: int, total: int) -> str:
    return f"{passed:,}/{total:,} {passed / total:.1%}" if total else "–"


def details(ran: Ran) -> list[str]:
    """Every failing case with what was wanted, what came, and the expression."""
    lines = []
    for file, cases in ran:
        for case in cases:
            for failure in case.failures:
                lines.append(f"{file.directory} · {case.id} · {failure.result}")
                lines.append(f"    expected  {failure.expected}")
                lines.append(f"    got       {failure.got}")
                lines.append(f"    logic     {failure.logic}")
    return lines
