"""Variables, kept outside the tree of tokens in nested scopes.

The key of a scope is the id of the token that opened it: the process, a sub-process, a loop, one round of a loop or
an activity with an input mapping. A negative key is a frozen scope: what a token that has gone left for those who undo
its work; it is read and never written. Names with a leading `#` belong to the kernel and are invisible to expressions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HIDDEN = "#"


def visible(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Variables from outside without the names that belong to the kernel."""
    return {name: value for name, value in variables.items() if not name.startswith(HIDDEN)}


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that was written since the last call of `take_changes`."""

    scope: int
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Changes:
    """What the host has to store: scopes opened and closed, and the values written in scopes still open."""

    opened: tuple[tuple[int, int | None], ...]
    closed: tuple[int, ...]
    variables: tuple[Change, ...]


class View(Mapping[str, Any]):
    """The variables visible from one place, innermost scope first, without copying any of them."""

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[Mapping[str, Any], ...]) -> None:
        self._layers = layers

    def __getitem__(self, name: str) -> Any:
        if not name.startswith(HIDDEN):
            for layer in self._layers:
                if name in layer:
                    return layer[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        names = {name: None for layer in reversed(self._layers) for name in layer}
        return (name for name in names if not name.startswith(HIDDEN))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def over(self, extra: Mapping[str, Any]) -> View:
        """The same view with some names laid on top."""
        return View((extra, *self._layers)) if extra else self


class Scopes:
    """All open scopes of one instance."""

    def __init__(self) -> None:
        self.variables: dict[int, dict[str, Any]] = {}
        self.parents: dict[int, int | None] = {}
        self.touched: set[str] = set()
        """Names written since conditional events were last looked at."""
        self._dirty: dict[tuple[int, str], None] = {}
        self._opened: dict[int, None] = {}
        self._closed: dict[int, None] = {}

    def open(self, key: int, parent: int | None, variables: Mapping[str, Any] | None = None) -> None:
        """Open a scope, or add local variables to one that is open already."""
        if key not in self.variables:
            self.variables[key] = {}
            self.parents[key] = parent
            self._opened[key] = None
        for name, value in (variables or {}).items():
            self.put(key, name, value)

    def close(self, key: int) -> None:
        if self.variables.pop(key, None) is None:
            return
        del self.parents[key]
        if key in self._opened:
            del self._opened[key]
        else:
            self._closed[key] = None

    def put(self, key: int, name: str, value: Any) -> None:
        """Write exactly here."""
        self.variables[key][name] = value
        self._dirty[key, name] = None
        self.touched.add(name)

    def write(self, key: int, name: str, value: Any) -> None:
        """Write where the name lives already, looking outward; a new name goes to the outermost scope."""
        here: int | None = key
        while here is not None:
            if here > 0:
                key = here
                if name in self.variables[here]:
                    break
            here = self.parents[here]
        self.put(key, name, value)

    def view(self, key: int | None) -> View:
        layers = []
        while key is not None:
            layers.append(self.variables[key])
            key = self.parents[key]
        return View(tuple(layers))

    def local(self, key: int) -> dict[str, Any]:
        """The visible variables of one scope alone."""
        return visible(self.variables.get(key, {}))

    def take_changes(self) -> Changes:
        """Everything written since the last call; the host stores it in the same transaction as the blob."""
        variables = tuple(
            Change(key, name, self.variables[key][name]) for key, name in self._dirty if key in self.variables
        )
        changes = Changes(tuple((key, self.parents[key]) for key in self._opened), tuple(self._closed), variables)
        self._dirty, self._opened, self._closed = {}, {}, {}
        return changes
