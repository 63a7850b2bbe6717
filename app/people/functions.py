"""People in FEEL: `colleagues(role, unit)`, so that a form offers people instead of asking for a user name."""

import typing as t
from collections.abc import Callable, Iterable

from app import i18n
from app.feel import FunctionRegistry
from app.people import queries
from app.people.access import Colleague, members_of

Members = Callable[[str | None, str | None], Iterable[Colleague]]
"""(role, unit) → who holds the role at the unit or above it; everybody when no role is named."""


def staff(role: str | None, unit: str | None) -> Iterable[Colleague]:
    """Return who the functions speak of in an installation."""
    return members_of(role, unit) if role else queries.colleagues()


def register_functions(registry: FunctionRegistry, members: Members) -> None:
    """Add the functions about people. Each call costs one statement, so conditions of gateways should not use them."""

    def colleagues(role: str | None, unit: str | None) -> list[dict[str, t.Any]]:
        found = members(role, unit)
        return [{"label": i18n.localised(one.names, one.username), "value": one.username} for one in found]

    registry.register(
        "colleagues",
        [("role?", "string"), ("unit?", "string")],
        "list",
        "people.function.colleagues",
        colleagues,
        examples=['colleagues("repair_analyst", "HZ1")'],
    )
