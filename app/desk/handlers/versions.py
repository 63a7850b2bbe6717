"""`desk.product_version`, `desk.upgrade_facts` and `desk.asset_version`: new versions and the devices they are for."""

import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, reading
from app.desk.handlers.care import last_units
from app.desk.models import Asset, Product, ProductVersion
from app.engine.registry import JobContext

MONTH = dt.timedelta(days=365) / 12


def publish(job: JobContext) -> Mapping[str, t.Any]:
    """Make `version` the present one of `model`; published twice it is corrected.

    Returns {"known", "affected"}: whether there is such a model, and its devices in use with another version, each
    {asset_id, serial_no, customer_id, unit, version, contract_active, months_since_purchase, supported}.
    """
    model = reading.required(job, "model").strip()
    product = job.session.scalars(sa.select(Product).where(Product.model == model)).one_or_none()
    if product is None:
        return {"known": False, "affected": []}
    version = reading.required(job, "version").strip()
    published = _published(job, product, version)
    product.version = version
    job.session.flush()
    query = sa.select(Asset).where(
        Asset.product_id == product.id,
        Asset.status == "in_use",
        Asset.customer_id.is_not(None),
        Asset.version.is_distinct_from(version),
    )
    assets = list(job.session.scalars(query.order_by(Asset.id)))
    units = last_units(job, [asset.customer_id for asset in assets if asset.customer_id is not None])
    return {"known": True, "affected": [_told(job, asset, published, units) for asset in assets]}


def _published(job: JobContext, product: Product, version: str) -> ProductVersion:
    mine = sa.select(ProductVersion).where(ProductVersion.product_id == product.id, ProductVersion.version == version)
    found = job.session.scalars(mine).one_or_none()
    if found is None:
        found = ProductVersion(id=next_key(), product_id=product.id, version=version, published_at=job.now)
        job.session.add(found)
    found.instructions = reading.required(job, "instructions")
    found.remote = job.inputs.get("remote") is True
    found.from_versions = [str(one) for one in job.inputs.get("from_versions") or []]
    found.published_by = reading.last_actor(job)
    return t.cast(ProductVersion, found)


def _told(job: JobContext, asset: Asset, version: ProductVersion, units: Mapping[int, str]) -> dict[str, t.Any]:
    today = cases.company_day(job.now)
    bought = asset.sale_date or asset.delivery_date or asset.installation_date
    contract = cases.running_contract(job.session, asset.customer_id, today) if asset.customer_id else None
    return {
        "asset_id": asset.id,
        "serial_no": asset.serial_no,
        "customer_id": asset.customer_id,
        "unit": units.get(asset.customer_id or 0),
        "version": asset.version,
        "contract_active": contract is not None,
        "months_since_purchase": int((today - bought) / MONTH) if bought else None,
        "supported": not version.from_versions or asset.version in version.from_versions,
    }


def facts(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"device", "newest"}: the case's device as in `affected`, and the newest version of its product.

    Both are null without a device or a published version, and when the device has that version already.
    """
    case = reading.case_of(job)
    asset = job.session.get(Asset, case.asset_id) if case.asset_id is not None else None
    newest = _newest(job, asset) if asset is not None else None
    if asset is None or newest is None or asset.version == newest.version:
        return {"device": None, "newest": None}
    told = {"version": newest.version, "instructions": newest.instructions, "remote": newest.remote}
    return {"device": _told(job, asset, newest, {}), "newest": told}


def _newest(job: JobContext, asset: Asset) -> ProductVersion | None:
    mine = sa.select(ProductVersion).where(ProductVersion.product_id == asset.product_id)
    newest = mine.order_by(ProductVersion.published_at.desc(), ProductVersion.id.desc()).limit(1)
    return t.cast(ProductVersion | None, job.session.scalars(newest).one_or_none())


def upgraded(job: JobContext) -> Mapping[str, t.Any]:
    """Write on the case's device that it has `version` now."""
    case = reading.case_of(job)
    asset = job.session.get(Asset, case.asset_id) if case.asset_id is not None else None
    if asset is not None:
        asset.version = reading.required(job, "version")
        job.session.flush()
    return {"serial_no": asset.serial_no if asset is not None else None}
