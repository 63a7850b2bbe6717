"""Suspending instances and letting them go on: a suspended one keeps everything, and nothing moves it by itself.

Its timers and jobs are put off, its tasks cannot be completed, and messages for it stay in the buffer as long as they
live. A job that a program outside has in hand already may still be reported, so that nothing is done twice; what
follows from it waits as well. Signals pass a suspended instance by, because nothing keeps a signal. People with the
right may repair and cancel it meanwhile.
"""

import datetime as dt

import sqlalchemy as sa

from app.engine import access as rights
from app.engine.command import Command, run
from app.engine.interventions import MAY_MOVE, record, require_reason
from app.engine.models import ProcessInstance
from app.engine.running import INSTANCE_COLUMNS
from app.errors import Conflict
from app.people.person import Person


def suspend_instance(person: Person, key: int, reason: str) -> None:
    """Let an instance rest with everything it called. Raises Conflict for one that rests already or was called."""
    run(person, lambda command: _turn(command, person, key, reason, command.now))


def resume_instance(person: Person, key: int, reason: str) -> None:
    """Let it go on. What came due meanwhile is due now, once. Raises Conflict when it does not rest or was called."""
    run(person, lambda command: _turn(command, person, key, reason, None))


def _turn(command: Command, person: Person, key: int, reason: str, since: dt.datetime | None) -> None:
    instance = rights.require_instance(command.session, person, key, *MAY_MOVE)
    require_reason(reason)
    if instance.parent_key is not None:
        raise Conflict("engine.suspend_the_root", root=instance.root_key)
    if (command.load(key).suspended_at is None) == (since is None):
        raise Conflict("engine.suspended_already" if since else "engine.not_suspended")
    family = sa.select(*INSTANCE_COLUMNS).where(ProcessInstance.root_key == key, ProcessInstance.state == "active")
    for row in command.session.execute(family).all():
        command.take(row).turn(since)
    record(command, person, "suspended" if since else "resumed", instance, reason)
