"""What an instance tells its host: the outbox (things to be done elsewhere) and the log (things that happened)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.kernel.errors import Evidence
from app.kernel.model import CalledProcess

InstanceState = Literal["running", "completed", "cancelled", "error"]
Happened = Literal["entered", "completed", "terminated", "incident", "resolved", "decided"]


@dataclass(frozen=True, slots=True)
class StartCall:
    """A call activity wants a child instance; its end comes back as `complete` or `fail` of the token."""

    token: int
    element_id: str
    process: CalledProcess
    """With the id resolved to a plain name."""
    variables: dict[str, Any]
    undo: Mapping[str, Any] | None = None
    """Not to be started but undone: what the instance of this call left behind, to be given to `Kernel.undo`."""


@dataclass(frozen=True, slots=True)
class CancelCall:
    """The token of a call was cancelled: cancel the child instance."""

    token: int


@dataclass(frozen=True, slots=True)
class PublishMessage:
    token: int
    element_id: str
    name: str
    correlation_key: str | None
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    """To every other instance and every start subscription; this instance has heard it already."""

    name: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation that nothing in a child caught: `escalate` the token of the parent; the child goes on."""

    code: str
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """The listeners of a user task agree: it changes like this, by the names in `UserWait`."""

    token: int
    element_id: str
    event: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskDenied:
    """A listener of a user task does not agree: the task stays as it is."""

    token: int
    element_id: str
    event: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The instance is over. `error_code` is set in state `error`, which only a child can end in."""

    state: InstanceState
    variables: dict[str, Any]
    error_code: str | None = None
    undo: Mapping[str, Any] | None = None
    """What a child leaves for being undone; it goes to the caller with `complete` and comes back in a `StartCall`."""


Message = StartCall | CancelCall | PublishMessage | BroadcastSignal | Escalated | TaskChanged | TaskDenied | Ended


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One transition of one token, for the history; `loop_index` counts the rounds of a loop from 0."""

    happened: Happened
    token: int
    element_id: str
    scope: int | None
    loop_index: int | None = None
    flows: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """Tokens waiting at a joining gateway."""

    element_id: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Incident:
    """A token that cannot go on. The evidence is there only in the command in which it happened."""

    token: int
    element_id: str
    code: str
    params: Mapping[str, Any]
    evidence: Sequence[Evidence] = ()
