"""Keeping the working time of units: who may change what, and a line in the audit for each change."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator, Sequence
from zoneinfo import available_timezones

import sqlalchemy as sa

from app import calendars
from app.calendars import CalendarError, Pattern, Shift
from app.calendars.calendar import FIRST_YEAR, LAST_YEAR, Calendar
from app.calendars.days import Reason, Week, parse_shifts, shifts_text
from app.calendars.models import COMPANY
from app.db import db, transaction
from app.errors import Forbidden, Invalid, NotFound
from app.people import access, audit
from app.people.audit import AuditEntry
from app.people.models import User
from app.people.person import ADMINISTRATOR, SUPERVISOR, Person
from app.people.units import UnitNode, unit_tree

MOST_DAYS = 62
SHOWN_CHANGES = 30
LONGEST_NAME = 60


@dataclasses.dataclass(frozen=True)
class Day:
    """One day of a year: `kind` is open, closed, holiday, make_up, own_open or own_closed."""

    date: dt.date
    kind: str
    hours: str
    names: t.Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class OwnDay:
    """A day that a unit decided: `unit` is the one that did, which may be one above."""

    date: dt.date
    hours: str
    names: t.Mapping[str, str]
    unit: str


@dataclasses.dataclass(frozen=True)
class UnitYear:
    """How a unit works in a year.

    Attributes:
        own: what the unit itself decided about its ordinary week; empty things are as in the unit above.
        days: all days of the year.
        listed: own days that hold here, those of units above among them.
    """

    unit: UnitNode | None
    year: int
    calendar: Calendar
    own: Pattern
    days: tuple[Day, ...]
    listed: tuple[OwnDay, ...]
    changes: tuple[AuditEntry, ...]

    @property
    def code(self) -> str:
        return self.unit.code if self.unit else COMPANY

    @property
    def working_days(self) -> int:
        """How many days are worked."""
        return sum(bool(day.hours) for day in self.days)


def may_maintain(person: Person, unit: str) -> bool:
    """Administrators everything; supervisors the units at or below which they hold a role."""
    if access.allowed(person, ADMINISTRATOR):
        return True
    if not access.allowed(person, SUPERVISOR) or unit == COMPANY:
        return False
    above = unit_tree(person.unit_version).above(unit)
    return any(held.unit is None or held.unit in above for held in person.memberships)


def year_of(person: Person, unit: str, year: int) -> UnitYear:
    """Return a unit's year; the empty code is the whole company. Raises NotFound for an unknown unit or year."""
    node = _node(person, unit)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound("desk.no_such_year", first=FIRST_YEAR, last=LAST_YEAR)
    keeper, path = calendars.keeper(), path_of(node)
    calendar, decided = keeper.at(path), keeper.decided()
    listed = {
        day: OwnDay(day, shifts_text(Shift(*one) for one in shifts), dict(names), code)
        for code in path
        for day, shifts, names in decided.days.get(code, ())
        if day.year == year
    }
    changes = sa.select(AuditEntry).where(AuditEntry.subject == _subject(unit)).order_by(AuditEntry.id.desc())
    return UnitYear(
        unit=node,
        year=year,
        calendar=calendar,
        own=decided.patterns.get(unit, Pattern()),
        days=tuple(_days(calendar, year)),
        listed=tuple(listed[day] for day in sorted(listed)),
        changes=tuple(db.session.scalars(changes.limit(SHOWN_CHANGES))),
    )


def set_week(
    person: Person, unit: str, *, hours: Sequence[str] | None, zone: str, observes: bool | None, reason: str
) -> None:
    """Decide a unit's ordinary week: seven texts of hours, or None for that of the unit above; likewise the rest.

    Raises Forbidden, NotFound, and Invalid naming the fields that are wrong.
    """
    require(person, unit)
    complaints: dict[str, list[tuple[str, dict[str, t.Any]]]] = {}
    week = _week(hours, complaints) if hours is not None else None
    if zone and zone not in available_timezones():
        complaints["zone"] = [("desk.no_such_zone", {"zone": zone[:40]})]
    if complaints:
        raise Invalid("desk.form_wrong", fields=complaints)
    with transaction() as session:
        calendars.set_pattern(unit, Pattern(zone or None, week, observes), by=person.id)
        said = {
            "week": [shifts_text(shifts) for shifts in week] if week else None,
            "zone": zone or None,
            "holidays": observes,
        }
        audit.record(session, person, "desk:calendar:week_set", _subject(unit), reason.strip()[:500], said)
    calendars.keeper().forget()


