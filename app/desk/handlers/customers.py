"""`desk.lookup`, `desk.customer_register` and `desk.contact_register`: who is calling, and about what."""

import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import lookup, reading
from app.desk.facts import gather
from app.desk.handlers.case import UNKNOWN
from app.desk.models import Asset, Contact, Customer
from app.engine.registry import JobContext

Match = dict[str, t.Any]


def look_up(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.lookup`: find who it is by `serial_no` (or IMEI) first, else by `phone`, else by `name`.

    Returns {"matches": [{key, customer_id, asset_id, contact_id, name, phone, serial_no}]}.
    """
    matches: list[Match] = []
    if serial := reading.text(job, "serial_no"):
        matches = [_device_match(asset) for asset in lookup.devices(serial)]
    if not matches and (phone := reading.text(job, "phone")):
        matches = _phone_matches(phone)
    if not matches and (name := reading.text(job, "name")):
        matches = [_customer_match(customer) for customer in lookup.named(name)]
    return {"matches": matches}


def _device_match(asset: Asset) -> Match:
    owner = asset.customer
    return {
        "key": f"asset:{asset.id}",
        "customer_id": asset.customer_id,
        "asset_id": asset.id,
        "contact_id": _only(contact.id for contact in owner.contacts) if owner else None,
        "name": owner.name if owner else asset.product.name,
        "phone": owner.phone if owner else None,
        "serial_no": asset.serial_no,
    }


def _phone_matches(phone: str) -> list[Match]:
    digits = lookup.phone_form(phone)
    matches = []
    for customer in lookup.with_phone(digits):
        calling = _only(contact.id for contact in customer.contacts if contact.phone == digits)
        matches.append(_customer_match(customer) | ({"contact_id": calling} if calling else {}))
    return matches


def _customer_match(customer: Customer) -> Match:
    """A customer with exactly one device means that one; otherwise the device is asked for."""
    devices = lookup.assets_of(customer.id)
    device = devices[0] if len(devices) == 1 else None
    return {
        "key": f"customer:{customer.id}",
        "customer_id": customer.id,
        "asset_id": device.id if device else None,
        "contact_id": _only(contact.id for contact in customer.contacts),
        "name": customer.name,
        "phone": customer.phone,
        "serial_no": device.serial_no if device else None,
    }


def _only(values: Iterable[int]) -> int | None:
    found = list(values)
    return found[0] if len(found) == 1 else None


def register_customer(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.customer_register`: save a new customer, unless one of that telephone number and name is known.

    Somebody `anonymous` gets no record; their contact is "unknown". Returns {"customer_id", "contact_id", "facts"}.
    """
    if job.inputs.get("anonymous") is True:
        return {"customer_id": None, "contact_id": UNKNOWN, "facts": gather(job)}
    name = reading.required(job, "name").strip()
    phone = lookup.phone_form(reading.required(job, "phone"))
    customer = _known(job.session, name, phone) or _new_customer(job, name, phone)
    contact = _contact(job, customer, reading.text(job, "contact_name") or name, phone)
    job.session.flush()
    known = gather(job, customer_id=customer.id)
    return {"customer_id": customer.id, "contact_id": contact.id, "facts": known}


def _known(session: t.Any, name: str, phone: str) -> Customer | None:
    query = sa.select(Customer).where(
        Customer.phone == phone, sa.func.lower(Customer.name) == name.lower(), Customer.merged_into.is_(None)
    )
    return t.cast(Customer | None, session.scalars(query.order_by(Customer.id)).first())


def _new_customer(job: JobContext, name: str, phone: str) -> Customer:
    customer = Customer(
        id=next_key(),
        name=name,
        kind=reading.text(job, "kind") or "person",
        customer_class="standard",
        phone=phone,
        address=reading.text(job, "address"),
        first_seen=job.now,
        duplicate_flag=bool(lookup.with_phone(phone)),
    )
    job.session.add(customer)
    job.session.flush()
    return customer


def _contact(job: JobContext, customer: Customer, name: str, phone: str | None, **more: t.Any) -> Contact:
    """The customer's contact of that name and number, a new one if there is none."""
    query = sa.select(Contact).where(
        Contact.customer_id == customer.id, Contact.name == name, Contact.phone.is_not_distinct_from(phone)
    )
    found = job.session.scalars(query.order_by(Contact.id)).first()
    if found is None:
        found = Contact(id=next_key(), customer_id=customer.id, name=name, phone=phone, **more)
        job.session.add(found)
        job.session.flush()
    return t.cast(Contact, found)


def register_contact(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.contact_register`: add a person to talk to; one who is on file already is not added twice."""
    customer = job.session.get(Customer, int(reading.required(job, "customer_id")))
    phone = reading.text(job, "phone")
    contact = _contact(
        job,
        customer,
        reading.required(job, "name").strip(),
        lookup.phone_form(phone) if phone else None,
        email=reading.text(job, "email"),
        preferred_channel=reading.text(job, "preferred_channel") or "phone",
    )
    return {"contact_id": contact.id}
