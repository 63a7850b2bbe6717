"""Publishing messages and broadcasting signals from outside, and the sweeps that keep the buffer honest."""

import datetime as dt
import functools
import typing as t
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.db import db, next_key, transaction
from app.engine import delivery
from app.engine.command import Command, run
from app.engine.models import FOREVER, Incident, Message, MessageSubscription, ProcessInstance
from app.engine.plain import plain, within
from app.errors import Conflict, NotFound
from app.people import access
from app.people.person import STAFF, Person

SWEEP = 200


def publish_message(
    person: Person | None,
    name: str,
    correlation_key: str = "",
    variables: Mapping[str, t.Any] | None = None,
    *,
    ttl: float | None = None,
    message_id: str | None = None,
) -> delivery.Delivered:
    """Publish a message: it wakes one waiting instance of each process, starts what it starts, and lives on for `ttl`.

    :param ttl: seconds the message waits for somebody who wants it; None takes the configured time.
    :param message_id: a living message of this name, key and id makes this one a Conflict.
    """
    if person is not None:
        access.require(person, STAFF)
    lifetime = current_app.extensions["settings"].engine.message_ttl if ttl is None else ttl
    letter = delivery.Letter(
        within(name, 200, "name"),
        within(correlation_key, 400, "correlation_key"),
        plain(variables),
        within(message_id, 200, "message_id") if message_id else None,
        lifetime,
        starts=delivery.started_by(name),
    )
    return run(person, lambda command: delivery.publish(command, letter))


def correlate_message(
    person: Person | None,
    name: str,
    correlation_key: str = "",
    variables: Mapping[str, t.Any] | None = None,
    *,
    beside: Callable[[t.Any], None] | None = None,
) -> delivery.Delivered:
    """Deliver a message now or not at all. Raises NotFound when nobody waits for it and nothing is started by it.

    Raises Conflict when only an instance that is suspended waits for it.

    :param beside: writes what has to commit together with the delivery, given the session; called once an attempt.
    """
    if person is not None:
        access.require(person, STAFF)

    letter = delivery.Letter(
        within(name, 200, "name"), within(correlation_key, 400, "correlation_key"), plain(variables)
    )

    def act(command: Command) -> delivery.Delivered:
        done = delivery.publish(command, letter)
        if not done.woken and not done.started:
            if delivery.rests(command, letter):
                raise Conflict("engine.receiver_suspended")
            raise NotFound("engine.nobody_waits", name=name, key=correlation_key)
        if beside is not None:
            beside(command.session)
        return done

    return run(person, act)


def leave_message(session: t.Any, name: str, correlation_key: str, *, copies: int = 1) -> None:
    """Put a message into the buffer with what is being written, when it is too late to wake anybody in this command.

    It comes about together with the rest, and is handed over as soon as somebody looks, at the latest within a minute.
    Each copy wakes one instance of a process.
    """
    at = clock.now()
    expires = at + dt.timedelta(seconds=current_app.extensions["settings"].engine.message_ttl)
    for _ in range(copies):
        message = Message(
            key=next_key(),
            name=name,
            correlation_key=correlation_key,
            variables={},
            delivered_to=[],
            published_at=at,
            expires_at=expires,
        )
        session.add(message)
    session.flush()


def waits_for(name: str, correlation_key: t.Any) -> sa.ScalarSelect[int]:
    """How many instances wait for a message; may be part of another statement."""
    table = MessageSubscription
    waits = sa.select(sa.func.count()).where(
        table.kind == "message", table.name == name, table.correlation_key == correlation_key
    )
    return waits.scalar_subquery()


def broadcast_signal(person: Person | None, name: str, variables: Mapping[str, t.Any] | None = None) -> tuple[int, ...]:
    """Let everything hear a signal that waits for it or is started by it; returns the instances that did."""
    if person is not None:
        access.require(person, STAFF)
    said = plain(variables)
    return run(person, lambda command: delivery.broadcast(command, name, said))


def expire_messages() -> int:
    """Drop messages whose time is over; returns how many."""
    with transaction() as session:
        done = session.execute(
            sa.delete(Message).where(Message.expires_at <= clock.now()),
            execution_options={"synchronize_session": False},
        )
        return int(done.rowcount)


def deliver_missed() -> int:
    """Give buffered messages to waits that were armed in the same instant by another transaction; returns how many.

    Two transactions that do not see each other's rows may pass a message and its wait by each other.
    """
    missed: set[int] = set()
    last = (0, 0)
    while True:
        db.session.rollback()
        page = {"now": clock.now(), "last_message": last[0], "last_wait": last[1]}
        rows = db.session.execute(_missed(), page).all()
        missed |= {row.key for row in rows if row.process_id not in row.delivered_to}
        if len(rows) < SWEEP:
            break
        last = (rows[-1].key, rows[-1].wait)
    return sum(run(None, functools.partial(delivery.redeliver, key)) is not None for key in sorted(missed))


@functools.cache
def _missed() -> sa.Select[t.Any, t.Any, t.Any, t.Any]:
    """Pairs of a buffered message and a wait that fits it, behind the last pair seen. Built once, for every look."""
    last = sa.tuple_(sa.bindparam("last_message", type_=sa.BigInteger), sa.bindparam("last_wait", type_=sa.BigInteger))
    return (
        sa.select(Message.key, MessageSubscription.key.label("wait"), MessageSubscription.process_id)
        .add_columns(Message.delivered_to)
        .join(
            MessageSubscription,
            sa.and_(
                MessageSubscription.kind == "message",
                MessageSubscription.name == Message.name,
                sa.or_(
                    MessageSubscription.correlation_key == Message.correlation_key,
                    MessageSubscription.correlation_key.is_(None),
                ),
            ),
        )
        .join(ProcessInstance, ProcessInstance.key == MessageSubscription.instance_key)
        .where(Message.expires_at > sa.bindparam("now"), Message.expires_at < FOREVER)
        .where(ProcessInstance.suspended_at.is_(None), sa.tuple_(Message.key, MessageSubscription.key) > last)
        .order_by(Message.key, MessageSubscription.key)
        .limit(SWEEP)
    )


def deliver_lost(command: Command, incident: Incident) -> bool:
    """Try the message of an incident “nothing to start” again; True when it reached somebody."""
    if command.session.get(Message, incident.message_key) is None:
        return True
    message = delivery.redeliver(t.cast(int, incident.message_key), command)
    if message is None:
        return False
    command.session.delete(message)
    return True
