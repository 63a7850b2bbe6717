"""Messages and signals on their way: to instances that wait, to processes they start, or into the buffer."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from flask import current_app

from app.db import next_key
from app.engine import catalogue
from app.engine.models import (
    FOREVER,
    Incident,
    Message,
    MessageSubscription,
    ProcessInstance,
    StartSubscription,
)
from app.engine.running import Running, another
from app.errors import Conflict
from app.kernel import MessageWait, PublishMessage, SignalWait

if t.TYPE_CHECKING:
    from app.engine.command import Command

STARTS = "msg_start_"
"""A message of this name is meant to start the process named behind it."""


@dataclasses.dataclass(frozen=True)
class Letter:
    """A message about to be delivered; `starts` is the process it is meant to start, if it is meant to start one."""

    name: str
    correlation_key: str
    variables: Mapping[str, t.Any]
    message_id: str | None = None
    ttl: float = 0
    starts: str | None = None
    sender: Running | None = None


@dataclasses.dataclass(frozen=True)
class Delivered:
    """Where a message went: instance keys it woke, instance keys it started, its own key, whether it waits."""

    key: int
    woken: tuple[int, ...] = ()
    started: tuple[int, ...] = ()
    buffered: bool = False


def publish(command: "Command", letter: Letter) -> Delivered:
    """Deliver a message to one waiting instance of each process, start what it starts, keep it while it lives.

    Raises Conflict when a living message of this name, key and id exists already.
    """
    _refuse_double(command, letter)
    woken = _waiting(command, letter)
    for place in woken:
        _wake(command, *place, letter.variables)
    reached = [command.running[key].facts.process_id for key, _, _ in woken]
    started = _start_all(command, letter, set(reached))
    reached += [one.facts.process_id for one in started]
    key = next_key()
    lost = letter.starts is not None and letter.starts not in reached
    buffered = lost or letter.ttl > 0
    if buffered:
        _keep(command, key, letter, reached, for_ever=lost)
        command.buffered.append((key, letter, tuple(reached)))
    if lost:
        _note_lost(command, key, letter)
    return Delivered(key, tuple(key for key, _, _ in woken), tuple(one.key for one in started), buffered)


def publish_thrown(command: "Command", sender: Running, thrown: PublishMessage) -> None:
    """Deliver a message that a diagram throws; it lives as long as the configured time-to-live."""
    element = sender.model.elements[thrown.element_id]
    starts = element.properties.get("starts") or started_by(thrown.name)
    letter = Letter(
        thrown.name,
        thrown.correlation_key or "",
        thrown.variables,
        ttl=current_app.extensions["settings"].engine.message_ttl,
        starts=starts,
        sender=sender,
    )
    publish(command, letter)


def started_by(name: str) -> str | None:
    """Return the process that a message of this name is meant to start, None for an ordinary message."""
    return name.removeprefix(STARTS) if name.startswith(STARTS) else None


def broadcast(
    command: "Command", name: str, variables: Mapping[str, t.Any], sender: Running | None = None
) -> tuple[int, ...]:
    """Let every other instance and every start subscription hear a signal; returns the instances that did."""
    heard = []
    for key in _listeners(command, name):
        running = None if sender is not None and key == sender.key else command.find(key)
        if running is None or running.suspended_at is not None:
            continue
        if running.kernel.signal(name, variables):
            heard.append(key)
    query = sa.select(StartSubscription).where(StartSubscription.kind == "signal", StartSubscription.name == name)
    heard += [_start(command, one, variables).key for one in command.session.execute(query).scalars().all()]
    return tuple(heard)


def _listeners(command: "Command", name: str) -> list[int]:
    query = sa.select(MessageSubscription.instance_key).where(
        MessageSubscription.kind == "signal", MessageSubscription.name == name
    )
    stored = set(command.session.execute(query.distinct()).scalars())
    for key, running in command.running.items():
        if any(isinstance(wait, SignalWait) and wait.name == name for wait in running.waits().values()):
            stored.add(key)
    return sorted(stored)


def deliver_buffered(command: "Command", seen: set[tuple[int, int, int]]) -> bool:
    """Give buffered messages to waits that this command armed, or to all of an instance that goes on again.

    :param seen: keeps what was asked for already.
    """
    fresh: list[tuple[Running, MessageWait]] = []
    for running in command.running.values():
        if running.suspended_at is not None:
            continue
        for place, wait in running.waits().items():
            begins = running.turned or another(running.waits_before.get(place), wait)
            if isinstance(wait, MessageWait) and begins:
                at = (running.key, *place)
                if at not in seen:
                    seen.add(at)
                    fresh.append((running, wait))
    if not fresh:
        return False
    # Held, because two instances of one process that begin to wait at once must not both get the same message.
    query = sa.select(Message).where(wanted_by(wait for _, wait in fresh), Message.expires_at > command.now)
    held = query.order_by(Message.key).with_for_update().execution_options(populate_existing=True)
    kept = list(command.session.execute(held).scalars())
    given = [_give(command, running, wait, kept) for running, wait in fresh]
    command.unmet += [(running, wait) for (running, wait), met in zip(fresh, given, strict=True) if not met]
    return any(given)


def wanted_by(waits: Iterable[MessageWait]) -> sa.ColumnElement[bool]:
    """The messages that fit one of the waits."""
    places = {(wait.name, wait.correlation_key) for wait in waits}
    with_key = [place for place in places if place[1] is not None]
    by_name = [name for name, key in places if key is None]
    return sa.or_(sa.tuple_(Message.name, Message.correlation_key).in_(with_key), Message.name.in_(by_name))


def passed_by(command: "Command") -> list[int]:
    """Look once more after the commit; returns the keys of messages that passed by a wait, or a wait by them.

    Two transactions that end at the same moment do not see each other's rows, but whoever looks after its own commit
    sees the one that was first. A process that dies in between leaves it to the sweep.
    """
    found: set[int] = set()
    if command.unmet:
        query = sa.select(Message.key, Message.name, Message.correlation_key, Message.delivered_to)
        waiting = [(running.facts.process_id, wait) for running, wait in command.unmet]
        live = query.where(wanted_by(wait for _, wait in waiting), Message.expires_at > command.now)
        for row in command.session.execute(live):
            if any(_fits(wait, row) and process_id not in row.delivered_to for process_id, wait in waiting):
                found.add(row.key)
    for key, letter, reached in command.buffered:
        waiting_for_it = sa.select(MessageSubscription.process_id).where(*_subscriptions_to(letter))
        if set(command.session.execute(waiting_for_it).scalars()) - set(reached):
            found.add(key)
    command.session.rollback()
    return sorted(found)


def _give(command: "Command", running: Running, wait: MessageWait, kept: list[Message]) -> bool:
    if (wait.token, wait.index) not in running.waits():
        # Another message of this round took the token away.
        return False
    for message in kept:
        if _fits(wait, message) and running.facts.process_id not in message.delivered_to:
            _wake(command, running.key, wait.token, wait.index, message.variables)
            message.delivered_to = [*message.delivered_to, running.facts.process_id]
            return True
    return False


def redeliver(key: int, command: "Command") -> Message | None:
    """Try a kept message once more and return it when it reached somebody it had not reached before."""
    message = command.session.get(Message, key, with_for_update=True)
    return message if message is not None and _deliver_again(command, message) else None


def _deliver_again(command: "Command", message: Message) -> bool:
    letter = Letter(message.name, message.correlation_key, message.variables)
    before = set(message.delivered_to)
    reached = []
    for key, token, index in _waiting(command, letter):
        process_id = command.running[key].facts.process_id
        if process_id not in before:
            _wake(command, key, token, index, letter.variables)
            reached.append(process_id)
    reached += [one.facts.process_id for one in _start_all(command, letter, before | set(reached))]
    message.delivered_to = [*message.delivered_to, *reached]
    return bool(reached)


def _refuse_double(command: "Command", letter: Letter) -> None:
    if letter.message_id is None:
        return
    query = sa.select(Message).where(
        Message.name == letter.name,
        Message.correlation_key == letter.correlation_key,
        Message.message_id == letter.message_id,
    )
    double = command.session.execute(query).scalar_one_or_none()
    if double is None:
        return
    if double.expires_at > command.now:
        raise Conflict("engine.message_published_already", name=letter.name, id=letter.message_id)
    command.session.delete(double)
    command.session.flush()


def _waiting(command: "Command", letter: Letter) -> list[tuple[int, int, int]]:
    """The waits that get the message, at most one instance of each process: (instance key, token, index)."""
    found: dict[str, tuple[int, int, int]] = {}
    for key in _subscribed(command, letter):
        running = command.find(key)
        if running is None or running.suspended_at is not None or running.facts.process_id in found:
            continue
        for wait in running.waits().values():
            if isinstance(wait, MessageWait) and _fits(wait, letter):
                found[running.facts.process_id] = (key, wait.token, wait.index)
                break
    return list(found.values())


def _fits(wait: MessageWait, sent: t.Any) -> bool:
    """Whether a letter, a message or a message's row is what the wait is for."""
    return wait.name == sent.name and wait.correlation_key in {None, sent.correlation_key}


