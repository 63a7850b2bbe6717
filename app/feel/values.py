"""The values FEEL computes with.

Numbers are Decimal, strings str, booleans bool, null None, lists list, contexts dict; dates, times and durations
are those of `app.feel.temporal`. What else Python has no type for stands here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from app.feel.temporal import Date, DateTime, Duration, Months, Time

if TYPE_CHECKING:
    from app.feel.scope import Run
    from app.feel.types import FunctionType

# A union of all FEEL values would have to be narrowed at each of some hundred places where `kind` was asked
# already, so the alias documents intent and the checks are made at run time, as the language demands.
FeelValue: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. `from_test` marks one written as a comparison, `(< 10)`: its missing end is infinity, while
    the null in `(null..10)` is an end nobody knows.
    """

    low: FeelValue
    high: FeelValue
    low_included: bool
    high_included: bool
    from_test: bool = False


class Function:
    """A FEEL function value, built in, of the host or defined in an expression."""

    __slots__ = ()

    def call(self, run: Run, arguments: Sequence[FeelValue]) -> FeelValue:
        raise NotImplementedError

    def call_named(self, run: Run, arguments: Mapping[str, FeelValue]) -> FeelValue:
        raise NotImplementedError

    def conforms_to(self, expected: FunctionType) -> bool:
        """Whether the function can stand where one of that type is expected."""
        raise NotImplementedError


NUMBER = "number"
STRING = "string"
BOOLEAN = "boolean"
NULL = "null"
DATE = "date"
TIME = "time"
DATE_TIME = "date and time"
DURATION = "days and time duration"
MONTHS = "years and months duration"
LIST = "list"
CONTEXT = "context"
RANGE = "range"
FUNCTION = "function"

_KINDS: dict[type, str] = {
    Decimal: NUMBER,
    str: STRING,
    bool: BOOLEAN,
    type(None): NULL,
    DateTime: DATE_TIME,
    Date: DATE,
    Time: TIME,
    Duration: DURATION,
    Months: MONTHS,
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
}
DURATIONS = frozenset({DURATION, MONTHS})
TEMPORAL = frozenset({DATE, TIME, DATE_TIME}) | DURATIONS
ORDERED = frozenset({NUMBER, STRING}) | TEMPORAL


TYPES: Mapping[str, type] = {name: found for found, name in _KINDS.items()}
"""The Python type of the values of a kind; functions have several."""


def kind(value: FeelValue) -> str:
    """The name of the FEEL type; every value that is not of another kind is a function."""
    return _KINDS.get(type(value), FUNCTION)
