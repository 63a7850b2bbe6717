"""Events thrown inside an instance, and who catches them.

Errors and escalations look outward from where they are thrown: boundary events of the activity and of the scopes
around it, event sub-processes of those scopes. The nearest place wins; there, a catcher of exactly this code wins over
one that catches all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from app.kernel import delivery, transactions
from app.kernel.errors import Unhandled
from app.kernel.evaluation import as_key, as_name
from app.kernel.events import BroadcastSignal, Escalated, PublishMessage
from app.kernel.model import Trigger
from app.kernel.token import Throw, Token

if TYPE_CHECKING:
    from app.kernel.specs.base import Node
    from app.kernel.specs.scope import Scope

_EXACT, _ALL = 2, 1
_ORDER = ("message", "signal", "escalation", "compensate", "terminate", "cancel", "error")
Coded = Literal["error", "escalation"]


@dataclass(frozen=True, slots=True)
class Catcher:
    """A boundary event on `at`, or the start event of the event sub-process `owner` in the scope `at`."""

    at: Token
    event: Node
    owner: Scope | None = None

    def catch(self, payload: dict[str, object] | None) -> None:
        if self.owner is None:
            delivery.leave_by(self.at, self.event, payload)
        else:
            delivery.start_event_subprocess(self.at, self.owner, self.event, payload)


class _Hit(NamedTuple):
    score: int
    catcher: Catcher


def plan_throws(node: Node, token: Token) -> tuple[Throw, ...]:
    """The events a node will throw, with everything evaluated; what may end the thrower comes last.

    Messages are not among them where a job handler does the sending.
    """
    triggers = [definition.trigger for definition in node.definitions]
    sent = node.element.job is not None
    throws = [_plan(node, token, trigger) for trigger in triggers if not (sent and trigger.kind == "message")]
    return tuple(sorted(throws, key=lambda throw: _ORDER.index(throw.kind)))


def throw_now(token: Token, throw: Throw) -> None:
    """Throw one event; an interrupting catcher may cancel the token."""
    kernel, variables = token.workflow, throw.variables or {}
    if throw.kind == "message":
        element_id = token.task_spec.element.id
        kernel.outbox.append(PublishMessage(token.id, element_id, throw.name, throw.key, variables))
    elif throw.kind == "signal":
        kernel.outbox.append(BroadcastSignal(throw.name, variables))
        delivery.signal(kernel, throw.name, variables)
    elif throw.kind == "error":
        throw_error(token, throw.name, variables)
    elif throw.kind == "escalation":
        escalate(token, throw.name, variables)
    elif throw.kind == "terminate":
        _terminate(token)
    elif throw.kind == "cancel":
        transactions.leave(token)


def throw_error(token: Token, code: str, variables: dict[str, object] | None = None) -> None:
    """To the nearest catcher; out of a child to its caller; otherwise a person has to look at it."""
    kernel = token.workflow
    if found := catcher(token, "error", code):
        found.catch(variables)
    elif kernel.is_child:
        kernel.finish("error", error_code=code, variables=variables)
    else:
        kernel.park(token, Unhandled(error_code=code))


def escalate(token: Token, code: str, variables: dict[str, object] | None = None) -> None:
    """To the nearest catcher, or to the caller; an escalation that nobody catches is no failure."""
    if found := catcher(token, "escalation", code):
        found.catch(variables)
    elif token.workflow.is_child:
        token.workflow.outbox.append(Escalated(code, dict(variables or {})))


def catcher(token: Token, kind: Coded, code: str) -> Catcher | None:
    """The nearest event outward from a token that catches this code."""
    here: Token | None = token
    while here is not None:
        found = _on_boundary(here, kind, code) or _in_scope(here, kind, code)
        if found is not None:
            return found
        here = here.scope
    return None


def _plan(node: Node, token: Token, trigger: Trigger) -> Throw:
    kernel, kind = token.workflow, trigger.kind
    variables = kernel.scopes.local(token.id) if node.element.inputs else {}
    if kind in ("message", "signal"):
        name = as_name(token, trigger.name, f"{kind}Name")
        return Throw(kind, name, as_key(token, trigger.correlation_key), variables)
    if kind in ("error", "escalation"):
        code = as_name(token, trigger.code or "", f"{kind}Code")
        if kind == "error" and not kernel.is_child and catcher(token, "error", code) is None:
            raise Unhandled(error_code=code)
        return Throw(kind, code, None, variables)
    return Throw(kind)


def _terminate(token: Token) -> None:
    scope = token.scope
    for other in scope.inside if scope is not None else ():
        if other is not token:
            token.workflow.cancel_token(other)


def _score(event: Node, kind: Coded, code: str) -> int:
    codes = [trigger.code for trigger in event.element.triggers if trigger.kind == kind]
    return _EXACT if code in codes else _ALL if None in codes or "" in codes else 0


def _on_boundary(token: Token, kind: Coded, code: str) -> Catcher | None:
    """Boundary events hang on the loop, not on its rounds, and a call that is being undone has none."""
    if token.is_round or "undoes" in token.memo:
        return None
    return _best([_Hit(_score(event, kind, code), Catcher(token, event)) for event in token.task_spec.boundary])


def _in_scope(token: Token, kind: Coded, code: str) -> Catcher | None:
    """Event sub-processes beside the token; one that runs itself does not catch what it throws."""
    scope = token.scope
    inner = getattr(scope.task_spec, "inner", None) if scope is not None else None
    if scope is None or inner is None or "m" in scope.memo or token.task_spec.element.event_subprocess:
        return None
    return _best(
        [
            _Hit(_score(start, kind, code), Catcher(scope, start, owner))
            for owner in inner.event_subprocesses
            for start in owner.inner.entry
        ]
    )


def _best(hits: list[_Hit]) -> Catcher | None:
    best = max(hits, key=lambda hit: hit.score, default=None)
    return best.catcher if best is not None and best.score else None
