"""Event definitions: the library's, with the knowledge how to wait for them.

`arm` evaluates the expressions of a definition once, on arrival, and answers the wait as it stands in the blob. Errors,
escalations, compensation and cancelling need no subscription: who catches them is found when one is thrown.
"""

from __future__ import annotations

from typing import Any

from app.kernel import library
from app.kernel.evaluation import as_due, as_key, as_name
from app.kernel.model import Trigger
from app.kernel.token import Token
from app.kernel.waits import timer_memo

Memo = dict[str, Any]


class Definition:
    """Common to all definitions of ours."""

    trigger: Trigger
    owner: str
    """Id of the event that is drawn; the token that waits may be that of the activity it hangs on."""

    def arm(self, token: Token) -> Memo | None:  # noqa: ARG002 - most kinds do not need it
        """The wait for this event, None if it needs no subscription."""
        return None


class MessageEvent(library.MessageEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__(trigger.name)
        self.trigger = trigger

    def arm(self, token: Token) -> Memo:
        name = as_name(token, self.trigger.name, "messageName", self.owner)
        return {"k": "msg", "n": name, "key": as_key(token, self.trigger.correlation_key, self.owner)}


class SignalEvent(library.SignalEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__(trigger.name)
        self.trigger = trigger

    def arm(self, token: Token) -> Memo:
        return {"k": "sig", "n": as_name(token, self.trigger.name, "signalName", self.owner)}


class TimerEvent(library.TimerEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__(trigger.timer or "", trigger.expression)
        self.trigger = trigger

    def arm(self, token: Token) -> Memo:
        return timer_memo(as_due(token, self.trigger, self.owner))


class ConditionEvent(library.ConditionalEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__(trigger.expression)
        self.trigger = trigger

    def arm(self, token: Token) -> Memo:  # noqa: ARG002 - looked at when it stands in the token, see `conditions`
        return {"k": "cond", "e": self.trigger.expression, "was": False}


class ErrorEvent(library.ErrorEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__("error", trigger.code)
        self.trigger = trigger


class EscalationEvent(library.EscalationEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__("escalation", trigger.code)
        self.trigger = trigger


class TerminateEvent(library.TerminateEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__()
        self.trigger = trigger


class CancelEvent(library.CancelEventDefinition, Definition):
    def __init__(self, trigger: Trigger) -> None:
        super().__init__()
        self.trigger = trigger


class CompensateEvent(library.EventDefinition, Definition):
    """The library has no class for it."""

    def __init__(self, trigger: Trigger) -> None:
        super().__init__("compensate")
        self.trigger = trigger


_KINDS: dict[str, Any] = {
    "message": MessageEvent,
    "signal": SignalEvent,
    "timer": TimerEvent,
    "conditional": ConditionEvent,
    "error": ErrorEvent,
    "escalation": EscalationEvent,
    "compensate": CompensateEvent,
    "cancel": CancelEvent,
    "terminate": TerminateEvent,
}


def definition(trigger: Trigger, owner: str) -> Definition:
    made: Definition = _KINDS[trigger.kind](trigger)
    made.owner = owner
    return made


def arm_all(definitions: tuple[Definition, ...], token: Token) -> list[Memo]:
    """The waits of one event, in the order in which it is drawn."""
    armed = (found.arm(token) for found in definitions)
    return [memo for memo in armed if memo is not None]
