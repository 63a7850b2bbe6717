"""What a decision leaves behind for the people who ask later why."""

from __future__ import annotations

import json
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

from app.feel import Environment, FeelRuntimeError, to_json
from app.feel.json_values import number_to_json
from app.feel.rendering import render_within
from app.feel.scope import Examination, Run
from app.feel.values import FeelValue

_LONGEST = 2000
_MOST_CELLS = 2000
_LONGEST_IN_SENTENCE = 200
_AS_THEY_ARE = frozenset({bool, type(None)})
# A table or service that is called in a loop would fill the store of a case with its own repetition.
MAX_TOLD = 200


class DecisionRun(Examination):
    """An evaluation that writes down its steps: one JSON object per decision, with one per table in it."""

    __slots__ = ("tables", "told", "trace", "untold")

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.trace: list[dict[str, Any]] = []
        # The tables of the decision that is being made, how many of all decisions were told, and how many of this
        # one were not.
        self.tables: list[dict[str, Any]] = []
        self.told = 0
        self.untold = 0

    def note_table(self, entry: dict[str, Any]) -> None:
        if self.told < MAX_TOLD:
            self.told += 1
            self.tables.append(entry)
        else:
            self.untold += 1

    def note_decision(self, entry: dict[str, Any]) -> None:
        """Required decisions come before those that need them; the last one, which was asked, is always told."""
        del self.trace[MAX_TOLD - 1 :]
        self.trace.append(entry)


# The evaluation that is going on in this thread; checks of types take part in its budget.
RUNNING: ContextVar[Run | None] = ContextVar("RUNNING", default=None)


def shown(value: FeelValue) -> Any:
    """The value for the trace, which is stored with the case: what is large is not written out, since its parts may
    be shared, and a function has no JSON form; it is shown as the word.
    """
    kind = type(value)
    if kind is str:
        return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    if kind in _AS_THEY_ARE:
        return value
    try:
        return number_to_json(value) if kind is Decimal else to_json(value, limit=_MOST_CELLS)
    except FeelRuntimeError:
        return render_within(value, _LONGEST) or "…"


def worded(value: FeelValue) -> str:
    """The value for a sentence: a text as it is, anything else as JSON, and not for pages on end."""
    found = shown(value)
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return text if len(text) <= _LONGEST_IN_SENTENCE else f"{text[: _LONGEST_IN_SENTENCE - 1]}…"
