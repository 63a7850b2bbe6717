"""The registers of what we sell and repair, of parts, and of what they cost."""

import datetime as dt
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock
from app.desk import cases, words
from app.desk.models import PriceListEntry, Product, SparePart
from app.desk.registers.columns import Amount, Choice, Code, Column, Day, Flag, Items, Whole
from app.desk.registers.naming import CHUNK
from app.desk.registers.register import Change, Detail, Register, right
from app.i18n import lazy_text as _l
from app.people.person import PROCESS_OWNER, Person

FOREVER = dt.date.max
NAME = Column(name="name", label=_l("Designation"), required=True, longest=120)
NAME_EN = Column(name="name_en", label=_l("English designation"), longest=120)

PRODUCTS = Register(
    id="products",
    subject="product",
    model=Product,
    title=_l("Products"),
    one=_l("Product"),
    about=_l("Models we sell or repair, with the terms of their warranty."),
    icon="device",
    columns=(
        Code(name="model", label=_l("Model"), required=True),
        NAME,
        NAME_EN,
        Choice(name="line", label=_l("Product line"), words=words.LINES, required=True),
        Choice(name="brand", label=_l("Brand"), words=words.BRANDS, blank="own"),
        Whole(name="warranty_months", label=_l("Warranty in months"), blank=12, most=240),
        Choice(
            name="warranty_start_basis", label=_l("Warranty begins with"), words=words.WARRANTY_STARTS, blank="sale"
        ),
        Column(name="version", label=_l("Newest version"), longest=40),
        Flag(name="needs_installation", label=_l("Needs installation")),
        Items(name="site_checklist", label=_l("What the site must have")),
        Items(name="commissioning_tests", label=_l("Tests when installed")),
        Flag(name="needs_maintenance", label=_l("Needs maintenance")),
        Whole(name="maintenance_interval_days", label=_l("Maintenance every so many days"), least=1, most=3650),
        Items(name="maintenance_checklist", label=_l("What is looked at in maintenance")),
    ),
    key=("model",),
    names=("name", "model"),
    listed=("model", "name", "line", "brand", "warranty_months", "warranty_start_basis"),
    searched=("model", "name", "name_en"),
    filters=("line", "brand"),
    order=("model",),
    writes=right(PROCESS_OWNER, "system_admin", "server_product_manager", "desktop_product_manager",
                 "notebook_product_manager"),
    details=(Detail("devices", "product_id"),),
)  # fmt: skip

PARTS = Register(
    id="parts",
    subject="part",
    model=SparePart,
    title=_l("Parts"),
    one=_l("Part"),
    about=_l("Spare parts and components: what they fit, cost and sell for."),
    icon="gear",
    columns=(
        Code(name="part_no", label=_l("Part no."), required=True, longest=40),
        NAME,
        NAME_EN,
        Choice(name="brand", label=_l("Brand"), words=words.BRANDS, blank="own"),
        Choice(name="fits_line", label=_l("Fits"), words=words.LINES, required=True),
        Amount(name="unit_cost", label=_l("Cost"), required=True),
        Amount(name="sale_price", label=_l("Sale price"), hint=_l("Empty: priced by hand on each quotation.")),
    ),
    key=("part_no",),
    names=("name", "part_no"),
    listed=("part_no", "name", "fits_line", "brand", "unit_cost", "sale_price"),
    searched=("part_no", "name", "name_en"),
    filters=("fits_line", "brand"),
    order=("part_no",),
    writes=right("material_dispatcher", "repair_manager", "system_admin"),
    details=(Detail("stock", "part_id"),),
)


def _in_force() -> sa.ColumnElement[bool]:
    today = cases.company_day(clock.now())
    return sa.and_(
        PriceListEntry.valid_from <= today,
        sa.or_(PriceListEntry.valid_to.is_(None), PriceListEntry.valid_to >= today),
    )


def _to_come() -> sa.ColumnElement[bool]:
    return PriceListEntry.valid_from > cases.company_day(clock.now())


def _price_rules(session: t.Any, _person: Person, changes: Sequence[Change]) -> None:
    """An item has one price on a day: the times of its entries do not overlap, nor do those of the same sheet."""
    codes = sorted({one.get("code") for one in changes})
    there: dict[tuple[str, str], list[tuple[dt.date, dt.date, int]]] = {}
    touched = {one.old.id for one in changes if one.old is not None}
    for start in range(0, len(codes), CHUNK):
        query = sa.select(PriceListEntry).where(PriceListEntry.code.in_(codes[start : start + CHUNK]))
        for row in session.scalars(query):
            if row.id not in touched:
                there.setdefault((row.kind, row.code), []).append((row.valid_from, row.valid_to or FOREVER, 0))
    for one in changes:
        begin, end = one.get("valid_from"), one.get("valid_to") or FOREVER
        if end < begin:
            one.wrong("valid_to", "desk.ends_before_it_begins")
            continue
        times = there.setdefault((one.get("kind"), one.get("code")), [])
        other = next((each for each in times if each[0] <= end and begin <= each[1]), None)
        if other is not None:
            one.wrong("valid_from", "desk.prices_overlap", begin=other[0].isoformat(), end=_end(other[1]))
        else:
            times.append((begin, end, one.line))


def _end(day: dt.date) -> str:
    return "…" if day == FOREVER else day.isoformat()


PRICES = Register(
    id="prices",
    subject="price",
    model=PriceListEntry,
    title=_l("Price list"),
    one=_l("Price entry"),
    about=_l("What parts and labour cost the customer, and from when to when. An item has one price on a day."),
    icon="yuan",
    columns=(
        Choice(name="kind", label=_l("Kind of price"), words=words.PRICE_KINDS, required=True),
        Code(name="code", label=_l("Code"), required=True, longest=40, hint=_l("Part number or labour code.")),
        NAME,
        NAME_EN,
        Amount(name="labour_price", label=_l("Labour"), blank=0),
        Amount(name="part_price", label=_l("Part price"), blank=0),
        Day(name="valid_from", label=_l("In force from"), required=True),
        Day(name="valid_to", label=_l("In force until"), hint=_l("Empty: until another entry follows.")),
    ),
    key=("kind", "code", "valid_from"),
    names=("name", "code"),
    listed=("kind", "code", "name", "labour_price", "part_price", "valid_from", "valid_to"),
    searched=("code", "name", "name_en"),
    filters=("kind",),
    views={"now": (_l("in force today"), _in_force), "later": (_l("in force later"), _to_come)},
    order=("kind", "code", "valid_from"),
    writes=right("repair_manager", "repair_supervisor", "system_admin"),
    rules=_price_rules,
)
