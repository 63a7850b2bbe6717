"""The registers of what customers own, and of the contracts that promise them more than the warranty does."""

import datetime as dt
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock
from app.desk import cases, search_keys, words
from app.desk.lookup import customers_by, serial_form
from app.desk.models import Asset, ServiceContract
from app.desk.registers.columns import Amount, Choice, Code, Column, Day, Flag, Prose, Reference, Serial, Whole
from app.desk.registers.naming import CHUNK
from app.desk.registers.register import Change, Register, right
from app.i18n import lazy_text as _l
from app.people.person import SUPERVISOR, Person

IMEI_DIGITS = 15
ENDING = dt.timedelta(days=60)


def _by_number_or_owner(text: str) -> list[sa.ColumnElement[bool]]:
    """Devices by their whole number, its beginning or its end, and those of customers who are called so."""
    number = serial_form(text)
    ways = [sa.select(Asset.id).where(Asset.customer_id.in_(_customers(text)))]
    if number:
        begins = sa.and_(Asset.serial_no >= number, Asset.serial_no < number + "\uffff")
        ways += [sa.select(Asset.id).where(one) for one in (begins, Asset.imei == number)]
    if len(number) >= search_keys.LEAST_DIGITS:
        ways.append(sa.select(search_keys.ends(Asset, number).subquery().c.owner_id))
    return [Asset.id.in_(sa.union_all(*ways))]


def _by_owner(text: str) -> list[sa.ColumnElement[bool]]:
    return [ServiceContract.customer_id.in_(_customers(text))]


def _customers(text: str) -> sa.Select[int]:
    return customers_by(search_keys.named, text)


def _device_rules(session: t.Any, _person: Person, changes: Sequence[Change]) -> None:
    """A number is one device's only, whether it is read off the serial label or as IMEI."""
    numbers = sorted({one.get(name) for one in changes for name in ("serial_no", "imei") if one.get(name)})
    owners: dict[str, int] = {}
    for start in range(0, len(numbers), CHUNK):
        part = numbers[start : start + CHUNK]
        query = sa.select(Asset.id, Asset.serial_no, Asset.imei)
        for row in session.execute(query.where(sa.or_(Asset.serial_no.in_(part), Asset.imei.in_(part)))):
            owners |= {number: row.id for number in (row.serial_no, row.imei) if number}
    for position, one in enumerate(changes):
        mine = one.old.id if one.old is not None else -1 - position
        for name in ("serial_no", "imei"):
            number = one.get(name)
            if number and owners.setdefault(number, mine) != mine:
                one.wrong(name, "desk.serial_taken", serial=number)


DEVICES = Register(
    id="devices",
    subject="device",
    model=Asset,
    title=_l("Devices"),
    one=_l("Device"),
    about=_l("What customers own and bring to us, with warranty, history and replacements."),
    icon="device",
    columns=(
        Serial(name="serial_no", label=_l("Serial no."), required=True),
        Serial(name="imei", label="IMEI", digits=IMEI_DIGITS, longest=20),
        Reference(name="product_id", label=_l("Product"), to="products", required=True),
        Reference(name="customer_id", label=_l("Owner"), to="customers"),
        Day(name="sale_date", label=_l("Bought on")),
        Day(name="delivery_date", label=_l("Delivered on")),
        Day(name="installation_date", label=_l("Installed on")),
        Day(name="warranty_end", label=_l("Warranty until"), hint=_l("only when agreed otherwise")),
        Column(name="site_address", label=_l("Place"), longest=300),
        Flag(name="purchase_proof", label=_l("Proof of purchase on file")),
        Choice(name="status", label=_l("Status"), words=words.DEVICE_STATES, blank="in_use"),
        Reference(name="replaced_by", label=_l("Replaced by"), to="devices", written=False),
    ),
    key=("serial_no",),
    names=("serial_no",),
    listed=("serial_no", "product_id", "customer_id", "sale_date", "status", "site_address"),
    searched=(),
    search=_by_number_or_owner,
    filters=("status",),
    order=("serial_no",),
    rules=_device_rules,
    cases="asset_id",
    template="desk/device.html",
)


def _in_force() -> sa.ColumnElement[bool]:
    today = cases.company_day(clock.now())
    return sa.and_(ServiceContract.status == "active", ServiceContract.start <= today, ServiceContract.end >= today)


def _ending() -> sa.ColumnElement[bool]:
    return sa.and_(_in_force(), ServiceContract.end <= cases.company_day(clock.now()) + ENDING)


def _contract_rules(_session: t.Any, _person: Person, changes: Sequence[Change]) -> None:
    for one in changes:
        if one.get("end") < one.get("start"):
            one.wrong("end", "desk.ends_before_it_begins")


CONTRACTS = Register(
    id="contracts",
    subject="contract",
    model=ServiceContract,
    title=_l("Contracts"),
    one=_l("Contract"),
    about=_l("Better terms than the warranty; a contract belongs to a customer and covers the customer's devices."),
    icon="doc",
    columns=(
        Code(name="contract_no", label=_l("Contract no."), required=True, longest=30),
        Reference(name="customer_id", label=_l("Customer"), to="customers", required=True),
        Choice(name="status", label=_l("Status"), words=words.CONTRACT_STATES, blank="active"),
        Day(name="start", label=_l("Begins on"), required=True),
        Day(name="end", label=_l("Ends on"), required=True),
        Whole(
            name="min_response_hours", label=_l("Answer within working hours"), least=1, most=1000,
            hint=_l("Empty: no promise."),
        ),
        Flag(name="free_parts", label=_l("Parts free")),
        Flag(name="free_labour", label=_l("Labour free")),
        Flag(name="non_workday_covered", label=_l("Days off covered")),
        Amount(name="value", label=_l("Value")),
        Prose(name="standard_terms", label=_l("Terms agreed")),
    ),
    key=("contract_no",),
    names=("contract_no",),
    listed=("contract_no", "customer_id", "status", "start", "end", "min_response_hours", "value"),
    searched=("contract_no",),
    search=_by_owner,
    filters=("status",),
    views={"now": (_l("in force today"), _in_force), "ending": (_l("ending within 60 days"), _ending)},
    order=("contract_no",),
    writes=right(SUPERVISOR, "service_manager", "customer_service_manager", "sales_manager", "sales_rep"),
    rules=_contract_rules,
)  # fmt: skip


def replacements(session: t.Any, device: Asset) -> list[Asset]:
    """Return the devices that followed each other up to this one and after it, oldest first."""
    chain, seen = [device], {device.id}
    while (older := session.scalars(sa.select(Asset).where(Asset.replaced_by == chain[0].id)).first()) is not None:
        if older.id in seen:
            break
        seen.add(older.id)
        chain.insert(0, older)
    while (next_id := chain[-1].replaced_by) is not None and next_id not in seen:
        seen.add(next_id)
        chain.append(session.get(Asset, next_id))
    return chain
