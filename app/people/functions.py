"""People and units in FEEL, so that a form offers and shows names where variables hold usernames and codes."""

import typing as t
from collections.abc import Callable, Iterable

from app import i18n
from app.feel import FunctionRegistry
from app.people import queries
from app.people.access import Colleague, members_of
from app.people.units import UnitNode, unit_tree

Members = Callable[[str | None, str | None], Iterable[Colleague]]
"""(role, unit) → who holds the role at the unit or above it; everybody when no role is named."""
Units = Callable[[str | None], Iterable[UnitNode]]
"""Kind → units of it; all when no kind is named."""
Option = dict[str, t.Any]
"""A choice of a form: what people read (`label`) and what is stored (`value`)."""


def staff(role: str | None, unit: str | None) -> Iterable[Colleague]:
    """Return who the functions speak of in an installation."""
    return members_of(role, unit) if role else queries.colleagues()


def open_units(kind: str | None) -> Iterable[UnitNode]:
    """Return the units of an installation that are not closed."""
    return [node for node in unit_tree().nodes if node.active and kind in {None, node.kind}]


def register_functions(registry: FunctionRegistry, members: Members, units: Units) -> None:
    """Add the functions of people and units. Each call costs one statement: nothing for conditions of gateways."""

    def offered(role: str | None, unit: str | None) -> list[Option]:
        return [
            {"label": i18n.localised(one.names, one.username), "value": one.username} for one in members(role, unit)
        ]

    def places(kind: str | None) -> list[Option]:
        return [{"label": _named(one), "value": one.code} for one in units(kind)]

    registry.register(
        "colleagues",
        [("role?", "string"), ("unit?", "string")],
        "list",
        "people.function.colleagues",
        offered,
        examples=['colleagues("repair_analyst", "HZ1")'],
    )
    registry.register(
        "units", [("kind?", "string")], "list", "people.function.units", places, examples=['units("outlet")']
    )


def _named(unit: UnitNode) -> str:
    """Name and code, because papers and shelves bear the code; once where they are the same."""
    return unit.name if unit.name == unit.code else f"{unit.name} {unit.code}"
