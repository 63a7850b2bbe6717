"""What each day is: its working hours, and why it is closed or worked although the week says otherwise."""

import dataclasses
import datetime as dt
import enum
import functools
import typing as t
from collections.abc import Mapping

import holidays

MIDNIGHT = 1440


class Reason(enum.StrEnum):
    """Why a day is as it is."""

    WEEK = "week"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    SET = "set"


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """Working hours within one day, in minutes since local midnight; 1440 is the midnight that ends it."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MIDNIGHT:
            raise ValueError(f"A shift from minute {self.opens} to {self.closes} is not within one day.")


Shifts = tuple[Shift, ...]
OFFICE_HOURS: Shifts = (Shift(9 * 60, 12 * 60), Shift(13 * 60, 18 * 60))
ALL_DAY: Shifts = (Shift(0, MIDNIGHT),)
MONDAY_TO_FRIDAY = frozenset(range(5))
EVERY_DAY = frozenset(range(7))


@dataclasses.dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that does not follow the week; no shifts means closed. `names` has a name per language."""

    shifts: Shifts
    reason: Reason
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)


@functools.lru_cache(maxsize=8)
def public_days(country: str, first: int, last: int, shifts: Shifts) -> Mapping[dt.date, SpecialDay]:
    """Return a country's public holidays and make-up days (调休) of some years.

    Future years carry only what is announced or can be computed; the company's own list corrects them.
    """
    years = range(first, last + 1)
    supported = holidays.country_holidays(country, years=first).supported_languages
    tables = {
        name: holidays.country_holidays(country, years=years, language=code if code in supported else None)
        for name, code in (("zh", "zh_CN"), ("en", "en_US"))
    }
    days = {
        date: SpecialDay((), Reason.HOLIDAY, {name: str(table.get(date)) for name, table in tables.items()})
        for date in tables["en"]
    }
    make_up: t.Iterable[dt.date] = getattr(tables["en"], "weekend_workdays", ())
    days |= {date: SpecialDay(shifts, Reason.MAKE_UP) for date in make_up if first <= date.year <= last}
    return days
