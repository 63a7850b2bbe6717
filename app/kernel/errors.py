"""Everything that can go wrong while an instance runs, as codes whose texts lie in `translations/`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

_LONGEST_SHOWN = 80
_LONGEST_ERROR = 500
_WRITER = json.JSONEncoder(ensure_ascii=False, default=str)

Evidence = Mapping[str, Any]
"""One expression or decision behind an error, as the port describes it: ready for JSON and bounded in size."""


def shown(value: Any, longest: int = _LONGEST_SHOWN) -> str:
    """A value as JSON, as it appears in a message: short, because incidents are stored.

    Written piece by piece, so that a value of a million elements costs no more than the characters that are kept.
    """
    text = ""
    for piece in _WRITER.iterencode(value):
        text += piece[: longest + 1]
        if len(text) > longest:
            return f"{text[: longest - 1]}…"
    return text


def cause(error: Exception) -> dict[str, Any]:
    """What a port's exception says about itself: a text, and a code with parameters if it has them."""
    said: dict[str, Any] = {"error": str(error)[:_LONGEST_ERROR] or type(error).__name__}
    code = getattr(error, "code", None)
    if isinstance(code, str):
        params = getattr(error, "params", {})
        said |= {"cause": code, "cause_params": {key: _plain(value) for key, value in dict(params).items()}}
    return said


def _plain(value: Any) -> Any:
    """Parameters are stored with the incident, so they must fit into JSON."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)[:_LONGEST_ERROR]


class KernelError(Exception):
    """Base of all errors of this package: a code, its parameters, no prose."""

    code = "kernel.failed"
    evidence: Sequence[Evidence] = ()
    """The expressions that led here with what they saw; kept with an incident, for who has to repair it."""

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


class OnlyListening(CommandRefused):
    """The token is at a listener's job, which may only be answered."""

    code = "kernel.only_listening"


class TaskBusy(CommandRefused):
    """Listeners of the user task are still being asked about an earlier change."""

    code = "kernel.task_busy"


class WrongAnswer(CommandRefused):
    """The listener of this event cannot deny, correct or give variables like that."""

    code = "kernel.wrong_answer"


class InstanceOver(CommandRefused):
    code = "kernel.instance_over"


class NoSuchStart(CommandRefused):
    code = "kernel.no_such_start"


class WrongScope(CommandRefused):
    code = "kernel.wrong_scope"


class SeveralScopes(CommandRefused):
    """The sub-process that a token shall be put into is open more than once."""

    code = "kernel.several_scopes"


class NoBeginning(CommandRefused):
    """Nothing can be begun here by hand: an event that comes by itself, a handler, a loop that is not running."""

    code = "kernel.no_beginning"


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


class TooManyRounds(KernelError):
    """A multi-instance activity shall run more often than one instance can hold."""

    code = "kernel.too_many_rounds"


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


class NotNames(KernelError):
    code = "kernel.not_names"


class TooLong(KernelError):
    code = "kernel.too_long"


class BadTime(KernelError):
    """No time of a timer."""

    code = "kernel.bad_time"


class NotAMoment(KernelError):
    """No date and time of a due or follow-up date."""

    code = "kernel.not_a_moment"


class ExpressionFailed(KernelError):
    """The port could not evaluate an expression; the parameters name it, so that an owner can find it."""

    code = "kernel.expression_failed"


class DecisionFailed(KernelError):
    code = "kernel.decision_failed"
