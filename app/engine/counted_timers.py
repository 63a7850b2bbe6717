"""Armed timers whose moment was counted by a calendar: found, and moved when that calendar was changed.

The row decides when a timer fires. So moving it touches no token, and whoever fires it meanwhile has been first.
"""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from app.db import db
from app.engine import deadlines
from app.engine.models import ProcessInstance, Timer
from app.people import audit
from app.people.person import Person

BATCH = 500


@dataclasses.dataclass(frozen=True)
class MovedTimer:
    """An armed timer that would come due at another moment by the calendar as it is now."""

    key: int
    instance_key: int
    case_id: int | None
    element_id: str
    before: dt.datetime
    after: dt.datetime


def armed(*conditions: sa.ColumnElement[bool]) -> Iterator[list[t.Any]]:
    """Armed timers that were counted and are not held back, some hundred at a time in the order of their keys."""
    columns = (Timer.key, Timer.instance_key, Timer.element_id, Timer.due_at, Timer.due_basis, ProcessInstance.case_id)
    query = sa.select(*columns).join(ProcessInstance, ProcessInstance.key == Timer.instance_key)
    query = query.where(Timer.due_basis.is_not(None), Timer.resumes_at.is_(None), *conditions)
    last = 0
    while rows := list(db.session.execute(query.where(Timer.key > last).order_by(Timer.key).limit(BATCH))):
        yield rows
        last = rows[-1].key


def moved(rows: Iterable[t.Any]) -> Iterator[MovedTimer]:
    """Return those of `armed` that come due at another moment now."""
    for row in rows:
        after = deadlines.another(row.due_basis, row.due_at)
        if after is not None:
            yield MovedTimer(row.key, row.instance_key, row.case_id, row.element_id, row.due_at, after)


def move(session: t.Any, person: Person, timer: MovedTimer, reason: str) -> bool:
    """Move one timer in the caller's transaction; False when it has fired or was moved since it was read."""
    still = sa.update(Timer).where(Timer.key == timer.key, Timer.due_at == timer.before)
    changed = session.execute(still.values(due_at=timer.after), execution_options={"synchronize_session": False})
    if not changed.rowcount:
        return False
    detail = {
        "element": timer.element_id,
        "before": {"due_at": timer.before.isoformat()},
        "after": {"due_at": timer.after.isoformat()},
    }
    audit.record(
        session, person, "engine:timer:recounted", f"timer:{timer.key}", reason, detail,
        instance_key=timer.instance_key, case_id=timer.case_id,
    )  # fmt: skip
    return True
