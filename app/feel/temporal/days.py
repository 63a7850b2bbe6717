"""The Gregorian calendar without beginning or end, as numbers of days since 1 January 1970.

The calendar repeats every 400 years, so Python's own, which knows the years 1 to 9999, computes every date inside
one of these cycles.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

# What the standard asks for (DMN 1.5 §10.3.2.3.5).
MIN_YEAR, MAX_YEAR = -999_999_999, 999_999_999

_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
_FIRST_YEAR = 2000
_FIRST = date(_FIRST_YEAR, 1, 1).toordinal()
_EPOCH = date(1970, 1, 1).toordinal()


class Civil(NamedTuple):
    """A date as people write it."""

    year: int
    month: int
    day: int


def number_of(year: int, month: int, day: int) -> int:
    """The number of a date. Raises ValueError when there is no such day."""
    cycle, rest = divmod(year - _FIRST_YEAR, _CYCLE_YEARS)
    return date(_FIRST_YEAR + rest, month, day).toordinal() - _EPOCH + cycle * _CYCLE_DAYS


def in_cycle(number: int) -> tuple[int, date]:
    """How many years a day must be moved, and the day it then is in the years 2000 to 2399."""
    cycle, rest = divmod(number + _EPOCH - _FIRST, _CYCLE_DAYS)
    return cycle * _CYCLE_YEARS, date.fromordinal(_FIRST + rest)


def civil(number: int) -> Civil:
    moved, day = in_cycle(number)
    return Civil(day.year + moved, day.month, day.day)


def month_length(year: int, month: int) -> int:
    following = number_of(year + month // 12, month % 12 + 1, 1)
    return following - number_of(year, month, 1)


def months_later(number: int, months: int) -> int:
    """The same day of another month, or its last one where it is shorter."""
    year, month, day = civil(number)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    return number_of(year, month + 1, min(day, month_length(year, month + 1)))


MIN_NUMBER = number_of(MIN_YEAR, 1, 1)
MAX_NUMBER = number_of(MAX_YEAR, 12, 31)
