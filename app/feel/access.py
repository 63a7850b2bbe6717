"""Reading members of values, and filtering lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel.closures import Closure, Where
from app.feel.comparison import time_offset
from app.feel.scope import Scope
from app.feel.values import FeelValue, Months, Range


def member_of(value: FeelValue, name: str) -> FeelValue:
    """`value.name`; a list gives the list of that member, and what has no such member gives null."""
    if type(value) is dict:
        return value.get(name)
    if type(value) is list:
        return [member_of(item, name) for item in value]
    read = _MEMBERS.get(type(value), {}).get(name)
    return read(value) if read else None


def _number(read: Callable[[Any], int]) -> Callable[[Any], Decimal]:
    return lambda value: Decimal(read(value))


def _zone(value: time | datetime) -> str | None:
    return getattr(value.tzinfo, "key", None)


def _part(read: Callable[[timedelta], int]) -> Callable[[timedelta], Decimal]:
    """A part of a duration has the sign of the whole."""
    return lambda value: Decimal(read(value) if value >= timedelta(0) else -read(-value))


def _months_part(read: Callable[[int], int]) -> Callable[[Months], Decimal]:
    return lambda value: Decimal(read(value.total) if value.total >= 0 else -read(-value.total))


_DATE: dict[str, Callable[[Any], FeelValue]] = {
    "year": _number(lambda value: value.year),
    "month": _number(lambda value: value.month),
    "day": _number(lambda value: value.day),
    "weekday": _number(lambda value: value.isoweekday()),
}
_CLOCK: dict[str, Callable[[Any], FeelValue]] = {
    "hour": _number(lambda value: value.hour),
    "minute": _number(lambda value: value.minute),
    "second": _number(lambda value: value.second),
    "timezone": _zone,
}
_MEMBERS: dict[type, dict[str, Callable[[Any], FeelValue]]] = {
    # A date stands for midnight in UTC, so it has the members of a clock too.
    date: {
        **_DATE,
        **dict.fromkeys(("hour", "minute", "second"), lambda _value: Decimal(0)),
        "time offset": lambda _value: timedelta(0),
    },
    datetime: {**_DATE, **_CLOCK, "time offset": lambda value: value.utcoffset()},
    time: {**_CLOCK, "time offset": time_offset},
    Months: {"years": _months_part(lambda total: total // 12), "months": _months_part(lambda total: total % 12)},
    timedelta: {
        "days": _part(lambda value: value.days),
        "hours": _part(lambda value: value.seconds // 3600),
        "minutes": _part(lambda value: value.seconds % 3600 // 60),
        "seconds": _part(lambda value: value.seconds % 60),
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
    items, index = as_list(value), int(position)
    if 0 < index <= len(items):
        return items[index - 1]
    return items[index] if -len(items) <= index < 0 else None


def filtered(scope: Where, value: FeelValue, predicate: Closure) -> FeelValue:
    """The elements the predicate is true of, or the one whose position it gives."""
    if value is None:
        return None
    items = as_list(value)
    scope.run.step(len(items) + 1)
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
