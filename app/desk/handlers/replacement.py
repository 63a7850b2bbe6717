"""`desk.replace_device`: a customer's device is replaced by another one, and its warranty goes with it."""

import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, reading
from app.desk.facts.device import warranty_end
from app.desk.lookup import serial_form
from app.desk.models import Asset
from app.engine.registry import JobContext
from app.errors import Invalid


def replace(job: JobContext) -> Mapping[str, t.Any]:
    """Put `new_serial_no` (with `new_imei`) in the place of the device `old_serial_no` or `old_imei`.

    The new one has what is left of the old one's warranty, at least `least_days` from today. An old device that is
    not on file leaves nothing to replace; a new number that another customer's device bears is refused.
    Returns {"replaced_by", "warranty_end"}.
    """
    old = _device(job, "old_serial_no") or _device(job, "old_imei")
    if old is None:
        return {"replaced_by": None, "warranty_end": None}
    new = _device(job, "new_serial_no") or _new(job, old)
    if new.id == old.id or new.customer_id not in {None, old.customer_id}:
        raise Invalid("desk.device_of_somebody_else", serial=new.serial_no)
    least = cases.company_day(job.now) + dt.timedelta(days=int(job.inputs.get("least_days") or 0))
    new.customer_id, new.sale_date, new.purchase_proof = old.customer_id, old.sale_date, old.purchase_proof
    new.warranty_end = max(warranty_end(old) or least, least)
    job.session.flush()
    old.status, old.replaced_by = "swapped", new.id
    job.session.flush()
    return {"replaced_by": new.serial_no, "warranty_end": new.warranty_end.isoformat()}


def _device(job: JobContext, name: str) -> Asset | None:
    number = reading.text(job, name)
    if number is None:
        return None
    known = sa.or_(Asset.serial_no == serial_form(number), Asset.imei == serial_form(number))
    return t.cast(Asset | None, job.session.scalars(sa.select(Asset).where(known)).first())


def _new(job: JobContext, old: Asset) -> Asset:
    imei = reading.text(job, "new_imei")
    asset = Asset(
        id=next_key(),
        serial_no=serial_form(reading.required(job, "new_serial_no")),
        imei=serial_form(imei) if imei else None,
        product_id=old.product_id,
        site_address=old.site_address,
        status="in_use",
    )
    job.session.add(asset)
    return asset
