"""From the rules that fired to the result of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.dmn.errors import DmnError
from app.feel.builtins import BUILTINS
from app.feel.comparison import equal
from app.feel.scope import Run
from app.feel.values import FeelValue


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired: its number in the table, its id, its output values in column order."""

    index: int
    rule_id: str | None
    values: tuple[FeelValue, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    aggregation: str | None
    table_id: str | None
    table: str
    # Per output column its declared values, the most important first; empty where none are declared.
    ranks: Callable[[], Sequence[Sequence[FeelValue]]]
    outcome: Callable[[Hit], FeelValue]

    def result(self, run: Run, hits: list[Hit]) -> FeelValue:
        match self.name:
            case "UNIQUE":
                self._refuse_if(len(hits) > 1, "dmn.unique_violated", hits)
            case "ANY":
                self._refuse_if(not _all_equal(run, hits), "dmn.any_violated", hits)
            case "PRIORITY" | "OUTPUT ORDER":
                hits = self._by_priority(run, hits)
        if self.name in ("UNIQUE", "ANY", "FIRST", "PRIORITY"):
            return self.outcome(hits[0])
        outcomes = [self.outcome(hit) for hit in hits]
        return self._aggregated(run, outcomes) if self.aggregation else outcomes

    def without_hits(self) -> FeelValue:
        if self.aggregation == "COUNT":
            return Decimal(0)
        return [] if self.name in ("RULE ORDER", "OUTPUT ORDER") else None

    def _refuse_if(self, violated: bool, code: str, hits: list[Hit]) -> None:
        if violated:
            rules = ", ".join(str(hit.index) for hit in hits)
            raise DmnError(code, self.table_id, {"table": self.table, "rules": rules})

    def _by_priority(self, run: Run, hits: list[Hit]) -> list[Hit]:
        ranks = self.ranks()

        def importance(hit: Hit) -> list[int]:
            return [_rank(run, value, column) for value, column in zip(hit.values, ranks, strict=True)]

        return sorted(hits, key=importance)

    def _aggregated(self, run: Run, outcomes: list[FeelValue]) -> FeelValue:
        assert self.aggregation is not None
        return BUILTINS[self.aggregation.lower()].call(run, [outcomes])


def _all_equal(run: Run, hits: list[Hit]) -> bool:
    first = list(hits[0].values)
    return all(equal(run, first, list(hit.values)) is True for hit in hits[1:])


def _rank(run: Run, value: FeelValue, column: Sequence[FeelValue]) -> int:
    for place, declared in enumerate(column):
        if equal(run, value, declared) is True:
            return place
    return len(column)
