"""Whole devices on a shelf: new ones to swap with, and bad ones that were swapped."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime
from app.desk.models.device import Product


class UnitStock(Model):
    """How many good and bad devices of a product lie in a warehouse (catalogue 2.2 unit_stock); never below zero."""

    __tablename__ = "unit_stock"
    __table_args__ = tuple(
        sa.CheckConstraint(f"{bucket} >= 0", name=f"{bucket}_not_negative") for bucket in ("good_qty", "bad_qty")
    )
    warehouse: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("product.id"), primary_key=True)
    good_qty: Mapped[int] = mapped_column(default=0)
    bad_qty: Mapped[int] = mapped_column(default=0)
    product: Mapped[Product] = relationship()


class UnitMovement(Model):
    """A change of a column of `unit_stock` with its cause, the devices it was about, and the job that made it."""

    __tablename__ = "unit_movement"
    __table_args__ = (sa.UniqueConstraint("job_key", "warehouse", "product_id", "bucket"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    warehouse: Mapped[str] = mapped_column(sa.String(40), index=True)
    product_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("product.id"), index=True)
    bucket: Mapped[str] = mapped_column(sa.String(20))
    quantity: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(40))
    serials: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    job_key: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
