"""Counting the deadlines of open tasks again, and timers with them, after a calendar was changed."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Collection, Iterator

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine import counted_timers, deadlines
from app.engine.counted_timers import MovedTimer
from app.engine.models import ProcessInstance, Timer, UserTask, UserTaskCandidate
from app.engine.registry import the_registry
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

    `by_hand` is how many deadlines were set by people or by a date in the diagram; those never move. `timers` is how
    many armed timers move, which were counted like deadlines.
    """

    looked_at: int = 0
    by_hand: int = 0
    later: int = 0
    earlier: int = 0
    timers: int = 0
    some: tuple[Moved, ...] = ()

    @property
    def moved(self) -> int:
        return self.later + self.earlier


class Recounted(t.NamedTuple):
    """How many deadlines of tasks and how many timers were moved."""

    tasks: int
    timers: int


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
    set_by_hand = int(db.session.execute(by_hand).scalar_one())
    timers = sum(1 for rows in counted_timers.armed(_of_instances(units)) for _ in counted_timers.moved(rows))
    return Recount(looked_at, set_by_hand, later, earlier, timers, tuple(some))


def recount_deadlines(person: Person, units: Collection[int] | None, reason: str = "") -> Recounted:
    """Give open tasks and timers of some units the moments of the calendar as it is now; returns how many moved.

    What people set stays, and so do dates of diagrams. Some hundred tasks share a transaction with the timers of their
    instances, so that a step and the timer beside it never follow different calendars; then come timers without a
    task. Each moves only if its moment is still the one that was read: it can run twice and beside people and workers.
    """
    access.require(person, SUPERVISOR)
    tasks = timers = 0
    for rows in _open_tasks(units):
        moved = list(_moved(rows))
        beside = Timer.instance_key.in_({one.instance_key for one in moved})
        found = [one for armed in counted_timers.armed(beside) for one in counted_timers.moved(armed)] if moved else []
        done = _write(person, moved, found, reason)
        tasks, timers = tasks + done.tasks, timers + done.timers
    for armed in counted_timers.armed(_of_instances(units)):
        timers += _write(person, [], list(counted_timers.moved(armed)), reason).timers
    if timers:
        # Workers may sleep until a moment that has come nearer.
        the_registry().bell.ring(clock.now())
    return Recounted(tasks, timers)


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


def _of_instances(units: Collection[int] | None) -> sa.ColumnElement[bool]:
    return sa.true() if units is None else ProcessInstance.unit_id.in_(units)


def _moved(rows: list[t.Any]) -> Iterator[Moved]:
    for row in rows:
        after = deadlines.another(row.due_basis, row.due_at)
        if after is not None:
            yield Moved(
                row.key, row.case_id, row.instance_key, row.names, row.element_id, row.created_at, row.due_basis,
                row.due_at, after,
            )  # fmt: skip


def _write(person: Person, tasks: list[Moved], timers: list[MovedTimer], reason: str) -> Recounted:
    if not tasks and not timers:
        return Recounted(0, 0)
    with transaction() as session:
        done = sum(_move(session, person, one, reason) for one in tasks)
        return Recounted(done, sum(counted_timers.move(session, person, one, reason) for one in timers))


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
