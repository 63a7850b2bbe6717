"""What is known of the device: identity, sale, warranty, earlier repairs."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app.desk import cases, reading
from app.desk.facts.fact import Fact, fact, iso
from app.desk.lookup import serial_form
from app.desk.models import Asset, Case, Document, Product
from app.engine.registry import JobContext

REGISTER, SALE, SLIP, HISTORY = "asset_register", "sale_record", "slip", "repair_history"
NEVER = -1
"""Days that mean “never” and “over”: what is not known must not let a device into warranty by itself."""

# Built once, because building them costs more than running them.
_BY_NUMBER = sa.select(Asset).where(
    sa.or_(Asset.serial_no == sa.bindparam("a_number"), Asset.imei == sa.bindparam("a_number"))
)
_REPAIRS = (
    sa.select(Document.content, Document.created_at, Case.case_no)
    .join(Case, Case.id == Document.case_id)
    .where(Document.kind == "repair_list", Case.asset_id == sa.bindparam("a_device"), Case.id != sa.bindparam("own"))
    .order_by(Document.created_at.desc())
    .limit(50)
)


def find(job: JobContext) -> Asset | None:
    """Return the device: by its row, else by serial number, else by IMEI."""
    key = reading.record_id(job, "asset_id")
    if key is not None:
        return t.cast(Asset | None, job.session.get(Asset, key))
    for name in ("serial_no", "imei"):
        if typed := reading.text(job, name):
            number = serial_form(typed)
            if (asset := job.session.scalars(_BY_NUMBER, {"a_number": number}).first()) is not None:
                return t.cast(Asset, asset)
    return None


def known(job: JobContext, asset: Asset | None, today: dt.date, case: Case | None) -> dict[str, Fact]:
    """Return the device's facts; without a device on file those of the slip."""
    if asset is None:
        return _from_slip(job, today)
    sold, product = asset.sale_date, asset.product
    end = warranty_end(asset)
    return {
        "asset": fact(asset.id, REGISTER, sold),
        "model": fact(product.model, REGISTER, sold),
        "product_line": fact(product.line, REGISTER, sold),
        "owner": fact(asset.customer.name if asset.customer else None, REGISTER, sold),
        "sale_date": fact(iso(sold), SALE, sold),
        "identity_ok": fact(_same_device(job, asset), REGISTER, today),
        "proof": fact("record" if asset.purchase_proof else "none", SALE, sold),
        "warranty_end": fact(iso(end), SALE, sold, basis=product.warranty_start_basis),
        "warranty_days_left": fact((end - today).days if end else NEVER, SALE, today),
        "repeat_days": _repeat(job, asset, today, case),
    }


def _from_slip(job: JobContext, today: dt.date) -> dict[str, Fact]:
    """A device that is not on file: nothing contradicts its identity, but its warranty needs a proof of purchase."""
    model = reading.text(job, "model")
    product = job.session.scalars(sa.select(Product).where(Product.model == model)).first() if model else None
    sold = reading.day(job.inputs.get("sale_date"))
    end = add_months(sold, product.warranty_months) if sold and product else None
    return {
        "asset": fact(None, REGISTER),
        "model": fact(model, SLIP, today),
        "product_line": fact(product.line if product else None, SLIP, today),
        "owner": fact(None, REGISTER),
        "sale_date": fact(iso(sold), SLIP, today),
        "identity_ok": fact(value=True, source=SLIP, day=today),
        "proof": fact("none", SLIP, today),
        "warranty_end": fact(iso(end), SLIP, today),
        "warranty_days_left": fact((end - today).days if end else NEVER, SLIP, today),
        "repeat_days": fact(NEVER, HISTORY, today),
    }


def _same_device(job: JobContext, asset: Asset) -> bool:
    """Whether the numbers on the unit are those on record; a number nobody read off contradicts nothing."""
    serial, imei = reading.text(job, "serial_no"), reading.text(job, "imei")
    serial_fits = serial is None or serial_form(serial) in {asset.serial_no, asset.imei}
    imei_fits = imei is None or asset.imei is None or serial_form(imei) == asset.imei
    return serial_fits and imei_fits


def warranty_end(asset: Asset) -> dt.date | None:
    """Return the last day of warranty: as agreed for this device, else counted from sale, delivery or installation."""
    if asset.warranty_end is not None:
        return asset.warranty_end
    starts = {"delivery": asset.delivery_date, "installation": asset.installation_date}
    start = starts.get(asset.product.warranty_start_basis) or asset.sale_date
    return add_months(start, asset.product.warranty_months) if start else None


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, the last day of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    first_of_next = dt.date(day.year + years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - dt.timedelta(days=1)).day
    return dt.date(day.year + years, month + 1, min(day.day, last))


def _repeat(job: JobContext, asset: Asset, today: dt.date, case: Case | None) -> Fact:
    """Days since the last repair of the same fault; of any fault while the present one has not been analysed yet.

    The repaired fault is shown with the fact, so that people can overrule with open eyes.
    """
    wanted = reading.text(job, "fault_code")
    for row in job.session.execute(_REPAIRS, {"a_device": asset.id, "own": case.id if case else 0}):
        done = row.content
        if wanted is None or done.get("labour_code") == wanted:
            repaired = cases.company_day(row.created_at)
            days = (today - repaired).days
            return fact(days, HISTORY, repaired, case_no=row.case_no, fault=done.get("fault_found"))
    return fact(NEVER, HISTORY, today)
