"""Which values a choice offers, and whether a value is one of them."""

import typing as t
from collections.abc import Iterable, Mapping

from app.forms.expressions import Scope
from app.forms.model import Options, at


def offered(options: Options, scope: Scope) -> list[t.Any]:
    """Return the values on offer now; no list to take them from means none. Raises FeelRuntimeError."""
    if options.static is not None:
        return list(options.static)
    if options.variable is not None:
        entries = at(scope.values, options.variable)
    else:
        entries = scope.evaluate(options.expression) if options.expression else None
    return [_value(entry) for entry in entries] if isinstance(entries, list) else []


def _value(entry: t.Any) -> t.Any:
    if not isinstance(entry, Mapping):
        return entry
    return entry["value"] if "value" in entry else entry.get("label")


def is_among(value: t.Any, values: Iterable[t.Any]) -> bool:
    """Tell whether a value is offered, where true is not 1 and 1 is 1.0."""
    return any(value == other and isinstance(value, bool) == isinstance(other, bool) for other in values)
