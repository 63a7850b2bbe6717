"""Who buys and comes back: customers with their devices, made by dice beside those of the company's file."""

import collections
import dataclasses
import datetime as dt
import random
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.desk.models import Asset, Contact, Customer, Product
from app.engine.expressions import zone

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟",
    "芳",
    "娜",
    "秀英",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
)
OLDEST = 900
"""Days since the oldest device was sold."""
REST = 90
"""A device does not come again before so many others, so that reports of one fault rarely meet."""


@dataclasses.dataclass(frozen=True)
class Device:
    """A device with its owner, as habits can read it."""

    serial_no: str
    imei: str | None
    model: str
    line: str
    customer: str
    customer_id: int
    contact_id: int
    phone: str
    unit: str

    def context(self) -> dict[str, t.Any]:
        """Return the names that expressions of habits see as `device`."""
        return dataclasses.asdict(self)


class Market:
    """All devices, by product line."""

    def __init__(self, devices: Sequence[Device]) -> None:
        self._lines: dict[str, collections.deque[Device]] = collections.defaultdict(collections.deque)
        for device in devices:
            self._lines[device.line].append(device)

    def draw(self, lines: Sequence[str], dice: random.Random) -> Device:
        """Return the device that comes next; it goes to the end of the queue."""
        waiting = self._lines[dice.choice([line for line in lines if self._lines[line]])]
        waiting.rotate(-dice.randrange(max(len(waiting) - REST, 1)))
        device = waiting.popleft()
        waiting.append(device)
        return device


def open_market(customers: int, outlets: Sequence[str], dice: random.Random) -> Market:
    """Add customers with one or two devices each near some outlets, in one transaction."""
    products = list(db.session.scalars(sa.select(Product).order_by(Product.id)))
    today = clock.now().astimezone(zone()).date()
    devices: list[Device] = []
    owners: list[Customer] = []
    belongings: list[Contact | Asset] = []
    with transaction() as session:
        for number in range(customers):
            customer, contact = _customer(number, dice, dice.choice(outlets))
            owners.append(customer)
            belongings.append(contact)
            for _ in range(dice.choice((1, 1, 2))):
                product = dice.choice(products)
                asset = _asset(len(devices), product, customer, today, dice)
                belongings.append(asset)
                devices.append(_device(asset, product, customer, contact))
        session.add_all(owners)
        session.flush()
        session.add_all(belongings)
    return Market(devices)


def _customer(number: int, dice: random.Random, outlet: str) -> tuple[Customer, Contact]:
    person = number % 5 > 0
    surname = dice.choice(SURNAMES)
    name = f"{surname}{dice.choice(GIVEN)}{number:04d}" if person else f"{surname}氏{number:04d}有限公司"
    phone = f"13{number:09d}"
    kind = "person" if person else "company"
    customer = Customer(id=next_key(), name=name, kind=kind, phone=phone, area=outlet, first_seen=clock.now())
    return customer, Contact(id=next_key(), customer_id=customer.id, name=name, phone=phone)


def _asset(number: int, product: Product, customer: Customer, today: dt.date, dice: random.Random) -> Asset:
    sold = today - dt.timedelta(days=dice.randint(10, OLDEST))
    return Asset(
        id=next_key(),
        serial_no=f"Y{number:06d}",
        product_id=product.id,
        customer_id=customer.id,
        sale_date=sold,
        installation_date=sold,
        delivery_date=sold,
        purchase_proof=dice.random() < 0.9,
    )


def _device(asset: Asset, product: Product, customer: Customer, contact: Contact) -> Device:
    return Device(
        serial_no=asset.serial_no,
        imei=asset.imei,
        model=product.model,
        line=product.line,
        customer=customer.name,
        customer_id=customer.id,
        contact_id=contact.id,
        phone=customer.phone or "",
        unit=customer.area or "",
    )
