"""History: one row per activation of an element, and the incidents of tokens that cannot go on."""

import typing as t

import sqlalchemy as sa

from app.db import next_key
from app.engine import causes
from app.engine.evidence import placed
from app.engine.models import ElementInstance, Incident, ProcessInstance
from app.engine.running import ROOT_SCOPE, Running
from app.kernel import LogEntry

if t.TYPE_CHECKING:
    from app.engine.command import Command
    from app.engine.writing import Batch

UPSERTS: dict[type[t.Any], tuple[tuple[str, ...], tuple[str, ...]]] = {
    ElementInstance: (("instance_key", "token"), ("state", "ended_at", "actor", "flows", "resolved", "trace"))
}
_ENDS = {"completed": "completed", "terminated": "cancelled"}


def write(command: "Command", batch: "Batch", running: Running) -> None:
    """Turn the kernel's log into rows: tokens that came, tokens that went, decisions taken on the way."""
    rows: dict[int, dict[str, t.Any]] = {}
    for entry in running.kernel.log:
        row = rows.get(entry.token) or _row(command, running, entry)
        if entry.happened == "entered":
            row["key"] = running.element_keys[entry.token] = _key_for(running, entry)
        elif entry.happened in _ENDS:
            row |= {"state": _ENDS[entry.happened], "ended_at": command.now, "flows": list(entry.flows) or None}
            row["actor"] = running.actors.get(entry.token)
        elif entry.happened == "decided":
            row["trace"] = entry.details["trace"]
            row["resolved"] = entry.details["trace"]["used"]
        else:
            continue
        rows[entry.token] = row
    for token, row in rows.items():
        row["resolved"] = running.resolved.get(token, row["resolved"])
        row["trace"] = running.traces.get(token, row["trace"])
        batch.upsert(ElementInstance, **row)


def _key_for(running: Running, entry: LogEntry) -> int:
    """The instance itself is an element instance of its own key, as the API has it."""
    return running.key if entry.token == ROOT_SCOPE else next_key()


def _row(command: "Command", running: Running, entry: LogEntry) -> dict[str, t.Any]:
    element = running.model.elements.get(entry.element_id)
    return {
        "key": next_key(),
        "instance_key": running.key,
        "process_definition_key": running.facts.process_definition_key,
        "token": entry.token,
        "scope": entry.scope,
        "element_id": entry.element_id,
        "kind": element.kind if element else "process",
        "state": "active",
        "entered_at": command.now,
        "ended_at": None,
        "actor": None,
        "flows": None,
        "resolved": None,
        "trace": None,
    }


def element_key(command: "Command", running: Running, token: int) -> int:
    """Return the key of the element instance of a token, new or stored."""
    if token not in running.element_keys:
        query = sa.select(ElementInstance.token, ElementInstance.key).where(
            ElementInstance.instance_key == running.key, ElementInstance.ended_at.is_(None)
        )
        stored = {row.token: row.key for row in command.session.execute(query)}
        running.element_keys = stored | running.element_keys
    return running.element_keys.get(token, running.key)


def write_incidents(command: "Command", moved: list[Running]) -> None:
    """Make the incident rows of the instances agree with what their kernels say."""
    for running in moved:
        present = {one.token: one for one in running.kernel.incidents()}
        if not present and not running.had_incidents:
            continue
        known = _close_gone(command, running, set(present))
        for token, incident in present.items():
            if token not in known:
                command.session.add(
                    Incident(
                        key=next_key(),
                        instance_key=running.key,
                        process_definition_key=running.facts.process_definition_key,
                        process_id=running.facts.process_id,
                        token=token,
                        element_id=incident.element_id,
                        element_instance_key=element_key(command, running, token),
                        job_key=running.ended_jobs.get(token),
                        code=incident.code,
                        params=dict(incident.params),
                        folded=causes.folded(incident.params) or None,
                        evidence=[placed(running.model, one) for one in incident.evidence] or None,
                        created_at=command.now,
                    )
                )
        command.session.flush()
        command.session.execute(
            sa.update(ProcessInstance).where(ProcessInstance.key == running.key).values(incidents=len(present)),
            execution_options={"synchronize_session": False},
        )


def _close_gone(command: "Command", running: Running, present: set[int]) -> set[int]:
    """Close rows whose token is retried or gone; return the tokens whose row stays open."""
    query = sa.select(Incident).where(Incident.instance_key == running.key, Incident.resolved_at.is_(None))
    retried = {entry.token for entry in running.kernel.log if entry.happened == "resolved"}
    open_now: set[int] = set()
    for row in command.session.execute(query).scalars():
        if row.token in present and row.token not in retried:
            open_now.add(row.token)
        else:
            row.resolved_at, row.resolved_by = command.now, command.actor
    return open_now
