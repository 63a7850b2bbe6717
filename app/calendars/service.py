"""The company's calendar: built once, kept while nothing changes."""

import datetime as dt
import functools
import itertools
import threading
import time
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, current_app

from app import clock
from app.calendars.calendar import FIRST_YEAR, LAST_YEAR, Calendar
from app.calendars.days import OFFICE_HOURS, Reason, Shift, SpecialDay, public_days
from app.calendars.models import CalendarDay
from app.config import Settings
from app.db import db, transaction

Rows = tuple[tuple[dt.date, tuple[tuple[int, int], ...], tuple[tuple[str, str], ...]], ...]

RECHECK_SECONDS = 30.0
"""How long another process may go on with the old list after a day was changed."""


@functools.lru_cache(maxsize=16)
def build(zone: str, country: str, own_days: Rows = ()) -> Calendar:
    """Return the calendar of a country's public days, corrected by the company's own list."""
    special = dict(public_days(country, FIRST_YEAR, LAST_YEAR, OFFICE_HOURS))
    for day, shifts, names in own_days:
        hours = tuple(Shift(opens, closes) for opens, closes in shifts)
        special[day] = SpecialDay(hours, Reason.SET, dict(names))
    return Calendar(ZoneInfo(zone), special=special)


class CompanyCalendar:
    """Keeps the calendar of one app and looks now and then whether another process changed a day."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.company
        self._lock = threading.Lock()
        self._calendar: Calendar | None = None
        self._checked = 0.0

    def load(self) -> Calendar:
        """Return the calendar in force."""
        with self._lock:
            if self._calendar is None or time.monotonic() - self._checked > RECHECK_SECONDS:
                self._calendar = build(self._settings.zone, self._settings.country, _own_days())
                self._checked = time.monotonic()
            return self._calendar

    def forget(self) -> None:
        """Read the list anew at the next use."""
        with self._lock:
            self._calendar = None


def _own_days() -> Rows:
    # On a connection of its own, so that reading never begins or ends a command's transaction.
    columns = sa.select(CalendarDay.day, CalendarDay.shifts, CalendarDay.names).order_by(CalendarDay.day)
    with db.engine.connect() as connection:
        rows = connection.execute(columns).all()
    return tuple(
        (day, tuple((opens, closes) for opens, closes in shifts), tuple(sorted(names.items())))
        for day, shifts, names in rows
    )


def for_app(app: Flask | None = None) -> Calendar:
    """Return the company's calendar of an app, by default of the current one."""
    keeper: CompanyCalendar = (app or current_app).extensions["calendar"]
    return keeper.load()


def set_day(
    day: dt.date, shifts: Sequence[Shift], names: Mapping[str, str] | None = None, *, by: int | None = None
) -> None:
    """Decide a day's hours; no shifts closes it."""
    hours = [[shift.opens, shift.closes] for shift in sorted(shifts, key=lambda shift: shift.opens)]
    if any(before[1] > after[0] for before, after in itertools.pairwise(hours)):
        raise ValueError("The shifts of a day overlap.")
    with transaction() as session:
        session.merge(
            CalendarDay(day=day, shifts=hours, names=dict(names or {}), changed_at=clock.now(), changed_by=by)
        )
    current_app.extensions["calendar"].forget()


def clear_day(day: dt.date) -> None:
    """Let a day follow the week and the public holidays again."""
    with transaction() as session:
        session.execute(sa.delete(CalendarDay).where(CalendarDay.day == day))
    current_app.extensions["calendar"].forget()


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its calendar; it is read at first use."""
    app.extensions["calendar"] = CompanyCalendar(settings)
