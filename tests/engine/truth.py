"""Checks that the rows of every live instance say exactly what its stored state says."""

import sqlalchemy as sa

from app.db import db
from app.engine.command import Command
from app.engine.models import (
    ElementInstance,
    Job,
    MessageSubscription,
    Timer,
    UserTask,
    UserTaskCandidate,
)
from app.engine.running import INSTANCE_COLUMNS
from app.kernel import JobWait, MessageWait, SignalWait, TimerWait, UserWait


def assert_rows_follow_the_state() -> int:
    """Compare waits with rows for every instance; returns how many instances are live."""
    db.session.rollback()
    rows = db.session.execute(sa.select(*INSTANCE_COLUMNS)).all()
    for row in rows:
        expected = _expected(row) if row.state == "active" else {}
        assert _stored(row.key) == expected, row.key
        assert (row.state_blob is None) == (row.state != "active")
        if row.state != "active":
            live = sa.select(ElementInstance.element_id).where(
                ElementInstance.instance_key == row.key, ElementInstance.ended_at.is_(None)
            )
            assert db.session.execute(live).all() == []
    orphans = sa.select(UserTaskCandidate.task_key).where(
        UserTaskCandidate.task_key.not_in(sa.select(UserTask.key).where(UserTask.state == "created"))
    )
    assert db.session.execute(orphans).all() == []
    return sum(row.state == "active" for row in rows)


def _expected(row) -> dict[str, set]:
    found: dict[str, set] = {}
    kinds = {UserWait: "task", JobWait: "job", TimerWait: "timer", MessageWait: "event", SignalWait: "event"}
    for wait in Command(db.session, None).take(row).waits().values():
        if type(wait) in kinds:
            found.setdefault(kinds[type(wait)], set()).add((wait.token, wait.element_id))
    return found


def _stored(key: int) -> dict[str, set]:
    tables = {"task": UserTask, "job": Job, "timer": Timer, "event": MessageSubscription}
    found = {}
    for name, model in tables.items():
        query = sa.select(model.token, model.element_id).where(model.instance_key == key)
        if model is UserTask:
            query = query.where(UserTask.state == "created")
        if places := {tuple(row) for row in db.session.execute(query)}:
            found[name] = places
    return found
