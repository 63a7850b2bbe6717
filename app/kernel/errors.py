"""Everything that can go wrong while an instance runs, as codes whose texts lie in `translations/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST_SHOWN = 80


def shown(value: Any) -> str:
    """A value as it appears in a message: short, because incidents are stored."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


class KernelError(Exception):
    """Base of all errors of this package: a code, its parameters, no prose."""

    code = "kernel.failed"

    def __init__(self, **params: Any) -> None:
        super().__init__(f"{self.code} {params}" if params else self.code)
        self.params: Mapping[str, Any] = params


class StepFailed(KernelError):
    """Something that nobody foresaw; the token is parked all the same, so that the others go on."""

    code = "kernel.step_failed"


class CommandRefused(KernelError):
    """A command from outside does not fit the state of the instance; nothing was changed."""


class TokenGone(CommandRefused):
    """The token has moved on: a second completion, a late job result, a timer of a cancelled task."""

    code = "kernel.token_gone"


class NotWaiting(CommandRefused):
    """The token exists but does not wait for what was delivered."""

    code = "kernel.not_waiting"


class InstanceOver(CommandRefused):
    code = "kernel.instance_over"


class NoSuchStart(CommandRefused):
    code = "kernel.no_such_start"


class WrongScope(CommandRefused):
    code = "kernel.wrong_scope"


class UnknownElement(CommandRefused):
    code = "kernel.unknown_element_id"


class NoChoice(CommandRefused):
    """The token is at no ad-hoc sub-process that can take one more step now."""

    code = "kernel.no_choice"


class NoIncident(CommandRefused):
    code = "kernel.no_incident"


class UnreadableState(KernelError):
    """A stored blob that this version of the kernel cannot continue."""

    code = "kernel.unreadable_state"


class BpmnError(Exception):
    """An error with a code, to be caught by the diagram and not by a person; ports may raise it."""

    def __init__(self, code: str, variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.variables: dict[str, Any] = dict(variables or {})


class Unhandled(KernelError):
    """A BPMN error that no boundary event and no event sub-process catches."""

    code = "kernel.error_not_caught"


class NoFlow(KernelError):
    code = "kernel.no_flow_taken"


class TooManySteps(KernelError):
    code = "kernel.too_many_steps"


class NotAList(KernelError):
    code = "kernel.not_a_list"


class NoSuchStep(KernelError):
    """An ad-hoc sub-process shall begin with something that is no step of it."""

    code = "kernel.no_such_step"


class NotANumber(KernelError):
    code = "kernel.not_a_number"


class NotABoolean(KernelError):
    code = "kernel.not_a_boolean"


class NotAName(KernelError):
    code = "kernel.not_a_name"


class BadTime(KernelError):
    code = "kernel.bad_time"


class ExpressionFailed(KernelError):
    """The port could not evaluate an expression; the parameters name it, so that an owner can find it."""

    code = "kernel.expression_failed"


class DecisionFailed(KernelError):
    code = "kernel.decision_failed"
