"""Everything that can go wrong in FEEL, as a code with parameters; the sentences live in the translation catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

# Of an expression that an error or a warning shows.
LONGEST_SHOWN = 500


class Position(NamedTuple):
    """Where in the source something stands; line and column count from one."""

    offset: int
    line: int
    column: int


def position_in(source: str, offset: int) -> Position:
    before = source[:offset]
    return Position(offset, before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)


class FeelWarning(NamedTuple):
    """Something that became null, which may or may not be what the author meant. It stands between `position` and
    the offset `end` of the expression; `element` is the cell of a decision table or another place of the host.
    """

    code: str
    params: Mapping[str, Any]
    position: Position | None = None
    end: int = 0
    expression: str = ""
    element: str | None = None

    def told(self) -> dict[str, Any]:
        """As JSON, for those who keep an account of what was decided."""
        told = {"code": self.code, **self.params}
        if self.element is not None:
            told["element"] = self.element
        if self.position is not None:
            told |= {"line": self.position.line, "column": self.position.column}
            told["expression"] = self.expression[:LONGEST_SHOWN]
        return told


class FeelError(Exception):
    def __init__(self, code: str, position: Position | None = None, params: Mapping[str, Any] | None = None) -> None:
        self.code = code
        self.position = position
        self.params: dict[str, Any] = dict(params or {})
        if position is not None:
            self.params.setdefault("line", position.line)
            self.params.setdefault("column", position.column)
        super().__init__(code, self.params)


class FeelSyntaxError(FeelError):
    """The text is not FEEL."""


class FeelRuntimeError(FeelError):
    """An evaluation was given up: its budget is spent, or a host function refused."""

    offset: int | None = None

    def near(self, offset: int) -> FeelRuntimeError:
        """Remembers the innermost construct the failure passed through."""
        if self.offset is None:
            self.offset = offset
        return self

    def within(self, source: str) -> FeelRuntimeError:
        """Says in which expression it happened; the innermost one counts."""
        if self.position is None:
            self.position = position_in(source, self.offset or 0)
            self.params |= {"line": self.position.line, "column": self.position.column}
            self.params["expression"] = source[:LONGEST_SHOWN]
        return self
