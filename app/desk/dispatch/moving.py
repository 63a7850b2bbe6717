"""Moving a visit to somebody else, or to another day as long as no time is agreed with the customer."""

import dataclasses
import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app import engine
from app.db import db, transaction
from app.desk.dispatch.board import ROLE
from app.desk.dispatch.visits import DISPATCH, UNASSIGNED, Visit, visit
from app.desk.models import Document
from app.engine.handover import hand_over
from app.engine.interventions import require_reason
from app.errors import Forbidden, Invalid
from app.people import access, notifications
from app.people.notifications import Telling
from app.people.person import STAFF, Person, find_person
from app.people.units import unit_tree

DIRECTING = ("dispatcher", "service_manager")


def may_move(person: Person, moved: Visit) -> bool:
    """Whether the person may move this visit here: its dispatchers, and supervisors who see it.

    The team of an installation is named in its own process, by department and with assistants.
    """
    if moved.process_id != DISPATCH:
        return False
    if person.administrator or person.supervisor:
        return True
    node = unit_tree(person.unit_version).by_id.get(moved.unit_id or 0)
    return person.staff and any(access.holds(person, role, node.code if node else None) for role in DIRECTING)


def move_visit(person: Person, key: int, username: str, *, reason: str = "", day: dt.date | None = None) -> Visit:
    """Let somebody make a visit, who is told with everybody it concerns; returns the visit as it was before.

    An order nobody goes for yet is assigned, which its process goes on with. Of one that is on its way the open step
    changes hands, with the reason.

    Raises NotFound, Forbidden for whoever does not direct it, Invalid for somebody who does not go to customers there,
    for a missing reason, and for another day than the one agreed with the customer.
    """
    access.require(person, STAFF)
    with transaction():
        moved = visit(person, key)
        if not may_move(person, moved):
            raise Forbidden("desk.not_your_visit")
        target = _goes_there(moved, username)
        _check_day(moved, day)
        if moved.stage == UNASSIGNED:
            _assign(person, moved, target, day)
        elif (target.username, day or moved.day) != (moved.staff, moved.day):
            require_reason(reason)
            _change(person, moved, target, day, reason.strip())
        return moved


def _goes_there(moved: Visit, username: str) -> Person:
    node = unit_tree().by_id.get(moved.unit_id or 0)
    target = find_person(username)
    if target is None or not access.holds(target, ROLE, node.code if node else None):
        said = ("desk.not_service_staff", {"who": username, "unit": node.name if node else ""})
        raise Invalid(said[0], fields={"staff": [said]}, **said[1])
    return target


def _check_day(moved: Visit, day: dt.date | None) -> None:
    if day is None or day == moved.day:
        return
    if moved.at is not None:
        raise Invalid("desk.visit_appointed", fields={"day": [("desk.visit_appointed", {})]})


def _assign(person: Person, moved: Visit, target: Person, day: dt.date | None) -> None:
    """Complete the dispatcher's own step; the process tells whoever goes."""
    assert moved.task_key is not None
    if day is not None and day != moved.planned_on:
        _plan(person, moved, target, day)
    data = dict(engine.open_form(person, moved.task_key).data)
    proposed = {str(one.get("username")) for one in moved.ranking}
    choice = {"chosen": target.username} if target.username in proposed else {"chosen": None, "other": target.username}
    engine.complete_task(person, moved.task_key, {**data, **choice})


def _plan(person: Person, moved: Visit, target: Person, day: dt.date) -> None:
    """Another day was chosen together with the person, which is the reason for it."""
    hand_over(person, moved.key, None, target, {"planned_on": day.isoformat()}, day.isoformat())


def _change(person: Person, moved: Visit, target: Person, day: dt.date | None, reason: str) -> None:
    values: dict[str, t.Any] = {"staff": target.username}
    if day is not None and day != moved.day:
        values["planned_on"] = day.isoformat()
    hand_over(person, moved.key, moved.task_key, target, values, reason)
    _note_in_order(moved, values)
    _tell(person, moved, target, day, reason)


def _note_in_order(moved: Visit, values: dict[str, t.Any]) -> None:
    """The paper of the order says who goes, too."""
    order = db.session.scalars(
        sa.select(Document).where(Document.kind == "dispatch_order", Document.document_no == moved.order_no)
    ).one_or_none()
    if order is not None:
        order.content = {**order.content, **values}


def _tell(person: Person, moved: Visit, target: Person, day: dt.date | None, reason: str) -> None:
    params = {
        "who": dict(person.names) or person.username,
        "customer": moved.customer or moved.case_no,
        "when": _when(moved, day),
        "to": dict(target.names) or target.username,
        "reason": reason,
    }
    told = Telling(notifications.VISIT, "", params, case_id=moved.case_id, task_key=moved.task_key)
    if target.username == moved.staff:
        _say(person, [target.username], dataclasses.replace(told, template="notification.visit_day"))
        return
    _say(person, [target.username], dataclasses.replace(told, template="notification.visit_yours"))
    if moved.staff:
        gone = dataclasses.replace(told, template="notification.visit_gone", task_key=None)
        _say(person, [moved.staff], gone)


def _when(moved: Visit, day: dt.date | None) -> str:
    """Day, and the time where one is agreed, as both languages write them in tables."""
    if moved.at is None:
        return (day or moved.day).isoformat()
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    return moved.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _say(person: Person, usernames: list[str], telling: Telling) -> None:
    notifications.tell(db.session(), notifications.named(usernames), telling, by=person)
