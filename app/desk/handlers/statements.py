"""`desk.service_statements`: what was served in a period, customer by customer, for their statements and the shares."""

import datetime as dt
import typing as t
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.desk import cases, reading
from app.desk.handlers.costing import unit_costs
from app.desk.ledger import whole
from app.desk.models import Asset, Case, Customer, Document, Product
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.models import Unit

OPEN = ("issued", "disputed")
"""What no statement has had yet, and what was carried over from an earlier one."""

Line = dict[str, t.Any]


def collect(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"period", "statements"}: [{customer_id, customer_name, unit, lines}], the biggest bill first.

    Inputs: `period` (YYYY-MM; the month before this one when null) and `customer_id` (null: everybody). A customer's
    own request covers everything up to now. Papers of earlier months that were disputed come again.
    """
    customer_id = reading.record_id(job, "customer_id")
    today = cases.company_day(job.now)
    period = reading.text(job, "period") or (today.replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    until = job.now if customer_id is not None and not reading.text(job, "period") else _end(period)
    statements: dict[int, dict[str, t.Any]] = {}
    for paper, case, customer, model, unit in _served(job, customer_id, until):
        bill = statements.setdefault(
            customer.id,
            {"customer_id": str(customer.id), "customer_name": customer.name, "unit": unit, "lines": []},
        )
        bill["lines"].append(_line(paper, case, model))
    _add_money(job, [line for bill in statements.values() for line in bill["lines"]])
    biggest = sorted(statements.values(), key=lambda bill: -sum(line["fee"] for line in bill["lines"]))
    return {"period": period, "statements": biggest}


def _end(period: str) -> dt.datetime:
    """The first moment after a month. Raises Invalid for a text that is no month."""
    try:
        first = dt.date.fromisoformat(f"{period}-01")
    except ValueError as error:
        raise Invalid("desk.not_a_time", value=period) from error
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return dt.datetime.combine(following, dt.time(), ZoneInfo(current_app.extensions["settings"].company.zone))


def _served(job: JobContext, customer_id: int | None, until: dt.datetime) -> t.Any:
    query = (
        sa.select(Document, Case, Customer, Product.model, Unit.code)
        .join(Case, Case.id == Document.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .outerjoin(Asset, Asset.id == Case.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(Document.kind == "service_document", Document.state.in_(OPEN), Document.created_at <= until)
        .order_by(Document.id)
    )
    if customer_id is not None:
        query = query.where(Case.customer_id == customer_id)
    return job.session.execute(query)


def _line(paper: Document, case: Case, model: str | None) -> Line:
    content = paper.content
    return {
        "document_no": paper.document_no,
        "case_no": case.case_no,
        "order_no": content.get("order_no"),
        "record_no": content.get("record_no"),
        "done_on": cases.company_day(paper.created_at).isoformat(),
        "service_type": content.get("service_type") or "other",
        "product": model,
        "result": content.get("result"),
        "person": content.get("staff"),
        "fee": float(content.get("amount") or 0),
        "paid": content.get("customer_paid") == "yes",
        "disputed": False,
    }


def _add_money(job: JobContext, lines: list[Line]) -> None:
    """What is still to be paid stands in the dispatch order; parts that the handling record names cost us something."""
    orders = _contents(job, "dispatch_order", [line["order_no"] for line in lines])
    records = _contents(job, "handling_record", [line["record_no"] for line in lines])
    used = {number: _parts(content) for number, content in records.items()}
    cost = unit_costs(job.session, {code for parts in used.values() for code, _ in parts})
    for line in lines:
        expected = orders.get(line["order_no"], {}).get("charge_expected")
        if not line["paid"] and line["fee"] == 0 and line["result"] == "completed":
            line["fee"] = float(expected or 0)
        line["paid"] = line["paid"] or line["fee"] == 0
        parts = used.get(line["record_no"], [])
        line["cost"] = float(sum(cost[code] * quantity for code, quantity in parts if code in cost))


def _contents(job: JobContext, kind: str, numbers: list[str]) -> dict[str, Mapping[str, t.Any]]:
    query = sa.select(Document.document_no, Document.content)
    query = query.where(Document.kind == kind, Document.document_no.in_([one for one in numbers if one]))
    return {row.document_no: row.content for row in job.session.execute(query)}


def _parts(content: Mapping[str, t.Any]) -> list[tuple[str, int]]:
    named = [part for part in content.get("parts") or [] if isinstance(part, Mapping)]
    return [(str(part.get("code")), whole(part.get("quantity", 1))) for part in named]
