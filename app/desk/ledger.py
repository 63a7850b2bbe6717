"""Booking spare parts: every change of a stock is a movement with a cause, and no column goes below zero."""

import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.db import locked_row, next_key
from app.desk.models import PartStock, SparePart, StockMovement
from app.engine.registry import JobContext
from app.errors import Invalid

Quantities = Mapping[str, int]


def quantities(lines: Iterable[Mapping[str, t.Any]]) -> dict[str, int]:
    """Add up {code, quantity} lines by code, in the order in which rows are locked. A missing quantity is one.

    Raises Invalid for a quantity that is not positive.
    """
    found: dict[str, int] = {}
    for line in lines:
        code, quantity = str(line.get("code")).strip(), whole(line.get("quantity", 1))
        if quantity <= 0:
            raise Invalid("desk.quantity_not_positive", part=code)
        found[code] = found.get(code, 0) + quantity
    return dict(sorted(found.items()))


def whole(value: t.Any) -> int:
    """Return a number of pieces; nothing is one. Raises Invalid for anything that is no number."""
    try:
        return 1 if value is None or value == "" else int(value)
    except (TypeError, ValueError) as error:
        raise Invalid("desk.quantity_not_positive", part=str(value)) from error


class Ledger:
    """The stock rows that one job books on, each held until its transaction ends."""

    def __init__(self, job: JobContext) -> None:
        self.job = job
        self._parts: dict[str, int] = {}

    def booked(self, bucket: str = "on_hand") -> list[dict[str, t.Any]]:
        """Return what this job has moved before it was retried: [{code, quantity}], without signs."""
        query = (
            sa.select(SparePart.part_no, StockMovement.quantity)
            .join(SparePart, SparePart.id == StockMovement.part_id)
            .where(StockMovement.job_key == self.job.job_key, StockMovement.bucket == bucket)
        )
        return [{"code": row.part_no, "quantity": abs(row.quantity)} for row in self.job.session.execute(query)]

    def is_done(self) -> bool:
        """Whether this job has booked already."""
        query = sa.select(StockMovement.id).where(StockMovement.job_key == self.job.job_key).limit(1)
        return self.job.session.scalars(query).first() is not None

    def know(self, codes: Iterable[str]) -> tuple[list[str], list[str]]:
        """Look part numbers up; returns those on file and those nobody knows."""
        wanted = set(codes)
        query = sa.select(SparePart.part_no, SparePart.id).where(SparePart.part_no.in_(wanted))
        self._parts |= {row.part_no: row.id for row in self.job.session.execute(query)}
        return sorted(wanted & set(self._parts)), sorted(wanted - set(self._parts))

    def row(self, site: str, code: str) -> PartStock:
        """Return the row of a known part at a site, locked; a site that never had the part starts with nothing."""
        nothing = dict.fromkeys(("on_hand", "reserved", "in_transit", "safety_stock", "old_parts_on_hand"), 0)
        key = {"site": site, "part_id": self._parts[code]}
        return locked_row(self.job.session, PartStock, key, **nothing)

    def move(self, row: PartStock, bucket: str, quantity: int, reason: str) -> None:
        """Change one column of a row by a signed quantity, and write down why. Nothing is written for nothing."""
        if quantity == 0:
            return
        setattr(row, bucket, getattr(row, bucket) + quantity)
        movement = StockMovement(
            id=next_key(),
            site=row.site,
            part_id=row.part_id,
            bucket=bucket,
            quantity=quantity,
            reason=reason,
            case_id=self.job.instance.case_id,
            job_key=self.job.job_key,
            at=self.job.now,
        )
        self.job.session.add(movement)

    def reserved_for_case(self, row: PartStock) -> int:
        """Return how many of a row are reserved for the job's case."""
        query = sa.select(sa.func.coalesce(sa.func.sum(StockMovement.quantity), 0)).where(
            StockMovement.site == row.site,
            StockMovement.part_id == row.part_id,
            StockMovement.bucket == "reserved",
            StockMovement.case_id == self.job.instance.case_id,
        )
        return max(0, min(row.reserved, int(self.job.session.execute(query).scalar_one())))

    def release(self) -> None:
        """Give back what is still reserved for the job's case, at every site."""
        query = (
            sa.select(StockMovement.site, SparePart.part_no)
            .join(SparePart, SparePart.id == StockMovement.part_id)
            .where(StockMovement.bucket == "reserved", StockMovement.case_id == self.job.instance.case_id)
            .group_by(StockMovement.site, SparePart.part_no)
            .having(sa.func.sum(StockMovement.quantity) > 0)
            .order_by(StockMovement.site, SparePart.part_no)
        )
        held = self.job.session.execute(query).all()
        if not held:
            return
        self.know(part for _, part in held)
        for site, part in held:
            row = self.row(site, part)
            self.move(row, "reserved", -self.reserved_for_case(row), "released")
