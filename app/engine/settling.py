"""What the instances of one command have to tell each other, until none of them has anything more to say."""

import typing as t

import sqlalchemy as sa
from flask import current_app

from app.engine import catalogue, delivery, task_rows
from app.engine.models import ProcessInstance
from app.engine.running import INSTANCE_COLUMNS, Running
from app.errors import Conflict
from app.kernel import (
    BroadcastSignal,
    CancelCall,
    CommandRefused,
    Ended,
    Escalated,
    Message,
    PublishMessage,
    StartCall,
    TaskChanged,
    TaskDenied,
)

if t.TYPE_CHECKING:
    from app.engine.command import Command

ROUNDS = 10_000


def settle(command: "Command") -> None:
    """Deliver calls, ends, errors, messages and signals until nothing moves.

    Raises Conflict when instances keep each other busy for ever, for instance by messages that start each other.
    """
    seen: set[tuple[int, int, int]] = set()
    for _ in range(ROUNDS):
        speaking = next((one for one in command.running.values() if one.kernel.outbox), None)
        if speaking is not None:
            _hear(command, speaking, speaking.kernel.outbox.pop(0))
        elif not delivery.deliver_buffered(command, seen):
            return
    raise Conflict("engine.never_settles", limit=ROUNDS)


def _hear(command: "Command", sender: Running, message: Message) -> None:
    if isinstance(message, StartCall):
        _start_call(command, sender, message)
    elif isinstance(message, CancelCall):
        _cancel_call(command, sender, message.token)
    elif isinstance(message, Ended):
        _ended(command, sender, message)
    elif isinstance(message, Escalated):
        _tell_parent(command, sender, lambda parent, token: parent.escalate(token, message.code, message.variables))
    elif isinstance(message, PublishMessage):
        delivery.publish_thrown(command, sender, message)
    elif isinstance(message, TaskChanged):
        task_rows.agreed(command, sender, message)
    elif isinstance(message, TaskDenied):
        task_rows.denied(command, sender, message)
    elif isinstance(message, BroadcastSignal):
        delivery.broadcast(command, message.name, message.variables, sender)


def _start_call(command: "Command", parent: Running, call: StartCall) -> None:
    called = call.process
    if call.undo is not None:
        _undo_call(command, parent, call)
        return
    version = catalogue.resolve(
        command.session,
        "process",
        called.process_id,
        binding=called.binding,
        version_tag=called.version_tag,
        in_force=parent.in_force,
        deployed_with=parent.port.deployed_with,
    )
    limit = current_app.extensions["settings"].engine.call_depth
    if version is None:
        parent.kernel.raise_incident(call.token, "engine.called_process_missing", {"id": called.process_id})
    elif parent.depth >= limit:
        parent.kernel.raise_incident(call.token, "engine.calls_too_deep", {"id": called.process_id, "limit": limit})
    elif not catalogue.process_model(command.session, version.sha256, version.id).can_start(None):
        parent.kernel.raise_incident(call.token, "engine.only_started_by_events", {"id": called.process_id})
    else:
        parent.resolved[call.token] = {
            "kind": "process",
            "id": version.id,
            "version": version.version,
            "key": version.key,
        }
        command.start(version, call.variables, parent=parent, parent_token=call.token)


def _undo_call(command: "Command", parent: Running, call: StartCall) -> None:
    """What a called process did is undone by an instance of the same version, which runs nothing but its handlers."""
    assert call.undo is not None
    version = catalogue.version_by_key(command.session, "process", call.undo["version"])
    command.start(version, {}, parent=parent, parent_token=call.token, undo=call.undo)


def _cancel_call(command: "Command", parent: Running, token: int) -> None:
    child = next(
        (
            one
            for one in command.running.values()
            if one.facts.parent_key == parent.key and one.parent_token == token and not one.over
        ),
        None,
    )
    if child is None:
        row = command.session.execute(
            sa.select(*INSTANCE_COLUMNS).where(
                ProcessInstance.parent_key == parent.key,
                ProcessInstance.parent_token == token,
                ProcessInstance.state == "active",
            )
        ).one_or_none()
        if row is None or row.key in command.running:
            return
        child = command.take(row)
    child.end_reason = parent.end_reason
    child.kernel.cancel()


def _ended(command: "Command", child: Running, ended: Ended) -> None:
    if ended.state == "completed":
        undo = ended.undo and {**ended.undo, "version": child.facts.process_definition_key}
        _tell_parent(command, child, lambda parent, token: parent.complete(token, ended.variables, undo))
    elif ended.state == "error" and ended.error_code is not None:
        code = ended.error_code
        _tell_parent(command, child, lambda parent, token: parent.fail(token, code, ended.variables))


def _tell_parent(command: "Command", child: Running, tell: t.Callable[[t.Any, int], None]) -> None:
    if child.facts.parent_key is None or child.parent_token is None:
        return
    parent = command.find(child.facts.parent_key)
    if parent is None:
        return
    try:
        tell(parent.kernel, child.parent_token)
    except CommandRefused:
        # The parent has left the call, for instance by a boundary event, in the same moment as the child ended.
        return
