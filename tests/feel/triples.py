"""Expressions that forms use, with contexts and answers: ours and, where it differs, that of the evaluator in the browser.

tests/feel/triples.json has one triple a line, `[expression, context, answer]`, and a fourth part
`{"browser": …, "because": …}` for a known difference, whose reason stands at the head of the file.
"""

import json
import typing as t
from pathlib import Path

from app.feel import compile_expression
from app.forms.browser import unknown_functions

FILE = Path(__file__).parent / "triples.json"


class Triple(t.NamedTuple):
    group: str
    source: str
    context: dict[str, t.Any]
    answer: t.Any
    browser: t.Any
    because: str | None

    @property
    def asked(self) -> bool:
        """Whether the browser asks the server, so that there can be no difference."""
        return bool(unknown_functions(compile_expression(self.source)))


def triples() -> list[Triple]:
    found = json.loads(FILE.read_text("utf-8"))["triples"]
    return [_triple(group, *row) for group, rows in found.items() for row in rows]


def reasons() -> dict[str, str]:
    return t.cast("dict[str, str]", json.loads(FILE.read_text("utf-8"))["reasons"])


def _triple(
    group: str, source: str, context: dict[str, t.Any], answer: t.Any, other: dict[str, t.Any] | None = None
) -> Triple:
    because = other["because"] if other else None
    return Triple(group, source, context, answer, other["browser"] if other else answer, because)


def plain(value: t.Any) -> str:
    """A JSON text that is equal for equal answers: 10.0 is 10, and true is not 1."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value
