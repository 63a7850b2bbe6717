"""A root instance and everything it called belong to one case and one unit."""

import typing as t

import sqlalchemy as sa

from app.engine.models import MessageSubscription, OutsideWait, ProcessInstance, UserTask
from app.engine.running import Running

if t.TYPE_CHECKING:
    from app.engine.command import Command

_UNTRACKED = {"synchronize_session": False}


def move_family(command: "Command", member: Running, case_id: int, unit_id: int | None) -> None:
    """Attach a whole family to a case and the unit that answers for it now, in memory and in its rows."""
    root = member.facts.root_key
    for running in command.running.values():
        if running.facts.root_key == root:
            running.attach(case_id, unit_id)
    values = {"case_id": case_id, "unit_id": unit_id}
    family = sa.select(ProcessInstance.key).where(ProcessInstance.root_key == root)
    _update(command.session, ProcessInstance, ProcessInstance.root_key == root, values)
    _update(command.session, UserTask, sa.and_(UserTask.root_key == root, UserTask.state == "created"), values)
    for waits in (MessageSubscription, OutsideWait):
        _update(command.session, waits, waits.instance_key.in_(family), values)


def move_case(session: t.Any, case_id: int, unit_id: int | None) -> None:
    """Let another unit answer for a case: its instances, open tasks and waits become visible there.

    For use outside a job; a job handler calls `JobContext.set_case`, which also reaches what is in memory.
    """
    values = {"unit_id": unit_id}
    _update(session, ProcessInstance, ProcessInstance.case_id == case_id, values)
    _update(session, UserTask, sa.and_(UserTask.case_id == case_id, UserTask.state == "created"), values)
    _update(session, MessageSubscription, MessageSubscription.case_id == case_id, values)


def _update(session: t.Any, model: t.Any, where: sa.ColumnElement[bool], values: dict[str, t.Any]) -> None:
    session.execute(sa.update(model).where(where).values(values), execution_options=_UNTRACKED)
