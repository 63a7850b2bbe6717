"""Who is calling, and about which device? One box takes a serial number, an IMEI, a telephone number or a name."""

import dataclasses
import re
import typing as t
import unicodedata
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.desk import search_keys
from app.desk.models import Asset, Case, Contact, Customer
from app.people.access import require
from app.people.person import STAFF, Person

LIMIT = 20
MIN_DIGITS = 6
MIN_NAME = 2


@dataclasses.dataclass(frozen=True)
class Found:
    """What is known for a search text: devices first, then customers with their devices."""

    text: str
    assets: tuple[Asset, ...] = ()
    customers: tuple[Customer, ...] = ()
    too_short: bool = False

    @property
    def nothing(self) -> bool:
        return not self.assets and not self.customers


def serial_form(text: str) -> str:
    """Return a serial number or IMEI as it is stored: capitals, without spaces, dots and dashes between."""
    return re.sub(r"[\s.·_/-]+", "", text).upper()


def phone_form(text: str) -> str:
    """Return a telephone number as it is stored: digits only, without +86 or 0086 in front."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(?:00)?86(?=1\d{10}$|\d{10,}$)", "", digits)


def find(person: Person, text: str) -> Found:
    """Look a text up. Staff may look up every customer, because whoever answers first must know who is calling.

    Numbers are found whole, by their beginning or, from four characters, by their end.

    Raises Forbidden for people outside the staff.
    """
    require(person, STAFF)
    text = text.strip()
    if not text:
        return Found(text)
    is_number = bool(re.fullmatch(r"[A-Za-z0-9\s.+()/_-]+", text)) and any(c.isdigit() for c in text)
    if is_number and len(re.sub(r"\W", "", text)) < search_keys.LEAST_DIGITS:
        exactly = devices(text)  # short numbers exist, but only a whole one says anything
        return Found(text, exactly, too_short=not exactly)
    if is_number:
        return _by_number(text)
    if len(text) < MIN_NAME:
        return Found(text, too_short=True)
    return Found(text, customers=named(text))


def _by_number(text: str) -> Found:
    """The whole number before its beginning, and both before its end."""
    serial, phone = serial_form(text), phone_form(text)
    assets = devices(text) or _devices_like(serial)
    customers = with_phone(phone) if len(phone) >= MIN_DIGITS else ()
    if not customers and len(phone) >= search_keys.LEAST_DIGITS and phone == serial.removeprefix("+"):
        customers = _with_phone_like(phone)
    return Found(text, assets, customers)


def _devices_like(serial: str) -> tuple[Asset, ...]:
    if len(serial) >= MIN_DIGITS:
        # Range instead of LIKE, so that both databases use the index on the serial number.
        begins = sa.and_(Asset.serial_no >= serial, Asset.serial_no < serial + "\uffff")
        found = tuple(db.session.scalars(_with_owner(sa.select(Asset).where(begins).limit(LIMIT))))
        if found:
            return found
    ends = Asset.id.in_(search_keys.ends(Asset, serial))
    return tuple(db.session.scalars(_with_owner(sa.select(Asset).where(ends).order_by(Asset.serial_no).limit(LIMIT))))


def devices(number: str) -> tuple[Asset, ...]:
    """Return the devices of a serial number or IMEI, however it is spelt, with their owners."""
    wanted = serial_form(number)
    device = sa.or_(Asset.serial_no == wanted, Asset.imei == wanted)
    return tuple(db.session.scalars(_with_owner(sa.select(Asset).where(device).order_by(Asset.id))))


def with_phone(phone: str) -> tuple[Customer, ...]:
    """Return the customers reached under a number in its stored form, themselves or through a contact."""
    through_contact = sa.select(Contact.customer_id).where(Contact.phone == phone)
    return _customers(sa.or_(Customer.phone == phone, Customer.id.in_(through_contact)), Customer.id)


def _with_phone_like(end: str) -> tuple[Customer, ...]:
    return _customers(Customer.id.in_(customers_by(search_keys.ends, end)), Customer.name)


def named(text: str) -> tuple[Customer, ...]:
    """Return customers in whose name, in either language, or in whose contact's name the text begins a word."""
    return _customers(Customer.id.in_(customers_by(search_keys.named, text)), Customer.name)


def customers_by(way: Callable[[type[t.Any], str], sa.Select[int]], text: str) -> sa.Select[int]:
    """Select the customers that are found themselves, or one of whose contacts is; ids only."""
    contacts = way(Contact, text).subquery()
    through = sa.select(Contact.customer_id).join(contacts, contacts.c.owner_id == Contact.id)
    own = way(Customer, text).subquery()
    either = sa.union_all(sa.select(own.c.owner_id), through).subquery()
    return sa.select(either.c.owner_id)


def _customers(found: sa.ColumnElement[bool], order: t.Any) -> tuple[Customer, ...]:
    query = sa.select(Customer).where(Customer.merged_into.is_(None), found)
    return tuple(db.session.scalars(query.options(selectinload(Customer.contacts)).order_by(order).limit(LIMIT)))


def _with_owner(query: sa.Select[Asset]) -> sa.Select[Asset]:
    return query.options(joinedload(Asset.product), joinedload(Asset.customer).selectinload(Customer.contacts))


def assets_of(customer_id: int) -> list[Asset]:
    """Return a customer's devices, newest sale first."""
    query = sa.select(Asset).where(Asset.customer_id == customer_id).options(joinedload(Asset.product))
    return list(db.session.scalars(query.order_by(Asset.sale_date.desc(), Asset.id).limit(200)))


def open_cases_of(*, asset_id: int | None = None, customer_id: int | None = None) -> list[Case]:
    """Return open cases of a device or a customer, newest first."""
    query = sa.select(Case).where(Case.closed_at.is_(None))
    if asset_id is not None:
        query = query.where(Case.asset_id == asset_id)
    if customer_id is not None:
        query = query.where(Case.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Case.request_time.desc()).limit(LIMIT)))
