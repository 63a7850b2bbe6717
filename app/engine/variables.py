"""Variables as rows: what a command wrote, opened and closed."""

import hashlib
import typing as t

import orjson
import sqlalchemy as sa

from app.db import next_key
from app.engine.models import Payload, PayloadUse, Variable, VariableChange
from app.engine.running import Running
from app.kernel import Change

if t.TYPE_CHECKING:
    from app.engine.command import Command
    from app.engine.writing import Batch

LARGE = 64_000
"""Values of more bytes than this are stored once by their hash."""
HIDDEN = "#"
"""First letter of the kernel's own names."""

VISIBLE = sa.and_(Variable.scope > 0, sa.not_(Variable.name.startswith(HIDDEN, autoescape=True)))
"""Leaves out the kernel's own, and the copies that it keeps for undoing, which handlers read and nobody writes."""

UPSERTS: dict[type[t.Any], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Variable: (("instance_key", "scope", "name"), ("value", "payload_hash"))
}
_CLOSE = sa.delete(Variable).where(
    Variable.instance_key == sa.bindparam("an_instance"), Variable.scope == sa.bindparam("a_scope")
)


def write(command: "Command", batch: "Batch", running: Running) -> None:
    """Store values, drop closed scopes, and note who changed what."""
    changes = running.changes
    noted: list[list[t.Any]] = []
    for change in changes.variables:
        stored = _stored(command, running, change)
        if not command.own_jobs.passes(running, change.scope):
            batch.upsert(
                Variable, instance_key=running.key, scope=change.scope, name=change.name, key=next_key(), **stored
            )
        if change.scope > 0 and not change.name.startswith(HIDDEN):
            noted.append([change.scope, change.name, _noted(change, stored)])
    for scope in changes.closed:
        if not command.own_jobs.passes(running, scope):
            batch.change("close scope", _CLOSE, an_instance=running.key, a_scope=scope)
    if noted:
        batch.insert(
            VariableChange,
            key=next_key(),
            instance_key=running.key,
            changed_at=command.now,
            changed_by=command.actor,
            changes=noted,
        )


def _stored(command: "Command", running: Running, change: Change) -> dict[str, t.Any]:
    text = orjson.dumps(change.value)
    if len(text) <= LARGE:
        return {"value": text.decode(), "payload_hash": None}
    sha256 = hashlib.sha256(text).hexdigest()
    # Held, so that housekeeping does not take it away for its last user in this very moment.
    if command.session.get(Payload, sha256, with_for_update={"read": True, "key_share": True}) is None:
        command.session.add(Payload(sha256=sha256, content=text, size=len(text)))
        command.session.flush()
    command.session.merge(PayloadUse(sha256=sha256, instance_key=running.key))
    return {"value": None, "payload_hash": sha256}


def _noted(change: Change, stored: dict[str, t.Any]) -> t.Any:
    return {"payload": stored["payload_hash"]} if stored["payload_hash"] else change.value
