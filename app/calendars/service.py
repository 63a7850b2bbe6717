"""The calendars of the company and its units: built once, kept while nothing changes."""

import dataclasses
import datetime as dt
import functools
import itertools
import threading
import time
import typing as t
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, current_app

from app import clock
from app.calendars.calendar import FIRST_YEAR, LAST_YEAR, Calendar
from app.calendars.days import OFFICE_WEEK, Reason, Shift, SpecialDay, Week, ordinary_hours, public_days
from app.calendars.models import COMPANY, CalendarDay, UnitCalendar
from app.config import Settings
from app.db import db, transaction

Rows = tuple[tuple[dt.date, tuple[tuple[int, int], ...], tuple[tuple[str, str], ...]], ...]

RECHECK_SECONDS = 30.0
"""How long another process may go on with the old list after a day was changed."""
_UNITS = sa.table("unit", sa.column("id"), sa.column("path"))


@functools.lru_cache(maxsize=64)
def build(zone: str, country: str, own_days: Rows = (), week: Week = OFFICE_WEEK, *, observes: bool = True) -> Calendar:
    """Return the calendar of a week and a country's public days, corrected by a list of own days."""
    special = dict(public_days(country, FIRST_YEAR, LAST_YEAR, ordinary_hours(week))) if observes else {}
    for day, shifts, names in own_days:
        hours = tuple(Shift(opens, closes) for opens, closes in shifts)
        special[day] = SpecialDay(hours, Reason.SET, dict(names))
    return Calendar(ZoneInfo(zone), week, special)


@dataclasses.dataclass(frozen=True)
class Pattern:
    """How a unit works in an ordinary week; None is as in the unit above."""

    zone: str | None = None
    week: Week | None = None
    observes: bool | None = None


@dataclasses.dataclass(frozen=True)
class Decided:
    """Everything units have decided, at one moment, and where each unit stands: codes from the company down to it."""

    patterns: Mapping[str, Pattern]
    days: Mapping[str, Rows]
    paths: Mapping[int, tuple[str, ...]]

    def pattern(self, path: Sequence[str]) -> Pattern:
        """Return what holds at the end of a path: of each thing the nearest decision above."""
        found = Pattern()
        for code in path:
            own = self.patterns.get(code, Pattern())
            said = {name: value for name, value in vars(own).items() if value is not None}
            found = dataclasses.replace(found, **said)
        return found

    def own_days(self, path: Sequence[str]) -> Rows:
        """Return the own days that hold at the end of a path, those of the nearest unit before those above."""
        merged = {row[0]: row for code in path for row in self.days.get(code, ())}
        return tuple(merged[day] for day in sorted(merged))


class CompanyCalendars:
    """Keeps the calendars of one app and looks now and then whether another process changed something."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.company
        self._lock = threading.Lock()
        self._decided: Decided | None = None
        self._built: dict[tuple[str, ...], Calendar] = {}
        self._checked = 0.0

    def at(self, path: tuple[str, ...]) -> Calendar:
        """Return the calendar at the end of a path of unit codes that begins with the company."""
        with self._lock:
            return self._at(self._load(), path)

    def of(self, unit_id: int | None) -> Calendar:
        """Return the calendar of a unit by its row number, the company's for none."""
        with self._lock:
            decided = self._load()
            if unit_id is not None and unit_id not in decided.paths:
                # A unit that was founded since; a number that no unit has costs one more look each time.
                self._decided = None
                decided = self._load()
            return self._at(decided, decided.paths.get(unit_id or 0, (COMPANY,)))

    def decided(self) -> Decided:
        """Return what units decided."""
        with self._lock:
            return self._load()

    def forget(self) -> None:
        """Read everything anew at the next use."""
        with self._lock:
            self._decided = None

    def _load(self) -> Decided:
        if self._decided is None or time.monotonic() - self._checked > RECHECK_SECONDS:
            self._decided, self._built, self._checked = read(), {}, time.monotonic()
        return self._decided

    def _at(self, decided: Decided, path: tuple[str, ...]) -> Calendar:
        found = self._built.get(path)
        if found is None:
            pattern = decided.pattern(path)
            found = self._built[path] = build(
                pattern.zone or self._settings.zone,
                self._settings.country,
                decided.own_days(path),
                pattern.week or OFFICE_WEEK,
                observes=pattern.observes is not False,
            )
        return found


