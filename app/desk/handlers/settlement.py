"""`desk.settlement_lines`: repairs that the vendor of a brand owes us for, because the user did not pay for them."""

import decimal
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from app.desk import cases, places, reading
from app.desk.models import Asset, Case, Document, PriceListEntry, Product, SparePart
from app.engine.registry import JobContext
from app.people.models import Unit

Line = dict[str, t.Any]
FREE = "free"
SENT_BY_VENDOR = "motorola"
RETURNED = "returned"
"""A report is settled after its old parts have come in, because the vendor wants to see them."""


def gather(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"lines", "sites"}: what is not settled yet of `brand`, at `site` only if it is given.

    Two kinds of papers say that something was repaired: repair lists of outlets and repair reports of the factory,
    whose lines count for headquarters. A repair belongs here when it was free for the user or sent in by the vendor.
    """
    brand = reading.text(job, "brand") or "motorola"
    lines = [*_of_outlets(job, brand), *_of_factory(job, brand)]
    sites = sorted({line["site"] for line in lines})
    if site := reading.text(job, "site"):
        lines = [line for line in lines if line["site"] == site]
    _price(job, lines)
    return {"lines": lines, "sites": sites}


def _of_outlets(job: JobContext, brand: str) -> Iterator[Line]:
    query = (
        sa.select(Document, Asset, Product, Unit.code)
        .join(Case, Case.id == Document.case_id)
        .join(Asset, Asset.id == Case.asset_id)
        .join(Product, Product.id == Asset.product_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(
            Document.kind == "repair_list",
            Document.state == "issued",
            Case.process_id == "outlet_intake_repair",
            Case.charge_basis == FREE,
            Case.closed_at.is_not(None),
            Product.brand == brand,
        )
    )
    for document, asset, product, site in job.session.execute(query.order_by(Document.id)):
        yield _line(document, site, asset.serial_no, product.model, document.content)


def _of_factory(job: JobContext, brand: str) -> Iterator[Line]:
    query = sa.select(Document).where(Document.kind == "repair_report", Document.state == RETURNED)
    reports = list(job.session.scalars(query.order_by(Document.id)))
    models = {(report.content.get("device") or {}).get("model") for report in reports}
    named = sa.select(Product.model).where(Product.brand == brand, Product.model.in_([one for one in models if one]))
    ours = set(job.session.scalars(named))
    for report in reports:
        device = report.content.get("device") or {}
        owed = report.content.get("basis") == FREE or report.content.get("sender_kind") == SENT_BY_VENDOR
        if owed and device.get("model") in ours:
            content = {**report.content, "labour_code": device.get("fault_code"), "fault_found": device.get("fault")}
            yield _line(report, places.headquarters(), device.get("serial_no"), device["model"], content)


def _line(document: Document, site: str, serial_no: str | None, model: str, content: Mapping[str, t.Any]) -> Line:
    parts = [part for part in content.get("parts") or [] if isinstance(part, Mapping)]
    return {
        "report_no": document.document_no,
        "kind": document.kind,
        "site": site,
        "serial_no": serial_no,
        "model": model,
        "fault": content.get("fault_found"),
        "labour_code": content.get("labour_code"),
        "parts": [{"code": part.get("code"), "quantity": part.get("quantity") or 1} for part in parts],
        "old_part_missing": any(part.get("old_part_kept") is not True for part in parts),
    }


def _price(job: JobContext, lines: list[Line]) -> None:
    """Labour by the list in force, parts at cost: the vendor is not charged what a customer is."""
    today = cases.company_day(job.now)
    labour_codes = {line["labour_code"] for line in lines if line["labour_code"]}
    part_codes = {part["code"] for line in lines for part in line["parts"]}
    listed = sa.select(PriceListEntry.code, PriceListEntry.labour_price).where(
        PriceListEntry.kind == "terminal",
        PriceListEntry.code.in_(labour_codes),
        PriceListEntry.valid_from <= today,
        sa.or_(PriceListEntry.valid_to.is_(None), PriceListEntry.valid_to >= today),
    )
    labour = {row.code: row.labour_price for row in job.session.execute(listed.order_by(PriceListEntry.valid_from))}
    known = sa.select(SparePart.part_no, SparePart.unit_cost).where(SparePart.part_no.in_(part_codes))
    cost = {row.part_no: row.unit_cost for row in job.session.execute(known)}
    nothing = decimal.Decimal(0)
    for line in lines:
        work = labour.get(line["labour_code"], nothing)
        material = sum((cost.get(part["code"], nothing) * part["quantity"] for part in line["parts"]), nothing)
        line |= {"labour": float(work), "material": float(material), "amount": float(work + material)}
