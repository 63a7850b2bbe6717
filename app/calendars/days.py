"""What each day is: its working hours, and why it is closed or worked although the week says otherwise."""

import dataclasses
import datetime as dt
import enum
import functools
import itertools
import re
import typing as t
from collections.abc import Mapping

import holidays

from app.calendars.errors import CalendarError

MIDNIGHT = 1440
_BETWEEN = re.compile(r"[,，;；、\n]")
_SHIFT = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")


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
Week = tuple[Shifts, ...]
"""The hours of seven days, Monday first."""
OFFICE_HOURS: Shifts = (Shift(9 * 60, 12 * 60), Shift(13 * 60, 18 * 60))
OFFICE_WEEK: Week = (OFFICE_HOURS,) * 5 + ((),) * 2
ALL_WEEK: Week = ((Shift(0, MIDNIGHT),),) * 7


def ordinary_hours(week: Week) -> Shifts:
    """Return the hours of an ordinary working day, which a make-up day has too: the first one of the week."""
    return next((shifts for shifts in week if shifts), OFFICE_HOURS)


def parse_shifts(text: str) -> Shifts:
    """Read `09:00-12:00, 13:00-18:00`, in order; nothing is closed. Raises CalendarError for anything else."""
    found = []
    for part in filter(None, (one.strip() for one in _BETWEEN.split(text))):
        match = _SHIFT.fullmatch(part)
        if match is None:
            raise CalendarError("calendars.no_shift", text=part[:40])
        opens, closes = (int(match[at]) * 60 + int(match[at + 1]) for at in (1, 3))
        if not 0 <= opens < closes <= MIDNIGHT or int(match[2]) > 59 or int(match[4]) > 59:
            raise CalendarError("calendars.no_shift", text=part[:40])
        found.append(Shift(opens, closes))
    found.sort(key=lambda shift: shift.opens)
    if any(before.closes > after.opens for before, after in itertools.pairwise(found)):
        raise CalendarError("calendars.shifts_overlap", text=text.strip()[:60])
    return tuple(found)


def shifts_text(shifts: t.Iterable[Shift]) -> str:
    """Write shifts as `parse_shifts` reads them."""
    return ", ".join(f"{clock_text(one.opens)}-{clock_text(one.closes)}" for one in shifts)


def clock_text(minutes: int) -> str:
    """Write minutes since midnight as a clock shows them."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


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
