"""What an expression sees while it runs: names, the functions of the host, and how much it may still spend."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

from app.feel.builtins import BUILTINS
from app.feel.errors import FeelRuntimeError, FeelWarning
from app.feel.json_values import CONVERSIONS, PLAIN, foreign, from_json
from app.feel.values import FeelValue, Function

if TYPE_CHECKING:
    from app.feel.environment import Environment

MAX_WARNINGS = 100


class Run:
    """One evaluation: its environment and its budget, shared by everything it calls."""

    __slots__ = ("_sizes", "_steps", "element", "environment")

    examining = False
    element: str | None
    """The place of the host that an examination looks at."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._steps = environment.max_steps
        self._sizes = environment.max_size

    def step(self, count: int = 1) -> None:
        """Loops, filters, calls and deep comparisons count; a plain condition costs nothing."""
        self._steps -= count
        if self._steps < 0:
            raise FeelRuntimeError("feel.budget.steps", params={"limit": self.environment.max_steps})

    def allocate(self, cells: int) -> None:
        """Characters of new texts and elements of new lists."""
        self._sizes -= cells
        if self._sizes < 0:
            raise FeelRuntimeError("feel.budget.size", params={"limit": self.environment.max_size})

    def keep(self, text: str) -> str:
        """A new text, charged for."""
        self.allocate(len(text))
        return text

    def warn(self, place: Hashable, warning: Callable[[], FeelWarning]) -> None:
        """Nobody listens to what became null and why, unless this is an examination."""


class Examination(Run):
    """An evaluation that somebody looks at closely: it says of everything that became null why it did."""

    __slots__ = ("_warnings",)

    examining = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.element = None
        self._warnings: dict[Hashable, FeelWarning] = {}

    @property
    def warnings(self) -> tuple[FeelWarning, ...]:
        return tuple(self._warnings.values())

    def warn(self, place: Hashable, warning: Callable[[], FeelWarning]) -> None:
        """A loop may say the same many times, so each place is kept once, and not many of them; only then the
        warning is put into words.
        """
        place = self.element, place
        if place not in self._warnings and len(self._warnings) < MAX_WARNINGS:
            self._warnings[place] = warning()._replace(element=self.element)


class Scope(dict[str, FeelValue]):
    """Names of an inner place; whatever it lacks it asks the place around it for."""

    __slots__ = ("parent", "run")

    def __init__(self, names: Mapping[str, FeelValue], parent: Scope | Root) -> None:
        dict.__init__(self, names)
        self.parent = parent
        self.run: Run = parent.run

    def __missing__(self, name: str) -> FeelValue:
        return self.parent[name]

    def function(self, name: str) -> FeelValue:
        found = self.get(name)
        return found if isinstance(found, Function) else self.parent.function(name)

    def raw(self, name: str) -> Any:
        return self[name] if name in self else self.parent.raw(name)

    def has(self, name: str) -> bool:
        return name in self or self.parent.has(name)

    def converted(self, value: Any) -> FeelValue:
        return self.parent.converted(value)


class Root(dict[str, FeelValue]):
    """The variables of the caller, turned into FEEL values when they are first asked for."""

    __slots__ = ("_documents", "run", "source")

    def __init__(self, source: Mapping[str, Any], run: Run) -> None:
        self._documents: dict[int, tuple[Any, FeelValue]] | None = None
        self.source = source
        self.run = run

    def __missing__(self, name: str) -> FeelValue:
        try:
            value = self.source[name]
        except KeyError:
            return self._host_function(name)
        kind = type(value)
        if kind in PLAIN:
            return value
        converted = CONVERSIONS.get(kind, foreign)(value)
        if kind is not int:
            # A number is converted anew faster than it is kept.
            self[name] = converted
        return converted

    def has(self, name: str) -> bool:
        return name in self.source

    def function(self, name: str) -> FeelValue:
        """A call looks for a function first, so that a variable named `date` does not hide `date(…)`."""
        value = self[name] if name in self.source else None
        return value if isinstance(value, Function) else self._host_function(name)

    def _host_function(self, name: str) -> Function | None:
        return self.run.environment.functions.get(name) or BUILTINS.get(name)

    def converted(self, value: Any) -> FeelValue:
        """A list or document of the caller as a FEEL value; a loop that asks for it again gets the same one."""
        if type(value) in PLAIN or type(value) is int:
            return from_json(value)
        if self._documents is None:
            self._documents = {}
        if id(value) not in self._documents:
            # The document is kept beside its conversion, so that no other one can be given its identity.
            self._documents[id(value)] = value, from_json(value)
        return self._documents[id(value)][1]

    def raw(self, name: str) -> Any:
        """The variable as the caller gave it: reading one member must not convert a whole document."""
        try:
            return self.source[name]
        except KeyError:
            return self[name]


class FreshRoot(Root):
    """A root whose run is made when something first spends from it, which a plain condition never does."""

    __slots__ = ("environment",)

    def __init__(self, source: Mapping[str, Any], environment: Environment) -> None:
        self._documents = None
        self.source = source
        self.environment = environment

    def __getattr__(self, name: str) -> Run:
        """Python asks here for an attribute that is not set."""
        if name != "run":
            raise AttributeError(name)
        self.run = Run(self.environment)
        return self.run
