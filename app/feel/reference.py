"""What an author can look up: every function with its signatures, the code of its sentence and its examples.

Editors complete from it, the studio shows it, and the reference page is generated from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.feel import values
from app.feel.builtins import BUILTINS, Builtin
from app.feel.builtins.signature import Overload, written_type
from app.feel.environment import Environment
from app.feel.expression import compile_expression
from app.feel.names import is_plain
from app.feel.registry import FunctionRegistry, HostFunction
from app.feel.rendering import quoted, render
from app.feel.values import FeelValue, Range, kind

GROUPS = ("host", "conversion", "logic", "numeric", "strings", "lists", "contexts", "dates", "ranges")
"""In the order in which people look for them; the text of each is `feel.group.<name>` in the catalogue."""

# Both modules of strings are one group for a reader.
_GROUP_OF = {"texts": "strings"}
_CONTROLS = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function; `parameters` are (name, type)."""

    text: str
    parameters: tuple[tuple[str, str], ...]
    returns: str


@dataclass(frozen=True, slots=True)
class Documented:
    """A function that expressions can call.

    Attributes:
        group: one of `GROUPS`.
        sentence: the code of the sentence about it.
        examples: expressions without any variable.
    """

    name: str
    group: str
    sentence: str
    signatures: tuple[Signature, ...]
    examples: tuple[str, ...]


def documented(functions: FunctionRegistry) -> list[Documented]:
    """Every function there is, the host's first, then the built-ins by group and in the order of their modules."""
    found = [_host(function) for function in functions]
    found += [_builtin(function) for function in BUILTINS.values()]
    return sorted(found, key=lambda one: GROUPS.index(one.group))


def example_result(source: str, environment: Environment) -> str:
    """What an example gives, as an expression would write it."""
    return written(compile_expression(source).evaluate({}, environment=environment))


def written(value: FeelValue) -> str:
    """The value as an author would write it."""
    found = kind(value)
    if found == values.STRING:
        return quoted(value).translate(_CONTROLS)
    if found == values.LIST:
        return "[" + ", ".join(map(written, value)) + "]"
    if found == values.CONTEXT:
        return "{" + ", ".join(f"{_key(key)}: {written(item)}" for key, item in value.items()) + "}"
    if found == values.RANGE:
        return _range(value)
    return f'@"{render(value)}"' if found in values.TEMPORAL else render(value)


def _key(key: str) -> str:
    return key if is_plain(key) else quoted(key)


def _range(value: Range) -> str:
    low, high = ("" if end is None else written(end) for end in (value.low, value.high))
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"


def _builtin(function: Builtin) -> Documented:
    module = function.overloads[0].function.__module__.rpartition(".")[2]
    examples = dict.fromkeys(one for overload in function.overloads for one in overload.examples)
    return Documented(
        name=function.name,
        group=_GROUP_OF.get(module, module),
        sentence=f"feel.builtin.{function.name.replace(' ', '_')}",
        signatures=tuple(_signature(overload) for overload in function.overloads),
        # One Python function may go by two names; each shows its own calls.
        examples=tuple(one for one in examples if f"{function.name}(" in one),
    )


def _signature(overload: Overload) -> Signature:
    parameters = tuple((one.name, written_type(one.declared)) for one in overload.parameters)
    return Signature(overload.written, parameters, overload.result)


def _host(function: HostFunction) -> Documented:
    parameters = tuple((parameter.name, parameter.type.name) for parameter in function.parameters)
    signature = Signature(function.signature_text, parameters, function.returns.name)
    return Documented(function.name, "host", function.doc, (signature,), function.examples)
