"""What the case itself and the cases like it tell: age, promise, area, how often the same fault comes back."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.desk import cases, returns
from app.desk.facts.fact import Fact, fact
from app.desk.models import Asset, Case
from app.people.units import unit_tree

REGISTER, FIGURES = "case_register", "figures"
FAULT_WINDOW = dt.timedelta(days=7)
REPAIR_WINDOW = dt.timedelta(days=90)
AREAS = {"outlet": "province", "province": "province", "region": "region"}
"""The area (catalogue 3.A3) a unit works in; everything else works for the whole company."""


def known(case: Case | None, now: dt.datetime) -> dict[str, Fact]:
    """Return the facts of a case; none of them without one."""
    if case is None:
        return {}
    today = cases.company_day(now)
    opened = cases.company_day(case.request_time)
    return {
        "days_open": fact((today - opened).days, REGISTER, opened),
        "resolve_due": fact(case.resolve_due.isoformat() if case.resolve_due else None, REGISTER, opened),
        "area": fact(_area(case.unit_id), REGISTER, opened),
    }


def figures(session: t.Any, case: Case | None, asset: Asset | None, now: dt.datetime) -> dict[str, Fact]:
    """Return what is counted over many cases, which costs more than all other facts together."""
    if case is None:
        return {}
    today = cases.company_day(now)
    return {
        "same_fault_7d": fact(_same_fault(session, case, asset, now), FIGURES, today),
        "outlet_return_rate": fact(_return_rate(session, case.unit_id, now), FIGURES, today),
    }


def _area(unit_id: int | None) -> str:
    node = unit_tree().by_id.get(unit_id) if unit_id is not None else None
    return AREAS.get(node.kind, "national") if node else "national"


def _same_fault(session: t.Any, case: Case, asset: Asset | None, now: dt.datetime) -> int:
    """How many devices of this product were reported with the same words in the last seven days."""
    if asset is None or not case.fault_description:
        return 0
    words = case.fault_description.strip().lower()
    query = (
        sa.select(Case.asset_id, Case.fault_description)
        .join(Asset, Asset.id == Case.asset_id)
        .where(Asset.product_id == asset.product_id, Case.request_time >= now - FAULT_WINDOW)
    )
    return len(
        {row.asset_id for row in session.execute(query) if (row.fault_description or "").strip().lower() == words}
    )


def _return_rate(session: t.Any, unit_id: int | None, now: dt.datetime) -> float:
    """Percent of an outlet's repairs of the last 90 days whose device came back within 30 days."""
    if unit_id is None:
        return 0.0
    return returns.rates(session, [unit_id], now - REPAIR_WINDOW).get(unit_id, (0, 0.0))[1]
