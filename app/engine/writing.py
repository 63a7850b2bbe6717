"""Writing a command: the new state of every instance it moved, and the rows that follow from it."""

import functools
import typing as t
from collections.abc import Mapping, Sequence

import orjson
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from app.engine import history, moved_rows, suspended_rows, variables, waiting
from app.engine.memory import after_commit
from app.engine.models import (
    Incident,
    Job,
    Message,
    MessageSubscription,
    OutsideWait,
    ProcessInstance,
    Timer,
    UserTask,
    table_of,
)
from app.engine.outcome import transaction_mark
from app.engine.registry import the_registry
from app.engine.running import Running, Variables

if t.TYPE_CHECKING:
    from app.engine.command import Command

Rows = list[dict[str, t.Any]]


WRITTEN = (ProcessInstance, UserTask, Job, Timer, MessageSubscription, OutsideWait, Message, Incident)
"""Models whose objects people and handlers read, while commands write their tables."""


class StaleInstance(Exception):
    """Another command moved the instance after this one had read it."""

    def __init__(self, key: int) -> None:
        super().__init__(key)
        self.key = key


class Batch:
    """Rows of all instances of a command, gathered so that each table is written once."""

    def __init__(self, session: t.Any) -> None:
        self.session = session
        self._inserts: dict[type[t.Any], Rows] = {}
        self._upserts: dict[type[t.Any], Rows] = {}
        self._changes: dict[str, tuple[t.Any, Rows]] = {}

    def insert(self, model: type[t.Any], **row: t.Any) -> None:
        """Add a row."""
        self._inserts.setdefault(model, []).append(row)

    def upsert(self, model: type[t.Any], **row: t.Any) -> None:
        """Add a row or change the one that stands there; which columns change is the model's entry in UPSERTS."""
        self._upserts.setdefault(model, []).append(row)

    def change(self, name: str, statement: t.Any, **parameters: t.Any) -> None:
        """Queue one set of parameters for an UPDATE or DELETE; equal names share one statement."""
        self._changes.setdefault(name, (statement, []))[1].append(parameters)

    def send(self) -> None:
        """Write everything, parents before children."""
        connection = self.session.connection()
        self._send_inserts(waiting.PARENTS)
        for model, rows in self._upserts.items():
            connection.execute(_upsert(t.cast(t.Any, model), connection.dialect.name), rows)
        for statement, parameters in self._changes.values():
            connection.execute(statement, parameters)
        self._send_inserts(tuple(self._inserts))

    def _send_inserts(self, models: Sequence[type[t.Any]]) -> None:
        for model in models:
            rows = self._inserts.pop(model, None)
            if rows:
                self.session.connection().execute(sa.insert(table_of(model)), rows)


@functools.cache
def _upsert(model: t.Any, dialect: str) -> t.Any:
    key, columns = UPSERTS[model]
    table = table_of(model)
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    return insert.on_conflict_do_update(
        index_elements=list(key), set_={name: insert.excluded[name] for name in columns}
    )


UPSERTS: Mapping[type[t.Any], tuple[Sequence[str], Sequence[str]]] = (
    history.UPSERTS | variables.UPSERTS | waiting.UPSERTS
)
"""{model: (columns of the conflict, columns to change)}"""


def write(command: "Command") -> list[Running]:
    """Write every instance that moved, and return them. Raises StaleInstance when somebody else moved one meanwhile."""
    batch = Batch(command.session)
    for running in command.running.values():
        running.changes = running.kernel.scopes.take_changes()
        running.blob = orjson.dumps(running.kernel.dump())
    moved = [one for one in sorted(command.running.values(), key=lambda one: one.key) if _moved(one)]
    for running in moved:
        _write_instance(command, batch, running)
        history.write(command, batch, running)
        moved_rows.write(command, batch, running)
        waiting.write(command, batch, running)
        variables.write(command, batch, running)
        suspended_rows.write(batch, running)
    batch.send()
    history.write_incidents(command, moved)
    _close_cases(command, moved)
    _remember(command, moved)
    return moved


def forget_read(session: t.Any) -> None:
    """Let go of engine rows that were read before: they are written past the session, which does not notice."""
    session.flush()
    for row in session.identity_map.values():
        if isinstance(row, WRITTEN):
            session.expire(row)


def _moved(running: Running) -> bool:
    return bool(
        running.version == 0
        or running.kernel.log
        or running.moved_case
        or running.moved
        or running.turned
        or running.blob != running.blob_before
        or running.changes.variables
        or running.changes.closed
    )


