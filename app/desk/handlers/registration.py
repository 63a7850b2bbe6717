"""`desk.register_devices`: devices that were installed at a customer's, with their warranty and maintenance."""

import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, reading
from app.desk.facts.device import warranty_end
from app.desk.lookup import serial_form
from app.desk.models import Asset, MaintenancePlan, Product
from app.desk.numbers import next_number
from app.engine.registry import JobContext
from app.errors import Invalid

MAINTENANCE_DAYS = 180
"""Between two visits for a product that needs maintenance and does not say how often (proposed)."""

Device = Mapping[str, t.Any]


def register(job: JobContext) -> Mapping[str, t.Any]:
    """Write `devices` [{model, serial_no, imei}] into the register as `customer_id`'s; with `action` check only look.

    A number that cannot be right is refused with a reason: `no_such_model`, `twice`, or `somebody_else` for a device
    that another customer owns. Returns {"assets": [{asset_id, serial_no, warranty_end, plan_no}], "refused":
    [{serial_no, why}]}. Raises Invalid when something is to be registered that a check would have refused.
    """
    action = reading.action(job, {"check", "register"})
    devices = reading.objects(job, "devices")
    products = _products(job, devices)
    known = _known(job, devices)
    owner = reading.record_id(job, "customer_id")
    refused = list(_refused(devices, products, known, owner))
    if action == "check":
        return {"assets": [], "refused": refused}
    if refused:
        raise Invalid("desk.device_of_somebody_else", serial=refused[0]["serial_no"])
    assets = [_write(job, device, products[_model(device)], known.get(_serial(device)), owner) for device in devices]
    job.session.flush()
    return {"assets": [_told(job, asset) for asset in assets], "refused": []}


def _model(device: Device) -> str:
    return str(device.get("model") or "").strip()


def _serial(device: Device) -> str:
    return serial_form(str(device.get("serial_no") or ""))


def _products(job: JobContext, devices: list[Device]) -> dict[str, Product]:
    models = {_model(device) for device in devices}
    return {one.model: one for one in job.session.scalars(sa.select(Product).where(Product.model.in_(models)))}


def _known(job: JobContext, devices: list[Device]) -> dict[str, Asset]:
    serials = {_serial(device) for device in devices}
    return {one.serial_no: one for one in job.session.scalars(sa.select(Asset).where(Asset.serial_no.in_(serials)))}


def _refused(
    devices: list[Device], products: Mapping[str, Product], known: Mapping[str, Asset], owner: int | None
) -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for device in devices:
        serial = _serial(device)
        there = known.get(serial)
        if _model(device) not in products:
            yield {"serial_no": serial, "why": "no_such_model"}
        elif serial in seen:
            yield {"serial_no": serial, "why": "twice"}
        elif there is not None and there.customer_id not in {None, owner}:
            yield {"serial_no": serial, "why": "somebody_else"}
        seen.add(serial)


def _write(job: JobContext, device: Device, product: Product, there: Asset | None, owner: int | None) -> Asset:
    """A device that was delivered before it is installed is on file already; it only learns the rest."""
    asset = there or Asset(id=next_key(), serial_no=_serial(device), status="in_use")
    asset.product_id, asset.product, asset.customer_id = product.id, product, owner
    asset.imei = serial_form(str(device["imei"])) if device.get("imei") else asset.imei
    asset.delivery_date = reading.day(job.inputs.get("delivered_on")) or asset.delivery_date
    asset.installation_date = reading.day(job.inputs.get("installed_on")) or cases.company_day(job.now)
    asset.sale_date = asset.sale_date or asset.delivery_date
    asset.ownership = reading.text(job, "ownership") or asset.ownership or "sold"
    asset.site_address = reading.text(job, "site_address") or asset.site_address
    asset.version, asset.purchase_proof = asset.version or product.version, True
    asset.warranty_end = None
    asset.warranty_end = warranty_end(asset)
    job.session.add(asset)
    return asset


def _told(job: JobContext, asset: Asset) -> dict[str, t.Any]:
    end = asset.warranty_end
    return {
        "asset_id": asset.id,
        "serial_no": asset.serial_no,
        "warranty_end": end.isoformat() if end else None,
        "plan_no": _plan(job, asset) if asset.product.needs_maintenance else None,
    }


def _plan(job: JobContext, asset: Asset) -> str:
    """Return the number of the device's maintenance plan, a new one if it has none."""
    query = sa.select(MaintenancePlan).where(MaintenancePlan.asset_id == asset.id)
    plan: MaintenancePlan | None = job.session.scalars(query).one_or_none()
    if plan is None:
        days = asset.product.maintenance_interval_days or MAINTENANCE_DAYS
        plan = MaintenancePlan(
            id=next_key(),
            plan_no=next_number(job.session, "PM", cases.company_day(job.now)),
            asset_id=asset.id,
            interval_days=days,
            next_due=t.cast(dt.date, asset.installation_date) + dt.timedelta(days=days),
            checklist=list(asset.product.maintenance_checklist),
        )
        job.session.add(plan)
        job.session.flush()
    return plan.plan_no
