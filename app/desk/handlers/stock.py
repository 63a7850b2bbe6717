"""`desk.stock`: parts that leave a site's stock. Every booking names its job, so that none is made twice."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.db import next_key
from app.desk import reading
from app.desk.handlers import notes
from app.desk.models import PartStock, SparePart, StockMovement
from app.engine.registry import JobContext
from app.errors import Invalid

UNKNOWN_PARTS = "unknown_parts"


def book(job: JobContext) -> Mapping[str, t.Any]:
    """Take `parts` [{code, quantity, old_part_kept}] off the stock at `site` (header `action` = use).

    The part is in the unit already, so nothing is refused: a stock below zero is a difference for the daily count.
    Codes that nobody knows are noted on the case. Raises Invalid for a quantity that is not positive.
    """
    if reading.header(job, "action") != "use":
        raise Invalid("desk.unknown_action", action=job.headers["action"], element=job.element)
    needed = _needed(reading.objects(job, "parts"))
    booked = sa.select(StockMovement.id).where(StockMovement.job_key == job.job_key)
    if not needed or job.session.scalars(booked).first() is not None:
        return {"used": sorted(needed)}
    site = reading.required(job, "site")
    parts = _parts(job.session, set(needed))
    for code in sorted(set(needed) & set(parts)):
        _take(job, site, parts[code], *needed[code])
    if strange := sorted(set(needed) - set(parts)):
        notes.add(job, reading.case_of(job), UNKNOWN_PARTS, ", ".join(strange), data={"site": site, "parts": strange})
    job.session.flush()
    return {"used": sorted(needed)}


def _needed(parts: list[Mapping[str, t.Any]]) -> dict[str, tuple[int, int]]:
    """Quantity and old parts kept, per code; a code may stand on several lines."""
    needed: dict[str, tuple[int, int]] = {}
    for part in parts:
        code, quantity = str(part.get("code")).strip(), int(part.get("quantity") or 1)
        if quantity <= 0:
            raise Invalid("desk.quantity_not_positive", part=code)
        before, kept = needed.get(code, (0, 0))
        needed[code] = (before + quantity, kept + (quantity if part.get("old_part_kept") is True else 0))
    return needed


def _parts(session: t.Any, codes: set[str]) -> dict[str, int]:
    query = sa.select(SparePart.part_no, SparePart.id).where(SparePart.part_no.in_(codes))
    return {row.part_no: row.id for row in session.execute(query)}


def _take(job: JobContext, site: str, part_id: int, quantity: int, old: int) -> None:
    """Change the stock in one statement, which counts right whoever else books at the same moment."""
    dialect = sqlite if job.session.get_bind().dialect.name == "sqlite" else postgresql
    row = {"site": site, "part_id": part_id, "on_hand": -quantity, "old_parts_on_hand": old}
    start = dialect.insert(PartStock).values(**row, reserved=0, safety_stock=0)
    change = start.on_conflict_do_update(
        index_elements=[PartStock.site, PartStock.part_id],
        set_={
            "on_hand": PartStock.on_hand - quantity,
            "old_parts_on_hand": PartStock.old_parts_on_hand + old,
        },
    )
    job.session.execute(change)
    movement = StockMovement(
        id=next_key(),
        site=site,
        part_id=part_id,
        quantity=-quantity,
        reason="repair",
        case_id=job.instance.case_id,
        job_key=job.job_key,
        at=job.now,
    )
    job.session.add(movement)
