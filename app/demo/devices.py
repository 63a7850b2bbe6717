"""The demonstration company's products and the devices its customers own."""

import datetime as dt
import random
import typing as t

from app.db import next_key
from app.desk.models import Asset, Customer, Product

ASSETS = 400

PRODUCTS = (
    ("EC528", "东信 EC528 手机", "Eastcom EC528 handset", "handset", "own", 12, "sale"),
    ("EC630", "东信 EC630 手机", "Eastcom EC630 handset", "handset", "own", 12, "sale"),
    ("EC810", "东信 EC810 手机", "Eastcom EC810 handset", "handset", "own", 18, "sale"),
    ("MT-V70", "摩托罗拉 V70 手机", "Motorola V70 handset", "handset", "motorola", 12, "sale"),
    ("MT-V998", "摩托罗拉 V998 手机", "Motorola V998 handset", "handset", "motorola", 12, "sale"),
    ("EP100", "东信 EP100 寻呼机", "Eastcom EP100 pager", "pager", "own", 12, "sale"),
    ("SV-R4", "R4 机架服务器", "R4 rack server", "server", "own", 36, "installation"),
    ("DT-M2", "M2 台式机", "M2 desktop", "desktop", "own", 24, "delivery"),
    ("NB-L5", "L5 笔记本", "L5 notebook", "notebook", "own", 24, "delivery"),
)
SERVER_TERMS: dict[str, t.Any] = {
    "needs_installation": True,
    "site_checklist": ["电源", "机柜空间", "网络", "通行许可"],
    "commissioning_tests": ["通电自检", "阵列检查", "网络连通"],
    "needs_maintenance": True,
    "maintenance_interval_days": 90,
    "maintenance_checklist": ["清洁风扇", "检查阵列", "查看日志"],
}
WEIGHTS = (90, 80, 60, 40, 30, 20, 30, 30, 20)


def make_devices(session: t.Any, dice: random.Random, customers: list[Customer], today: dt.date) -> list[Asset]:
    """Add the products and 400 devices, about half of them still in warranty; companies own the bigger ones."""
    products = [_product(row) for row in PRODUCTS]
    session.add_all(products)
    session.flush()
    persons = [customer for customer in customers if customer.kind == "person"]
    companies = [customer for customer in customers if customer.kind == "company"]
    assets = []
    for number in range(ASSETS):
        product = dice.choices(products, WEIGHTS)[0]
        mobile = product.line in {"handset", "pager"}
        owner = persons[number % len(persons)] if mobile and number % 4 else dice.choice(companies)
        assets.append(_asset(dice, number, product, owner, today))
    session.add_all(assets)
    session.flush()
    return assets


def _product(row: tuple[str, str, str, str, str, int, str]) -> Product:
    model, zh, en, line, brand, months, basis = row
    return Product(
        id=next_key(),
        model=model,
        name=zh,
        name_en=en,
        line=line,
        brand=brand,
        warranty_months=months,
        warranty_start_basis=basis,
        **(SERVER_TERMS if line == "server" else {}),
    )


def _asset(dice: random.Random, number: int, product: Product, owner: Customer, today: dt.date) -> Asset:
    sold = today - dt.timedelta(days=dice.randint(5, product.warranty_months * 61))
    delivered = sold + dt.timedelta(days=dice.randint(0, 6))
    installed = delivered + dt.timedelta(days=dice.randint(1, 20)) if product.line == "server" else None
    begins = {"sale": sold, "delivery": delivered, "installation": installed or delivered}
    return Asset(
        id=next_key(),
        serial_no=f"{product.model.replace('-', '')}{sold:%y%m}{number + 1:05d}",
        imei=_imei(35_000_000_000_000 + number * 7_919_333) if product.line == "handset" else None,
        product_id=product.id,
        customer_id=owner.id,
        sale_date=sold,
        delivery_date=delivered,
        installation_date=installed,
        warranty_end=months_later(begins[product.warranty_start_basis], product.warranty_months),
        site_address=owner.address if owner.kind == "company" else None,
        purchase_proof=dice.random() < 0.9,
    )


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day of a later month, or that month's last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))


def _imei(body: int) -> str:
    """Return 15 digits with a right check digit (Luhn), as on a real handset."""
    digits = f"{body:014d}"
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(digits)]
    total = sum(value // 10 + value % 10 for value in doubled)
    return f"{digits}{-total % 10}"
