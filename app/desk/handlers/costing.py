"""`desk.cost`: what parts cost the company, for posting and for the shares of departments."""

import decimal
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.desk import reading
from app.desk.ledger import quantities
from app.desk.models import SparePart
from app.engine.registry import JobContext

CENT = decimal.Decimal("0.01")


def price(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"cost": {total, unknown}}: `parts` [{code, quantity}] at unit cost, and the codes nobody knows."""
    needed = quantities(reading.objects(job, "parts"))
    cost = unit_costs(job.session, needed)
    total = sum((cost[code] * quantity for code, quantity in needed.items() if code in cost), decimal.Decimal(0))
    return {"cost": {"total": float(total.quantize(CENT)), "unknown": sorted(set(needed) - set(cost))}}


def unit_costs(session: t.Any, codes: Iterable[str]) -> dict[str, decimal.Decimal]:
    """Return what one piece of each known part costs."""
    query = sa.select(SparePart.part_no, SparePart.unit_cost).where(SparePart.part_no.in_(set(codes)))
    return {row.part_no: row.unit_cost for row in session.execute(query)}
