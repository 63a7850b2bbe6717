"""Going through a tree with what is known about its names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from app.feel import values
from app.feel.errors import FeelWarning, position_in
from app.feel.examining.examiner import shortened
from app.feel.nodes import Node
from app.feel.type_printing import print_type
from app.feel.types import AnyType, FeelType, RestrictedType

Known = FeelType | None
"""The type of a node; None where nobody can know it."""

N = TypeVar("N", bound=Node)
Rule = Callable[["Inference", N], Known]
RULES: dict[type[Node], Rule[Any]] = {}


def infers(of: type[N]) -> Callable[[Rule[N]], Rule[N]]:
    def register(rule: Rule[N]) -> Rule[N]:
        RULES[of] = rule
        return rule

    return register


def kind_of(known: Known) -> str | None:
    """The name of the kind of a type; None for what may be several kinds or is only ever null."""
    if isinstance(known, RestrictedType):
        return kind_of(known.base)
    return None if known is None or isinstance(known, AnyType) or known.name == values.NULL else known.name


class Inference:
    """`known` are the types of the names, `functions` the names of all functions there are besides the built-in
    ones, or None when nobody can tell.
    """

    def __init__(self, source: str, known: Mapping[str, FeelType], functions: Iterable[str] | None = None) -> None:
        self.source = source
        self.functions = None if functions is None else frozenset(functions)
        self._scopes: list[Mapping[str, Known] | None] = [known]
        self._hints: dict[tuple[str, int], FeelWarning] = {}

    @property
    def hints(self) -> tuple[FeelWarning, ...]:
        return tuple(sorted(self._hints.values(), key=lambda hint: hint.position or (0, 0, 0)))

    def type_of(self, node: Node) -> Known:
        """The type of a node; asked once of each, since its hints are noted meanwhile."""
        return RULES[type(node)](self, node)

    # -- names

    def lookup(self, name: str) -> Known:
        scope = self._scope_with(name)
        return scope[name] if scope else None

    def is_known(self, name: str) -> bool:
        return self._scope_with(name) is not None

    def _scope_with(self, name: str) -> Mapping[str, Known] | None:
        for scope in reversed(self._scopes):
            if scope is None or name in scope:
                return scope
        return None

    @contextmanager
    def within(self, names: Mapping[str, Known], *, opaque: bool = False) -> Iterator[None]:
        """An inner place with names of its own. An opaque one may have more of them than anybody knows, so that
        nothing can be said about those around it.
        """
        depth = len(self._scopes)
        self._scopes += [None, names] if opaque else [names]
        yield
        del self._scopes[depth:]

    # -- hints

    def note(self, node: Node, code: str, **texts: str) -> None:
        position = position_in(self.source, node.start)
        hint = FeelWarning(code, texts, position, node.end, self.source)
        self._hints.setdefault((code, node.start), hint)

    def described(self, node: Node, known: Known) -> str:
        text = shortened(self.source[node.start : node.end])
        return text if known is None else f"{text} ({print_type(known)})"

    def expect(self, kinds: Iterable[str], node: Node, code: str, **texts: str) -> Known:
        """The type of a part that must be of certain kinds where it stands."""
        known = self.type_of(node)
        found = kind_of(known)
        if found is not None and found not in kinds:
            self.note(node, code, value=self.described(node, known), **texts)
        return known
