"""Why a value does not have the type it should: the part that does not fit, and what was wanted there."""

from __future__ import annotations

from typing import NamedTuple

from app.dmn.item_types import allowed_text
from app.dmn.trace import worded
from app.feel import FeelWarning
from app.feel.scope import Run
from app.feel.type_printing import print_type
from app.feel.types import ContextType, FeelType, ListType, RestrictedType, coerced
from app.feel.values import FeelValue


class Misfit(NamedTuple):
    """`path` leads from the value to the part, as `.severity` or `[2].severity`; empty for the value itself. What was
    wanted is a type or, when the type fits, the values that are allowed.
    """

    path: str
    value: str
    type: str
    allowed: str = ""


def misfit(value: FeelValue, expected: FeelType, path: str = "") -> Misfit:
    """The first part that does not fit, of a value that as a whole does not."""
    inner = _inside(value, expected, path)
    if inner is not None:
        return inner
    if isinstance(expected, RestrictedType):
        if value is None or expected.base.accepts(value):
            return Misfit(path, worded(value), print_type(expected), allowed_text(expected))
        return misfit(value, expected.base, path)
    return Misfit(path, worded(value), print_type(expected))


def _inside(value: FeelValue, expected: FeelType, path: str) -> Misfit | None:
    parts: list[tuple[FeelValue, FeelType, str]] = []
    if isinstance(expected, ContextType) and type(value) is dict:
        parts = [(value.get(name), field, f"{path}.{name}") for name, field in expected.fields]
    elif isinstance(expected, ListType) and type(value) is list:
        parts = [(item, expected.item, f"{path}[{number}]") for number, item in enumerate(value, 1)]
    wrong = (misfit(*part) for part in parts if part[0] is not None and not part[1].accepts(part[0]))
    return next(wrong, None)


def fitted(run: Run, given: FeelValue, expected: FeelType) -> FeelValue:
    """The value as the declared type wants it; null, with a warning, when it cannot be (DMN 1.5 §10.3.2.9.4)."""
    value = coerced(given, expected)
    if value is None and given is not None:
        params = {"value": worded(given), "type": print_type(expected)}
        run.warn(tuple(params.values()), lambda: FeelWarning("dmn.warning.type", params))
    return value
