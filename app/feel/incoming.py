"""Values that come from process variables, brought into the type that is declared where they enter."""

from __future__ import annotations

from collections.abc import Callable

from app.feel import values
from app.feel.literals import parse_date, parse_date_time, parse_duration, parse_time
from app.feel.types import FeelType, coerced
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
    if found is None and type(value) is str and expected.name in _FROM_TEXT:
        return coerced(_FROM_TEXT[expected.name](value), expected)
    return found
