"""`+ - * / **` over numbers, texts, dates, times and durations; what does not fit together gives null."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel import values
from app.feel.numbers import DECIMAL128, TRANSCENDENTAL_STEPS
from app.feel.temporal import Date, DateTime, Duration, Months, Time, midnight
from app.feel.values import FeelValue, kind

if TYPE_CHECKING:
    from app.feel.scope import Run

Operation = Callable[["Run", FeelValue, FeelValue], FeelValue]

_QUICK_EXPONENTS = frozenset(map(Decimal, range(10)))
_DATED = frozenset({values.DATE, values.DATE_TIME})
_TEMPORAL = _DATED | {values.TIME}
# What arithmetic raises when a result has no representation; FEEL calls that null.
_UNREPRESENTABLE = (decimal.DecimalException, OverflowError, ValueError, ZeroDivisionError)


def add(run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    left_kind, right_kind = kind(left), kind(right)
    if left_kind == right_kind == values.NUMBER:
        return DECIMAL128.add(left, right)
    if left_kind == right_kind == values.STRING:
        run.allocate(len(left) + len(right))
        return left + right
    if left_kind in values.DURATIONS and right_kind in _TEMPORAL:
        left, right, left_kind, right_kind = right, left, right_kind, left_kind
    if right_kind == values.MONTHS:
        if left_kind == values.MONTHS:
            return left + right
        return left.months_later(right.total) if left_kind in _DATED else None
    if right_kind == values.DURATION:
        return _later(left, left_kind, right)
    return None


def _later(left: FeelValue, left_kind: str, duration: Duration) -> FeelValue:
    if left_kind == values.DURATION:
        return left + duration
    if left_kind == values.DATE:
        return midnight(left).later(duration.nanoseconds).date
    return left.later(duration.nanoseconds) if left_kind in _TEMPORAL else None


def subtract(run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    left_kind, right_kind = kind(left), kind(right)
    if left_kind == right_kind == values.NUMBER:
        return DECIMAL128.subtract(left, right)
    if right_kind in values.DURATIONS:
        return add(run, left, -right) if left_kind in _TEMPORAL or left_kind == right_kind else None
    if left_kind in _DATED and right_kind in _DATED:
        return _between_moments(left, right)
    if left_kind == right_kind == values.TIME:
        return _between_times(left, right)
    return None


def _between_moments(left: Date | DateTime, right: Date | DateTime) -> Duration | None:
    later = left if isinstance(left, DateTime) else midnight(left)
    earlier = right if isinstance(right, DateTime) else midnight(right)
    return Duration(later.instant - earlier.instant) if later.is_local is earlier.is_local else None


def _between_times(left: Time, right: Time) -> Duration | None:
    return Duration(left.universal - right.universal) if left.is_local is right.is_local else None


def multiply(_run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    if kind(left) == values.NUMBER and kind(right) in values.DURATIONS:
        left, right = right, left
    left_kind = kind(left)
    if kind(right) != values.NUMBER:
        return None
    if left_kind == values.NUMBER:
        return DECIMAL128.multiply(left, right)
    if left_kind == values.MONTHS:
        return Months.of_number(DECIMAL128.multiply(Decimal(left.total), right))
    if left_kind == values.DURATION:
        return Duration.of_seconds(DECIMAL128.multiply(left.seconds, right))
    return None


def divide(_run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    left_kind, right_kind = kind(left), kind(right)
    if right_kind == values.NUMBER:
        if right == 0:
            return None
        if left_kind == values.NUMBER:
            return DECIMAL128.divide(left, right)
        if left_kind == values.MONTHS:
            return Months.of_number(DECIMAL128.divide(Decimal(left.total), right))
        if left_kind == values.DURATION:
            return Duration.of_seconds(DECIMAL128.divide(left.seconds, right))
        return None
    if left_kind != right_kind:
        return None
    if left_kind in values.DURATIONS and right.key:
        return DECIMAL128.divide(Decimal(left.key), Decimal(right.key))
    return None


def power(run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    if kind(left) == kind(right) == values.NUMBER:
        run.step(1 if right in _QUICK_EXPONENTS else TRANSCENDENTAL_STEPS)
        return DECIMAL128.power(left, right)
    return None


def negate(value: FeelValue) -> FeelValue:
    if kind(value) == values.NUMBER:
        return DECIMAL128.minus(value)
    return -value if kind(value) in values.DURATIONS else None


def _safe(operation: Operation) -> Operation:
    def guarded(run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
        try:
            return operation(run, left, right)
        except _UNREPRESENTABLE:
            return None

    return guarded


OPERATIONS: dict[str, Operation] = {
    "+": _safe(add),
    "-": _safe(subtract),
    "*": _safe(multiply),
    "/": _safe(divide),
    "**": _safe(power),
}
