"""Correcting the books of a stock by hand: what was counted, with a reason; the ledger keeps the difference."""

import typing as t

from app import clock
from app.db import locked_row, next_key, transaction
from app.desk.complaints import Fields
from app.desk.models import PartStock, StockMovement
from app.desk.registers import named, saving
from app.errors import Conflict, Forbidden
from app.people import audit
from app.people.person import Person

BUCKETS = ("on_hand", "in_transit", "old_parts_on_hand")
"""What can be counted; what is reserved belongs to cases, which give it back themselves."""
CORRECTION = "correction"
LONGEST_REASON = 500
MOST = 1_000_000


def may_correct(person: Person, row: PartStock) -> bool:
    """Whether the person keeps the stock of that site."""
    return saving.may_write(person, named("stock"), row)


def correct(person: Person, key: str, bucket: str, counted: str, seen: str, reason: str) -> int:
    """Set a column of a stock to what was counted, and return the difference.

    `seen` is what the form showed; when something has moved since, the count may be about either. Raises Invalid,
    Forbidden, NotFound, and Conflict with what is there now.
    """
    register = named("stock")
    saving.require_write(person, register)
    fields = Fields({"counted": counted, "reason": reason, "bucket": bucket})
    column = fields.one_of("bucket", BUCKETS, "on_hand")
    why = fields.text("reason", LONGEST_REASON, required=True)
    if not (counted.isascii() and counted.isdigit() and int(counted[:9]) <= MOST):
        fields.wrong("counted", "desk.not_a_whole_number", least=0, most=MOST)
    fields.settle()
    with transaction() as session:
        there = saving.get(person, register, key, session=session)
        if not may_correct(person, there):
            raise Forbidden("desk.register_not_yours", register=str(register.title))
        row = locked_row(session, PartStock, {"site": there.site, "part_id": there.part_id})
        was, now = int(getattr(row, column)), int(counted)
        if seen != str(was):
            raise Conflict("desk.stock_moved", now=was)
        if column == "on_hand" and now < row.reserved:
            fields.wrong("counted", "desk.less_than_reserved", reserved=row.reserved)
            fields.settle()
        _book(session, person, row, column, now - was, t.cast(str, why))
    return now - was


def _book(session: t.Any, person: Person, row: PartStock, column: str, difference: int, why: str) -> None:
    if column == "on_hand":
        row.counted_at = clock.now()
    if difference == 0:
        return
    setattr(row, column, getattr(row, column) + difference)
    session.add(
        StockMovement(
            id=next_key(),
            site=row.site,
            part_id=row.part_id,
            bucket=column,
            quantity=difference,
            reason=CORRECTION,
            note=why,
            username=person.username,
            job_key=next_key(),  # no job made it, and every correction is one of its own
            at=clock.now(),
        )
    )
    session.flush()
    detail = {column: str(getattr(row, column) - difference)}
    audit.record(session, person, "desk:stock:changed", named("stock").subject_of(row), why, detail)
