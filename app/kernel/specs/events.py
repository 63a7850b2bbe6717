"""Start, catch, boundary, throw and end events."""

from __future__ import annotations

from typing import Any, ClassVar

from app.kernel import compensation, library, transactions
from app.kernel.definitions import arm_all
from app.kernel.evaluation import mapped
from app.kernel.specs.activities import wait_for_job
from app.kernel.specs.base import Node
from app.kernel.throwing import plan_throws, throw_now
from app.kernel.token import BEGUN, Plan, Throw, Token


class Event(Node):
    """The library wants one definition; the kernel uses all of them."""

    def library_arguments(self) -> dict[str, Any]:
        return {"event_definition": self.definitions[0] if self.definitions else library.NoneEventDefinition()}


class StartEvent(Event, library.StartEvent):
    """Passes on what started it; the host keeps the start subscriptions."""


class CatchEvent(Event, library.IntermediateCatchEvent):
    """Waits for any of its definitions, or for all of them if it is parallel multiple."""

    parked_state: ClassVar[int] = library.TaskState.WAITING

    def enter(self, token: Token) -> bool:
        if not super().enter(token):
            return False
        if not self.definitions:
            return True
        token.workflow.expect(token, arm_all(self.definitions, token))
        return False


class BoundaryEvent(Event, library.BoundaryEvent):
    """Its token starts when the event has happened; until then a listener stands beside the activity."""

    def library_arguments(self) -> dict[str, Any]:
        return {**super().library_arguments(), "cancel_activity": self.element.interrupting}


class Throwing(Event):
    """Throws its definitions when it is left; with a job type a handler does the sending of messages."""

    def enter(self, token: Token) -> bool:
        if token.memo.get("ph") != BEGUN:
            local = mapped(token, self.element.inputs, {}, "input")
            if local:
                token.workflow.scopes.open(token.id, token.workflow.scope_key(token), local)
            token.memo["ph"] = BEGUN
        if not super().enter(token) or not self._undo(token):
            return False
        return self.element.job is None or wait_for_job(token, self.element.job)

    def _undo(self, token: Token) -> bool:
        """Compensation and cancelling come before anything is thrown; False while handlers run inside the token."""
        records = []
        for trigger in self.element.triggers:
            if trigger.kind == "compensate":
                records += compensation.take(token, trigger.activity)
            elif trigger.kind == "cancel":
                records += transactions.stop(token)
        return compensation.undo(token, records) if records else True

    def child_done(self, token: Token, child: Token) -> None:  # noqa: ARG002 - the library's protocol
        """A handler has gone, and whatever its own boundary events started: undo the next record."""
        if not token.inside and not compensation.undo_next(token):
            token.memo.pop("w", None)
            token.workflow.resume(token)

    def thrown(self, token: Token) -> tuple[Throw, ...]:
        return plan_throws(self, token)

    def act(self, token: Token, plan: Plan) -> None:
        for throw in plan.throws:
            if token.id in token.workflow.tasks:
                throw_now(token, throw)


class ThrowEvent(Throwing, library.IntermediateThrowEvent):
    """An intermediate throw event."""


class EndEvent(Throwing, library.EndEvent):
    """An end event; terminate ends its own scope only."""
