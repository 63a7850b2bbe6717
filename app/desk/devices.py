"""Devices as they come with a request. A serial number or IMEI belongs to one device only; the register keeps them."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.db import db, next_key, transaction
from app.desk.complaints import Fields
from app.desk.lookup import MIN_DIGITS, serial_form
from app.desk.models import Asset, Customer, Product
from app.errors import Conflict, NotFound
from app.people import audit
from app.people.access import require
from app.people.person import STAFF, Person

IMEI_DIGITS = 15

Values = Mapping[str, t.Any]


def get(person: Person, asset_id: int) -> Asset:
    """Return a device with its product and owner. Raises NotFound."""
    require(person, STAFF)
    query = sa.select(Asset).where(Asset.id == asset_id)
    found = db.session.scalars(query.options(joinedload(Asset.product), joinedload(Asset.customer))).one_or_none()
    if found is None:
        raise NotFound("desk.no_such_device", device=asset_id)
    return found


def products() -> list[Product]:
    """Return every product, by model."""
    return list(db.session.scalars(sa.select(Product).order_by(Product.model)))


def create_device(person: Person, values: Values) -> Asset:
    """Write a new device. Raises Invalid naming each wrong field, Conflict when its number is on file already."""
    require(person, STAFF)
    fields = Fields(values)
    clean = _clean(fields)
    fields.settle()
    with transaction() as session:
        _check_links(session, fields, clean)
        asset = Asset(id=next_key(), **clean)
        _refuse_double(session, asset.serial_no, asset.imei)
        session.add(asset)
        _flush(session, asset)
        audit.record(
            session, person, "desk:device:created", f"device:{asset.id}", detail={"serial_no": asset.serial_no}
        )
    return asset


def _clean(fields: Fields) -> dict[str, t.Any]:
    serial = serial_form(fields.text("serial_no", 60, required=True) or "")
    imei = serial_form(fields.text("imei", 20) or "") or None
    if imei and not (imei.isdigit() and len(imei) == IMEI_DIGITS):
        fields.wrong("imei", "desk.imei_digits", count=len(imei))
    if fields.key("product_id") is None:
        fields.wrong("product_id", "desk.field_needed")
    return {
        "serial_no": serial,
        "imei": imei,
        "product_id": fields.key("product_id"),
        "customer_id": fields.key("customer_id"),
        "sale_date": fields.day("sale_date"),
        "delivery_date": fields.day("delivery_date"),
        "installation_date": fields.day("installation_date"),
        "warranty_end": fields.day("warranty_end"),
        "site_address": fields.text("site_address", 300),
        "purchase_proof": bool(fields.values.get("purchase_proof")),
    }


def _check_links(session: t.Any, fields: Fields, clean: Mapping[str, t.Any]) -> None:
    if session.get(Product, clean["product_id"]) is None:
        fields.wrong("product_id", "desk.field_choice")
    if clean["customer_id"] is not None and session.get(Customer, clean["customer_id"]) is None:
        fields.wrong("customer_id", "desk.no_such_customer", customer=clean["customer_id"])
    fields.settle()


def _refuse_double(session: t.Any, serial: str, imei: str | None) -> None:
    """A number is one device's only, whether it is read off the serial label or as IMEI."""
    numbers = [number for number in (serial, imei) if number]
    query = sa.select(Asset).where(sa.or_(Asset.serial_no.in_(numbers), Asset.imei.in_(numbers)))
    other = session.scalars(query).first()
    if other is not None:
        raise _taken(other.serial_no)


def _flush(session: t.Any, asset: Asset) -> None:
    try:
        session.flush()
    except IntegrityError as error:  # somebody else was faster between the look and the write
        raise _taken(asset.serial_no) from error


def _taken(serial: str) -> Conflict:
    return Conflict("desk.serial_taken", serial=serial)


def looks_like_serial(text: str) -> bool:
    """Whether a search text could be a device's number rather than a name."""
    number = serial_form(text)
    return number.isascii() and number.isalnum() and len(number) >= MIN_DIGITS and any(one.isdigit() for one in number)
