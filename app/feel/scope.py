"""What an expression sees while it runs: names, the functions of the host, and how much it may still spend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.feel.builtins import BUILTINS
from app.feel.errors import FeelRuntimeError, FeelWarning
from app.feel.json_values import CONVERSIONS, PLAIN, foreign
from app.feel.values import FeelValue, Function

if TYPE_CHECKING:
    from app.feel.environment import Environment

MAX_WARNINGS = 50


class Run:
    """One evaluation: its environment and its budget, shared by everything it calls."""

    __slots__ = ("_sizes", "_steps", "environment", "warnings")

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.warnings: list[FeelWarning] = []
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

    def warn(self, code: str, **params: Any) -> None:
        """Notes what became null; a loop may say the same many times, so each is kept once and not many."""
        warning = FeelWarning(code, params)
        if len(self.warnings) < MAX_WARNINGS and warning not in self.warnings:
            self.warnings.append(warning)


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


class Root(dict[str, FeelValue]):
    """The variables of the caller, turned into FEEL values when they are first asked for."""

    __slots__ = ("run", "source")

    def __init__(self, source: Mapping[str, Any], run: Run) -> None:
        self.source = source
        self.run = run

    def __missing__(self, name: str) -> FeelValue:
        try:
            value = self.source[name]
        except KeyError:
            found = self.run.environment.functions.get(name) or BUILTINS.get(name)
            if found is None:
                self.run.warn("feel.warning.no_variable", name=name)
            return found
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
        if isinstance(value, Function):
            return value
        found = self.run.environment.functions.get(name) or BUILTINS.get(name)
        if found is None:
            self.run.warn("feel.warning.no_function", name=name)
        return found

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
        self.source = source
        self.environment = environment

    def __getattr__(self, name: str) -> Run:
        """Python asks here for an attribute that is not set."""
        if name != "run":
            raise AttributeError(name)
        self.run = Run(self.environment)
        return self.run
