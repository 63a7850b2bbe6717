"""Reading an open task in order to change it, held against rivals where the database can."""

import typing as t

import sqlalchemy as sa

from app.engine import asking
from app.engine.models import UserTask
from app.engine.naming import by_whom
from app.errors import Conflict, NotFound


def held_task(session: t.Any, task_key: int) -> UserTask:
    """Return an open task. Raises NotFound, and Conflict naming who ended it."""
    query = sa.select(UserTask).where(UserTask.key == task_key).with_for_update()
    task = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if task is None:
        raise NotFound("engine.no_such_task", key=task_key)
    must_be_open(task)
    return t.cast(UserTask, task)


def idle_task(session: t.Any, task_key: int) -> UserTask:
    """The same for a task whose listeners are not being asked about another change."""
    task = held_task(session, task_key)
    asking.must_be_idle(task)
    return task


def must_be_open(task: UserTask) -> None:
    """Raise Conflict naming who completed or cancelled a task that is over."""
    if task.state == "completed":
        raise Conflict("engine.task_completed_already", **by_whom(task.ended_by, task.ended_at))
    if task.state != "created":
        raise Conflict("engine.task_cancelled", **by_whom(task.ended_by, task.ended_at))
