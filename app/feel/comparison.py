"""Equality, order and three-valued logic."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel import values
from app.feel.values import FeelValue, Range, kind

if TYPE_CHECKING:
    from app.feel.scope import Run

Truth = bool | None
# Comparing so many characters takes as long as a step of a loop.
LONG_TEXT = 1000


def equal(run: Run, left: FeelValue, right: FeelValue) -> Truth:
    """`=`: null equals only null, and values of different kinds cannot be compared."""
    left_kind = kind(left)
    if left is None or right is None:
        return left is right
    if type(left) is str and len(left) > LONG_TEXT:
        run.step(len(left) // LONG_TEXT)
    if left_kind != kind(right):
        return None
    if left_kind == values.LIST:
        return _lists_equal(run, left, right)
    if left_kind == values.CONTEXT:
        return _contexts_equal(run, left, right)
    if left_kind == values.RANGE:
        return _ranges_equal(run, left, right)
    if left_kind in values.TEMPORAL:
        return left.is_local is right.is_local and bool(left.key == right.key)
    if left_kind == values.FUNCTION:
        return left is right
    return bool(left == right)


def _lists_equal(run: Run, left: list[FeelValue], right: list[FeelValue]) -> Truth:
    if len(left) != len(right):
        return False
    run.step(len(left))
    for one, other in zip(left, right, strict=True):
        same = equal(run, one, other)
        if not same:
            return same
    return True


def _contexts_equal(run: Run, left: dict[str, FeelValue], right: dict[str, FeelValue]) -> Truth:
    if left.keys() != right.keys():
        return False
    run.step(len(left))
    for key, value in left.items():
        same = equal(run, value, right[key])
        if not same:
            return same
    return True


def _ranges_equal(run: Run, left: Range, right: Range) -> bool:
    return (
        left.from_test == right.from_test
        and left.low_included == right.low_included
        and left.high_included == right.high_included
        and equal(run, left.low, right.low) is True
        and equal(run, left.high, right.high) is True
    )


def same(run: Run, left: FeelValue, right: FeelValue) -> bool:
    """Whether two list elements count as one and the same value."""
    return kind(left) == kind(right) and equal(run, left, right) is True


Order = Callable[[FeelValue, FeelValue], Truth]


def _ordering(compare: Callable[[Any, Any], bool]) -> Order:
    def ordered(left: FeelValue, right: FeelValue) -> Truth:
        left_type = type(left)
        if left_type is type(right):
            if left_type is Decimal or left_type is str:
                return compare(left, right)
            return _compared(left, right)
        return None

    def _compared(left: FeelValue, right: FeelValue) -> Truth:
        if kind(left) not in values.TEMPORAL or left.is_local is not right.is_local:
            return None
        return compare(left.key, right.key)

    return ordered


less = _ordering(operator.lt)
at_most = _ordering(operator.le)
greater = _ordering(operator.gt)
at_least = _ordering(operator.ge)
ORDERS: dict[str, Order] = {"<": less, "<=": at_most, ">": greater, ">=": at_least}


def contains(interval: Range, value: FeelValue) -> Truth:
    if value is None:
        return None
    if not interval.from_test and (interval.low is None or interval.high is None):
        return None
    if interval.low is not None:
        above = (at_least if interval.low_included else greater)(value, interval.low)
        if not above:
            return above
    if interval.high is None:
        return True
    return (at_most if interval.high_included else less)(value, interval.high)


def matches(run: Run, value: FeelValue, test: FeelValue) -> Truth:
    """Whether a value passes a test whose own value is not a boolean about it: range, list or equality."""
    if type(test) is Range:
        return contains(test, value)
    if type(test) is list:
        run.step(len(test))
        if type(value) is list and equal(run, value, test) is True:
            return True
        return any((contains(x, value) if type(x) is Range else equal(run, value, x)) is True for x in test)
    return equal(run, value, test)


def both(left: FeelValue, right: FeelValue) -> Truth:
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def negation(value: FeelValue) -> Truth:
    return not value if type(value) is bool else None


def any_of(results: list[FeelValue]) -> Truth:
    if any(x is True for x in results):
        return True
    return False if all(x is False for x in results) else None


def all_of(results: list[FeelValue]) -> Truth:
    if any(x is False for x in results):
        return False
    return True if all(x is True for x in results) else None
