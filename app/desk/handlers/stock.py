"""`desk.stock`: parts that leave a site's stock. Every booking names its job, so that none is made twice."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import reading
from app.desk.models import PartStock, SparePart, StockMovement
from app.engine.registry import JobContext
from app.errors import Invalid


def book(job: JobContext) -> Mapping[str, t.Any]:
    """Take `parts` [{code, quantity, old_part_kept}] out of the stock at `site` (header `action` = use).

    Raises Invalid, which becomes an incident naming part, site and what is left; retry works once stock is corrected.
    """
    if reading.header(job, "action") != "use":
        raise Invalid("desk.unknown_action", action=job.headers["action"], element=job.element)
    needed = _needed(reading.objects(job, "parts"))
    if not needed:
        return {"used": []}
    site = reading.required(job, "site")
    if job.session.scalars(sa.select(StockMovement.id).where(StockMovement.job_key == job.job_key)).first():
        return {"used": sorted(needed)}
    stocks = _stocks(job, site, set(needed))
    for code, (quantity, old) in needed.items():
        _take(job, site, code, quantity, old, stocks.get(code))
    return {"used": sorted(needed)}


def _needed(parts: list[Mapping[str, t.Any]]) -> dict[str, tuple[int, int]]:
    """Quantity and old parts kept, per code; a code may stand on several lines."""
    needed: dict[str, tuple[int, int]] = {}
    for part in parts:
        code, quantity = str(part.get("code")), int(part.get("quantity") or 1)
        if quantity <= 0:
            raise Invalid("desk.quantity_not_positive", part=code)
        before, kept = needed.get(code, (0, 0))
        needed[code] = (before + quantity, kept + (quantity if part.get("old_part_kept") is True else 0))
    return needed


def _stocks(job: JobContext, site: str, codes: set[str]) -> dict[str, tuple[SparePart, PartStock | None]]:
    here = sa.and_(PartStock.part_id == SparePart.id, PartStock.site == site)
    query = sa.select(SparePart, PartStock).outerjoin(PartStock, here).where(SparePart.part_no.in_(codes))
    # Locked in one order, so that two repairs that take the same parts cannot wait for each other.
    locks = (
        sa.select(PartStock.part_id)
        .join(SparePart, SparePart.id == PartStock.part_id)
        .where(PartStock.site == site, SparePart.part_no.in_(codes))
        .order_by(PartStock.part_id)
        .with_for_update(of=PartStock)
    )
    job.session.execute(locks).all()
    rows = job.session.execute(query.execution_options(populate_existing=True))
    return {row.SparePart.part_no: (row.SparePart, row.PartStock) for row in rows}


def _take(
    job: JobContext, site: str, code: str, quantity: int, old: int, found: tuple[SparePart, PartStock | None] | None
) -> None:
    if found is None:
        raise Invalid("desk.no_such_part", part=code)
    part, stock = found
    left = stock.on_hand if stock else 0
    if stock is None or left < quantity:
        raise Invalid("desk.not_enough_stock", part=code, site=site, needed=quantity, left=left)
    stock.on_hand -= quantity
    stock.old_parts_on_hand += old
    movement = StockMovement(
        id=next_key(),
        site=site,
        part_id=part.id,
        quantity=-quantity,
        reason="repair",
        case_id=job.instance.case_id,
        job_key=job.job_key,
        at=job.now,
    )
    job.session.add(movement)
    job.session.flush()
