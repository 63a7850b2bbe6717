"""People in FEEL: `colleagues(role, unit)`, so that a form offers people instead of asking for a user name."""

import typing as t

from app import i18n
from app.feel import FunctionRegistry
from app.people.access import everybody, members_of


def register_functions(registry: FunctionRegistry) -> None:
    """Add the functions about people. Each call costs one statement, so conditions of gateways should not use them."""
    registry.register(
        "colleagues", [("role?", "string"), ("unit?", "string")], "list", "people.function.colleagues", _colleagues
    )


def _colleagues(role: str | None, unit: str | None) -> list[dict[str, t.Any]]:
    found = members_of(role, unit) if role else everybody()
    return [{"label": i18n.localised(one.names, one.username), "value": one.username} for one in found]
