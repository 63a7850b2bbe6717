"""How a built-in function declares what it accepts, and how its arguments are brought into that form.

A signature reads like its documentation:
`substring(string: string, start position: number, length?: number): string`.
`name?` may be left out, a type that ends in `?` accepts null, `a|b` is one of several types, `*name: any` takes any
number of arguments or one list of them, and `*name: arguments` any number of arguments as they are. Every result
may also be null, which no signature says.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from app.feel import values
from app.feel.type_parser import type_named
from app.feel.types import ANY, UNDECLARED, FeelType, FunctionType
from app.feel.values import TYPES, FeelValue, Function, kind

if TYPE_CHECKING:
    from app.feel.scope import Run

F = TypeVar("F", bound=Callable[..., Any])

BUILTINS: dict[str, Builtin] = {}

# A built-in whose arguments are of the right types but make no sense together gives null.
_SENSELESS = (decimal.DecimalException, OverflowError, ValueError, ZeroDivisionError)
_SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\): (?P<returns>.+)")
_MISSING = object()
# How much of an argument a function looks through in the time that a step of a loop takes.
_CHARACTERS_PER_STEP, _ELEMENTS_PER_STEP = 1000, 10


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may stand in one place of a call; `declared` is its type as the signature writes it, `types` are those of
    values that need no closer look.
    """

    name: str
    declared: str
    kinds: frozenset[str]
    types: frozenset[type]
    optional: bool
    nullable: bool
    variadic: bool

    @property
    def written(self) -> str:
        """As people read it: `length?` may be left out, `list…` stands for any number of arguments."""
        mark = "…" if self.variadic else "?" if self.optional else ""
        return f"{self.name}{mark}: {written_type(self.declared)}"

    def accept(self, value: FeelValue) -> FeelValue:
        """The value as this parameter takes it, or `_MISSING` when it does not fit."""
        if value is None:
            return None if self.nullable else _MISSING
        if "any" in self.kinds:
            return value
        found = kind(value)
        if found in self.kinds:
            return value
        if self.kinds == {values.LIST}:
            return [value]
        if found == values.LIST and len(value) == 1 and kind(value[0]) in self.kinds:
            return value[0]
        return _MISSING

    def takes(self, expected: FeelType) -> bool:
        """Whether every value of a type fits."""
        return self.variadic or "any" in self.kinds or expected.name in self.kinds


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature with the types it may give; a result of any type counts as undeclared."""

    text: str
    parameters: tuple[Parameter, ...]
    returns: tuple[FeelType, ...]
    function: Callable[..., Any]
    examples: tuple[str, ...]
    aliases: Mapping[str, str]

    @property
    def written(self) -> str:
        parameters = ", ".join(parameter.written for parameter in self.parameters)
        return f"{self.text.partition('(')[0]}({parameters}): {self.result}"

    @property
    def result(self) -> str:
        return written_type(self.text.rpartition("): ")[2])

    def conforms_to(self, expected: FunctionType) -> bool:
        return self._accepts(expected.parameters) and any(one.conforms_to(expected.returns) for one in self.returns)

    def _accepts(self, types: Sequence[FeelType]) -> bool:
        parameters = self.parameters
        if not self.takes(len(types)):
            return False
        if parameters and parameters[-1].variadic:
            return all(parameters[-1].takes(one) for one in types)
        return all(parameter.takes(one) for parameter, one in zip(parameters, types, strict=False))

    def takes(self, count: int) -> bool:
        """Whether so many arguments may be given."""
        parameters = self.parameters
        if parameters and parameters[-1].variadic:
            return count > 0
        return count <= len(parameters) and all(p.optional for p in parameters[count:])

    def kinds(self, count: int) -> list[frozenset[str]]:
        """What so many arguments may be."""
        if self.parameters and self.parameters[-1].variadic:
            return [self.parameters[-1].kinds] * count
        return [parameter.kinds for parameter in self.parameters[:count]]

    def arguments(self, given: Sequence[FeelValue]) -> list[FeelValue] | None:
        parameters = self.parameters
        if len(given) == len(parameters):
            for parameter, value in zip(parameters, given, strict=True):
                if type(value) not in parameter.types:
                    break
            else:
                return list(given)
        if not self.takes(len(given)):
            return None
        if parameters and parameters[-1].variadic:
            return _spread(given, parameters[-1])
        accepted = [p.accept(value) for p, value in zip(parameters, given, strict=False)]
        return None if any(value is _MISSING for value in accepted) else accepted

    def named(self, given: Mapping[str, FeelValue]) -> list[FeelValue] | None:
        """Positional arguments; what is left out in the middle is null there."""
        given = {self.aliases.get(name, name): value for name, value in given.items()}
        names = [parameter.name for parameter in self.parameters]
        required = {parameter.name for parameter in self.parameters if not parameter.optional}
        if not required <= set(given) <= set(names):
            return None
        while names and names[-1] not in given:
            names.pop()
        return [given.get(name) for name in names]


def written_type(declared: str) -> str:
    """The type of a signature as an expression would write it."""
    alternatives = (
        "Any" if one in ("any", "arguments") else one.replace(": any>", ": Any>") for one in declared.split("|")
    )
    return " | ".join(alternatives)


def _spread(given: Sequence[FeelValue], parameter: Parameter) -> list[FeelValue]:
    if len(given) == 1 and "any" in parameter.kinds:
        return [given[0] if type(given[0]) is list else [given[0]]]
    return [list(given)]


class Builtin(Function):
    __slots__ = ("name", "overloads")

    def __init__(self, name: str) -> None:
        self.name = name
        self.overloads: list[Overload] = []

    def call(self, run: Run, arguments: Sequence[FeelValue]) -> FeelValue:
        for overload in self.overloads:
            accepted = overload.arguments(arguments)
            if accepted is not None:
                return _apply(overload, run, accepted)
        return None

    def call_named(self, run: Run, arguments: Mapping[str, FeelValue]) -> FeelValue:
        for overload in self.overloads:
            ordered = overload.named(arguments)
            accepted = None if ordered is None else overload.arguments(ordered)
            if accepted is not None:
                return _apply(overload, run, accepted)
        return None

    def conforms_to(self, expected: FunctionType) -> bool:
        return any(overload.conforms_to(expected) for overload in self.overloads)


def _apply(overload: Overload, run: Run, arguments: list[FeelValue]) -> FeelValue:
    for argument in arguments:
        # Who is given much may look at all of it.
        if type(argument) is str:
            run.step(len(argument) // _CHARACTERS_PER_STEP)
        elif type(argument) is list:
            run.step(len(argument) // _ELEMENTS_PER_STEP)
    try:
        return overload.function(run, *arguments)
    except _SENSELESS:
        return None


def builtin(
    *signatures: str, examples: Sequence[str] = (), aliases: Mapping[str, str] | None = None
) -> Callable[[F], F]:
    """Makes a Python function `(run, *arguments)` a built-in, once for each signature.

    `aliases` are other names of parameters: the standard and the editors do not always use the same.
    `examples` are expressions for the reference, which computes what they give; each signature needs one that
    uses it. The sentence about the function stands in the catalogues, `feel.builtin.` and its name.
    """

    def register(function: F) -> F:
        for text in signatures:
            match = _SIGNATURE.fullmatch(text)
            assert match is not None, text
            name = match["name"]
            parameters, returns = _parameters(match["parameters"]), _results(match["returns"])
            overload = Overload(text, parameters, returns, function, tuple(examples), aliases or {})
            BUILTINS.setdefault(name, Builtin(name)).overloads.append(overload)
        return function

    return register


def _parameters(text: str) -> tuple[Parameter, ...]:
    return tuple(_parameter(part.strip()) for part in text.split(",")) if text else ()


def _results(text: str) -> tuple[FeelType, ...]:
    found = tuple(type_named(one.strip()) for one in text.split("|"))
    return (UNDECLARED,) if ANY in found else found


def _parameter(text: str) -> Parameter:
    name, _, type_text = (part.strip() for part in text.partition(":"))
    nullable = type_text.endswith("?") or type_text == "any"
    kinds = frozenset(kind.strip() for kind in type_text.rstrip("?").split("|"))
    variadic = name.startswith("*")
    return Parameter(
        name=name.strip("*?"),
        declared=type_text.rstrip("?"),
        kinds=kinds,
        types=frozenset() if variadic else frozenset(TYPES[kind] for kind in kinds if kind in TYPES),
        optional=name.endswith("?"),
        nullable=nullable,
        variadic=variadic,
    )
