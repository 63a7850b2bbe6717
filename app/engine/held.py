"""What a restore holds back, because it may have happened already in the world that the backup does not know.

Between a backup and the restore of it, timers fired, processes were started by the clock and programs outside did their
jobs. The restored database knows nothing of that and would do it all again. So the restore holds back everything that
reaches outside by itself: timers and timed starts that had come due, and every job for a program outside. People look
at the list and release what really has not happened. A program that reports a held job as done is heard as ever.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine.models import FOREVER, Job, ProcessInstance, StartSubscription, Timer
from app.engine.registry import the_registry
from app.people import access, audit
from app.people.person import ADMINISTRATOR, Person

Kind = t.Literal["timer", "start", "job"]
KINDS: dict[Kind, t.Any] = {"timer": Timer, "start": StartSubscription, "job": Job}


class Held(t.NamedTuple):
    """Things of one kind that are held at one element. `first` and `last` are when they were due."""

    kind: Kind
    process_id: str
    element_id: str
    definition_key: int
    """The newest version among them."""
    number: int
    first: dt.datetime
    last: dt.datetime


def hold(session: t.Any, now: dt.datetime) -> None:
    """Hold back, in the transaction of a restore, whatever may have happened outside since the backup."""
    doubtful: tuple[tuple[t.Any, tuple[sa.ColumnElement[bool], ...]], ...] = (
        (Timer, (Timer.due_at <= now,)),
        (StartSubscription, (StartSubscription.due_at <= now,)),
        # Leased or not, its program may have got and done it.
        (Job, (Job.retries > 0, Job.type.not_in(the_registry().handlers))),
    )
    for model, conditions in doubtful:
        session.execute(
            sa.update(model)
            .where(*conditions, model.resumes_at.is_(None))
            .values(resumes_at=model.due_at, due_at=FOREVER),
            execution_options={"synchronize_session": False},
        )


def held(person: Person) -> list[Held]:
    """Return what is held, by kind and element."""
    access.require(person, ADMINISTRATOR)
    return [Held(kind, *row) for kind in KINDS for row in db.session.execute(_summary(kind))]


def release(
    person: Person,
    kinds: t.Collection[Kind],
    *,
    process_id: str | None = None,
    element_id: str | None = None,
    reason: str = "",
) -> int:
    """Let held things go on as if nothing had been: what was due is due now. Returns how many; one audit line."""
    access.require(person, ADMINISTRATOR)
    number = 0
    with transaction() as session:
        for kind in kinds:
            model = KINDS[kind]
            done = session.execute(
                sa.update(model)
                .where(model.resumes_at.is_not(None), *_free(kind), *_at(kind, process_id, element_id))
                .values(due_at=model.resumes_at, resumes_at=None),
                execution_options={"synchronize_session": False},
            )
            number += done.rowcount
        detail = {"kinds": sorted(kinds), "process": process_id, "element": element_id, "number": number}
        audit.record(session, person, "engine:held:released", "installation:held", reason, detail)
    the_registry().bell.ring(clock.now())
    return number


def _free(kind: Kind) -> list[sa.ColumnElement[bool]]:
    """Leave out what rests with a suspended instance: it is due again, or can be released, when that one goes on."""
    if kind == "start":
        return []
    suspended = sa.select(ProcessInstance.key).where(ProcessInstance.suspended_at.is_not(None))
    return [KINDS[kind].instance_key.not_in(suspended)]


def _at(kind: Kind, process_id: str | None, element_id: str | None) -> list[sa.ColumnElement[bool]]:
    model = KINDS[kind]
    conditions = [] if element_id is None else [model.element_id == element_id]
    if process_id is not None and kind == "timer":
        instances = sa.select(ProcessInstance.key).where(ProcessInstance.process_id == process_id)
        conditions.append(Timer.instance_key.in_(instances))
    elif process_id is not None:
        conditions.append(model.process_id == process_id)
    return conditions


def _summary(kind: Kind) -> sa.Select[t.Any]:
    model = KINDS[kind]
    drawn = ProcessInstance if kind == "timer" else model
    query = sa.select(
        drawn.process_id,
        model.element_id,
        sa.func.max(drawn.process_definition_key),
        sa.func.count(),
        sa.func.min(model.resumes_at),
        sa.func.max(model.resumes_at),
    ).where(model.resumes_at.is_not(None), *_free(kind))
    if kind == "timer":
        query = query.join(ProcessInstance, ProcessInstance.key == Timer.instance_key)
    return query.group_by(drawn.process_id, model.element_id).order_by(drawn.process_id, model.element_id)
