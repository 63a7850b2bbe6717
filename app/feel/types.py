"""FEEL types: asking whether a value has one, and the implicit conversions of the DMN standard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.feel import values
from app.feel.temporal import Date, midnight
from app.feel.values import FeelValue, Function, Range, kind

Spend = Callable[[int], None]


def free(_steps: int) -> None:
    """Nobody counts what looking at a value costs."""


@dataclass(frozen=True, slots=True)
class FeelType:
    """A simple type, known by its name."""

    name: str

    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:  # noqa: ARG002 - one look is free
        """Whether the value, which is not null, is an instance of this type; `spend` is told what looking costs."""
        return kind(value) == self.name

    def conforms_to(self, other: FeelType) -> bool:
        return other is ANY or self is NULL or self is UNDECLARED or other.name == self.name


@dataclass(frozen=True, slots=True)
class AnyType(FeelType):
    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:  # noqa: ARG002 - the question is the same for every type
        return True


@dataclass(frozen=True, slots=True)
class ListType(FeelType):
    item: FeelType

    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:
        if type(value) is not list:
            return False
        spend(len(value))
        return all(x is None or self.item.accepts(x, spend) for x in value)

    def conforms_to(self, other: FeelType) -> bool:
        if isinstance(other, ListType):
            return self.item.conforms_to(other.item)
        return other in (ANY, LIST)


@dataclass(frozen=True, slots=True)
class RangeType(FeelType):
    item: FeelType

    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:
        return type(value) is Range and all(x is None or self.item.accepts(x, spend) for x in (value.low, value.high))

    def conforms_to(self, other: FeelType) -> bool:
        if isinstance(other, RangeType):
            return self.item.conforms_to(other.item)
        return other in (ANY, RANGE)


@dataclass(frozen=True, slots=True)
class ContextType(FeelType):
    fields: tuple[tuple[str, FeelType], ...]

    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:
        spend(len(self.fields))
        return type(value) is dict and all(
            name in value and (value[name] is None or field.accepts(value[name], spend)) for name, field in self.fields
        )

    def conforms_to(self, other: FeelType) -> bool:
        if not isinstance(other, ContextType):
            return other in (ANY, CONTEXT)
        mine = dict(self.fields)
        return all(name in mine and mine[name].conforms_to(field) for name, field in other.fields)


@dataclass(frozen=True, slots=True)
class FunctionType(FeelType):
    parameters: tuple[FeelType, ...]
    returns: FeelType

    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:  # noqa: ARG002 - one look is free
        return isinstance(value, Function) and value.conforms_to(self)

    def conforms_to(self, other: FeelType) -> bool:
        if not isinstance(other, FunctionType):
            return other in (ANY, FUNCTION)
        return (
            len(self.parameters) == len(other.parameters)
            # Parameters are contravariant: a function may accept more than it is asked to.
            and all(theirs.conforms_to(mine) for mine, theirs in zip(self.parameters, other.parameters, strict=True))
            and self.returns.conforms_to(other.returns)
        )


@dataclass(frozen=True, slots=True, eq=False)
class RestrictedType(FeelType):
    """A type of an item definition, narrowed by its allowed values."""

    base: FeelType
    allows: Callable[[FeelValue], bool]

    def accepts(self, value: FeelValue, spend: Spend = free) -> bool:
        return self.base.accepts(value, spend) and self.allows(value)

    def conforms_to(self, other: FeelType) -> bool:
        return self is other or self.base.conforms_to(other)


ANY = AnyType("Any")
# What a function returns that does not say so: it may be used wherever the result might fit.
UNDECLARED = AnyType("undeclared")
NULL = FeelType(values.NULL)
LIST = FeelType(values.LIST)
CONTEXT = FeelType(values.CONTEXT)
RANGE = FeelType(values.RANGE)
FUNCTION = FeelType(values.FUNCTION)
DATE_TIME = FeelType(values.DATE_TIME)

_NAMES = (
    values.NUMBER,
    values.STRING,
    values.BOOLEAN,
    values.DATE,
    values.TIME,
    values.DATE_TIME,
    values.DURATION,
    values.MONTHS,
    values.CONTEXT,
    values.LIST,
    values.FUNCTION,
    values.RANGE,
)
SIMPLE: dict[str, FeelType] = {
    **{name: FeelType(name) for name in _NAMES},
    "Any": ANY,
    "any": ANY,
    "Null": NULL,
    "null": NULL,
    # The names that modellers of other tools write.
    "integer": FeelType(values.NUMBER),
    "long": FeelType(values.NUMBER),
    "double": FeelType(values.NUMBER),
    "dateTime": FeelType(values.DATE_TIME),
    "dayTimeDuration": FeelType(values.DURATION),
    "yearMonthDuration": FeelType(values.MONTHS),
}


def is_instance(value: FeelValue, expected: FeelType, spend: Spend = free) -> bool:
    """`instance of`: null is an instance of nothing but the null type."""
    if value is None:
        return expected == NULL
    if isinstance(expected, RestrictedType):
        # The standard asks for the type alone here, not for its allowed values.
        expected = expected.base
    return expected.accepts(value, spend)


def conforms(value: FeelValue, expected: FeelType, spend: Spend = free) -> bool:
    return value is None or expected.accepts(value, spend)


def coerced(value: FeelValue, expected: FeelType, spend: Spend = free) -> FeelValue:
    """The value as the type wants it, or null: a list of one becomes its item, an item a list of one, and a
    date midnight of that day in UTC.
    """
    if value is None or isinstance(expected, AnyType) or expected.accepts(value, spend):
        return value
    if type(value) is list and len(value) == 1 and conforms(value[0], expected, spend):
        return value[0]
    if isinstance(expected, ListType) and expected.item.accepts(value, spend):
        return [value]
    if expected == LIST and type(value) is not list:
        return [value]
    if expected == DATE_TIME and type(value) is Date:
        return midnight(value)
    return None
