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
    """How many of a part lie at a site (unit code of an outlet, factory or warehouse); nothing here is ever negative.

    `in_transit` is on its way to the site. Free to promise is what lies there or comes, less what is reserved.
    """

    __tablename__ = "part_stock"
    __table_args__ = tuple(
        sa.CheckConstraint(f"{bucket} >= 0", name=f"{bucket}_not_negative")
        for bucket in ("on_hand", "reserved", "in_transit", "old_parts_on_hand")
    )
    site: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    part_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("spare_part.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    safety_stock: Mapped[int] = mapped_column(default=0)
    in_transit: Mapped[int] = mapped_column(default=0)
    old_parts_on_hand: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    part: Mapped[SparePart] = relationship()


class StockMovement(Model):
    """Every change of a column of `part_stock` (`bucket`) with its cause and the job that made it.

    The movements of a column add up to what it holds since the books were opened; a retried job cannot book twice.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        sa.UniqueConstraint("job_key", "site", "part_id", "bucket", "reason"),
        sa.Index("ix_stock_movement_site_at", "site", "at"),
        sa.Index("ix_stock_movement_at", "at", "id"),
    )
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    site: Mapped[str] = mapped_column(sa.String(40))
    part_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("spare_part.id"), index=True)
    bucket: Mapped[str] = mapped_column(sa.String(20), default="on_hand")
    quantity: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(40))
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    note: Mapped[str | None] = mapped_column(sa.Text)
    """Why somebody corrected the books, and who it was; empty for what processes move."""
    username: Mapped[str | None] = mapped_column(sa.String(150))
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
