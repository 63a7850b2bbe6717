"""Who is calling, and about which device? One box takes a serial number, an IMEI, a telephone number or a name."""

import dataclasses
import re
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
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

    Raises Forbidden for people outside the staff.
    """
    require(person, STAFF)
    text = text.strip()
    if not text:
        return Found(text)
    is_number = bool(re.fullmatch(r"[A-Za-z0-9\s.+()/_-]+", text)) and any(c.isdigit() for c in text)
    if is_number and len(re.sub(r"\W", "", text)) < MIN_DIGITS:
        exactly = devices(text)  # short numbers exist, but only a whole one says anything
        return Found(text, exactly, too_short=not exactly)
    if is_number:
        return _by_number(text)
    if len(text) < MIN_NAME:
        return Found(text, too_short=True)
    return Found(text, customers=named(text))


def _by_number(text: str) -> Found:
    serial, phone = serial_form(text), phone_form(text)
    assets = devices(text)
    if not assets and len(serial) >= MIN_DIGITS:
        # Range instead of LIKE, so that both databases use the index on the serial number.
        begins = sa.and_(Asset.serial_no >= serial, Asset.serial_no < serial + "\uffff")
        assets = tuple(db.session.scalars(_with_owner(sa.select(Asset).where(begins).limit(LIMIT))))
    return Found(text, assets, with_phone(phone) if len(phone) >= MIN_DIGITS else ())


def devices(number: str) -> tuple[Asset, ...]:
    """Return the devices of a serial number or IMEI, however it is spelt, with their owners."""
    wanted = serial_form(number)
    device = sa.or_(Asset.serial_no == wanted, Asset.imei == wanted)
    return tuple(db.session.scalars(_with_owner(sa.select(Asset).where(device).order_by(Asset.id))))


def with_phone(phone: str) -> tuple[Customer, ...]:
    """Return the customers reached under a number in its stored form, themselves or through a contact."""
    through_contact = sa.select(Contact.customer_id).where(Contact.phone == phone)
    query = sa.select(Customer).where(
        Customer.merged_into.is_(None), sa.or_(Customer.phone == phone, Customer.id.in_(through_contact))
    )
    return tuple(db.session.scalars(query.options(selectinload(Customer.contacts)).order_by(Customer.id).limit(LIMIT)))


def named(text: str) -> tuple[Customer, ...]:
    """Return customers whose name, in either language, or whose contact's name contains the text."""
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    pattern = f"%{escaped}%"
    through_contact = sa.select(Contact.customer_id).where(Contact.name.ilike(pattern, escape="\\"))
    query = sa.select(Customer).where(
        Customer.merged_into.is_(None),
        sa.or_(
            Customer.name.ilike(pattern, escape="\\"),
            Customer.name_en.ilike(pattern, escape="\\"),
            Customer.id.in_(through_contact),
        ),
    )
    query = query.options(selectinload(Customer.contacts)).order_by(Customer.name).limit(LIMIT)
    return tuple(db.session.scalars(query))


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
