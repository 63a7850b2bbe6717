"""`desk.lookup`, `desk.customer_register` and `desk.contact_register`: who is calling, and about what."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import customers, lookup, reading
from app.desk.facts import gather
from app.desk.models import ANONYMOUS, Asset, Contact, Customer
from app.engine.registry import JobContext
from app.errors import Invalid

Match = dict[str, t.Any]


def look_up(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.lookup`: find who it is by `serial_no` (or IMEI) first, else by `phone`, else by `name`.

    Returns {"matches"}: one entry per customer and device, with the contact who has the calling number.
    """
    typed = reading.text(job, "phone")
    phone = lookup.phone_form(typed) if typed else None
    matches: list[Match] = []
    if serial := reading.text(job, "serial_no"):
        matches = [_match(asset.customer, asset, phone) for asset in lookup.devices(serial)]
    if not matches and phone:
        matches = [_customer_match(customer, phone) for customer in lookup.with_phone(phone)]
    if not matches and (name := reading.text(job, "name")):
        matches = [_customer_match(customer, phone) for customer in lookup.named(name)]
    return {"matches": matches}


def _customer_match(customer: Customer, phone: str | None) -> Match:
    """A customer with exactly one device means that one; otherwise the device is asked for."""
    devices = lookup.assets_of(customer.id)
    return _match(customer, devices[0] if len(devices) == 1 else None, phone)


def _match(customer: Customer | None, asset: Asset | None, phone: str | None) -> Match:
    contacts = customer.contacts if customer else []
    calling = next((contact for contact in contacts if phone and contact.phone == phone), None)
    return {
        "key": f"asset:{asset.id}" if asset else f"customer:{customer.id if customer else ''}",
        "customer_id": customer.id if customer else None,
        "name": customer.name if customer else "",
        "phone": customer.phone if customer else None,
        "contact_id": calling.id if calling else None,
        "contact_name": calling.name if calling else None,
        "asset_id": asset.id if asset else None,
        "serial_no": asset.serial_no if asset else None,
        "product_name": asset.product.name if asset else None,
    }


def register_customer(job: JobContext) -> Mapping[str, t.Any]:
    """`desk.customer_register`: save a new customer, unless one of that telephone number and name is known.

    Somebody `anonymous` becomes the one customer that stands for all of them.
    Returns {"customer_id", "contact_id", "facts"}.
    """
    if job.inputs.get("anonymous") is True:
        customer = _anonymous(job)
        contact = _contact(job, customer, customer.name, None)
    else:
        name = reading.required(job, "name").strip()
        phone = lookup.phone_form(reading.required(job, "phone"))
        customer = _known(job.session, name, phone) or _new_customer(job, name, phone)
        contact = _contact(job, customer, reading.text(job, "contact_name") or name, phone)
    job.session.flush()
    known = gather(job, customer_id=customer.id)
    return {"customer_id": customer.id, "contact_id": contact.id, "facts": known}


def _anonymous(job: JobContext) -> Customer:
    query = sa.select(Customer).where(Customer.kind == ANONYMOUS).order_by(Customer.id)
    found = job.session.scalars(query).first()
    if found is None:
        found = Customer(id=next_key(), name="匿名客户", name_en="Anonymous caller", kind=ANONYMOUS, first_seen=job.now)
        job.session.add(found)
        job.session.flush()
    return t.cast(Customer, found)


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
    customer = customers.standing(job.session, int(reading.required(job, "customer_id")))
    if customer is None:
        raise Invalid("desk.no_such_customer", customer=job.inputs["customer_id"])
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
