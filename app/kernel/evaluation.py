"""Expressions of a diagram, evaluated for a token and turned into the type that their place needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from app.kernel import timers
from app.kernel.errors import (
    BadTime,
    BpmnError,
    ExpressionFailed,
    KernelError,
    NotABoolean,
    NotAList,
    NotAMoment,
    NotAName,
    NotANumber,
    NotNames,
    TooLong,
    cause,
    shown,
)
from app.kernel.model import Mapped, Trigger
from app.kernel.scopes import View
from app.kernel.token import Token

MOST = 2**31 - 1
"""Numbers of a diagram stand in 32-bit columns of the host."""
_LONGEST = {
    "jobType": 120,
    "listenerType": 120,
    "assignee": 150,
    "candidateUsers": 150,
    "candidateGroups": 150,
    "correlationKey": 400,
}
_LONGEST_NAME = 200


def is_expression(text: str) -> bool:
    return text.startswith("=")


class Asked(NamedTuple):
    """A text at a token: what stands in which property of which element, and what it sees besides the variables.

    `place` is a word of `uses.PLACES`; the element is the token's own unless `owner` says otherwise.
    """

    token: Token
    text: str
    place: str
    extra: Mapping[str, Any] | None = None
    owner: str | None = None

    def value(self) -> Any:
        """Its value; a text without `=` is its own."""
        if not is_expression(self.text):
            return self.text
        try:
            return self.token.workflow.port.evaluate(self.text, self.view())
        except (BpmnError, KernelError):
            raise
        except Exception as error:
            raise self.failure(ExpressionFailed(expression=self.text, **cause(error)), error) from error

    def unfit(self, kind: type[KernelError], value: Any, **params: Any) -> KernelError:
        """The error that the value is of no use in this place."""
        return self.failure(kind(expression=self.text, value=shown(value), **params))

    def failure(self, failed: KernelError, error: Exception | None = None) -> KernelError:
        """The error together with what a person needs to see of the expression."""
        failed.evidence = [self.evidence(error)]
        return failed

    def evidence(self, error: Exception | None = None) -> dict[str, Any]:
        place = {"element": self.owner or self.token.task_spec.element.id, "place": self.place}
        if not is_expression(self.text):
            return place | {"expression": self.text}
        return place | dict(self.token.workflow.port.explain(self.text, self.view(), error))

    def view(self) -> View:
        return self.token.workflow.view(self.token).over(self.extra or {})


def value_of(token: Token, text: str, place: str, extra: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression in a place where any value will do."""
    return Asked(token, text, place, extra).value()


def truth(
    token: Token, text: str, place: str, extra: Mapping[str, Any] | None = None, owner: str | None = None
) -> bool:
    """A condition. Null is no answer: most likely a variable is missing, and guessing would lead a case astray."""
    asked = Asked(token, text, place, extra, owner)
    value = asked.value()
    if not isinstance(value, bool):
        raise asked.unfit(NotABoolean, value)
    return value


def as_name(token: Token, text: str, place: str, owner: str | None = None) -> str:
    """A name of a message, signal, process or job: a text that is not empty."""
    asked = Asked(token, text, place, owner=owner)
    value = asked.value()
    if isinstance(value, str) and value:
        return _short(asked, value)
    raise asked.unfit(NotAName, value)


def as_key(token: Token, text: str | None, owner: str | None = None) -> str | None:
    """A correlation key: numbers and texts that look alike are the same key."""
    if text is None:
        return None
    asked = Asked(token, text, "correlationKey", owner=owner)
    value = asked.value()
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise asked.unfit(NotAName, value)
    return _short(asked, str(value))


def as_number(token: Token, text: str, place: str) -> int:
    """A whole number that is not negative; it may be written as a text."""
    asked = Asked(token, text, place)
    value = asked.value()
    try:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            number = int(value)
            if 0 <= number <= MOST and (isinstance(value, str) or number == value):
                return number
    except (ValueError, OverflowError):
        pass
    raise asked.unfit(NotANumber, value)


def as_list(token: Token, text: str, place: str) -> list[Any]:
    asked = Asked(token, text, place)
    value = asked.value()
    if not isinstance(value, list):
        raise asked.unfit(NotAList, value)
    return value


def as_names(token: Token, text: str | None, place: str) -> list[str]:
    """A list of people or groups; a literal may separate them by commas. Null is no answer: it would offer a task
    to everybody that was meant for a few.
    """
    if text is None:
        return []
    asked = Asked(token, text, place)
    value = asked.value()
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise asked.unfit(NotNames, value)
    return [_short(asked, part.strip()) for part in parts if part.strip()]


def as_person(token: Token, text: str | None, place: str) -> str | None:
    """A username; the empty text is nobody, but null most likely means that a variable is missing."""
    if text is None:
        return None
    asked = Asked(token, text, place)
    value = asked.value()
    if not isinstance(value, str):
        raise asked.unfit(NotAName, value)
    return _short(asked, value) or None


def as_time(token: Token, text: str | None, place: str) -> datetime | None:
    """A moment; null or the empty text is none, as a task without a due date is an ordinary task."""
    if text is None:
        return None
    asked = Asked(token, text, place)
    value = asked.value()
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str):
            return timers.moment(value, token.workflow.now())
    except BadTime:
        pass
    raise asked.unfit(NotAMoment, value)


def as_due(token: Token, trigger: Trigger, owner: str) -> timers.Due:
    """When a timer fires first, and how often."""
    asked = Asked(token, trigger.expression, "timer", owner=owner)
    value = asked.value()
    try:
        if trigger.timer is not None and isinstance(value, str):
            return timers.due(trigger.timer, value, token.workflow.now())
    except BadTime:
        pass
    raise asked.unfit(BadTime, value)


def mapped(token: Token, lines: tuple[Mapped, ...], extra: Mapping[str, Any], direction: str) -> dict[str, Any]:
    """The outcome of a mapping (`input` or `output`); each line sees the lines above it."""
    made: dict[str, Any] = {}
    for line in lines:
        value = value_of(token, line.source, f"{direction}:{line.target}", {**extra, **made})
        _assign(made, line.target.split("."), value, token.workflow.view(token))
    return made


def _short(asked: Asked, text: str) -> str:
    """The text, if it fits where the host stores it."""
    if "\0" in text:
        raise asked.unfit(NotAName, text)
    longest = _LONGEST.get(asked.place, _LONGEST_NAME)
    if len(text) > longest:
        raise asked.unfit(TooLong, text, length=len(text), limit=longest)
    return text


def _assign(made: dict[str, Any], path: list[str], value: Any, view: Mapping[str, Any]) -> None:
    """A target such as `customer.name` changes one entry of a context and keeps the others."""
    first, *rest = path
    if not rest:
        made[first] = value
        return
    old = made.get(first, view.get(first))
    inner: dict[str, Any] = dict(old) if isinstance(old, dict) else {}
    _assign(inner, rest, value, {})
    made[first] = inner
