"""`desk.month_figures`: what came in, went out and was repaired this month, for the month plan."""

import datetime as dt
import decimal
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import cases
from app.desk.models import Case, Document, SparePart, StockMovement
from app.engine.expressions import zone
from app.engine.registry import JobContext

Span = tuple[dt.datetime, dt.datetime]


def gather(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"figures"}: {month, receipts, payments, received, repaired, parts_cost} of the company's month so far.

    Amounts are in yuan: money booked, vouchers paid, parts used in repairs at cost.
    """
    today = cases.company_day(job.now)
    first = dt.datetime(today.year, today.month, 1, tzinfo=zone())
    span = (first, job.now)
    return {
        "figures": {
            "month": today.year * 100 + today.month,
            "receipts": _amount(job.session, "receipt", span),
            "payments": _amount(job.session, "payment_voucher", span),
            "received": _cases(job.session, Case.request_time, span),
            "repaired": _cases(job.session, Case.closed_at, span, Case.close_code == "repaired"),
            "parts_cost": _parts_cost(job.session, span),
        }
    }


def _amount(session: t.Any, kind: str, span: Span) -> float:
    """The papers' amounts; a receipt of nothing (unpaid) adds nothing."""
    query = sa.select(Document.content).where(Document.kind == kind, Document.created_at.between(*span))
    amounts = (decimal.Decimal(str(content.get("amount") or 0)) for content in session.scalars(query))
    return float(sum(amounts, decimal.Decimal(0)))


def _cases(session: t.Any, moment: t.Any, span: Span, *more: t.Any) -> int:
    """Cases about a device; a plan or a patrol is a case as well."""
    query = sa.select(sa.func.count()).where(moment.between(*span), Case.serial_no.is_not(None), *more)
    return int(session.scalar(query) or 0)


def _parts_cost(session: t.Any, span: Span) -> float:
    used = -StockMovement.quantity * SparePart.unit_cost
    query = (
        sa.select(sa.func.coalesce(sa.func.sum(used), 0))
        .select_from(StockMovement)
        .join(SparePart, SparePart.id == StockMovement.part_id)
        .where(StockMovement.bucket == "on_hand", StockMovement.reason == "repair", StockMovement.at.between(*span))
    )
    return float(session.scalar(query) or 0)
