"""What a correction of a variable would change: its type and, line by line, its value."""

import dataclasses
import difflib
import typing as t
from collections.abc import Iterable

import orjson

from app.cockpit.variables import type_name

AROUND = 2
"""Unchanged lines shown beside changed ones."""
MOST_LINES = 60

Line = tuple[str, str]
"""A line of the value and what becomes of it: `+`, `-`, or a space when it stays."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """A value before and after. `before` is None when the variable is new."""

    before: str | None
    after: str
    lines: list[Line]
    cut: bool

    @property
    def nothing(self) -> bool:
        return self.before == self.after and not self.lines


def difference(before: str, value: t.Any) -> Difference:
    """Compare the JSON text of a stored value, empty when there is none, with a new value."""
    old = before.splitlines()
    new = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode().splitlines()
    lines = list(_changed(difflib.unified_diff(old, new, lineterm="", n=AROUND)))
    known = type_name(orjson.loads(before)) if before else None
    return Difference(known, type_name(value), lines[:MOST_LINES], len(lines) > MOST_LINES)


def _changed(lines: Iterable[str]) -> Iterable[Line]:
    """The lines of a unified difference without its heads; gaps between its parts are shown as such."""
    for number, line in enumerate(lines):
        if number > 2 and line.startswith("@@"):
            yield " ", "…"
        elif number > 2:
            yield line[0], line[1:]
