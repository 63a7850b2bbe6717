"""Values that come from process variables, brought into the type that is declared where they enter."""

from __future__ import annotations

from collections.abc import Callable

from app.feel import values
from app.feel.literals import parse_date, parse_date_time, parse_duration, parse_time
from app.feel.types import ContextType, FeelType, ListType, RestrictedType, coerced
from app.feel.values import FeelValue

# JSON has no dates: a process variable that holds one is its ISO text.
_FROM_TEXT: dict[str, Callable[[str], FeelValue]] = {
    values.DATE: parse_date,
    values.TIME: parse_time,
    values.DATE_TIME: parse_date_time,
    values.DURATION: parse_duration,
    values.MONTHS: parse_duration,
}


def converted(value: FeelValue, expected: FeelType) -> FeelValue:
    """The value as the type wants it; null when it cannot be."""
    found = coerced(value, expected)
    return found if found is not None or value is None else coerced(read_as(value, expected), expected)


def read_as(value: FeelValue, expected: FeelType) -> FeelValue:
    """Dates and durations instead of their texts, at any depth. A member that JSON leaves out is null."""
    if isinstance(expected, RestrictedType):
        return read_as(value, expected.base)
    if isinstance(expected, ListType):
        return (
            [read_as(item, expected.item) for item in value] if type(value) is list else read_as(value, expected.item)
        )
    if isinstance(expected, ContextType) and type(value) is dict:
        return {**value, **{name: read_as(value.get(name), field) for name, field in expected.fields}}
    if type(value) is str and expected.name in _FROM_TEXT:
        read = _FROM_TEXT[expected.name](value)
        return value if read is None else read
    return value
