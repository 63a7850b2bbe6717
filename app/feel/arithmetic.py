"""`+ - * / **` over numbers, texts, dates, times and durations; what does not fit together gives null."""

from __future__ import annotations

import calendar
import decimal
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from app.feel import values
from app.feel.comparison import time_of_day, time_offset
from app.feel.numbers import DECIMAL128
from app.feel.values import FeelValue, Months, kind

if TYPE_CHECKING:
    from app.feel.scope import Run

Day = TypeVar("Day", date, datetime)
Operation = Callable[["Run", FeelValue, FeelValue], FeelValue]

_MICRO = Decimal(1_000_000)
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
            return Months(left.total + right.total)
        return months_later(left, right.total) if left_kind in _DATED else None
    if right_kind == values.DURATION:
        return _later(left, left_kind, right)
    return None


def _later(left: FeelValue, left_kind: str, duration: timedelta) -> FeelValue:
    if left_kind in (values.DURATION, values.DATE_TIME):
        return left + duration
    if left_kind == values.DATE:
        return (midnight(left) + duration).date()
    if left_kind == values.TIME:
        moment = (time_of_day(left) + duration) % timedelta(days=1)
        return (datetime.min + moment).time().replace(tzinfo=left.tzinfo)
    return None


def months_later(day: Day, months: int) -> Day:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def midnight(day: date) -> datetime:
    """A date stands for its midnight in UTC where a moment is needed."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


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


def _between_moments(left: date, right: date) -> timedelta | None:
    later = left if isinstance(left, datetime) else midnight(left)
    earlier = right if isinstance(right, datetime) else midnight(right)
    if (later.tzinfo is None) != (earlier.tzinfo is None):
        return None
    if later.tzinfo is not None:
        # Python subtracts wall clocks when both are in the same zone, which is wrong across a clock change.
        later, earlier = later.astimezone(UTC), earlier.astimezone(UTC)
    return later - earlier


def _between_times(left: time, right: time) -> timedelta | None:
    left_offset, right_offset = time_offset(left), time_offset(right)
    if left_offset is None or right_offset is None:
        return time_of_day(left) - time_of_day(right) if left_offset is right_offset else None
    return (time_of_day(left) - left_offset) - (time_of_day(right) - right_offset)


def seconds_of(duration: timedelta) -> Decimal:
    return Decimal(duration.days) * 86_400 + duration.seconds + Decimal(duration.microseconds) / _MICRO


def _of_seconds(seconds: Decimal) -> timedelta:
    return timedelta(microseconds=int((seconds * _MICRO).to_integral_value()))


def multiply(_run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    if kind(left) == values.NUMBER and kind(right) in values.DURATIONS:
        left, right = right, left
    left_kind = kind(left)
    if kind(right) != values.NUMBER:
        return None
    if left_kind == values.NUMBER:
        return DECIMAL128.multiply(left, right)
    if left_kind == values.MONTHS:
        return _months(DECIMAL128.multiply(Decimal(left.total), right))
    if left_kind == values.DURATION:
        return _of_seconds(DECIMAL128.multiply(seconds_of(left), right))
    return None


def _months(total: Decimal) -> Months | None:
    return Months(int(total)) if abs(total) < _MICRO * _MICRO else None


def divide(_run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    left_kind, right_kind = kind(left), kind(right)
    if right_kind == values.NUMBER:
        if right == 0:
            return None
        if left_kind == values.NUMBER:
            return DECIMAL128.divide(left, right)
        if left_kind == values.MONTHS:
            return _months(DECIMAL128.divide(Decimal(left.total), right))
        if left_kind == values.DURATION:
            return _of_seconds(DECIMAL128.divide(seconds_of(left), right))
        return None
    if left_kind != right_kind:
        return None
    if left_kind == values.MONTHS:
        return DECIMAL128.divide(Decimal(left.total), Decimal(right.total)) if right.total else None
    if left_kind == values.DURATION:
        return DECIMAL128.divide(seconds_of(left), seconds_of(right)) if right else None
    return None


def power(_run: Run, left: FeelValue, right: FeelValue) -> FeelValue:
    if kind(left) == kind(right) == values.NUMBER:
        return DECIMAL128.power(left, right)
    return None


def negate(value: FeelValue) -> FeelValue:
    if kind(value) == values.NUMBER:
        return DECIMAL128.minus(value)
    try:
        return -value if kind(value) in values.DURATIONS else None
    except OverflowError:
        return None


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