def _write_instance(command: "Command", batch: Batch, running: Running) -> None:
    if running.version == 0:
        batch.insert(ProcessInstance, **_new_row(command, running))
        return
    values: dict[str, t.Any] = {"version": running.version + 1, **_state(command, running)}
    if running.moved_case:
        values |= {"case_id": running.facts.case_id, "unit_id": running.facts.unit_id}
    if running.moved is not None:
        values |= _version(running)
    if running.turned or (running.over and running.suspended_at):
        values |= {"suspended_at": None if running.over else running.suspended_at}
    # A statement on the connection flushes nothing by itself, and the job that failed for good is deleted below.
    command.session.flush()
    connection = command.session.connection()
    read = {"the_key": running.key, "the_version": running.version}
    mark = connection.execute(_moving(connection.dialect.name), values | read).scalar_one_or_none()
    if mark is None:
        raise StaleInstance(running.key)
    command.mark = mark


@functools.cache
def _moving(dialect: str) -> t.Any:
    """The UPDATE that moves an instance from the version that was read; the columns to set are its parameters."""
    table = table_of(ProcessInstance)
    return (
        sa.update(table)
        .where(table.c.key == sa.bindparam("the_key"), table.c.version == sa.bindparam("the_version"))
        .returning(transaction_mark(dialect))
    )


def _state(command: "Command", running: Running) -> dict[str, t.Any]:
    # Why an instance is cancelled may be said some time before the listeners of its tasks have let it end.
    reason = {"end_reason": running.end_reason} if running.end_reason else {}
    if not running.over:
        return {"state_blob": running.blob, **reason}
    return {"state": running.kernel.state, "state_blob": None, "ended_at": command.now, **reason}


def _version(running: Running) -> dict[str, t.Any]:
    """What an instance is an instance of."""
    facts = running.facts
    return {
        "process_definition_key": facts.process_definition_key,
        "process_id": facts.process_id,
        "process_version": facts.process_version,
        "in_force": running.in_force,
    }


def _new_row(command: "Command", running: Running) -> dict[str, t.Any]:
    facts = running.facts
    return (
        {
            "key": facts.key,
            "case_id": facts.case_id,
            "unit_id": facts.unit_id,
            "root_key": facts.root_key,
            "parent_key": facts.parent_key,
            "parent_token": running.parent_token,
            "depth": running.depth,
            "version": 1,
            "incidents": 0,
            "started_at": facts.started_at,
            "started_by": facts.started_by,
            "tags": running.tags,
            "state": "active",
            "state_blob": None,
            "ended_at": None,
            "end_reason": None,
            "suspended_at": running.suspended_at,
        }
        | _version(running)
        | _state(command, running)
    )


def _close_cases(command: "Command", moved: list[Running]) -> None:
    """A case may be over when one of its root instances is."""
    closer = the_registry().case_closer
    ended = [one for one in moved if one.over and one.facts.parent_key is None]
    for case_id in sorted({one.facts.case_id for one in ended if one.facts.case_id is not None}):
        if closer is not None:
            of_case = [one for one in ended if one.facts.case_id == case_id]
            well = any(one.kernel.state != "cancelled" for one in of_case)
            closer(command.session, case_id, command.now, ended_well=well, quiet=all(map(_ended_quietly, of_case)))


def _ended_quietly(running: Running) -> bool:
    """Whether an instance ended where its diagram says `quiet`: a clock that has found nothing to do."""
    reached = (
        running.model.elements[entry.element_id]
        for entry in reversed(running.kernel.log)
        if entry.happened == "completed" and entry.element_id in running.model.elements
    )
    end = next((element for element in reached if element.kind == "endEvent" and element.parent is None), None)
    return running.kernel.state == "completed" and end is not None and end.properties.get("quiet") == "true"


def live_roots(case_id: t.Any) -> sa.Select[t.Any]:
    """Select root instances of a case that live. Ask while holding the case: two that end at once see each other live.

    :param case_id: the case, or an expression for it.
    """
    return sa.select(ProcessInstance.key).where(
        ProcessInstance.case_id == case_id,
        ProcessInstance.parent_key.is_(None),
        ProcessInstance.state == "active",
    )


def _remember(command: "Command", moved: list[Running]) -> None:
    memory = current_app.extensions["engine_memory"]
    left: list[tuple[int, int, Variables]] = [
        (one.key, one.version + 1, {key: dict(names) for key, names in one.kernel.scopes.variables.items()})
        for one in moved
        if not one.over
    ]
    ended = [one.key for one in moved if one.over]
    registry = the_registry()
    resumed = any(one.turned and one.suspended_at is None for one in moved)
    has_jobs = resumed or any(waiting.made_jobs(one, registry.handlers) for one in moved)
    timers = [due for one in moved for due in waiting.armed_timers(one)]
    timer = command.now if resumed else min(timers, default=None)

    def remember() -> None:
        for key, version, kept in left:
            memory.put(key, version, kept)
        for key in ended:
            memory.forget(key)
        if has_jobs:
            registry.bell.ring()
        if timer is not None:
            registry.bell.ring(timer)

    after_commit(command.session, remember)
