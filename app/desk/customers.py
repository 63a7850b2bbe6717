"""Customers as they come with a request: known ones found, new ones written. Their register keeps them."""

import re
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.desk.complaints import Fields
from app.desk.lookup import phone_form, with_phone
from app.desk.models import Contact, Customer
from app.errors import NotFound
from app.i18n import LANGUAGES
from app.people import audit
from app.people.access import require
from app.people.person import STAFF, Person

KINDS = ("person", "company")
CLASSES = ("standard", "key_account", "dealer", "vendor")
CHANNELS = ("phone", "sms", "email")
MOBILE_DIGITS = 11
LEAST_DIGITS = 7
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

Values = Mapping[str, t.Any]


def get(person: Person, customer_id: int) -> Customer:
    """Return a customer; a merged one leads to the record that is kept. Raises NotFound."""
    require(person, STAFF)
    found = standing(db.session, customer_id)
    if found is None:
        raise NotFound("desk.no_such_customer", customer=customer_id)
    return found


def standing(session: t.Any, customer_id: int) -> Customer | None:
    """Return a customer; a merged one leads to the record that is kept, however often that was merged itself."""
    found = session.get(Customer, customer_id)
    while found is not None and found.merged_into is not None:
        found = session.get(Customer, found.merged_into)
    return t.cast(Customer | None, found)


def create_customer(person: Person, values: Values) -> Customer:
    """Write a new customer with a first contact. Raises Invalid naming each wrong field.

    Somebody of the same name and number is on file already and is not written twice.
    """
    require(person, STAFF)
    fields = Fields(values)
    clean = _customer_values(fields)
    contact_name = fields.text("contact_name", 120) or clean["name"]
    fields.settle()
    with transaction() as session:
        _refuse_double(session, fields, clean["name"], clean["phone"])
        customer = Customer(
            id=next_key(),
            first_seen=clock.now(),
            duplicate_flag=bool(clean["phone"] and with_phone(clean["phone"])),
            **clean,
        )
        session.add(customer)
        session.flush()
        session.add(Contact(id=next_key(), customer_id=customer.id, name=contact_name, phone=clean["phone"]))
        audit.record(
            session, person, "desk:customer:created", f"customer:{customer.id}", detail={"name": customer.name}
        )
    return customer


def add_contact(person: Person, customer_id: int, values: Values) -> Contact:
    """Write a new person to talk to; one of the same name and number is not written twice."""
    require(person, STAFF)
    clean = _contact_values(Fields(values))
    with transaction() as session:
        customer = get(person, customer_id)
        same = sa.select(Contact).where(
            Contact.customer_id == customer.id,
            Contact.name == clean["name"],
            Contact.phone.is_not_distinct_from(clean["phone"]),
        )
        known = session.scalars(same).first()
        if known is not None:
            return t.cast(Contact, known)
        contact = Contact(id=next_key(), customer_id=customer.id, **clean)
        session.add(contact)
        session.flush()
        audit.record(session, person, "desk:contact:created", f"customer:{customer.id}", detail={"name": contact.name})
    return contact


def phone_of(fields: Fields, name: str, *, required: bool = False) -> str | None:
    """Return a telephone number as it is stored, with a complaint for one that cannot be right."""
    typed = fields.text(name, 30, required=required)
    if typed is None:
        return None
    digits = phone_form(typed)
    if digits.startswith("1") and len(digits) != MOBILE_DIGITS and not digits.startswith("1010"):
        fields.wrong(name, "desk.mobile_digits", count=len(digits))
    elif len(digits) < LEAST_DIGITS:
        fields.wrong(name, "desk.phone_digits", count=len(digits))
    return digits


def _customer_values(fields: Fields) -> dict[str, t.Any]:
    return {
        "name": fields.text("name", 200, required=True),
        "name_en": fields.text("name_en", 200),
        "kind": fields.one_of("kind", KINDS, "person"),
        "customer_class": fields.one_of("customer_class", CLASSES, "standard"),
        "phone": phone_of(fields, "phone", required=True),
        "fax": fields.text("fax", 30),
        "address": fields.text("address", 300),
        "area": fields.text("area", 60),
    }


def _contact_values(fields: Fields) -> dict[str, t.Any]:
    values = {
        "name": fields.text("name", 120, required=True),
        "phone": phone_of(fields, "phone"),
        "email": fields.text("email", 200),
        "position": fields.text("position", 80),
        "address": fields.text("address", 300),
        "language": fields.one_of("language", ("", *LANGUAGES), "") or None,
        "preferred_channel": fields.one_of("preferred_channel", CHANNELS, "phone"),
    }
    if values["email"] and not MAIL.fullmatch(values["email"]):
        fields.wrong("email", "desk.mail_shape")
    fields.settle()
    return values


def _refuse_double(session: t.Any, fields: Fields, name: str, phone: str | None) -> None:
    query = sa.select(Customer.id).where(
        Customer.phone == phone, sa.func.lower(Customer.name) == name.lower(), Customer.merged_into.is_(None)
    )
    if phone and session.scalars(query).first() is not None:
        fields.wrong("name", "desk.customer_known", name=name)
        fields.settle()
