"""The demonstration company's spare parts, prices and stocks."""

import datetime as dt
import decimal
import random
import typing as t

import sqlalchemy as sa

from app.db import next_key
from app.demo.organisation import OUTLETS
from app.desk.models import PartStock, PriceListEntry, Product, SparePart, UnitStock

KINDS = (
    ("LCD", "液晶显示屏", "LCD display", 120),
    ("KBD", "按键板", "Keypad board", 18),
    ("SPK", "受话器", "Earpiece", 12),
    ("MIC", "送话器", "Microphone", 9),
    ("BAT", "电池", "Battery", 65),
    ("ANT", "天线", "Antenna", 15),
    ("MBD", "主板", "Main board", 420),
    ("HSG", "机壳", "Housing", 48),
    ("CHG", "充电器", "Charger", 55),
    ("SIM", "卡座", "SIM socket", 8),
)
MODELS = ("EC528", "EC630", "EC810", "MT-V70", "MT-V998", "EP100")
SWAPPED_LINES = ("handset", "pager")
LABOUR = (
    ("L-CLEAN", "清洁除尘", "Cleaning", 20),
    ("L-SOLDER", "补焊", "Re-soldering", 60),
    ("L-BOARD", "换主板", "Main board exchange", 90),
    ("L-PART", "换件", "Part exchange", 40),
    ("L-SOFT", "软件升级", "Software update", 30),
)


def make_parts(session: t.Any, dice: random.Random, today: dt.date) -> None:
    """Add 60 parts with list prices (three have none, as in life), labour prices, and stock at every site."""
    year = dt.date(today.year, 1, 1)
    sites = [outlet.code for outlet in OUTLETS] + ["WH", "FACTORY"]
    for number, (model, kind) in enumerate((model, kind) for model in MODELS for kind in KINDS):
        code, zh, en, cost = kind
        factor = decimal.Decimal("1.4") if model.startswith("MT-") else decimal.Decimal(1)
        unit_cost = (decimal.Decimal(cost) * factor).quantize(decimal.Decimal("0.01"))
        listed = number % 20 != 6
        part = SparePart(
            id=next_key(),
            part_no=f"{model.replace('-', '')}-{code}",
            name=f"{model} {zh}",
            name_en=f"{model} {en.lower()}",
            brand="motorola" if model.startswith("MT-") else "own",
            fits_line="pager" if model == "EP100" else "handset",
            unit_cost=unit_cost,
            sale_price=unit_cost * 2 if listed else None,
        )
        session.add(part)
        session.flush()
        session.add_all(_stock(dice, site, part.id) for site in sites)
        if listed:
            session.add(_price("parts", part.part_no, part.name, part.name_en, decimal.Decimal(0), unit_cost * 2, year))
    for code, zh, en, price in LABOUR:
        session.add(_price("terminal", code, zh, en, decimal.Decimal(price), decimal.Decimal(0), year))


def make_unit_stock(session: t.Any, dice: random.Random) -> None:
    """Put handsets and pagers into the central warehouse: good ones to swap with, and the bad ones of past swaps."""
    swapped = sa.select(Product).where(Product.line.in_(SWAPPED_LINES)).order_by(Product.model)
    session.add_all(
        UnitStock(warehouse="WH", product_id=product.id, good_qty=dice.randint(6, 20), bad_qty=dice.randint(0, 4))
        for product in session.scalars(swapped)
    )


def _stock(dice: random.Random, site: str, part_id: int) -> PartStock:
    central = site in {"WH", "FACTORY"}
    return PartStock(
        site=site,
        part_id=part_id,
        on_hand=dice.randint(40, 200) if central else dice.randint(0, 16),
        safety_stock=30 if central else 5,
    )


def _price(
    kind: str, code: str, zh: str, en: str | None, labour: decimal.Decimal, part: decimal.Decimal, since: dt.date
) -> PriceListEntry:
    return PriceListEntry(
        id=next_key(), kind=kind, code=code, name=zh, name_en=en, labour_price=labour, part_price=part, valid_from=since
    )
