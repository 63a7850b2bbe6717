"""Booleans, null and identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.feel.builtins.signature import builtin
from app.feel.comparison import all_of, any_of, equal
from app.feel.errors import FeelRuntimeError
from app.feel.values import TEMPORAL, FeelValue, kind

if TYPE_CHECKING:
    from app.feel.scope import Run


@builtin("not(negand: any): boolean", examples=["not(true)", "not(null)"])
def not_(_run: Run, negand: FeelValue) -> bool | None:
    return not negand if type(negand) is bool else None


@builtin("all(*list: any): boolean", examples=["all([true, true])", "all(true, null)"])
def all_(_run: Run, items: list[FeelValue]) -> bool | None:
    return all_of(items)


@builtin("any(*list: any): boolean", examples=["any([false, true])", "any(false, null)"])
def any_(_run: Run, items: list[FeelValue]) -> bool | None:
    return any_of(items)


@builtin("is(value1?: any, value2?: any): boolean", examples=["is(1, 1.0)", 'is(date("2026-01-01"), "2026-01-01")'])
def is_(run: Run, value1: FeelValue = None, value2: FeelValue = None) -> bool:
    """Stricter than `=`: the same moment in two zones is not the same value."""
    if kind(value1) != kind(value2):
        return False
    if kind(value1) in TEMPORAL:
        return bool(value1 == value2)
    return equal(run, value1, value2) is True


@builtin("is defined(value: any): boolean", examples=["is defined({a: 1}.a)", "is defined({a: 1}.b)"])
def is_defined(_run: Run, value: FeelValue) -> bool:
    return value is not None


@builtin(
    "get or else(value: any, default: any): any",
    examples=['get or else(null, "nobody")', 'get or else("Li", "nobody")'],
)
def get_or_else(_run: Run, value: FeelValue, default: FeelValue) -> FeelValue:
    return default if value is None else value


@builtin(
    "fromAi(value: any, description?: string?, type?: string?, schema?: context?, options?: context?): any",
    examples=['fromAi("SN-2041", "The serial number that the customer mentions", "string")'],
)
def from_ai(_run: Run, value: FeelValue, *_description: FeelValue) -> FeelValue:
    """The value itself; the rest describes it for the connectors of other hosts that fill it in."""
    return value


@builtin(
    "assert(value: any, condition: any): any",
    "assert(value: any, condition: any, cause: string): any",
    examples=["assert(3, 3 > 0)", 'assert(3, 3 > 0, "a positive number is needed")'],
)
def assert_(_run: Run, value: FeelValue, condition: FeelValue, cause: str = "") -> FeelValue:
    """The value, provided that the condition holds; otherwise the evaluation fails."""
    if condition is not True:
        raise FeelRuntimeError("feel.assertion", params={"cause": cause})
    return value
