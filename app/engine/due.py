"""What is due, and when something will be: the one statement an idle worker sends."""

import datetime as dt
import functools
import os
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock
from app.db import db
from app.engine.models import BatchItem, Job, StartSubscription, Timer
from app.engine.registry import the_registry

Item = t.TypeVar("Item")


class Due(t.NamedTuple):
    """What a look found: whether jobs or batches of ours wait, whether timers do, and when the next of all is due."""

    jobs: bool
    timers: bool
    soonest: dt.datetime | None


def look() -> Due:
    """Look once. Each number is the first entry of an index, however much waits for later or for others."""
    db.session.rollback()
    now = clock.now()
    job, timer, start, batch = db.session.execute(_looking(tuple(sorted(the_registry().handlers)))).one()
    db.session.rollback()
    coming = [moment for moment in (job, timer, start) if moment is not None]
    clocks = [moment for moment in (timer, start) if moment is not None]
    jobs = batch is not None or (job is not None and job <= now)
    return Due(jobs, any(one <= now for one in clocks), min(coming, default=None))


def apart(found: Sequence[Item]) -> list[Item]:
    """Begin at a place of this process's own: processes that found the same rows would run after each other."""
    begin = os.getpid() * 37 % len(found) if found else 0
    return [*found[begin:], *found[:begin]]


@functools.lru_cache(maxsize=64)
def _looking(types: tuple[str, ...]) -> sa.Select[t.Any, t.Any, t.Any, t.Any]:
    """Built once for the handlers of an app."""
    return sa.select(_next_job(types), _next_timer(), _next_start(), _batch_waits())


def _next_job(types: Sequence[str]) -> sa.ScalarSelect[t.Any]:
    """The soonest job among the types that have a handler here, one probe of the index for each type."""
    if not types:
        return sa.select(sa.cast(sa.null(), Job.due_at.type)).scalar_subquery()
    # VALUES would say it shorter, but SQLAlchemy compiles a statement with it anew each time it is sent.
    kinds = sa.union_all(*(sa.select(sa.literal(name).label("type")) for name in types)).cte("kinds")
    soonest = sa.select(sa.func.min(Job.due_at)).where(Job.type == kinds.c.type, Job.retries > 0).scalar_subquery()
    return sa.select(sa.func.min(soonest)).select_from(kinds).scalar_subquery()


def _next_timer() -> sa.ScalarSelect[t.Any]:
    return sa.select(sa.func.min(Timer.due_at)).scalar_subquery()


def _next_start() -> sa.ScalarSelect[t.Any]:
    return sa.select(sa.func.min(StartSubscription.due_at)).scalar_subquery()


def _batch_waits() -> sa.ScalarSelect[t.Any]:
    return sa.select(sa.func.min(BatchItem.batch_key)).where(BatchItem.state == "waiting").scalar_subquery()
