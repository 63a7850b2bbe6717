"""Calling functions, and those that an expression defines itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.feel.scope import Run, Scope
from app.feel.types import FunctionType, coerced
from app.feel.values import FeelValue, Function

if TYPE_CHECKING:
    from app.feel.closures import Closure, Where


def call_function(run: Run, function: FeelValue, arguments: list[FeelValue] | Mapping[str, FeelValue]) -> FeelValue:
    """The result of a call; what is no function gives null."""
    run.step()
    if not isinstance(function, Function):
        return None
    if isinstance(arguments, list):
        return function.call(run, arguments)
    return function.call_named(run, arguments)


class UserFunction(Function):
    """A function value with its body and the names it saw where it was written."""

    __slots__ = ("body", "names", "scope", "signature", "weight")

    def __init__(
        self, names: tuple[str, ...], signature: FunctionType, body: Closure, scope: Where, weight: int = 1
    ) -> None:
        self.names = names
        self.signature = signature
        self.body = body
        self.scope = scope
        self.weight = weight

    def call(self, run: Run, arguments: Sequence[FeelValue]) -> FeelValue:
        run.step(self.weight)
        if len(arguments) != len(self.names):
            return None
        values = {}
        for name, expected, given in zip(self.names, self.signature.parameters, arguments, strict=True):
            value = coerced(given, expected, run.step)
            if value is None and given is not None:
                return None
            values[name] = value
        return coerced(self.body(Scope(values, self.scope)), self.signature.returns, run.step)

    def conforms_to(self, expected: FunctionType) -> bool:
        return self.signature.conforms_to(expected)

    def call_named(self, run: Run, arguments: Mapping[str, FeelValue]) -> FeelValue:
        if set(arguments) != set(self.names):
            return None
        return self.call(run, [arguments[name] for name in self.names])
