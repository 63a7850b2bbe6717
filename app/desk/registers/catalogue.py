"""Every register of the desk, in the order in which the overview shows them, and how their records are referred to."""

import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import i18n
from app.desk.registers.customers import CONTACTS, CUSTOMER_NAMING, CUSTOMERS
from app.desk.registers.devices import CONTRACTS, DEVICES
from app.desk.registers.goods import PARTS, PRICES, PRODUCTS
from app.desk.registers.knowledge import ARTICLES
from app.desk.registers.naming import Naming, by_columns
from app.desk.registers.outlets import OUTLETS, UNIT_NAMING
from app.desk.registers.papers import CASE_NAMING, PAPERS, PENALTIES
from app.desk.registers.ratings import RATINGS
from app.desk.registers.register import Register, Row
from app.desk.registers.staff import CAPACITIES, SKILLS
from app.desk.registers.stock import DEVICE_MOVES, DEVICE_STOCK, MOVES, STOCK
from app.errors import NotFound
from app.people.models import User

REGISTERS: Mapping[str, Register] = {
    one.id: one
    for one in (
        CUSTOMERS,
        CONTACTS,
        DEVICES,
        CONTRACTS,
        PRODUCTS,
        PARTS,
        PRICES,
        STOCK,
        MOVES,
        DEVICE_STOCK,
        DEVICE_MOVES,
        PAPERS,
        PENALTIES,
        RATINGS,
        ARTICLES,
        OUTLETS,
        SKILLS,
        CAPACITIES,
    )
}


def _people(session: t.Any, texts: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    """People are named by their username, which nobody shares."""
    rows = list(session.scalars(sa.select(User).where(User.username.in_(texts))))
    return {text: [row for row in rows if row.username == text] for text in texts}


NAMINGS: Mapping[str, Naming] = {
    "customers": CUSTOMER_NAMING,
    "devices": by_columns(DEVICES, "serial_no", "imei"),
    "products": by_columns(PRODUCTS, "model"),
    "parts": by_columns(PARTS, "part_no"),
    "units": UNIT_NAMING,
    "cases": CASE_NAMING,
    "people": Naming(User, lambda row: row.username, lambda row: i18n.localised(row.names, row.username), _people),
}


def named(name: str) -> Register:
    """Return a register by its name. Raises NotFound."""
    found = REGISTERS.get(name)
    if found is None:
        raise NotFound("desk.no_such_register", register=name)
    return found