def read() -> Decided:
    """Read what units decided and where they stand."""
    # On a connection of its own, so that reading never begins or ends a command's transaction.
    with db.engine.connect() as connection:
        patterns = connection.execute(sa.select(UnitCalendar.__table__)).all()
        days = connection.execute(sa.select(CalendarDay.__table__).order_by(CalendarDay.unit, CalendarDay.day)).all()
        units = connection.execute(sa.select(_UNITS.c.id, _UNITS.c.path)).all()
    return Decided(
        patterns={row.unit: Pattern(row.zone, week_from(row.week), row.holidays) for row in patterns},
        days={
            unit: tuple((row.day, _frozen(row.shifts), tuple(sorted(row.names.items()))) for row in rows)
            for unit, rows in itertools.groupby(days, key=lambda row: row.unit)
        },
        paths={row.id: (COMPANY, *row.path.strip("/").split("/")) for row in units},
    )


def week_from(stored: t.Any) -> Week | None:
    """Return a week as it is stored."""
    if stored is None:
        return None
    return tuple(tuple(Shift(opens, closes) for opens, closes in shifts) for shifts in stored)


def stored(shifts: Sequence[Shift]) -> list[list[int]]:
    """Return the shifts of a day as they are stored, in order. Raises ValueError when they overlap."""
    hours = [[shift.opens, shift.closes] for shift in sorted(shifts, key=lambda shift: shift.opens)]
    if any(before[1] > after[0] for before, after in itertools.pairwise(hours)):
        raise ValueError("The shifts of a day overlap.")
    return hours


def _frozen(shifts: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((opens, closes) for opens, closes in shifts)


def keeper(app: Flask | None = None) -> CompanyCalendars:
    """Return what keeps the calendars of an app, by default of the current one."""
    found: CompanyCalendars = (app or current_app).extensions["calendar"]
    return found


def for_app(app: Flask | None = None) -> Calendar:
    """Return the company's calendar of an app, by default of the current one."""
    return keeper(app).at((COMPANY,))


def for_unit(unit_id: int | None) -> Calendar:
    """Return the calendar of a unit of the current app, the company's for none."""
    return keeper().of(unit_id)


def set_day(
    day: dt.date,
    shifts: Sequence[Shift],
    names: Mapping[str, str] | None = None,
    *,
    unit: str = COMPANY,
    by: int | None = None,
) -> None:
    """Decide a day's hours; no shifts closes it."""
    hours = stored(shifts)
    with transaction() as session:
        session.merge(
            CalendarDay(
                unit=unit, day=day, shifts=hours, names=dict(names or {}), changed_at=clock.now(), changed_by=by
            )
        )
    keeper().forget()


def clear_day(day: dt.date, unit: str = COMPANY) -> None:
    """Let a day follow the week, the public holidays and the units above again."""
    with transaction() as session:
        session.execute(sa.delete(CalendarDay).where(CalendarDay.unit == unit, CalendarDay.day == day))
    keeper().forget()


def set_pattern(unit: str, pattern: Pattern, *, by: int | None = None) -> None:
    """Decide a unit's week, zone and whether it keeps holidays; a pattern that says nothing follows the unit above."""
    week = None if pattern.week is None else [stored(shifts) for shifts in pattern.week]
    with transaction() as session:
        session.merge(
            UnitCalendar(
                unit=unit,
                zone=pattern.zone,
                week=week,
                holidays=pattern.observes,
                changed_at=clock.now(),
                changed_by=by,
            )
        )
    keeper().forget()


def init_app(app: Flask, settings: Settings) -> None:
    """Give the app its calendars; they are read at first use."""
    app.extensions["calendar"] = CompanyCalendars(settings)
