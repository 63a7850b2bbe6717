"""The board of visits: who goes where on some days, what does not fit together, and who is away."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.db import db
from app.desk.dispatch.visits import UNASSIGNED, Visit, visits
from app.desk.models import USUAL_CAPACITY, StaffCapacity, StaffSkill
from app.desk.texts import code_text
from app.engine import access as rights
from app.i18n import text as _
from app.people.access import Colleague
from app.people.models import Absence, Membership, Unit, User
from app.people.person import Person
from app.people.units import unit_tree

ROLE = "service_staff"


@dataclasses.dataclass(frozen=True)
class Engineer:
    """Somebody who goes to customers; `lines` names the product lines they know, the best known first."""

    id: int
    username: str
    name: str
    capacity: int
    lines: tuple[str, ...]
    away: frozenset[dt.date]


@dataclasses.dataclass(frozen=True)
class Placed:
    """A visit where it stands: `troubles` says in words what does not fit, `gap` how long there is to get there."""

    visit: Visit
    troubles: tuple[str, ...] = ()
    gap: str = ""


@dataclasses.dataclass(frozen=True)
class Board:
    """Some days of everybody who goes to customers."""

    days: tuple[dt.date, ...]
    engineers: tuple[Engineer, ...]
    unassigned: tuple[Placed, ...]
    cells: Mapping[tuple[str, dt.date], tuple[Placed, ...]]

    def at(self, username: str, day: dt.date) -> tuple[Placed, ...]:
        """What somebody does on a day, in order of time."""
        return self.cells.get((username, day), ())

    @property
    def troubled(self) -> int:
        """How many visits do not fit."""
        return sum(bool(placed.troubles) for cell in self.cells.values() for placed in cell)


def board(person: Person, days: Sequence[dt.date]) -> Board:
    """Compose the board of some days. Orders nobody goes for yet stand on it whatever day they are planned for."""
    open_visits = visits(person)
    engineers = engineers_of(person, days, {one.staff for one in open_visits if one.staff})
    taken = [one for one in open_visits if one.stage != UNASSIGNED and one.day in days]
    cells: dict[tuple[str, dt.date], tuple[Placed, ...]] = {}
    by_username = {one.username: one for one in engineers}
    for (username, day), members in itertools.groupby(sorted(taken, key=_place), key=lambda one: (one.staff, one.day)):
        cells[username, day] = tuple(_placed(list(members), by_username.get(username)))
    free = tuple(Placed(one) for one in open_visits if one.stage == UNASSIGNED)
    return Board(tuple(days), engineers, free, cells)


def week_of(day: dt.date) -> tuple[dt.date, ...]:
    """Monday to Sunday around a day."""
    monday = day - dt.timedelta(days=day.weekday())
    return tuple(monday + dt.timedelta(days=number) for number in range(7))


def misfits(visit: Visit, others: Iterable[Visit], engineer: Engineer | None) -> tuple[str, ...]:
    """Say in words what speaks against somebody making a visit beside others of the same day."""
    found = []
    if engineer is not None and visit.day in engineer.away:
        found.append(_("away that day"))
    same_day = [one for one in others if one.key != visit.key and one.day == visit.day]
    if engineer is not None and len(same_day) >= engineer.capacity:
        found.append(_("%(count)d visits that day already", count=len(same_day)))
    if visit.at is not None:
        timed = [one for one in same_day if one.at is not None]
        found += [_("clashes with the visit at %(time)s", time=_clock(one)) for one in timed if _overlap(visit, one)]
    return tuple(found)


def engineers_of(person: Person, days: Sequence[dt.date], more: Iterable[str] = ()) -> tuple[Engineer, ...]:
    """Return who goes to customers around the person's units, with skills, capacity and absences; four statements.

    :param more: usernames that visits name, whoever they are.
    """
    rows = db.session.execute(_holders(person, list(more))).all()
    people = {row.id: Colleague(row.id, row.username, row.names) for row in rows}
    lines, capacity, away = _lines(people), _capacity(people), _away(people, days)
    found = (
        Engineer(
            one.id, one.username, one.name, capacity.get(one.id, USUAL_CAPACITY), lines.get(one.id, ()),
            frozenset(away.get(one.id, ())),
        )
        for one in people.values()
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.name))


def _holders(person: Person, more: list[str]) -> sa.Select[int, str, dict[str, str]]:
    query = sa.select(User.id, User.username, User.names).where(User.active)
    held = sa.select(Membership.user_id).where(Membership.role_id == ROLE)
    if not rights.sees_everything(person):
        tree = unit_tree(person.unit_version)
        own = [one.unit for one in person.memberships if one.unit]
        codes = {code for unit in own for code in (*tree.above(unit), *tree.below(unit))}
        held = held.outerjoin(Unit, Unit.id == Membership.unit_id)
        held = held.where(sa.or_(Membership.unit_id.is_(None), Unit.code.in_(codes)))
    return query.where(sa.or_(User.id.in_(held), User.username.in_(more)))


def _lines(people: Mapping[int, Colleague]) -> dict[int, tuple[str, ...]]:
    query = sa.select(StaffSkill.user_id, StaffSkill.line).where(StaffSkill.user_id.in_(list(people)))
    found: dict[int, tuple[str, ...]] = {}
    for row in db.session.execute(query.order_by(StaffSkill.level.desc(), StaffSkill.line)):
        name = code_text("complaint_classification", "product_line", row.line)
        found[row.user_id] = (*found.get(row.user_id, ()), name)
    return found


def _capacity(people: Mapping[int, Colleague]) -> dict[int, int]:
    query = sa.select(StaffCapacity).where(StaffCapacity.user_id.in_(list(people)))
    return {one.user_id: max(one.daily_capacity, 1) for one in db.session.scalars(query)}


def _away(people: Mapping[int, Colleague], days: Sequence[dt.date]) -> dict[int, set[dt.date]]:
    """The days on which somebody is away for any time."""
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    bounds = {day: dt.datetime.combine(day, dt.time(), zone) for day in (*days, days[-1] + dt.timedelta(days=1))}
    query = sa.select(Absence.user_id, Absence.starts_at, Absence.ends_at).where(
        Absence.user_id.in_(list(people)),
        Absence.cancelled_at.is_(None),
        Absence.starts_at < bounds[days[-1] + dt.timedelta(days=1)],
        Absence.ends_at > bounds[days[0]],
    )
    found: dict[int, set[dt.date]] = {}
    for row in db.session.execute(query):
        gone = {day for day in days if row.starts_at < bounds[day] + dt.timedelta(days=1) and row.ends_at > bounds[day]}
        found.setdefault(row.user_id, set()).update(gone)
    return found


def _place(visit: Visit) -> tuple[str, dt.date, bool, str, int]:
    return (visit.staff, visit.day, visit.at is None, visit.at.isoformat() if visit.at else "", visit.key)


def _placed(members: list[Visit], engineer: Engineer | None) -> Iterator[Placed]:
    before: Visit | None = None
    for visit in members:
        tight = _tight(before, visit)
        troubles = misfits(visit, members, engineer)
        yield Placed(visit, (*troubles, tight) if tight else troubles, "" if tight else _gap(before, visit))
        before = visit if visit.at is not None else before


def _overlap(one: Visit, other: Visit) -> bool:
    if one.at is None or other.at is None:
        return False
    return one.at < other.at + other.times.lasts and other.at < one.at + one.times.lasts


def _left(before: Visit | None, visit: Visit) -> dt.timedelta | None:
    """The time between two visits at different places; None where nobody has to travel, or they overlap anyway."""
    if before is None or before.at is None or visit.at is None or before.address == visit.address:
        return None
    left = visit.at - before.at - before.times.lasts
    return left if left >= dt.timedelta() else None


def _tight(before: Visit | None, visit: Visit) -> str:
    left = _left(before, visit)
    if left is None or left >= visit.times.travel:
        return ""
    return _("only %(minutes)d min to get there", minutes=left // dt.timedelta(minutes=1))


def _gap(before: Visit | None, visit: Visit) -> str:
    left = _left(before, visit)
    return "" if left is None else _("%(minutes)d min to get there", minutes=left // dt.timedelta(minutes=1))


def _clock(visit: Visit) -> str:
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    return visit.at.astimezone(zone).strftime("%H:%M") if visit.at else ""