def _subscribed(command: "Command", letter: Letter) -> list[int]:
    """Instances that wait for the message by their rows, and those this command has in memory."""
    query = sa.select(MessageSubscription.instance_key).where(*_subscriptions_to(letter))
    stored = command.session.execute(query.order_by(MessageSubscription.key)).scalars().all()
    return list(dict.fromkeys([*stored, *command.running]))


def rests(command: "Command", letter: Letter) -> bool:
    """Whether an instance that is suspended waits for the message."""
    waiting = sa.select(MessageSubscription.key).join(
        ProcessInstance, ProcessInstance.key == MessageSubscription.instance_key
    )
    resting = waiting.where(*_subscriptions_to(letter), ProcessInstance.suspended_at.is_not(None))
    return command.session.execute(resting.limit(1)).first() is not None


def _subscriptions_to(letter: Letter) -> tuple[sa.ColumnElement[bool], ...]:
    table = MessageSubscription
    key = sa.or_(table.correlation_key == letter.correlation_key, table.correlation_key.is_(None))
    return table.kind == "message", table.name == letter.name, key


def _wake(command: "Command", key: int, token: int, index: int, variables: Mapping[str, t.Any]) -> None:
    command.running[key].kernel.fire(token, index, variables)


def _start_all(command: "Command", letter: Letter, reached: set[str]) -> list[Running]:
    query = sa.select(StartSubscription).where(
        StartSubscription.kind == "message", StartSubscription.name == letter.name
    )
    found = command.session.execute(query.order_by(StartSubscription.key)).scalars().all()
    return [_start(command, one, letter.variables) for one in found if one.process_id not in reached]


