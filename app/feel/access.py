"""Reading members of values, and filtering lists."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.closures import Closure, Where
from app.feel.numbers import whole
from app.feel.scope import Scope
from app.feel.temporal import DAY, NANOSECONDS, Date, DateTime, Duration, Months, Time
from app.feel.values import FeelValue, Range


def member_of(scope: Where, value: FeelValue, name: str) -> FeelValue:
    """`value.name`; a list gives the list of that member, and what has no such member gives null."""
    if type(value) is dict:
        return value.get(name)
    if type(value) is list:
        scope.run.step(len(value))
        return [member_of(scope, item, name) for item in value]
    read = _MEMBERS.get(type(value), {}).get(name)
    return read(value) if read else None


Read = Callable[[Any], FeelValue]


def _number(read: Callable[[Any], int]) -> Read:
    return lambda value: Decimal(read(value))


def _zone(value: Time | DateTime) -> str | None:
    return None if value.zone is None else value.zone.name


def _offset(value: Time | DateTime) -> Duration | None:
    if value.zone is None or value.offset is None:
        return None
    return Duration.of(seconds=value.offset)


def _part(of: Callable[[Any], int], unit: int, size: int | None = None) -> Read:
    """A part of a duration, such as its hours, has the sign of the whole; `size` units make the next larger one."""

    def read(value: Duration | Months) -> Decimal:
        total = of(value)
        units = abs(total) // unit
        part = units if size is None else units % size
        return Decimal(part if total >= 0 else -part)

    return read


def _nanoseconds(value: Duration) -> int:
    return value.nanoseconds


def _months(value: Months) -> int:
    return value.total


_DATE: dict[str, Read] = {
    "year": _number(lambda value: value.civil.year),
    "month": _number(lambda value: value.civil.month),
    "day": _number(lambda value: value.civil.day),
    "weekday": _number(lambda value: value.weekday),
}
_CLOCK: dict[str, Read] = {
    "hour": _number(lambda value: value.nanoseconds // (3600 * NANOSECONDS)),
    "minute": _number(lambda value: value.nanoseconds // (60 * NANOSECONDS) % 60),
    "second": _number(lambda value: value.nanoseconds // NANOSECONDS % 60),
}
_ZONED: dict[str, Read] = {"timezone": _zone, "time offset": _offset}


def _of_date(read: Read) -> Read:
    return lambda moment: read(moment.date)


def _of_time(read: Read) -> Read:
    return lambda moment: read(moment.time)


_MEMBERS: dict[type, dict[str, Read]] = {
    # A date stands for midnight in UTC, so it has the members of a clock too.
    Date: {
        **_DATE,
        **dict.fromkeys(_CLOCK, lambda _value: Decimal(0)),
        "time offset": lambda _value: Duration(0),
    },
    DateTime: {
        **{name: _of_date(read) for name, read in _DATE.items()},
        **{name: _of_time(read) for name, read in _CLOCK.items()},
        **_ZONED,
    },
    Time: {**_CLOCK, **_ZONED},
    Months: {"years": _part(_months, 12), "months": _part(_months, 1, 12)},
    Duration: {
        "days": _part(_nanoseconds, DAY),
        "hours": _part(_nanoseconds, 3600 * NANOSECONDS, 24),
        "minutes": _part(_nanoseconds, 60 * NANOSECONDS, 60),
        "seconds": _part(_nanoseconds, NANOSECONDS, 60),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}


def as_list(value: FeelValue) -> list[FeelValue]:
    if value is None:
        return []
    return value if type(value) is list else [value]


def nth_of(value: FeelValue, position: Decimal) -> FeelValue:
    """The element at a position that counts from one, or from the end when negative."""
    items = as_list(value)
    try:
        index = whole(position)
    except OverflowError:
        return None
    if 0 < index <= len(items):
        return items[index - 1]
    return items[index] if -len(items) <= index < 0 else None


def filtered(scope: Where, value: FeelValue, predicate: Closure, weight: int = 1) -> FeelValue:
    """The elements the predicate is true of, or the one whose position it gives. `weight` is what the predicate
    costs, in steps.
    """
    if value is None:
        return None
    items = as_list(value)
    scope.run.step((len(items) + 1) * weight)
    kept = []
    for item in items:
        verdict = predicate(_item_scope(scope, item))
        if verdict is True:
            kept.append(item)
        elif type(verdict) is Decimal:
            return nth_of(items, verdict)
    if not items and type(predicate(_item_scope(scope, None))) is Decimal:
        return None
    return kept


def _item_scope(scope: Where, item: FeelValue) -> Scope:
    """The members of an element can be named without `item.`, unless it has a member `item` itself."""
    if type(item) is not dict:
        return Scope({"item": item}, scope)
    inner = Scope(item, scope)
    inner.setdefault("item", item)
    return inner
