"""Functions that the host adds to the language, typed and documented."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.feel.errors import FeelError, FeelRuntimeError
from app.feel.incoming import converted
from app.feel.json_values import from_json
from app.feel.names import needs_declaration
from app.feel.rendering import render
from app.feel.temporal import Temporal
from app.feel.temporal.python import to_python
from app.feel.types import SIMPLE, FeelType, FunctionType, coerced
from app.feel.values import FeelValue, Function

if TYPE_CHECKING:
    from app.feel.scope import Run


@dataclass(frozen=True, slots=True)
class HostParameter:
    name: str
    type: FeelType
    optional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class HostFunction(Function):
    """A Python function that expressions can call. It gets values of the declared types, never null for a required
    parameter, and may give back any JSON or FEEL value. Dates, times and durations of days are those of Python on
    both sides; one may also be given as its ISO text, which is what process variables hold. `doc` is the code of a
    sentence in the catalogues, `examples` are expressions that the reference shows with what they give.
    """

    name: str
    parameters: tuple[HostParameter, ...]
    returns: FeelType
    doc: str
    function: Callable[..., Any]
    examples: tuple[str, ...] = ()

    @property
    def signature_text(self) -> str:
        parameters = ", ".join(f"{p.name}{'?' if p.optional else ''}: {p.type.name}" for p in self.parameters)
        return f"{self.name}({parameters}): {self.returns.name}"

    def call(self, run: Run, arguments: Sequence[FeelValue]) -> FeelValue:
        if len(arguments) > len(self.parameters):
            return None
        given: list[FeelValue] = []
        for index, parameter in enumerate(self.parameters):
            value = converted(arguments[index], parameter.type) if index < len(arguments) else None
            if value is None and not parameter.optional:
                return None
            given.append(self._for_python(run, value))
        return coerced(from_json(self._called(given)), self.returns)

    def _for_python(self, run: Run, value: FeelValue) -> Any:
        if isinstance(value, Temporal):
            try:
                return to_python(value)
            except OverflowError as error:
                params = {"name": self.name, "value": render(value)}
                raise FeelRuntimeError("feel.function.years", params=params) from error
        if type(value) is list:
            run.step(len(value))
            return [self._for_python(run, item) for item in value]
        if type(value) is dict:
            run.step(len(value))
            return {key: self._for_python(run, item) for key, item in value.items()}
        return value

    def _called(self, arguments: list[FeelValue]) -> Any:
        try:
            return self.function(*arguments)
        except FeelError:
            raise
        except (ValueError, ArithmeticError, LookupError, TypeError) as error:
            params = {"name": self.name, "reason": str(error)}
            raise FeelRuntimeError("feel.function.failed", params=params) from error

    def call_named(self, run: Run, arguments: Mapping[str, FeelValue]) -> FeelValue:
        names = [parameter.name for parameter in self.parameters]
        if not set(arguments) <= set(names):
            return None
        return self.call(run, [arguments.get(name) for name in names])

    def conforms_to(self, expected: FunctionType) -> bool:
        types = tuple(parameter.type for parameter in self.parameters)
        return FunctionType("function", types, self.returns).conforms_to(expected)


class FunctionRegistry:
    """The host functions by name. Fill it at start and leave it alone afterwards."""

    def __init__(self) -> None:
        self._functions: dict[str, HostFunction] = {}

    def register(
        self,
        name: str,
        parameters: Sequence[tuple[str, str] | HostParameter],
        returns: str,
        doc: str,
        fn: Callable[..., Any],
        *,
        examples: Sequence[str] = (),
    ) -> HostFunction:
        """Adds `fn` under a name that may contain spaces. A parameter is (name, type); a name that ends in a
        question mark is optional, and `fn` then gets None for it.
        """
        if needs_declaration(name):
            raise ValueError(f"no expression could call a function named {name!r}")
        host = HostFunction(name, tuple(_parameter(p) for p in parameters), SIMPLE[returns], doc, fn, tuple(examples))
        self._functions[name] = host
        return host

    def get(self, name: str) -> HostFunction | None:
        return self._functions.get(name)

    def __iter__(self) -> Iterator[HostFunction]:
        return iter(self._functions.values())


def _parameter(declared: tuple[str, str] | HostParameter) -> HostParameter:
    if isinstance(declared, HostParameter):
        return declared
    name, type_name = declared
    return HostParameter(name.removesuffix("?"), SIMPLE[type_name], optional=name.endswith("?"))
