"""Due timers: found by index, fired once by whoever comes first, never replayed in a burst."""

import datetime as dt
import functools
import logging
import random
import typing as t

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine import catalogue
from app.engine.command import Command, run
from app.engine.expressions import zone
from app.engine.models import StartSubscription, Timer
from app.errors import Conflict, Unavailable, Uncertain
from app.kernel import Due, following
from app.kernel.errors import NotWaiting, TokenGone

log = logging.getLogger(__name__)

BATCH = 200
AHEAD = 10
"""How many times as many due timers are looked at as are fired in one go."""
TOGETHER = 20
"""How many timers one command fires: they share its statements and its commit, and each alone costs twice as much.
More would let people wait longer for SQLite's only writer."""
PAUSE = dt.timedelta(minutes=5)


def fire_due(limit: int = BATCH) -> int:
    """Fire timers that are due and start what a clock starts; returns how many. One bad timer stops no other."""
    db.session.rollback()
    now = clock.now()
    timers, starts = _looking(limit)
    found = _some(db.session.execute(timers, {"now": now}).scalars().all(), limit)
    to_start = db.session.execute(starts, {"now": now}).scalars().all()
    fired = sum(_fire_together(found[first : first + TOGETHER]) for first in range(0, len(found), TOGETHER))
    return fired + sum(_safely(_start, key) for key in to_start)


@functools.cache
def _looking(limit: int) -> tuple[sa.Select[int], sa.Select[int]]:
    """Timers that are due, more than are fired in one go, and starts by a clock."""
    now: sa.BindParameter[dt.datetime] = sa.bindparam("now")
    timers = sa.select(Timer.key).where(Timer.due_at <= now).order_by(Timer.due_at, Timer.key).limit(limit * AHEAD)
    return timers, sa.select(StartSubscription.key).where(StartSubscription.due_at <= now).limit(limit)


def _some(keys: t.Sequence[int], limit: int) -> list[int]:
    """Choose among many, in their order: workers that all took the first ones would meet at every one of them."""
    chosen = sorted(random.sample(range(len(keys)), min(limit, len(keys))))
    return [keys[place] for place in chosen]


def _fire_together(keys: t.Sequence[int]) -> int:
    """Fire several in one command; where that fails, each by itself, so that a bad one stops no other."""
    try:
        return run(None, lambda command: _fire(command, keys))
    except (Unavailable, Uncertain) as away:
        log.info("Timers wait: %s", away)
        return 0
    except Exception:  # noqa: BLE001 - whichever of them it is says so below
        return sum(_safely(_fire_one, key) for key in keys)


def _safely(act: t.Callable[[Command, int], int], key: int) -> int:
    try:
        return run(None, lambda command: act(command, key))
    except (Conflict, Unavailable, Uncertain) as busy:
        # Nothing is wrong with the timer: the next look finds it again.
        log.info("Timer %s waits: %s", key, busy)
    except Exception:
        log.exception("Timer %s could not be fired", key)
        _push_forward(key)
    return 0


def _push_forward(key: int) -> None:
    """Try a timer that cannot be fired again later, so that it never stands in the way of the others."""
    later = clock.now() + PAUSE
    with transaction() as session:
        for model in (Timer, StartSubscription):
            session.execute(
                sa.update(model).where(model.key == key).values(due_at=later),
                execution_options={"synchronize_session": False},
            )


def _fire_one(command: Command, key: int) -> int:
    return _fire(command, [key])


def _fire(command: Command, keys: t.Sequence[int]) -> int:
    """Fire those that nobody else fires and that have no earlier one of their instance before them."""
    timers = command.session.execute(_claim(), {"timers": keys, "now": command.now}).scalars().all()
    command.fetch({timer.instance_key for timer in timers})
    return sum(_let(command, timer) for timer in timers)


def _let(command: Command, timer: Timer) -> bool:
    running = command.find(timer.instance_key)
    if running is None:
        command.session.delete(timer)
        return False
    try:
        running.kernel.fire(timer.token, timer.wait)
    except (TokenGone, NotWaiting):
        return False
    return True


@functools.cache
def _claim() -> sa.Select[Timer]:
    """Built once: ten thousand may be due at the same moment."""
    earlier = sa.orm.aliased(Timer)
    first = ~sa.exists().where(earlier.instance_key == Timer.instance_key, earlier.due_at < Timer.due_at)
    due = (Timer.key.in_(sa.bindparam("timers", expanding=True)), Timer.due_at <= sa.bindparam("now"))
    return sa.select(Timer).where(*due, first).order_by(Timer.due_at, Timer.key).with_for_update(skip_locked=True)


def _start(command: Command, key: int) -> int:
    subscription = command.session.execute(_claim_start(), {"a_start": key, "now": command.now}).scalar_one_or_none()
    if subscription is None:
        return 0
    version = catalogue.version_by_key(command.session, "process", subscription.process_definition_key)
    command.start(version, {}, start_event=subscription.element_id)
    _next_start(command, subscription)
    return 1


@functools.cache
def _claim_start() -> sa.Select[StartSubscription]:
    due = (StartSubscription.key == sa.bindparam("a_start"), StartSubscription.due_at <= sa.bindparam("now"))
    return sa.select(StartSubscription).where(*due).with_for_update(skip_locked=True)


def _next_start(command: Command, subscription: StartSubscription) -> None:
    assert subscription.due_at is not None
    last = Due(subscription.due_at, subscription.repeats_left, subscription.interval)
    coming = following(last, command.now.astimezone(zone()))
    if coming is None:
        command.session.delete(subscription)
    else:
        subscription.due_at, subscription.repeats_left = coming.at, coming.repeats
