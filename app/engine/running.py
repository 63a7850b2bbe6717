"""An instance held in memory for the length of one command."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Collection, Mapping

import orjson
import sqlalchemy as sa

from app.engine.expressions import InstancePort
from app.engine.models import Payload, ProcessInstance, Variable
from app.engine.registry import InstanceFacts
from app.errors import Conflict
from app.kernel import Changes, JobWait, Kernel, MessageWait, Renewal, SignalWait, Wait
from app.kernel.model import ProcessModel

Place = tuple[int, int]
"""(token, index of the wait)"""
Variables = dict[int, dict[str, t.Any]]

NOTHING_CHANGED = Changes((), (), ())
ROOT_SCOPE = 1
"""The kernel's first token is the instance itself."""


@dataclasses.dataclass(frozen=True)
class Moved:
    """That the command brings an instance to another version.

    Attributes:
        elements: where the tokens go that have a row of history, by token.
        renewed: what the new version evaluates again.
        rebound: whether what the diagram leaves open resolves to the newest versions of today.
    """

    elements: Mapping[int, str]
    renewed: frozenset[Renewal]
    rebound: bool


@dataclasses.dataclass
class Running:
    """One loaded or new instance.

    Attributes:
        version: what the row had when it was read; 0 for an instance that has no row yet.
        waits_before: what the instance waited for when it was loaded; rows follow from the difference.
        actors: who completed which token in this command.
        resolved: version of the called process that a token uses.
        traces: decisions taken while a person completed a form, by token.
        blob, changes: the outcome, taken from the kernel once when the command is written.
    """

    facts: InstanceFacts
    kernel: Kernel
    port: InstancePort
    in_force: int
    depth: int
    parent_token: int | None
    version: int = 0
    waits_before: dict[Place, Wait] = dataclasses.field(default_factory=dict)
    blob_before: bytes | None = None
    blob: bytes = b""
    changes: Changes = NOTHING_CHANGED
    had_incidents: bool = False
    actors: dict[int, str] = dataclasses.field(default_factory=dict)
    resolved: dict[int, dict[str, t.Any]] = dataclasses.field(default_factory=dict)
    traces: dict[int, dict[str, t.Any]] = dataclasses.field(default_factory=dict)
    task_rows: dict[int, dict[str, t.Any]] = dataclasses.field(default_factory=dict)
    """Rows of user tasks that were read for this command, by token."""
    end_reason: str | None = None
    tags: list[str] | None = None
    moved_case: bool = False
    moved: Moved | None = None
    case_no: str | None = None
    """Number of the case that an instance was started with."""
    stored_state: str = "active"
    suspended_at: dt.datetime | None = None
    turned: bool = False
    """Whether the command suspends the instance or lets it go on."""
    element_keys: dict[int, int] = dataclasses.field(default_factory=dict)
    ended_jobs: dict[int, int] = dataclasses.field(default_factory=dict)
    """Token → key of a job that ended in an incident."""

    @property
    def model(self) -> ProcessModel:
        return self.kernel.model

    @property
    def key(self) -> int:
        return self.facts.key

    @property
    def over(self) -> bool:
        return self.kernel.state != "running"

    def waits(self) -> dict[Place, Wait]:
        """What the instance waits for now."""
        return {(wait.token, wait.index): wait for wait in self.kernel.waits()}

    def written(self) -> None:
        """What the command has written so far is what its next steps start from."""
        self.version += 1
        self.waits_before = {} if self.over else self.waits()
        self.blob_before, self.changes = self.blob, NOTHING_CHANGED
        self.had_incidents = bool(self.kernel.incidents())
        self.kernel.log.clear()
        for noted in (self.actors, self.resolved, self.traces, self.task_rows, self.ended_jobs):
            noted.clear()
        self.end_reason = self.tags = self.moved = None
        self.moved_case = self.turned = False

    def turn(self, since: dt.datetime | None) -> None:
        """Suspend the instance since a moment, or with None let it go on; it is stored with the command."""
        if self.suspended_at != since:
            self.suspended_at, self.turned = since, True

    def require_awake(self) -> None:
        """Raise Conflict while the instance is suspended."""
        if self.suspended_at is not None:
            raise Conflict("engine.instance_suspended")

    def attach(self, case_id: int, unit_id: int | None) -> None:
        """Move the instance to another case or unit; it is stored with the command."""
        if (case_id, unit_id) != (self.facts.case_id, self.facts.unit_id):
            self.facts = dataclasses.replace(self.facts, case_id=case_id, unit_id=unit_id)
            self.port.instance = self.facts
            self.moved_case = True


def another(before: Wait | None, after: Wait) -> bool:
    """Is this at the same place another wait?

    Listeners of an element follow each other there, and the version that an instance is moved to may wait for another
    message.
    """
    if isinstance(before, JobWait) and isinstance(after, JobWait):
        return (before.event, before.number) != (after.event, after.number)
    if isinstance(before, MessageWait) and isinstance(after, MessageWait):
        return (before.name, before.correlation_key) != (after.name, after.correlation_key)
    if isinstance(before, SignalWait) and isinstance(after, SignalWait):
        return before.name != after.name
    return type(before) is not type(after)


def facts_of(row: t.Any) -> InstanceFacts:
    """Return the facts of a `process_instance` row."""
    return InstanceFacts(
        key=row.key,
        process_id=row.process_id,
        process_version=row.process_version,
        process_definition_key=row.process_definition_key,
        root_key=row.root_key,
        parent_key=row.parent_key,
        case_id=row.case_id,
        unit_id=row.unit_id,
        started_at=row.started_at,
        started_by=row.started_by,
    )


INSTANCE_COLUMNS = (
    ProcessInstance.key,
    ProcessInstance.process_definition_key,
    ProcessInstance.process_id,
    ProcessInstance.process_version,
    ProcessInstance.case_id,
    ProcessInstance.unit_id,
    ProcessInstance.root_key,
    ProcessInstance.parent_key,
    ProcessInstance.parent_token,
    ProcessInstance.depth,
    ProcessInstance.in_force,
    ProcessInstance.state,
    ProcessInstance.state_blob,
    ProcessInstance.version,
    ProcessInstance.incidents,
    ProcessInstance.started_at,
    ProcessInstance.started_by,
    ProcessInstance.suspended_at,
)


def read_variables(session: t.Any, instance_key: int) -> Variables:
    """Return all stored variables by scope; large values are fetched with one more statement when there are any."""
    return read_variables_of(session, [instance_key])[instance_key]


def read_variables_of(session: t.Any, instance_keys: Collection[int]) -> dict[int, Variables]:
    """Return the same for several instances in the same number of statements."""
    columns = (Variable.instance_key, Variable.scope, Variable.name, Variable.value, Variable.payload_hash)
    rows = session.execute(sa.select(*columns).where(Variable.instance_key.in_(instance_keys))).all()
    large = _payloads(session, {row.payload_hash for row in rows if row.payload_hash})
    found: dict[int, Variables] = {key: {} for key in instance_keys}
    for row in rows:
        text = large[row.payload_hash] if row.payload_hash else row.value
        found[row.instance_key].setdefault(row.scope, {})[row.name] = orjson.loads(text)
    return found


def _payloads(session: t.Any, hashes: set[str]) -> dict[str, bytes]:
    if not hashes:
        return {}
    query = sa.select(Payload.sha256, Payload.content).where(Payload.sha256.in_(hashes))
    return {row.sha256: bytes(row.content) for row in session.execute(query)}
