"""Execution listeners: jobs before an element does anything and after it is done, one after the other.

Those of the start run after the input mapping and before any event is waited for; what they give are local variables
of the element. Those of the end run after the output mapping and before the element is left; what they give goes where
outputs go. The memo counts the ones that are done, `ls` at the start and `le` at the end, so that a retry repeats only
the one that failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from app.kernel.errors import WrongAnswer
from app.kernel.evaluation import as_name, as_number
from app.kernel.scopes import visible

if TYPE_CHECKING:
    from app.kernel.specs.base import Node
    from app.kernel.token import Token

Event = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the job of a task listener came to."""

    denied: bool = False
    reason: str = ""
    corrections: Mapping[str, Any] = field(default_factory=dict)
    """New values by their names in `UserWait`; None and nothing at all take a value away."""


NO_OBJECTION = Answer()
_COUNTERS: Mapping[str, str] = {"start": "ls", "end": "le"}
_DENIABLE = frozenset(("assigning", "updating", "completing"))
_CORRECTABLE = _DENIABLE | {"creating"}


def heard(token: Token, event: Event) -> bool:
    """Park the token at the next listener's job; True when there is none left."""
    done = token.memo.setdefault(_COUNTERS[event], 0)
    listeners = token.task_spec.element.listening(event)
    return done >= len(listeners) or wait_for(token, event, done)


def wait_for(token: Token, event: str, number: int) -> bool:
    """Park at the job of one listener; always False, which is what `Node.enter` answers for "not yet"."""
    return token.wait_for(**job_of(token, event, number))


def job_of(token: Token, event: str, number: int) -> dict[str, Any]:
    """The wait for the job of one listener, with its type and retries evaluated."""
    job = token.task_spec.element.listening(event)[number].job
    kind, retries = as_name(token, job.type, "listenerType"), as_number(token, job.retries, "listenerRetries")
    return {"k": "job", "type": kind, "retries": retries, "l": event, "n": number}


def outputs_written(node: Node, token: Token) -> bool:
    """Before the first listener of the end: outputs are evaluated, written, and thrown events thrown; once only.

    False if that took the token away.
    """
    if "le" not in token.memo:
        plan = node.effects(token)
        token.memo["le"] = 0
        token.memo.pop("v", None)
        node.write_outputs(token, plan)
        node.act(token, plan)
    return token.id in token.workflow.tasks


def judge(token: Token, event: str, variables: Mapping[str, Any], answer: Answer) -> None:
    """Raise WrongAnswer for what a listener of this event cannot say."""
    if (
        (variables and event not in _COUNTERS)
        or (answer.denied and event not in _DENIABLE)
        or (answer.corrections and event not in _CORRECTABLE)
    ):
        raise WrongAnswer(token=token.id, event=event)


def answered(token: Token, variables: Mapping[str, Any]) -> None:
    """The job of a listener is done: the token runs again where it stood."""
    kernel, scope = token.workflow, token.scope
    event: Event = token.memo.pop("w")[0]["l"]
    token.memo[_COUNTERS[event]] += 1
    if event == "start":
        kernel.scopes.open(token.id, kernel.scope_key(token), visible(variables))
    else:
        kernel.write(scope if scope is not None else token, variables)
    token._ready()  # noqa: SLF001 - the library has no public name
