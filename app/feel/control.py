"""Loops, quantifiers, intervals and contexts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from app.feel import values
from app.feel.closures import Closure, Where
from app.feel.comparison import all_of, any_of, greater
from app.feel.numbers import whole
from app.feel.rendering import NESTING_COST
from app.feel.scope import Run, Scope
from app.feel.temporal import Date
from app.feel.values import FeelValue, Range, kind

# Nobody counts further, as the budget ends before.
_ENDLESS = Decimal(10) ** 12


class Iteration(NamedTuple):
    name: str
    source: Closure
    until: Closure | None


class _NotIterable(Exception):
    """The loop as a whole is null."""


def for_loop(iterations: list[Iteration], body: Closure, *, sees_partial: bool = True, weight: int = 1) -> Closure:
    """`weight` is what one round costs, in steps."""

    def loop(scope: Where) -> FeelValue:
        results: list[FeelValue] = []
        try:
            for inner in _scopes(iterations, 0, scope, weight):
                results.append(body(_with_partial(inner, results) if sees_partial else inner))
        except _NotIterable:
            return None
        return results

    return loop


def _with_partial(scope: Where, results: list[FeelValue]) -> Scope:
    """The body sees a copy of the results so far: it may keep it, and the list itself goes on growing."""
    scope.run.allocate(len(results))
    return Scope({"partial": list(results)}, scope)


def quantifier(iterations: list[Iteration], condition: Closure, *, every: bool, weight: int = 1) -> Closure:
    def quantify(scope: Where) -> bool | None:
        try:
            results = [condition(inner) for inner in _scopes(iterations, 0, scope, weight)]
        except _NotIterable:
            return None
        return all_of(results) if every else any_of(results)

    return quantify


def _scopes(iterations: list[Iteration], level: int, scope: Where, weight: int) -> Iterator[Where]:
    """One scope per combination of the loop variables, the last one turning fastest."""
    if level == len(iterations):
        yield scope
        return
    name, source, until = iterations[level]
    start = source(scope)
    items = elements(scope.run, start) if until is None else counted(scope.run, start, until(scope))
    if items is None:
        raise _NotIterable
    for item in items:
        scope.run.step(weight)
        yield from _scopes(iterations, level + 1, Scope({name: item}, scope), weight)


def elements(run: Run, value: FeelValue) -> list[FeelValue] | None:
    """What a loop goes over: a list, a range of numbers or dates, or a single value."""
    if type(value) is list:
        return value
    if type(value) is Range:
        items = counted(run, value.low, value.high)
        if items is None:
            return None
        return items[0 if value.low_included else 1 : len(items) if value.high_included else -1]
    return None if value is None else [value]


def counted(run: Run, first: FeelValue, last: FeelValue) -> list[FeelValue] | None:
    """From one number or date to another, up or down."""
    if kind(first) != kind(last):
        return None
    if kind(first) == values.NUMBER:
        low, high = (whole(min(max(end, -_ENDLESS), _ENDLESS)) for end in (first, last))
        return [Decimal(number) for number in _numbers(run, low, high)]
    if kind(first) == values.DATE:
        return [Date(number) for number in _numbers(run, first.number, last.number)]
    return None


def _numbers(run: Run, first: int, last: int) -> range:
    run.step(abs(last - first) + 1)
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


def interval(low: Closure, high: Closure, *, low_included: bool, high_included: bool) -> Closure:
    def build(scope: Where) -> Range | None:
        start, end = low(scope), high(scope)
        if start is None and end is None:
            return None
        if start is not None and end is not None and greater(start, end) is not False:
            return None
        return Range(start, end, low_included=low_included, high_included=high_included)

    return build


def context(entries: list[tuple[str, Closure]]) -> Closure:
    """An entry sees the entries before it. A key given twice makes the whole context null."""
    if len({key for key, _ in entries}) != len(entries):
        return lambda _scope: None

    def build(scope: Where) -> dict[str, FeelValue]:
        inner = Scope({}, scope)
        inner.run.allocate(NESTING_COST + len(entries))
        for key, value in entries:
            inner[key] = value(inner)
        return dict(inner)

    return build
