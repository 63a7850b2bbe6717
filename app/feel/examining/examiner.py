"""Compiling an expression so that it says why something became null.

The closures that decide a case are left alone: examining compiles the same tree a second time, with closures that
look at what goes in and what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from app.feel import values
from app.feel.closures import Closure, Compile, Where
from app.feel.compiler import COMPILERS
from app.feel.errors import FeelWarning, position_in
from app.feel.nodes import Node
from app.feel.rendering import quoted, render_within
from app.feel.values import FeelValue, kind

N = TypeVar("N", bound=Node)
Watch = Callable[["Examiner", N], Closure]
WATCHES: dict[type[Node], Watch[Any]] = {}
"""The kinds of nodes that are watched; all others are compiled as always, with their parts watched."""

Given = Mapping[str, FeelValue]
NOTHING: Given = {}
_LONGEST_SHOWN = 60


def watches(of: type[N]) -> Callable[[Watch[N]], Watch[N]]:
    def register(watch: Watch[N]) -> Watch[N]:
        WATCHES[of] = watch
        return watch

    return register


class Examiner:
    def __init__(self, source: str) -> None:
        self.source = source

    def compile(self, node: Node) -> Closure:
        watch = WATCHES.get(type(node))
        return watch(self, node) if watch else COMPILERS[type(node)](node, self.compile)

    def text_of(self, node: Node) -> str:
        return shortened(self.source[node.start : node.end])

    def warn(self, scope: Where, node: Node, code: str, given: Given = NOTHING, **texts: str) -> None:
        """Notes what happened at a node, with the values that were `given`."""

        def warning() -> FeelWarning:
            params = {**texts, **{name: shown(value) for name, value in given.items()}}
            return FeelWarning(code, params, position_in(self.source, node.start), node.end, self.source)

        scope.run.warn((self.source, node.start, code), warning)

    def expecting(self, kinds: Collection[str], node: Node, code: str, **texts: str) -> Closure:
        """A part that must be of certain kinds where it stands; null says nothing new."""
        closure = self.compile(node)

        def watch(scope: Where) -> FeelValue:
            value = closure(scope)
            if value is not None and kind(value) not in kinds:
                self.warn(scope, node, code, {"value": value}, **texts)
            return value

        return watch

    def demanding(self, one: Node, kinds: Collection[str], code: str, **texts: str) -> Compile:
        """How the parts of a node are compiled, one of which must be of certain kinds."""
        return lambda part: self.expecting(kinds, part, code, **texts) if part is one else self.compile(part)


def shown(value: FeelValue) -> str:
    """The value and its kind, for a sentence."""
    found = kind(value)
    return found if found in (values.FUNCTION, values.NULL) else f"{_brief(value)} ({found})"


def _brief(value: FeelValue) -> str:
    """The beginning of the value's text. What is large is not written out."""
    if type(value) is str:
        return shortened(quoted(value[:_LONGEST_SHOWN]))
    text = render_within(value, _LONGEST_SHOWN)
    return "…" if text is None else shortened(text)


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
