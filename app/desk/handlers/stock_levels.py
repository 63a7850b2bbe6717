"""`desk.stock_levels`: what lies where, for daily reports, replenishment and whoever looks for a part."""

import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import places, reading
from app.desk.models import PartStock, SparePart, StockMovement
from app.desk.models.outlet import HEADQUARTERS
from app.engine.registry import JobContext

FREE = PartStock.on_hand + PartStock.in_transit - PartStock.reserved


def write(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"stock", "headquarters", "outlets"}, the last being the outlets that keep parts.

    `site` narrows the list to one site, `code` to one part; `below_safety` = true leaves out what needs no order.
    Four statements, whatever the size of the company.
    """
    levels = places.levels(job.session)
    query = sa.select(PartStock, SparePart).join(SparePart, SparePart.id == PartStock.part_id)
    if site := reading.text(job, "site"):
        query = query.where(PartStock.site == site)
    if code := reading.text(job, "code"):
        query = query.where(SparePart.part_no == code)
    if job.inputs.get("below_safety") is True:
        query = query.where(PartStock.safety_stock > FREE)
    moved = _moved_today(job, site)
    rows = job.session.execute(query.order_by(PartStock.site, SparePart.part_no))
    return {
        "stock": [_line(stock, part, levels, moved) for stock, part in rows],
        "headquarters": places.headquarters(),
        "outlets": [{"site": site, "level": levels[site]} for site in _keeping(job.session, levels)],
    }


def _keeping(session: t.Any, levels: Mapping[str, int]) -> list[str]:
    """Sites of outlets with a stock of their own; nobody has to count where nothing was ever kept."""
    known = sa.select(PartStock.site).distinct().order_by(PartStock.site)
    return [site for site in session.scalars(known) if levels.get(site, HEADQUARTERS) != HEADQUARTERS]


def _line(
    stock: PartStock, part: SparePart, levels: Mapping[str, int], moved: Mapping[tuple[str, int, str], int]
) -> dict[str, t.Any]:
    key = (stock.site, stock.part_id)
    return {
        "site": stock.site,
        "level": levels.get(stock.site, HEADQUARTERS),
        "code": part.part_no,
        "name": part.name,
        "brand": part.brand,
        "on_hand": stock.on_hand,
        "reserved": stock.reserved,
        "in_transit": stock.in_transit,
        "free": stock.on_hand + stock.in_transit - stock.reserved,
        "safety_stock": stock.safety_stock,
        "old_parts": stock.old_parts_on_hand,
        "used_today": -moved.get((*key, "repair"), 0),
        "received_today": moved.get((*key, "received"), 0) + moved.get((*key, "delivered"), 0),
    }


def _moved_today(job: JobContext, site: str | None) -> dict[tuple[str, int, str], int]:
    """Pieces moved on the shelves within the last 24 hours, by site, part and cause."""
    query = (
        sa.select(StockMovement.site, StockMovement.part_id, StockMovement.reason, sa.func.sum(StockMovement.quantity))
        .where(StockMovement.bucket == "on_hand", StockMovement.at > job.now - dt.timedelta(days=1))
        .group_by(StockMovement.site, StockMovement.part_id, StockMovement.reason)
    )
    if site:
        query = query.where(StockMovement.site == site)
    return {(row[0], row[1], row[2]): int(row[3]) for row in job.session.execute(query)}
