"""What came of business: every case that was begun has ended, or waits for somebody who is named."""

import collections
import dataclasses
import typing as t
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.db import db
from app.desk.models import Case
from app.engine.incident_text import complete
from app.engine.models import Job, MessageSubscription, ProcessInstance, Timer, UserTask
from app.scenarios.business.staff import Staff
from app.scenarios.problems import Problem
from app.scenarios.stage import open_incidents

ROUNDS = 20
"""How often people may do the same task of one instance; more than that is a circle that nobody gets out of."""


@dataclasses.dataclass(frozen=True)
class Ending:
    """Numbers of cases and of instances by process and state, who is waited for, and what ought not to be."""

    cases: int
    closed: int
    instances: t.Mapping[str, t.Mapping[str, int]]
    waiting: t.Mapping[str, int]
    faults: Sequence[Problem]


def judged() -> Ending:
    """Look at everything in the database. Needs an app context."""
    db.session.rollback()
    cases, closed = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(Case.closed_at)).select_from(Case)
    ).one()
    instances: dict[str, dict[str, int]] = {}
    states = sa.select(ProcessInstance.process_id, ProcessInstance.state, sa.func.count())
    for process, state, count in db.session.execute(states.group_by(ProcessInstance.process_id, ProcessInstance.state)):
        instances.setdefault(process, {})[state] = count
    staff = Staff()
    waits = list(_waits(staff))
    waiting = dict(collections.Counter(one.in_words() for one in waits))
    return Ending(cases, closed, instances, waiting, [*_incidents(), *_unattended(waits), *_stuck(waits), *_circles()])


class Wait(t.NamedTuple):
    """Something that keeps a family of instances alive, who is to attend to it, and whether there is such a one."""

    root: int
    process: str
    element: str
    attended: bool
    who: str

    def in_words(self) -> str:
        """Return the element with whom it waits for."""
        return f"{self.process} {self.element}: {self.who}"


def _waits(staff: Staff) -> Iterator[Wait]:
    tasks = sa.select(UserTask).where(UserTask.state == "created").order_by(UserTask.key)
    for task in db.session.scalars(tasks):
        able = staff.may_do(task)
        groups = ", ".join("@".join(filter(None, one)) for one in task.candidates)
        yield Wait(task.root_key, task.process_id, task.element_id, able, task.assignee or groups)
    for root, process, wait in _rooted(MessageSubscription, MessageSubscription.record_role.is_not(None)):
        able = bool(staff.holders(*wait.record_role.split("@")))
        yield Wait(root, process, wait.element_id, able, wait.record_role)
    for model, what in ((Timer, "a timer"), (Job, "a worker")):
        for root, process, row in _rooted(model):
            yield Wait(root, process, row.element_id, attended=True, who=what)


def _rooted(model: t.Any, *conditions: t.Any) -> Iterator[tuple[int, str, t.Any]]:
    query = sa.select(ProcessInstance.root_key, ProcessInstance.process_id, model)
    joined = query.join(ProcessInstance, ProcessInstance.key == model.instance_key).where(*conditions)
    yield from (tuple(row) for row in db.session.execute(joined.order_by(model.key)))


def _incidents() -> Iterator[Problem]:
    for one in open_incidents():
        yield Problem("scenarios.incident", {"sentence": complete(one)}, f"{one.process_id} {one.element_id}")


def _unattended(waits: Sequence[Wait]) -> Iterator[Problem]:
    for wait in waits:
        if not wait.attended:
            yield Problem("scenarios.nobody", {"by": wait.who}, f"{wait.process} {wait.element}")


def _stuck(waits: Sequence[Wait]) -> Iterator[Problem]:
    """Families of instances in which nobody and nothing is waited for, and for which no incident says why."""
    broken = {one.instance_key for one in open_incidents()}
    roots = sa.select(ProcessInstance.root_key).where(ProcessInstance.key.in_(broken))
    alive = {wait.root for wait in waits} | set(db.session.scalars(roots))
    query = sa.select(ProcessInstance.root_key, ProcessInstance.process_id).where(ProcessInstance.state == "active")
    for root, process in db.session.execute(query.order_by(ProcessInstance.key)):
        if root not in alive:
            yield Problem("scenarios.stuck", {"instance": root}, process)


def _circles() -> Iterator[Problem]:
    """Tasks that came back to people of one instance again and again, those that did so most often first."""
    task, times = (UserTask.process_id, UserTask.element_id, UserTask.instance_key), sa.func.count()
    query = sa.select(*task, times.label("times")).where(UserTask.state == "completed").group_by(*task)
    for one in db.session.execute(query.having(times > ROUNDS).order_by(times.desc(), UserTask.instance_key)):
        place = f"{one.process_id} {one.element_id}"
        yield Problem("scenarios.circle", {"instance": one.instance_key, "count": one.times}, place)
