"""What is printed of scenarios that were played: tables for people, one JSON document for programs."""

import dataclasses
import json
import typing as t
from collections.abc import Mapping, Sequence

from app.scenarios.coverage import Coverage
from app.scenarios.playing import Outcome

MOST_MISSED = 8
"""Elements without a visit that the table names per process; --json has all."""


def tables(outcomes: Sequence[Outcome], covered: Sequence[Coverage]) -> str:
    """Return a line for each scenario with what went otherwise first, and how much of each process was visited."""
    rows = [(one.scenario.id, one.scenario.process, f"{one.seconds:.1f} s", _verdict(one)) for one in outcomes]
    shares = [
        (one.process.id, f"{one.element_share:.0%}", f"{one.flow_share:.0%}", _some(one.missed_elements))
        for one in covered
    ]
    failed = sum(not outcome.passed for outcome in outcomes)
    return "\n".join(
        [
            "",
            *table(("scenario", "process", "time", "result"), rows),
            "",
            *table(("process", "elements", "flows", "never visited"), shares),
            "",
            f"{len(outcomes) - failed} of {len(outcomes)} scenarios ended as expected.",
        ]
    )


def _verdict(outcome: Outcome) -> str:
    if outcome.passed:
        return "ok"
    more = len(outcome.differences) - 1
    return outcome.differences[0].in_words() + (f" (and {more} more)" if more else "")


def _some(missed: Sequence[str]) -> str:
    more = len(missed) - MOST_MISSED
    return ", ".join(missed[:MOST_MISSED]) + (f" and {more} more" if more > 0 else "")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return lines whose columns are as wide as their longest cell; the last one as long as it is."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head) - 1)]
    lines = [(*head,), tuple("-" * width for width in (*widths, len(head[-1]))), *rows]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in lines
    ]


def document(outcomes: Sequence[Outcome], covered: Sequence[Coverage]) -> str:
    """Return everything as JSON."""
    return json.dumps(
        {
            "scenarios": [_outcome(outcome) for outcome in outcomes],
            "coverage": [
                {
                    "process": one.process.id,
                    "elements": one.elements,
                    "missedElements": one.missed_elements,
                    "flows": one.flows,
                    "missedFlows": one.missed_flows,
                }
                for one in covered
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def _outcome(outcome: Outcome) -> Mapping[str, t.Any]:
    return {
        "id": outcome.scenario.id,
        "process": outcome.scenario.process,
        "name": dict(outcome.scenario.names),
        "file": outcome.scenario.file,
        "passed": outcome.passed,
        "seconds": round(outcome.seconds, 3),
        "differences": [{**dataclasses.asdict(problem), "text": problem.in_words()} for problem in outcome.differences],
    }
