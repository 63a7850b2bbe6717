"""Types as they are written after `instance of`."""

from __future__ import annotations

from collections.abc import Mapping

from app.feel.names import is_plain
from app.feel.types import ContextType, FeelType, FunctionType, ListType, RangeType, RestrictedType


def print_type(wanted: FeelType, custom: Mapping[str, FeelType] | None = None) -> str:
    """The text of a type; one that an item definition restricts has a name in `custom` or is its base."""
    match wanted:
        case ListType(name, item) | RangeType(name, item):
            return f"{name}<{print_type(item, custom)}>"
        case ContextType(name, fields):
            return f"{name}<{', '.join(f'{print_name(key)}: {print_type(one, custom)}' for key, one in fields)}>"
        case FunctionType(name, parameters, returns):
            types = ", ".join(print_type(one, custom) for one in parameters)
            return f"{name}<{types}> -> {print_type(returns, custom)}"
        case RestrictedType():
            named = next((name for name, one in (custom or {}).items() if one is wanted), None)
            return named or print_type(wanted.base, custom)
    return wanted.name


def print_name(name: str) -> str:
    """A name that would not be read as it stands goes between backticks, which it cannot contain itself."""
    return name if is_plain(name) or "`" in name else f"`{name}`"
