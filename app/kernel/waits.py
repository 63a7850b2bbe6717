"""Everything an instance waits for, as the host sees it.

A wait is addressed by (token, index); rows of the host are derived from the difference between two of these lists
and are never a second truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.kernel import transitions
from app.kernel.model import Form
from app.kernel.timers import Due

if TYPE_CHECKING:
    from app.kernel.token import Token


@dataclass(frozen=True, slots=True)
class UserWait:
    """A person has to do something. The assignment is as evaluated on arrival; people change it in rows."""

    token: int
    index: int
    element_id: str
    form: Form | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_date: datetime | None
    follow_up_date: datetime | None
    priority: int | None
    event: str | None = None
    """What its listeners are asked about now; until they have answered, the task takes no other change."""


@dataclass(frozen=True, slots=True)
class JobWait:
    token: int
    index: int
    element_id: str
    type: str
    retries: int
    headers: Mapping[str, str]
    event: str | None = None
    """The event of the listener whose job this is; None for the work of the element itself."""
    number: int = 0
    """Which of several listeners of this event it is."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    """For a listener of a user task, what would change, by the names in `UserWait`."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    """For a listener of a task being completed, the variables it would be completed with."""


@dataclass(frozen=True, slots=True)
class CallWait:
    token: int
    index: int
    element_id: str
    process_id: str


@dataclass(frozen=True, slots=True)
class TimerWait:
    token: int
    index: int
    element_id: str
    due: datetime
    repeats: int | None
    """How often a cycle fires from now on, -1 for ever; None for a timer that fires once."""
    interval: str | None
    host: int | None = None
    """For a boundary event, the token of the activity it hangs on."""


@dataclass(frozen=True, slots=True)
class MessageWait:
    token: int
    index: int
    element_id: str
    name: str
    correlation_key: str | None
    host: int | None = None


@dataclass(frozen=True, slots=True)
class SignalWait:
    token: int
    index: int
    element_id: str
    name: str
    host: int | None = None


@dataclass(frozen=True, slots=True)
class ConditionWait:
    """Nothing to be done by the host: the kernel looks at conditions itself whenever a variable in them changes."""

    token: int
    index: int
    element_id: str
    expression: str
    host: int | None = None


@dataclass(frozen=True, slots=True)
class ChoiceWait:
    """An ad-hoc sub-process is open: `activate` starts one of its steps."""

    token: int
    index: int
    element_id: str
    steps: tuple[str, ...]
    """Ids of what may be started now; empty while an ordered one waits for its present step."""


Wait = UserWait | JobWait | CallWait | TimerWait | MessageWait | SignalWait | ConditionWait | ChoiceWait
OUTSIDE = frozenset(("user", "job", "call"))
"""Waits that end with `complete` or `fail`, not with `fire`."""
TASKS = frozenset(("user",))
"""Waits that take a `change_task`."""
CHOICES = frozenset(("adhoc",))
"""Waits that take an `activate`."""


def waits_of(token: Token) -> list[Wait]:
    """What one token waits for; structural waits (a scope, a loop, undoing) do not concern the host."""
    found = (_wait(token, index, memo) for index, memo in enumerate(token.memo.get("w", ())))
    return [wait for wait in found if wait is not None]


def timer_memo(due: Due) -> dict[str, Any]:
    """How a due time stands in the blob."""
    memo: dict[str, Any] = {"k": "timer", "due": due.at.timestamp()}
    return memo if due.repeats is None else {**memo, "rep": due.repeats, "iv": due.interval}


def timer_due(memo: Mapping[str, Any]) -> Due:
    return Due(datetime.fromtimestamp(memo["due"], UTC), memo.get("rep"), memo.get("iv"))


def _wait(token: Token, index: int, memo: Mapping[str, Any]) -> Wait | None:
    element = token.task_spec.element
    # Behind an event-based gateway the wait belongs to the event and not to the gateway.
    at = (token.id, index, memo.get("to", element.id))
    kind = memo["k"]
    if kind == "user":
        return UserWait(
            *at,
            form=element.form,
            assignee=memo.get("a"),
            candidate_groups=tuple(memo.get("g", ())),
            candidate_users=tuple(memo.get("u", ())),
            due_date=_time(memo.get("due")),
            follow_up_date=_time(memo.get("fu")),
            priority=memo.get("pr"),
            event=token.memo["tr"]["e"] if "tr" in token.memo else None,
        )
    if kind == "job":
        return _job(token, at, memo)
    if kind == "call":
        return CallWait(*at, memo["p"])
    if kind == "timer":
        due = timer_due(memo)
        return TimerWait(*at, due.at, due.repeats, due.interval, token.memo.get("h"))
    if kind == "msg":
        return MessageWait(*at, memo["n"], memo["key"], token.memo.get("h"))
    if kind == "sig":
        return SignalWait(*at, memo["n"], token.memo.get("h"))
    if kind == "adhoc":
        return ChoiceWait(*at, _steps(token))
    if kind == "cond":
        return ConditionWait(*at, memo["e"], token.memo.get("h"))
    return None


def _job(token: Token, at: tuple[int, int, str], memo: Mapping[str, Any]) -> JobWait:
    element, event = token.task_spec.element, memo.get("l")
    if event is None:
        return JobWait(*at, memo["type"], memo["retries"], element.headers)
    listener = element.listening(event)[memo["n"]]
    headers = {**element.headers, **listener.headers}
    asked = token.memo.get("tr", {})
    changes, payload = transitions.told(asked.get("d", {})), asked.get("v", {})
    return JobWait(*at, memo["type"], memo["retries"], headers, event, memo["n"], changes, payload)


def _steps(token: Token) -> tuple[str, ...]:
    spec: Any = token.task_spec
    return tuple(spec.steps()) if spec.may_start(token) else ()


def _time(epoch: float | None) -> datetime | None:
    return None if epoch is None else datetime.fromtimestamp(epoch, UTC)
