"""Versions of products that were published, so that devices with an older one can be upgraded (catalogue 3.B15)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime
from app.desk.models.device import Product


class ProductVersion(Model):
    """`from_versions` are those that can be upgraded to it; none named means every earlier one."""

    __tablename__ = "product_version"
    __table_args__ = (sa.UniqueConstraint("product_id", "version"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("product.id"))
    version: Mapped[str] = mapped_column(sa.String(40))
    instructions: Mapped[str] = mapped_column(sa.Text)
    remote: Mapped[bool] = mapped_column(default=False)
    from_versions: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    published_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str | None] = mapped_column(sa.String(150))
    product: Mapped[Product] = relationship()
