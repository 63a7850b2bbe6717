"""What we serve: products and the single devices customers own."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.desk.models.customer import Customer


class Product(Model):
    """A model we sell or repair, with its terms of warranty, installation and maintenance (catalogue 2.2).

    The lists hold sentences for people: what a site must have, what is tested when it is installed, what is looked at
    in maintenance. `version` is the newest one of products that have versions.
    """

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str | None] = mapped_column(sa.String(120))
    model: Mapped[str] = mapped_column(sa.String(60), unique=True)
    line: Mapped[str] = mapped_column(sa.String(30))
    brand: Mapped[str] = mapped_column(sa.String(20))
    warranty_months: Mapped[int] = mapped_column(sa.Integer, default=12)
    warranty_start_basis: Mapped[str] = mapped_column(sa.String(20), default="sale")
    needs_installation: Mapped[bool] = mapped_column(default=False)
    site_checklist: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    commissioning_tests: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    needs_maintenance: Mapped[bool] = mapped_column(default=False)
    maintenance_interval_days: Mapped[int | None] = mapped_column(sa.Integer)
    maintenance_checklist: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    version: Mapped[str | None] = mapped_column(sa.String(40))


class Asset(Model):
    """One device. Serial number and IMEI are stored in capitals without spaces, as they are looked up."""

    __tablename__ = "asset"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    serial_no: Mapped[str] = mapped_column(sa.String(60), unique=True)
    imei: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    product_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("product.id"))
    customer_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    sale_date: Mapped[dt.date | None] = mapped_column(sa.Date)
    delivery_date: Mapped[dt.date | None] = mapped_column(sa.Date)
    installation_date: Mapped[dt.date | None] = mapped_column(sa.Date)
    warranty_end: Mapped[dt.date | None] = mapped_column(sa.Date)
    site_address: Mapped[str | None] = mapped_column(sa.String(300))
    purchase_proof: Mapped[bool] = mapped_column(default=False)
    ownership: Mapped[str] = mapped_column(sa.String(20), default="sold")
    """sold or leased"""
    version: Mapped[str | None] = mapped_column(sa.String(40))
    status: Mapped[str] = mapped_column(sa.String(20), default="in_use")
    replaced_by: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("asset.id"))
    product: Mapped[Product] = relationship()
    customer: Mapped[Customer | None] = relationship()
