"""Rows of suspended instances: due at the end of time, with the moment they were due beside it.

So the looks for what is due find nothing of them by the same indexes as ever, and cost nothing more.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.engine.models import FOREVER, Job, Timer, UserTask, table_of

if t.TYPE_CHECKING:
    from app.engine.running import Running
    from app.engine.writing import Batch

_OPEN = UserTask.state == "created"


def due(at: dt.datetime, suspended_at: dt.datetime | None) -> dict[str, dt.datetime | None]:
    """Return the columns of a timer or job that is due at a moment, in an instance that is suspended or not."""
    put_off = suspended_at is not None
    return {"due_at": FOREVER if put_off else at, "resumes_at": at if put_off else None, "suspended_at": suspended_at}


def _put_off(model: type[t.Any]) -> t.Any:
    """What a restore holds back already stays held by it."""
    table = table_of(model)
    mine = (table.c.instance_key == sa.bindparam("an_instance"), table.c.resumes_at.is_(None))
    later = {"due_at": FOREVER, "resumes_at": table.c.due_at, "suspended_at": sa.bindparam("since")}
    return sa.update(table).where(*mine).values(later)


def _take_up(model: type[t.Any]) -> t.Any:
    table = table_of(model)
    mine = (table.c.instance_key == sa.bindparam("an_instance"), table.c.suspended_at.is_not(None))
    return sa.update(table).where(*mine).values(due_at=table.c.resumes_at, resumes_at=sa.null(), suspended_at=sa.null())


_MARK = (
    sa.update(table_of(UserTask))
    .where(UserTask.instance_key == sa.bindparam("an_instance"), _OPEN)
    .values(suspended_at=sa.bindparam("since"))
)
_PUT_OFF = {f"put off {model.__name__}": _put_off(model) for model in (Timer, Job)}
_TAKE_UP = {f"take up {model.__name__}": _take_up(model) for model in (Timer, Job)}


def write(batch: "Batch", running: "Running") -> None:
    """Put off what waits for the clock or a program, and mark the tasks; or take it all up again."""
    if not running.turned or running.over:
        return
    since = running.suspended_at
    batch.change("mark tasks", _MARK, an_instance=running.key, since=since)
    for name, statement in (_PUT_OFF if since else _TAKE_UP).items():
        batch.change(name, statement, an_instance=running.key, **({"since": since} if since else {}))
