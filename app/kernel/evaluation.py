"""Expressions of a diagram, evaluated for a token and turned into the type that their place needs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.kernel import timers
from app.kernel.errors import BadTime, NotABoolean, NotAName, NotANumber, shown
from app.kernel.model import Mapped
from app.kernel.token import Token


def is_expression(text: str) -> bool:
    return text.startswith("=")


def truth(token: Token, expression: str, extra: Mapping[str, Any] | None = None) -> bool:
    """A condition. Null is no answer: most likely a variable is missing, and guessing would lead a case astray."""
    value = token.workflow.evaluate(token, expression, extra)
    if not isinstance(value, bool):
        raise NotABoolean(expression=expression, value=shown(value))
    return value


def as_name(token: Token, text: str) -> str:
    """A name of a message, signal, process or job: a text that is not empty."""
    value = token.workflow.evaluate(token, text)
    if isinstance(value, str) and value:
        return value
    raise NotAName(expression=text, value=shown(value))


def as_key(token: Token, text: str | None) -> str | None:
    """A correlation key: numbers and texts that look alike are the same key."""
    if text is None:
        return None
    value = token.workflow.evaluate(token, text)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise NotAName(expression=text, value=shown(value))
    return str(value)


def as_number(token: Token, text: str) -> int:
    value = token.workflow.evaluate(token, text)
    try:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return int(value)
    except ValueError as error:
        raise NotANumber(expression=text, value=shown(value)) from error
    raise NotANumber(expression=text, value=shown(value))


def as_names(token: Token, text: str | None) -> list[str]:
    """A list of people or groups; a literal may separate them by commas."""
    value = None if text is None else token.workflow.evaluate(token, text)
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise NotAName(expression=text, value=shown(value))
    return [part.strip() for part in parts if part.strip()]


def as_person(token: Token, text: str | None) -> str | None:
    value = None if text is None else token.workflow.evaluate(token, text)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise NotAName(expression=text, value=shown(value))
    return value


def as_time(token: Token, text: str | None) -> datetime | None:
    value = None if text is None else token.workflow.evaluate(token, text)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise BadTime(text=shown(value))
    return timers.moment(value, token.workflow.now())


def mapped(token: Token, lines: tuple[Mapped, ...], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The outcome of a mapping; each line sees the lines above it."""
    made: dict[str, Any] = {}
    for line in lines:
        value = token.workflow.evaluate(token, line.source, {**extra, **made})
        _assign(made, line.target.split("."), value, token.workflow.view(token))
    return made


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
