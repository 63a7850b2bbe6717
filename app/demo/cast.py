"""Who the stories are about: devices and their owners, each taken for one story only."""

import dataclasses
import datetime as dt
import random

import sqlalchemy as sa

from app.db import db
from app.demo.customers import FOREIGNERS
from app.desk.models import Asset, Contact, Customer, Product, ServiceContract

AROUND = dt.timedelta(days=60)
"""Warranties that end this near to today are left out, because a story may begin weeks ago."""


@dataclasses.dataclass(frozen=True)
class Device:
    """A device with its owner."""

    asset_id: int
    serial_no: str
    imei: str | None
    model: str
    line: str
    customer_id: int
    customer: str
    phone: str
    contact_id: int
    unit: str
    covered: bool | None

    @property
    def english(self) -> bool:
        return self.customer in FOREIGNERS

    def part(self, kind: str) -> str:
        """The part number of a kind that fits the device."""
        return f"{self.model.replace('-', '')}-{kind}"


class Cast:
    """Deals devices in an order decided by the dice."""

    def __init__(self, dice: random.Random, today: dt.date) -> None:
        rows = db.session.execute(
            sa.select(Asset, Product, Customer, sa.func.min(Contact.id))
            .join(Product, Product.id == Asset.product_id)
            .join(Customer, Customer.id == Asset.customer_id)
            .join(Contact, Contact.customer_id == Customer.id)
            .where(Asset.purchase_proof, Asset.sale_date < today - AROUND)
            # A contract may make a repair free that the story wants paid.
            .where(sa.or_(Product.line != "handset", Customer.id.not_in(sa.select(ServiceContract.customer_id))))
            .group_by(Asset.id, Product.id, Customer.id)
            .order_by(Asset.serial_no)
        )
        self._free = [_device(*row, today=today) for row in rows]
        dice.shuffle(self._free)
        self._known: set[int] = set()

    def deal(
        self, *, covered: bool | None = None, line: str = "handset", model: str = "", english: bool = False
    ) -> Device:
        """Return a device nobody has told a story about, of somebody new as long as there is somebody new."""
        fitting = [
            device
            for device in self._free
            if device.line == line
            and (not model or device.model == model)
            and device.english == english
            and covered in {None, device.covered}
        ]
        if not fitting:
            raise LookupError(f"No device left: {line} {model} covered={covered} english={english}")
        dealt = next((device for device in fitting if device.customer_id not in self._known), fitting[0])
        self._free.remove(dealt)
        self._known.add(dealt.customer_id)
        return dealt


def _device(asset: Asset, product: Product, customer: Customer, contact_id: int, *, today: dt.date) -> Device:
    ends = asset.warranty_end
    return Device(
        asset_id=asset.id,
        serial_no=asset.serial_no,
        imei=asset.imei,
        model=product.model,
        line=product.line,
        customer_id=customer.id,
        customer=customer.name,
        phone=customer.phone or "",
        contact_id=contact_id,
        unit=customer.area or "HZ1",
        covered=None if ends is None or abs(ends - today) < AROUND else ends > today,
    )
