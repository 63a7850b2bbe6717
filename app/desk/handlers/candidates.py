"""`desk.candidates`: who could be sent, with everything the table of points asks about each of them."""

import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.desk import cases, reading
from app.desk.dispatch.visits import planned_days
from app.desk.models import USUAL_CAPACITY, Case, StaffCapacity, StaffSkill
from app.engine.models import UserTask
from app.engine.registry import JobContext
from app.people.models import Absence, Membership, User
from app.people.units import UnitNode, unit_tree

AREAS = ("same_area", "same_region", "elsewhere")
"""Nearest first."""


def gather(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"candidates"}: holders of `role` who are present on `planned_on`, have room and know the product line.

    Inputs: `role`, `product_line` (null: nobody is left out for skill), `priority` (P1 asks for level 2), `asset_id`,
    `planned_on`. Each is {username, name, level, area, open_tasks, free_percent, served_before, visits_that_day}.
    """
    case = reading.case_of(job)
    people = _holders(job.session, reading.required(job, "role"), case.unit_id)
    day = reading.day(job.inputs.get("planned_on")) or cases.company_day(job.now)
    for away in _absent(job.session, people, day):
        people.pop(away, None)
    line = reading.text(job, "product_line")
    levels = _levels(job.session, people, line)
    load = _load(job.session, people)
    capacity = _capacity(job.session, people)
    planned = planned_days(job.session, [user.username for user, _ in people.values()])
    served = _served(job.session, people, reading.record_id(job, "asset_id"))
    least = 0 if line is None else 2 if reading.text(job, "priority") == "P1" else 1
    found = [
        {
            "username": user.username,
            "name": user.names.get("zh") or user.username,
            "level": levels.get(key, 0),
            "area": area,
            "open_tasks": load.get(user.username, 0),
            "free_percent": 100 - 100 * load.get(user.username, 0) // room,
            "served_before": user.username in served,
            "visits_that_day": planned.get((user.username, day), 0),
        }
        for key, (user, area) in people.items()
        if (room := capacity.get(key, USUAL_CAPACITY)) > load.get(user.username, 0) and levels.get(key, 0) >= least
    ]
    return {"candidates": sorted(found, key=lambda one: str(one["username"]))}


People = dict[int, tuple[User, str]]


def _holders(session: t.Any, role: str, unit_id: int | None) -> People:
    """Holders of a role, each with how near the nearest of their units is to the case's."""
    query = (
        sa.select(User, Membership.unit_id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role_id == role, User.active)
        .order_by(User.id)
    )
    people: People = {}
    for user, unit in session.execute(query):
        area = _nearness(unit, unit_id)
        known = people.get(user.id)
        if known is None or AREAS.index(area) < AREAS.index(known[1]):
            people[user.id] = (user, area)
    return people


def _nearness(unit_id: int | None, case_unit_id: int | None) -> str:
    """A province is an area, the region above it the wider one; who stands above both works everywhere alike."""
    tree = unit_tree()
    there, here = tree.by_id.get(unit_id or 0), tree.by_id.get(case_unit_id or 0)
    if there is None or here is None:
        return "elsewhere"
    for kind, area in (("province", "same_area"), ("region", "same_region")):
        if (mine := _above(there, kind)) is not None and mine == _above(here, kind):
            return area
    return "elsewhere"


def _above(node: UnitNode, kind: str) -> str | None:
    tree = unit_tree()
    return next((code for code in node.above if tree.by_code[code].kind == kind), None)


def _absent(session: t.Any, people: Iterable[int], day: dt.date) -> set[int]:
    """Who is away at any time of a day; the order is for the day it is planned on, not for now."""
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    start = dt.datetime.combine(day, dt.time(), zone)
    query = sa.select(Absence.user_id).where(
        Absence.user_id.in_(list(people)),
        Absence.cancelled_at.is_(None),
        Absence.starts_at < start + dt.timedelta(days=1),
        Absence.ends_at > start,
    )
    return set(session.scalars(query))


def _levels(session: t.Any, people: People, line: str | None) -> dict[int, int]:
    query = sa.select(StaffSkill.user_id, StaffSkill.level)
    query = query.where(StaffSkill.user_id.in_(list(people)), StaffSkill.line == line)
    return {row.user_id: row.level for row in session.execute(query)} if line else {}


def _capacity(session: t.Any, people: People) -> dict[int, int]:
    query = sa.select(StaffCapacity).where(StaffCapacity.user_id.in_(list(people)))
    return {one.user_id: max(one.daily_capacity, 1) for one in session.scalars(query)}


def _load(session: t.Any, people: People) -> dict[str, int]:
    """Open tasks per username."""
    names = [user.username for user, _ in people.values()]
    query = (
        sa.select(UserTask.assignee, sa.func.count().label("tasks"))
        .where(UserTask.state == "created", UserTask.assignee.in_(names))
        .group_by(UserTask.assignee)
    )
    return {row.assignee: row.tasks for row in session.execute(query)}


def _served(session: t.Any, people: People, asset_id: int | None) -> set[str]:
    """Who has completed a task for this device before."""
    if asset_id is None:
        return set()
    names = [user.username for user, _ in people.values()]
    query = (
        sa.select(UserTask.ended_by)
        .join(Case, Case.id == UserTask.case_id)
        .where(Case.asset_id == asset_id, UserTask.state == "completed", UserTask.ended_by.in_(names))
        .distinct()
    )
    return set(session.scalars(query))
