"""Where the company works: its warehouse, its factory, and the outlets with their levels."""

import typing as t

import sqlalchemy as sa

from app.desk.models import Case, ServiceOutlet
from app.desk.models.outlet import HEADQUARTERS, SUPPLIED
from app.people.models import Unit
from app.people.units import unit_tree


def headquarters() -> str:
    """Return the code of the unit whose shelves supply the outlets: the central warehouse, else the company itself."""
    return (_codes("warehouse") or _codes("national"))[0]


def company() -> str:
    """Return the code of the unit that stands for the whole company."""
    return _codes("national")[0]


def factory() -> str:
    """Return the code of the repair factory; the company itself where there is none."""
    return (_codes("factory") or _codes("national"))[0]


def levels(session: t.Any) -> dict[str, int]:
    """Return the level of every place that keeps parts, by unit code."""
    named = {outlet.unit_id: outlet.level for outlet in session.scalars(sa.select(ServiceOutlet))}
    outlets = {node.code: named.get(node.id, SUPPLIED) for node in unit_tree().nodes if node.kind == "outlet"}
    return outlets | {headquarters(): HEADQUARTERS}


def place_name(code: t.Any) -> str:
    """Return the name of a unit in the present language; the code itself for one that is gone."""
    if code is None:
        return ""
    node = unit_tree().by_code.get(str(code))
    return node.name if node is not None else str(code)


def unit_serving(session: t.Any, customer: int | None) -> str:
    """Return the code of the unit that served a customer last, the company itself for one nobody served yet."""
    query = sa.select(Unit.code).join(Case, Case.unit_id == Unit.id).where(Case.customer_id == customer)
    return session.scalars(query.order_by(Case.request_time.desc()).limit(1)).first() or company()


def _codes(kind: str) -> list[str]:
    return [node.code for node in unit_tree().nodes if node.kind == kind and node.active]
