"""What a decision leaves behind for the people who ask later why."""

from __future__ import annotations

from typing import Any

from app.feel import Environment, FeelRuntimeError, render, to_json
from app.feel.scope import Run
from app.feel.values import FeelValue

_LONGEST = 2000


class DecisionRun(Run):
    """An evaluation that writes down its steps, one JSON object per decision and table."""

    __slots__ = ("trace",)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.trace: list[dict[str, Any]] = []


def shown(value: FeelValue) -> Any:
    """The value for the trace. A function has no JSON form; it is shown as the word."""
    try:
        return to_json(value)
    except FeelRuntimeError:
        return render(value)[:_LONGEST]
