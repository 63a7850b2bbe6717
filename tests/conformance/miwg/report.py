"""The figures and the table of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.conformance.miwg.judging import Judged


def figures(judged: Sequence[Judged]) -> Mapping[str, int]:
    """Counts of models; `started` with people doing what a drawing leaves open, `started_as_drawn` without."""
    started = sum(one.starts for one in judged)
    return {
        "total": len(judged),
        "opened": sum(one.opens for one in judged),
        "started": started,
        "refused": len(judged) - started,
        "started_as_drawn": sum(one.starts_as_drawn for one in judged),
        "round_trip": sum(not one.round_trip for one in judged),
    }


def table(judged: Sequence[Judged]) -> list[str]:
    """One line per model, and the sums."""
    found = figures(judged)
    lines = [_line("model", "opens", "as drawn", "starts", "round trip", "refused for")]
    lines += [
        _line(
            one.model,
            _mark(one.opens),
            _mark(one.starts_as_drawn),
            _mark(one.starts),
            _mark(not one.round_trip),
            _why(one),
        )
        for one in judged
    ]
    sums = (found[name] for name in ("opened", "started_as_drawn", "started", "round_trip"))
    return [*lines, _line("MIWG", *(f"{number}/{found['total']}" for number in sums), "")]


def details(judged: Sequence[Judged]) -> list[str]:
    """What each model lacks as drawn, why it does not start, and what a round trip changed."""
    lines = []
    for one in judged:
        lines.append(f"{one.model} · {one.tool or 'tool not named'}")
        lines += [f"    lacks    {code} x {count}" for code, count in sorted(one.missing.items())]
        lines += [f"    refused  {why}" for why in one.refusals]
        lines += [f"    {difference}" for difference in one.round_trip]
    return lines


def _why(one: Judged) -> str:
    return ", ".join(sorted({why.rpartition(": ")[2].removeprefix("kernel.") for why in one.refusals}))


def _mark(ok: bool) -> str:
    return "yes" if ok else "no"


def _line(model: str, *cells: str) -> str:
    *marks, why = cells
    return f"{model:<8}" + "".join(f"{mark:>12}" for mark in marks) + f"  {why}"
