"""Relations between points and ranges."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.comparison import Truth, contains, equal, greater, less
from app.feel.values import FeelValue, Range

if TYPE_CHECKING:
    from app.feel.scope import Run

Relation = Callable[["Run", FeelValue, FeelValue], Truth]

_RANGES = "{}(range1: range, range2: range): boolean"
_POINT_FIRST = "{}(point: any, range: range): boolean"
_RANGE_FIRST = "{}(range: range, point: any): boolean"
_POINTS = "{}(point1: any, point2: any): boolean"


def _relation(name: str, *signatures: str, examples: Sequence[str]) -> Callable[[Relation], Relation]:
    """Registers a relation; nothing relates to null."""

    def register(relation: Relation) -> Relation:
        @functools.wraps(relation)
        def known(run: Run, left: FeelValue, right: FeelValue) -> Truth:
            return None if left is None or right is None else relation(run, left, right)

        builtin(*(signature.format(name) for signature in signatures), examples=examples)(known)
        return relation

    return register


def _swapped(relation: Relation) -> Relation:
    return lambda run, left, right: relation(run, right, left)


def _same(run: Run, left: FeelValue, right: FeelValue) -> bool:
    return equal(run, left, right) is True


@_relation(
    "before",
    _RANGES,
    _POINT_FIRST,
    _RANGE_FIRST,
    _POINTS,
    examples=["before([1..5], [6..9])", "before(1, [2..9])", "before([1..5], 6)", "before(1, 2)"],
)
def before(run: Run, left: FeelValue, right: FeelValue) -> Truth:
    """Ends that touch count as before unless both belong to their ranges."""
    end, end_included = (left.high, left.high_included) if isinstance(left, Range) else (left, True)
    start, start_included = (right.low, right.low_included) if isinstance(right, Range) else (right, True)
    earlier = less(end, start)
    if earlier is not False:
        return earlier
    return _same(run, end, start) and not (end_included and start_included)


_relation(
    "after",
    _RANGES,
    _POINT_FIRST,
    _RANGE_FIRST,
    _POINTS,
    examples=["after([6..9], [1..5])", "after(6, [1..5])", "after([6..9], 5)", "after(2, 1)"],
)(_swapped(before))


@_relation("meets", _RANGES, examples=["meets([1..5], [5..9])", "meets([1..5), [5..9])"])
def meets(run: Run, left: Range, right: Range) -> bool:
    return left.high_included and right.low_included and _same(run, left.high, right.low)


_relation("met by", _RANGES, examples=["met by([5..9], [1..5])"])(_swapped(meets))


@_relation("overlaps", _RANGES, examples=["overlaps([1..5], [3..9])", "overlaps([1..5], [6..9])"])
def overlaps(run: Run, left: Range, right: Range) -> Truth:
    first, second = before(run, left, right), before(run, right, left)
    return None if first is None or second is None else not first and not second


def _starts_earlier(run: Run, left: Range, right: Range) -> bool:
    if less(left.low, right.low):
        return True
    return _same(run, left.low, right.low) and left.low_included and not right.low_included


def _ends_later(run: Run, left: Range, right: Range) -> bool:
    if greater(left.high, right.high):
        return True
    return _same(run, left.high, right.high) and left.high_included and not right.high_included


@_relation("overlaps before", _RANGES, examples=["overlaps before([1..5], [3..9])"])
def overlaps_before(run: Run, left: Range, right: Range) -> bool:
    return (
        _starts_earlier(run, left, right) and not _ends_later(run, left, right) and overlaps(run, left, right) is True
    )


@_relation("overlaps after", _RANGES, examples=["overlaps after([3..9], [1..5])"])
def overlaps_after(run: Run, left: Range, right: Range) -> bool:
    later = _starts_earlier(run, right, left) and not _ends_later(run, right, left)
    return later and overlaps(run, left, right) is True


@_relation("includes", _RANGES, _RANGE_FIRST, examples=["includes([1..9], [3..5])", "includes([1..9], 5)"])
def includes(run: Run, outer: Range, inner: FeelValue) -> Truth:
    if not isinstance(inner, Range):
        return contains(outer, inner)
    if less(inner.low, outer.low) is None or less(inner.high, outer.high) is None:
        return None
    return not _starts_earlier(run, inner, outer) and not _ends_later(run, inner, outer)


_relation("during", _RANGES, _POINT_FIRST, examples=["during([3..5], [1..9])", "during(5, [1..9])"])(_swapped(includes))


@_relation("starts", _RANGES, _POINT_FIRST, examples=["starts([1..5], [1..9])", "starts(1, [1..9])"])
def starts(run: Run, left: FeelValue, right: Range) -> bool:
    if not isinstance(left, Range):
        return right.low_included and _same(run, left, right.low)
    same_start = left.low_included == right.low_included and _same(run, left.low, right.low)
    return same_start and not _ends_later(run, left, right)


@_relation("finishes", _RANGES, _POINT_FIRST, examples=["finishes([5..9], [1..9])", "finishes(9, [1..9])"])
def finishes(run: Run, left: FeelValue, right: Range) -> bool:
    if not isinstance(left, Range):
        return right.high_included and _same(run, left, right.high)
    same_end = left.high_included == right.high_included and _same(run, left.high, right.high)
    return same_end and not _starts_earlier(run, left, right)


_relation("started by", _RANGES, _RANGE_FIRST, examples=["started by([1..9], [1..5])", "started by([1..9], 1)"])(
    _swapped(starts)
)
_relation("finished by", _RANGES, _RANGE_FIRST, examples=["finished by([1..9], [5..9])", "finished by([1..9], 9)"])(
    _swapped(finishes)
)


@_relation("coincides", _RANGES, _POINTS, examples=["coincides([1..5], [1..5])", "coincides(1, 2)"])
def coincides(run: Run, left: FeelValue, right: FeelValue) -> Truth:
    return equal(run, left, right)


_RANGE_TEXT = re.compile(r"\s*[\[\](].*\.\..*[)\[\]]\s*", re.DOTALL)


@builtin("range(from: string): range", examples=['range("[1..5]")', 'range("[1..5]").end'])
def range_(run: Run, text: str) -> Range | None:
    """A range from its text; its ends must be literals."""
    # The text is parsed as an expression.
    run.step(2 * len(text))
    from app.feel.ranges_from_text import range_from_text

    return range_from_text(text) if _RANGE_TEXT.fullmatch(text) else None
