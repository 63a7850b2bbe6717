"""Spare parts, what they cost, and where they lie."""

import datetime as dt
import decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime
from app.desk.models.money import Money


class SparePart(Model):
    """A part or component (catalogue 2.2)."""

    __tablename__ = "spare_part"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    part_no: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str | None] = mapped_column(sa.String(120))
    brand: Mapped[str] = mapped_column(sa.String(20))
    fits_line: Mapped[str] = mapped_column(sa.String(30))
    unit_cost: Mapped[decimal.Decimal] = mapped_column(Money)
    sale_price: Mapped[decimal.Decimal | None] = mapped_column(Money)


class PartStock(Model):
    """How many of a part lie at a site (unit code of an outlet, factory or warehouse)."""

    __tablename__ = "part_stock"
    site: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    part_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("spare_part.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    safety_stock: Mapped[int] = mapped_column(default=0)
    old_parts_on_hand: Mapped[int] = mapped_column(default=0)
    part: Mapped[SparePart] = relationship()


class StockMovement(Model):
    """Every change of a stock, with the job that made it, so that a retried job cannot book twice."""

    __tablename__ = "stock_movement"
    __table_args__ = (sa.UniqueConstraint("job_key", "part_id"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    site: Mapped[str] = mapped_column(sa.String(40))
    part_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("spare_part.id"), index=True)
    quantity: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(40))
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    job_key: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class PriceListEntry(Model):
    """What a part or a labour fault code costs the customer between two dates (catalogue 2.2 price_list)."""

    __tablename__ = "price_list_entry"
    __table_args__ = (sa.Index("ix_price_list_entry_lookup", "kind", "code", "valid_from"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(sa.String(20))
    code: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str | None] = mapped_column(sa.String(120))
    labour_price: Mapped[decimal.Decimal] = mapped_column(Money)
    part_price: Mapped[decimal.Decimal] = mapped_column(Money)
    valid_from: Mapped[dt.date] = mapped_column(sa.Date)
    valid_to: Mapped[dt.date | None] = mapped_column(sa.Date)