def set_days(
    person: Person, unit: str, first: dt.date, last: dt.date, *, hours: str, names: t.Mapping[str, str], reason: str
) -> int:
    """Decide the hours of days in a row, none for closed; returns how many days that were."""
    require(person, unit)
    complaints: dict[str, list[tuple[str, dict[str, t.Any]]]] = {}
    shifts = _shifts(hours, "hours", complaints)
    if last < first or (last - first).days >= MOST_DAYS:
        complaints["last"] = [("desk.days_in_a_row", {"most": MOST_DAYS})]
    elif not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        complaints["first"] = [("desk.no_such_year", {"first": FIRST_YEAR, "last": LAST_YEAR})]
    if complaints:
        raise Invalid("desk.form_wrong", fields=complaints)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    said = {name: text.strip()[:LONGEST_NAME] for name, text in names.items() if text.strip()}
    with transaction() as session:
        for day in days:
            calendars.set_day(day, shifts, said, unit=unit, by=person.id)
        detail = {"first": first.isoformat(), "last": last.isoformat(), "hours": shifts_text(shifts), "names": said}
        audit.record(session, person, "desk:calendar:days_set", _subject(unit), reason.strip()[:500], detail)
    calendars.keeper().forget()
    return len(days)


def clear_day(person: Person, unit: str, day: dt.date) -> None:
    """Let a day follow the week, the holidays and the units above again."""
    require(person, unit)
    with transaction() as session:
        calendars.clear_day(day, unit)
        audit.record(session, person, "desk:calendar:day_cleared", _subject(unit), detail={"first": day.isoformat()})
    calendars.keeper().forget()


def copy_from_above(person: Person, unit: str, year: int, reason: str) -> None:
    """Make the week of the unit above and its own days of a year this unit's own; later changes there stay there.

    What this unit decided itself about a day stays.
    """
    require(person, unit)
    node = _node(person, unit)
    if node is None:
        raise Invalid("desk.form_wrong", fields={"form": [("desk.nothing_above", {})]})
    decided, path = calendars.keeper().decided(), path_of(node)
    calendar = calendars.keeper().at(path[:-1])
    own = {day for day, _shifts, _names in decided.days.get(unit, ())}
    copied = [row for row in decided.own_days(path[:-1]) if row[0].year == year and row[0] not in own]
    observes = decided.pattern(path[:-1]).observes is not False
    with transaction() as session:
        calendars.set_pattern(unit, Pattern(calendar.zone.key, calendar.week, observes), by=person.id)
        for day, shifts, names in copied:
            calendars.set_day(day, [Shift(*one) for one in shifts], dict(names), unit=unit, by=person.id)
        detail = {"year": year, "days": len(copied), "from": path[-2]}
        audit.record(session, person, "desk:calendar:copied", _subject(unit), reason.strip()[:500], detail)
    calendars.keeper().forget()


def path_of(node: UnitNode | None) -> tuple[str, ...]:
    """Return the codes from the company down to a unit."""
    return (COMPANY, *(node.above if node else ()))


def users_named(entries: Sequence[AuditEntry]) -> dict[str, t.Mapping[str, str]]:
    """Return the names of those who made some changes."""
    wanted = {entry.username for entry in entries}
    rows = db.session.execute(sa.select(User.username, User.names).where(User.username.in_(wanted)))
    return {row.username: row.names for row in rows}


def _days(calendar: Calendar, year: int) -> Iterator[Day]:
    day = dt.date(year, 1, 1)
    while day.year == year:
        shifts, special = calendar.shifts_on(day), calendar.special.get(day)
        yield Day(
            day, _kind(calendar.reason_on(day), bool(shifts)), shifts_text(shifts), special.names if special else {}
        )
        day += dt.timedelta(days=1)


def _kind(reason: Reason, works: bool) -> str:
    if reason is Reason.SET:
        return "own_open" if works else "own_closed"
    if reason is Reason.WEEK:
        return "open" if works else "closed"
    return str(reason)


def _week(hours: Sequence[str], complaints: dict[str, list[tuple[str, dict[str, t.Any]]]]) -> Week | None:
    week = tuple(_shifts(text, f"day_{number}", complaints) for number, text in enumerate(hours))
    if not any(week):
        complaints.setdefault("day_0", [("desk.no_working_day", {})])
    return week


def _shifts(text: str, field: str, complaints: dict[str, list[tuple[str, dict[str, t.Any]]]]) -> tuple[Shift, ...]:
    try:
        return parse_shifts(text)
    except CalendarError as error:
        complaints[field] = [(error.code, error.params)]
        return ()


def require(person: Person, unit: str) -> None:
    """Raise NotFound for an unknown unit, Forbidden for somebody who may not change its working time."""
    _node(person, unit)
    if not may_maintain(person, unit):
        raise Forbidden("people.no_permission", needed=ADMINISTRATOR if unit == COMPANY else SUPERVISOR)


def _node(person: Person, unit: str) -> UnitNode | None:
    if unit == COMPANY:
        return None
    node = unit_tree(person.unit_version).by_code.get(unit)
    if node is None:
        raise NotFound("people.no_such_unit", unit=unit)
    return node


def _subject(unit: str) -> str:
    return f"calendar:{unit}"
