"""What each instance waits for, read for many instances in a fixed number of statements."""

import dataclasses
import datetime as dt
import typing as t
from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine.models import ElementInstance, Incident, Job, MessageSubscription, ProcessInstance, Timer, UserTask

Kind = t.Literal["incident", "task", "message", "timer", "call", "job", "choice", "condition", "path"]
URGENCY: tuple[Kind, ...] = ("incident", "task", "message", "timer", "call", "job", "choice", "condition", "path")
"""Of several waits the first of these explains best why a case is not moving."""

Place = tuple[int, int]
"""(instance, token)"""
_WITHOUT_ROW: dict[str, Kind] = {
    "intermediateCatchEvent": "condition",
    "eventBasedGateway": "condition",
    "adHocSubProcess": "choice",
}
"""What elements at rest wait for that have no row saying so; all others wait for other paths."""
_LIVE = (
    ElementInstance.instance_key,
    ElementInstance.process_definition_key,
    ElementInstance.token,
    ElementInstance.scope,
    ElementInstance.element_id,
    ElementInstance.kind,
    ElementInstance.entered_at,
)


@dataclasses.dataclass(frozen=True)
class Wait:
    """One token at rest: where, since when, and the row that says for what."""

    kind: Kind
    instance_key: int
    definition_key: int
    token: int
    element_id: str
    since: dt.datetime
    incident: Incident | None = None
    task: UserTask | None = None
    message: MessageSubscription | None = None
    timer: Timer | None = None
    child: ProcessInstance | None = None
    job: Job | None = None


def waits_of(keys: Iterable[int]) -> dict[int, list[Wait]]:
    """Return the waits of instances, the most telling one first."""
    wanted = sorted(set(keys))
    found: dict[int, list[Wait]] = {key: [] for key in wanted}
    if not wanted:
        return found
    rests = _resting(wanted)
    rows = _Rows.read(wanted)
    for rest in rests:
        wait = rows.explain(rest)
        # A process is at rest itself only while listeners of its own are running.
        if rest.kind != "process" or wait.kind != "path":
            found[rest.instance_key].append(wait)
    for waits in found.values():
        waits.sort(key=lambda wait: (URGENCY.index(wait.kind), wait.since))
    return found


def _resting(keys: Sequence[int]) -> list[t.Any]:
    """Live tokens that no other live token stands inside of."""
    query = sa.select(*_LIVE).where(ElementInstance.instance_key.in_(keys), ElementInstance.ended_at.is_(None))
    rows = list(db.session.execute(query.order_by(ElementInstance.instance_key, ElementInstance.token)))
    scopes = {(row.instance_key, row.scope) for row in rows}
    return [row for row in rows if (row.instance_key, row.token) not in scopes]


@dataclasses.dataclass(frozen=True)
class _Rows:
    incidents: dict[Place, Incident]
    tasks: dict[Place, UserTask]
    messages: dict[Place, list[MessageSubscription]]
    timers: dict[Place, list[Timer]]
    children: dict[Place, ProcessInstance]
    jobs: dict[Place, Job]

    @classmethod
    def read(cls, keys: Sequence[int]) -> "_Rows":
        messages, timers = defaultdict(list), defaultdict(list)
        for message in _all(MessageSubscription, MessageSubscription.instance_key.in_(keys)):
            messages[message.instance_key, message.token].append(message)
        for timer in _all(Timer, Timer.instance_key.in_(keys)):
            timers[timer.instance_key, timer.token].append(timer)
        open_incidents = sa.and_(Incident.instance_key.in_(keys), Incident.resolved_at.is_(None))
        open_tasks = sa.and_(UserTask.instance_key.in_(keys), UserTask.state == "created")
        called = sa.and_(ProcessInstance.parent_key.in_(keys), ProcessInstance.state == "active")
        return cls(
            incidents={(one.instance_key, one.token): one for one in _all(Incident, open_incidents)},
            tasks={(one.instance_key, one.token): one for one in _all(UserTask, open_tasks)},
            messages=messages,
            timers=timers,
            children={(one.parent_key, one.parent_token): one for one in _all(ProcessInstance, called)},
            jobs={(one.instance_key, one.token): one for one in _all(Job, Job.instance_key.in_(keys))},
        )

    def explain(self, rest: t.Any) -> Wait:
        place = (rest.instance_key, rest.token)
        # An event gateway waits for the events behind it; elsewhere only the element's own wait holds the token up.
        own = rest.kind == "eventBasedGateway"
        message = _first(one for one in self.messages.get(place, ()) if own or one.element_id == rest.element_id)
        timer = _first(one for one in self.timers.get(place, ()) if own or one.element_id == rest.element_id)
        task = self.tasks.get(place)
        rows: dict[Kind, t.Any] = {
            "incident": self.incidents.get(place),
            # While its listeners are asked, a task waits for them and not for a person.
            "task": task if task is None or task.pending is None or place not in self.jobs else None,
            "message": message,
            "timer": timer,
            "call": self.children.get(place),
            "job": self.jobs.get(place),
        }
        otherwise = _WITHOUT_ROW.get(rest.kind, "path")
        kind: Kind = next((name for name in URGENCY if rows.get(name) is not None), otherwise)
        return Wait(
            kind=kind,
            instance_key=rest.instance_key,
            definition_key=rest.process_definition_key,
            token=rest.token,
            element_id=rest.element_id,
            since=rows["incident"].created_at if kind == "incident" else rest.entered_at,
            incident=rows["incident"],
            task=rows["task"],
            message=message,
            timer=timer,
            child=rows["call"],
            job=rows["job"],
        )


def _all(model: t.Any, condition: sa.ColumnElement[bool]) -> Sequence[t.Any]:
    # The page shows what is now, also when this session has read the row before.
    query = sa.select(model).where(condition).order_by(model.key).execution_options(populate_existing=True)
    return db.session.execute(query).scalars().all()


def _first(rows: Iterable[t.Any]) -> t.Any:
    return next(iter(rows), None)