def _start(command: "Command", subscription: StartSubscription, variables: Mapping[str, t.Any]) -> Running:
    version = catalogue.version_by_key(command.session, "process", subscription.process_definition_key)
    return command.start(version, {}, start_event=subscription.element_id, payload=variables)


def _keep(command: "Command", key: int, letter: Letter, reached: list[str], *, for_ever: bool) -> None:
    expires = FOREVER if for_ever else command.now + dt.timedelta(seconds=letter.ttl)
    command.session.add(
        Message(
            key=key,
            name=letter.name,
            correlation_key=letter.correlation_key,
            message_id=letter.message_id,
            variables=dict(letter.variables),
            delivered_to=reached,
            published_at=command.now,
            published_by=command.actor,
            expires_at=expires,
        )
    )
    command.session.flush()


def _note_lost(command: "Command", key: int, letter: Letter) -> None:
    """A message that should have started a process: somebody has to see it, and it can be delivered again."""
    sender = letter.sender
    command.session.add(
        Incident(
            key=next_key(),
            process_id=letter.starts,
            process_definition_key=sender.facts.process_definition_key if sender else None,
            message_key=key,
            code="engine.nothing_to_start",
            params={"message": letter.name, "process": letter.starts, "sender": sender.key if sender else None},
            created_at=command.now,
        )
    )
