"""From the rules that fired to the result of the table (DMN 1.5 §8.2.8 to §8.2.11)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.feel.builtins import BUILTINS
from app.feel.comparison import equal, matches
from app.feel.scope import Run
from app.feel.values import FeelValue

UNIQUE, ANY, PRIORITY, FIRST = "UNIQUE", "ANY", "PRIORITY", "FIRST"
COLLECT, RULE_ORDER, OUTPUT_ORDER = "COLLECT", "RULE ORDER", "OUTPUT ORDER"
COUNT = "COUNT"
SINGLE = frozenset({UNIQUE, ANY, PRIORITY, FIRST})
POLICIES = SINGLE | {COLLECT, RULE_ORDER, OUTPUT_ORDER}
RANKED = frozenset({PRIORITY, OUTPUT_ORDER})
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", COUNT})

Ranks = Sequence[Sequence[FeelValue]]
"""Per output column its declared values, the most important first; empty where none are declared."""


class Hit(NamedTuple):
    """A rule that fired: its number in the table, its id, its output values in column order."""

    number: int
    rule_id: str | None
    values: tuple[FeelValue, ...]


def without_hits(policy: str, aggregation: str | None) -> FeelValue:
    """What a table without default outputs says when no rule fired: nothing, or an empty list, or none counted."""
    if aggregation:
        return Decimal(0) if aggregation == COUNT else None
    return None if policy in SINGLE else []


def by_priority(run: Run, hits: Sequence[Hit], ranks: Ranks) -> list[Hit]:
    """Column by column, the first one deciding; hits that are equal in all of them stay in the order of the rules."""

    def importance(hit: Hit) -> list[int]:
        return [_rank(run, value, column) for value, column in zip(hit.values, ranks, strict=True)]

    return sorted(hits, key=importance)


def _rank(run: Run, value: FeelValue, column: Sequence[FeelValue]) -> int:
    """The place of a value among those declared, which may be ranges; what is not among them comes last."""
    for place, declared in enumerate(column):
        if matches(run, value, declared) is True:
            return place
    return len(column)


def differing(run: Run, hits: Sequence[Hit]) -> list[Hit]:
    """The first hit with those whose outputs are not the same; nothing when all are."""
    first = list(hits[0].values)
    others = [hit for hit in hits[1:] if equal(run, first, list(hit.values)) is not True]
    return [hits[0], *others] if others else []


def aggregated(run: Run, aggregation: str, values: list[FeelValue]) -> FeelValue:
    return BUILTINS[aggregation.lower()].call(run, [values])
