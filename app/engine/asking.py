"""Asking the listeners of a user task before it changes, and waiting for what they say."""

import time
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.engine.command import Command, run
from app.engine.models import UserTask
from app.errors import Conflict, Uncertain
from app.people.person import Person

PATIENCE = 20.0
"""Seconds a request may be held open for listeners. It occupies one thread of the server meanwhile."""
PAUSE = 0.25
Event = t.Literal["assigning", "updating"]


def listens(task: UserTask, event: str) -> bool:
    """Has a task listeners for an event?"""
    return event in (task.listens or ())


def must_be_idle(task: UserTask) -> None:
    """Raises Conflict while listeners are asked about another change."""
    if task.pending is not None:
        raise Conflict("engine.task_busy")


def ask(person: Person, task: UserTask, event: Event, changes: Mapping[str, t.Any], action: str, reason: str) -> None:
    """Let the listeners of a task judge a change; it comes about when all have agreed."""
    note_question(task, event, person, action, reason)

    def act(command: Command) -> None:
        command.load(task.instance_key).kernel.change_task(task.token, event, changes)

    run(person, act)


def note_question(
    task: UserTask, event: str, person: Person, action: str, reason: str = "", trace: t.Any = None
) -> None:
    """Keep in the row what is being asked, by whom and since when.

    :param trace: decisions taken while the form was filled in.
    """
    task.denied = None
    task.pending = {
        "event": event,
        "by": person.username,
        "action": action,
        "reason": reason,
        "at": clock.now().isoformat(),
        "trace": trace,
    }


def await_verdict(task_key: int) -> None:
    """Wait until the listeners of a task have said what they think of its last change.

    Raises Conflict with the reason when one of them denied it, Uncertain when they take longer than a request may.
    """
    until = time.monotonic() + PATIENCE
    while True:
        db.session.rollback()
        query = sa.select(UserTask.pending, UserTask.denied).where(UserTask.key == task_key)
        pending, denied = db.session.execute(query).one()
        if denied is not None:
            raise Conflict("engine.task_denied", reason=denied["reason"] or i18n.text("engine.no_reason"))
        if pending is None:
            return
        if time.monotonic() >= until:
            raise Uncertain("engine.listeners_silent")
        time.sleep(PAUSE)
