"""`desk.outlet_day` and `desk.collections`: what an outlet did today, and what all of them collected last week."""

import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.desk import cases, reading
from app.desk.models import Asset, Case, Contact, Customer, Document, Product, SparePart, StockMovement
from app.engine.registry import JobContext
from app.people.models import Unit
from app.people.units import unit_tree

REPAIR = "outlet_intake_repair"
RESULTS = {"repaired": "repaired", "swapped": "repaired", "guided": "guided", "returned_unrepaired": "returned"}
"""What a close code counts as in the day's figures."""

Line = dict[str, t.Any]


def day(job: JobContext) -> Mapping[str, t.Any]:
    """Without `site` {"outlets"}: every outlet's code; with it {"figures"} of today.

    Figures: received, repaired, guided, returned, open, receipts, `parts` [{code, name, used}] and `lines`, one for
    each repair that ended today.
    """
    site = reading.text(job, "site")
    if site is None:
        return {"outlets": [node.code for node in unit_tree().nodes if node.kind == "outlet" and node.active]}
    start = _midnight(cases.company_day(job.now))
    lines = _finished(job, site, start)
    counted = [RESULTS.get(line["result"]) for line in lines]
    figures = {name: counted.count(name) for name in ("repaired", "guided", "returned")}
    figures |= {"received": _received(job, site, start), "open": _open(job, site)}
    receipts = sum(_receipts(job, start, job.now).get(site, []))
    return {"figures": {**figures, "receipts": receipts, "parts": _parts(job, site, start), "lines": lines}}


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZoneInfo(current_app.extensions["settings"].company.zone))


def _at(site: str) -> sa.Select[int]:
    """Repairs of an outlet."""
    query = sa.select(sa.func.count(Case.id)).join(Unit, Unit.id == Case.unit_id)
    return query.where(Unit.code == site, Case.process_id == REPAIR)


def _received(job: JobContext, site: str, start: dt.datetime) -> int:
    return job.session.scalar(_at(site).where(Case.request_time >= start)) or 0


def _open(job: JobContext, site: str) -> int:
    return job.session.scalar(_at(site).where(Case.closed_at.is_(None))) or 0


def _finished(job: JobContext, site: str, start: dt.datetime) -> list[Line]:
    query = (
        sa.select(Case, Customer, Contact, Asset, Product)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .outerjoin(Asset, Asset.id == Case.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .where(Unit.code == site, Case.process_id == REPAIR, Case.closed_at >= start)
        .order_by(Case.id)
    )
    rows = job.session.execute(query).all()
    papers = _papers(job, [row.Case.id for row in rows])
    return [_line(row, papers.get(row.Case.id, [])) for row in rows]


def _papers(job: JobContext, case_ids: list[int]) -> dict[int, list[Document]]:
    wanted = sa.and_(Document.case_id.in_(case_ids), Document.kind.in_(("repair_list", "invoice")))
    found: dict[int, list[Document]] = {}
    for paper in job.session.scalars(sa.select(Document).where(wanted).order_by(Document.id)):
        found.setdefault(paper.case_id, []).append(paper)
    return found


def _line(row: t.Any, papers: Iterable[Document]) -> Line:
    lists = [paper.content for paper in papers if paper.kind == "repair_list"]
    fees = [float(paper.content.get("amount") or 0) for paper in papers if paper.kind == "invoice"]
    case: Case = row.Case
    return {
        "case_no": case.case_no,
        "customer": row.Customer.name if row.Customer else None,
        "phone": (row.Contact and row.Contact.phone) or (row.Customer and row.Customer.phone),
        "serial_no": case.serial_no,
        "model": row.Product.model if row.Product else None,
        "brand": row.Product.brand if row.Product else None,
        "fault": (lists[-1].get("fault_found") if lists else None) or case.fault_description,
        "parts": [part.get("code") for one in lists for part in one.get("parts") or []],
        "fee": sum(fees),
        "received_on": cases.company_day(case.request_time).isoformat(),
        "closed_on": cases.company_day(case.closed_at).isoformat() if case.closed_at else None,
        "in_warranty": case.in_warranty,
        "result": case.close_code,
    }


def _parts(job: JobContext, site: str, start: dt.datetime) -> list[Line]:
    query = (
        sa.select(SparePart.part_no, SparePart.name, sa.func.sum(StockMovement.quantity).label("moved"))
        .join(SparePart, SparePart.id == StockMovement.part_id)
        .where(
            StockMovement.site == site,
            StockMovement.bucket == "on_hand",
            StockMovement.reason == "repair",
            StockMovement.at >= start,
        )
        .group_by(SparePart.part_no, SparePart.name)
        .order_by(SparePart.part_no)
    )
    return [{"code": row.part_no, "name": row.name, "used": -row.moved} for row in job.session.execute(query)]


def collections(job: JobContext) -> Mapping[str, t.Any]:
    """{"week", "collected", "expenses"} of the seven days before today, by unit.

    `collected` [{site, receipts, amount, invoiced, open_quotes}], `expenses` [{site, kind, amount}].
    """
    today = cases.company_day(job.now)
    start, end = _midnight(today - dt.timedelta(days=7)), _midnight(today)
    receipts, invoices = _receipts(job, start, end), _amounts(job, "invoice", start, end)
    quotes = _quotes(job)
    collected = [
        {
            "site": site,
            "receipts": len(receipts.get(site, [])),
            "amount": sum(receipts.get(site, [])),
            "invoiced": sum(amount for amount, _ in invoices.get(site, [])),
            "open_quotes": quotes.get(site, 0),
        }
        for site in sorted({*receipts, *invoices, *quotes})
    ]
    spent = _amounts(job, "payment_voucher", start, end)
    expenses = [
        {"site": site, "kind": reason or "", "amount": amount}
        for site in sorted(spent)
        for amount, reason in spent[site]
    ]
    return {"week": f"{start.date()} – {today - dt.timedelta(days=1)}", "collected": collected, "expenses": expenses}


def _receipts(job: JobContext, start: dt.datetime, end: dt.datetime) -> dict[str, list[float]]:
    """Payments that were booked, by unit; a receipt in the state unpaid counts with what was paid of it."""
    found = _amounts(job, "receipt", start, end)
    return {site: [amount for amount, _ in rows if amount > 0] for site, rows in found.items()}


def _amounts(
    job: JobContext, kind: str, start: dt.datetime, end: dt.datetime
) -> dict[str, list[tuple[float, str | None]]]:
    query = (
        sa.select(Unit.code, Document.content)
        .join(Case, Case.id == Document.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Document.kind == kind, Document.created_at >= start, Document.created_at <= end)
        .order_by(Document.id)
    )
    found: dict[str, list[tuple[float, str | None]]] = {}
    for row in job.session.execute(query):
        found.setdefault(row.code, []).append((float(row.content.get("amount") or 0), row.content.get("reason")))
    return found


def _quotes(job: JobContext) -> dict[str, int]:
    """Quotes that the customer has not answered, by unit."""
    query = (
        sa.select(Unit.code, sa.func.count().label("n"))
        .select_from(Document)
        .join(Case, Case.id == Document.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Document.kind == "quotation", Document.state == "sent")
        .group_by(Unit.code)
    )
    return {row.code: row.n for row in job.session.execute(query)}
