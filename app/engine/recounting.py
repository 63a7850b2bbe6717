"""Counting the deadlines of open tasks again, after a calendar was changed."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Collection, Iterator

import sqlalchemy as sa

from app.calendars import CalendarError
from app.db import db, transaction
from app.engine import deadlines
from app.engine.models import UserTask, UserTaskCandidate
from app.people import access, audit
from app.people.person import SUPERVISOR, Person

BATCH = 500
SHOWN = 20


@dataclasses.dataclass(frozen=True)
class Moved:
    """An open task whose deadline is another one by the calendar as it is now."""

    key: int
    case_id: int | None
    instance_key: int
    names: t.Mapping[str, str]
    element_id: str
    created_at: dt.datetime
    basis: t.Mapping[str, t.Any]
    before: dt.datetime
    after: dt.datetime


@dataclasses.dataclass(frozen=True)
class Recount:
    """What counting again would do: how many deadlines were looked at, go later and go earlier, and some of them.

    `by_hand` is how many deadlines were set by people or by a date in the diagram; those never move.
    """

    looked_at: int = 0
    by_hand: int = 0
    later: int = 0
    earlier: int = 0
    some: tuple[Moved, ...] = ()

    @property
    def moved(self) -> int:
        return self.later + self.earlier


def preview_recount(person: Person, units: Collection[int] | None) -> Recount:
    """Say how many open tasks of some units would get another deadline; None is all units. Nothing changes."""
    access.require(person, SUPERVISOR)
    looked_at, later, earlier = 0, 0, 0
    some: list[Moved] = []
    for rows in _open_tasks(units):
        looked_at += len(rows)
        for moved in _moved(rows):
            later += moved.after > moved.before
            earlier += moved.after < moved.before
            if len(some) < SHOWN:
                some.append(moved)
    by_hand = (
        sa.select(sa.func.count())
        .select_from(UserTask)
        .where(_in(units), UserTask.state == "created", UserTask.due_at.is_not(None), UserTask.due_basis.is_(None))
    )
    return Recount(looked_at, int(db.session.execute(by_hand).scalar_one()), later, earlier, tuple(some))


def recount_deadlines(person: Person, units: Collection[int] | None, reason: str = "") -> int:
    """Give open tasks of some units the deadlines of the calendar as it is now; returns how many moved.

    Deadlines set by people stay. Some hundred tasks share a transaction; each moves only if its deadline is still the
    one that was read, so that it can run twice and beside people who change dates. Timers of diagrams stay.
    """
    access.require(person, SUPERVISOR)
    return sum(_write(person, list(_moved(rows)), reason) for rows in _open_tasks(units))


def _open_tasks(units: Collection[int] | None) -> Iterator[list[t.Any]]:
    """Open tasks with a counted deadline, some hundred at a time in the order of their keys."""
    last = 0
    while True:
        query = (
            sa.select(
                UserTask.key, UserTask.case_id, UserTask.instance_key, UserTask.names, UserTask.element_id,
                UserTask.created_at, UserTask.due_at, UserTask.due_basis,
            )
            .where(_in(units), UserTask.state == "created", UserTask.due_basis.is_not(None), UserTask.key > last)
            .order_by(UserTask.key)
            .limit(BATCH)
        )  # fmt: skip
        rows = list(db.session.execute(query))
        if not rows:
            return
        yield rows
        last = rows[-1].key


def _in(units: Collection[int] | None) -> sa.ColumnElement[bool]:
    return sa.true() if units is None else UserTask.unit_id.in_(units)


def _moved(rows: list[t.Any]) -> Iterator[Moved]:
    for row in rows:
        try:
            after = deadlines.counted(row.due_basis).astimezone(dt.UTC)
        except CalendarError:
            continue
        if after != row.due_at:
            yield Moved(
                row.key, row.case_id, row.instance_key, row.names, row.element_id, row.created_at, row.due_basis,
                row.due_at, after,
            )  # fmt: skip


def _write(person: Person, moved: list[Moved], reason: str) -> int:
    done = 0
    if moved:
        with transaction() as session:
            done = sum(_move(session, person, one, reason) for one in moved)
    return done


def _move(session: t.Any, person: Person, task: Moved, reason: str) -> bool:
    calendar = deadlines.calendar_of(task.basis, None)
    half = deadlines.part(calendar, task.created_at, task.after, 1, 2)
    # What was told already is not told again.
    report_at = sa.case((UserTask.reported == 0, half), else_=UserTask.report_at)
    still = (UserTask.key == task.key, UserTask.state == "created", UserTask.due_at == task.before)
    values = {"due_at": task.after, "due_sort": task.after, "report_at": report_at}
    changed = session.execute(sa.update(UserTask).where(*still).values(values), execution_options=_UNTRACKED)
    if not changed.rowcount:
        return False
    candidates = sa.update(UserTaskCandidate).where(UserTaskCandidate.task_key == task.key)
    session.execute(candidates.values(due_sort=task.after), execution_options=_UNTRACKED)
    detail = {"before": {"due_at": task.before.isoformat()}, "after": {"due_at": task.after.isoformat()}}
    audit.record(
        session, person, "engine:user_task:recounted", f"user_task:{task.key}", reason, detail,
        instance_key=task.instance_key, case_id=task.case_id,
    )  # fmt: skip
    return True


_UNTRACKED = {"synchronize_session": False}
