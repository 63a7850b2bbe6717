"""Delegating a task: somebody else does it for its assignee, until it is done, given back, taken back or time is up."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine import access as rights
from app.engine import asking, handing
from app.engine.models import Draft, UserTask
from app.engine.naming import display_name
from app.engine.open_tasks import idle_task
from app.engine.task_rows import change, note
from app.errors import Conflict, Forbidden, Invalid
from app.people import access
from app.people.person import STAFF, SYSTEM, Person, find_person

LONGEST = dt.timedelta(days=400)


def delegate_task(
    person: Person, task_key: int, username: str, *, until: dt.datetime | None = None, reason: str = ""
) -> None:
    """Let somebody do one's own task, acting for one: whoever is chosen need not be a candidate.

    :param until: when it comes back by itself, done or not; None for when it is done or given back.

    Raises Forbidden for a task that is not the person's, Conflict for one that is delegated already.
    """
    with transaction() as session:
        task = idle_task(session, task_key)
        access.require(person, STAFF)
        _require_owner(person, task)
        target = _delegate(task, username)
        if until is not None and not clock.now() < until < clock.now() + LONGEST:
            raise Invalid("engine.delegation_span", fields={"until": [("engine.delegation_span", {})]})
        rights.require_separation(session, person, task, target)
        owner = task.assignee
        note(session, person, "delegated", task, reason, {"to": username, "until": until and until.isoformat()})
        change(session, task, {"assignee": username})
        task.delegated_by, task.delegated_until = owner, until
        handing.tell_of_delegation(session, person, task, reason)


def return_task(person: Person, task_key: int, remark: str = "") -> None:
    """Let a delegated task come back: the delegate gives it back, its owner or a supervisor takes it back."""
    with transaction() as session:
        task = idle_task(session, task_key)
        access.require(person, STAFF)
        if task.delegated_by is None:
            raise Conflict("engine.task_not_delegated")
        leads = person.administrator or (person.supervisor and rights.may_see_task(person, task))
        if (
            person.username not in {task.assignee, task.delegated_by}
            and not leads
            and not rights.acts_for(person, task)
        ):
            raise Forbidden("engine.task_of_somebody_else", who=display_name(task.assignee))
        _come_back(session, person, task, remark)


def return_due() -> int:
    """Let the delegated tasks come back whose time is up; returns how many."""
    late = sa.select(UserTask.key).where(
        UserTask.state == "created", UserTask.delegated_by.is_not(None), UserTask.delegated_until <= clock.now()
    )
    keys = list(db.session.scalars(late.limit(500)))
    return sum(_return_late(key) for key in keys)


def _return_late(task_key: int) -> bool:
    """Looks again under the lock, because it may have been done or given back meanwhile."""
    with transaction() as session:
        task = session.get(UserTask, task_key, with_for_update=True, populate_existing=True)
        over = (
            task is not None and task.state == "created" and task.pending is None and task.delegated_until is not None
        )
        if not over or task.delegated_until > clock.now():
            return False
        _come_back(session, SYSTEM, task, "")
    return True


def _come_back(session: t.Any, person: Person, task: UserTask, remark: str) -> None:
    owner, delegate = t.cast(str, task.delegated_by), task.assignee
    note(session, None if person is SYSTEM else person, "returned", task, remark, {"from": delegate, "to": owner})
    _keep_what_was_typed(session, task, delegate, owner)
    change(session, task, {"assignee": owner})
    handing.tell_of_return(session, person, task, delegate, remark)


def _keep_what_was_typed(session: t.Any, task: UserTask, delegate: str | None, owner: str) -> None:
    """The owner goes on where the delegate stopped, unless they have typed something later themselves."""
    typed = session.get(Draft, (task.key, delegate)) if delegate else None
    own = session.get(Draft, (task.key, owner))
    if typed is not None and (own is None or own.saved_at <= typed.saved_at):
        session.merge(Draft(task_key=task.key, username=owner, data=typed.data, saved_at=typed.saved_at))


def _require_owner(person: Person, task: UserTask) -> None:
    if task.delegated_by is not None:
        raise Conflict("engine.delegated_already", who=display_name(task.delegated_by))
    if task.assignee is None or (task.assignee != person.username and not rights.acts_for(person, task)):
        raise Forbidden("engine.delegate_own_only")
    if asking.listens(task, "assigning"):
        raise Conflict("engine.delegation_is_checked")


def _delegate(task: UserTask, username: str) -> Person:
    target = find_person(username.strip())
    if target is None or not target.staff:
        raise Invalid("engine.no_such_person", fields={"assignee": [("engine.no_such_person", {"who": username})]})
    if target.username == task.assignee:
        raise Invalid("engine.delegate_to_oneself", fields={"assignee": [("engine.delegate_to_oneself", {})]})
    return target
