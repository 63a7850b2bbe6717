"""Who we serve: customers, the people to talk to, and the contracts that promise them more."""

import datetime as dt
import decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime
from app.desk.models.money import Money

ANONYMOUS = "anonymous"
"""Kind of the one customer that stands for callers who leave no name."""


class Customer(Model):
    """A company or person (catalogue 2.2). `phone` is stored as digits so that any spelling finds it."""

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    name_en: Mapped[str | None] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(20))
    customer_class: Mapped[str] = mapped_column(sa.String(20), default="standard")
    address: Mapped[str | None] = mapped_column(sa.String(300))
    phone: Mapped[str | None] = mapped_column(sa.String(30), index=True)
    fax: Mapped[str | None] = mapped_column(sa.String(30))
    area: Mapped[str | None] = mapped_column(sa.String(60))
    website: Mapped[str | None] = mapped_column(sa.String(200))
    industry: Mapped[str | None] = mapped_column(sa.String(80))
    org_structure: Mapped[str | None] = mapped_column(sa.String(300))
    credit_note: Mapped[str | None] = mapped_column(sa.String(300))
    uses_our_products: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_potential: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    first_seen: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    duplicate_flag: Mapped[bool] = mapped_column(default=False)
    """Somebody thinks this is another record of a known customer; a manager merges them."""
    merged_into: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"))
    contacts: Mapped[list["Contact"]] = relationship(back_populates="customer", order_by="Contact.id")


class Contact(Model):
    """A person at a customer; every notice goes to one."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str | None] = mapped_column(sa.String(30), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(200))
    address: Mapped[str | None] = mapped_column(sa.String(300))
    position: Mapped[str | None] = mapped_column(sa.String(80))
    preferred_channel: Mapped[str] = mapped_column(sa.String(20), default="phone")
    language: Mapped[str | None] = mapped_column(sa.String(5))
    """What letters are written in; None is the company's own language."""
    customer: Mapped[Customer] = relationship(back_populates="contacts")


class ServiceContract(Model):
    """Better terms than the warranty; linked to the customer and through it to the assets (catalogue 2.2)."""

    __tablename__ = "service_contract"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    contract_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    customer_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    min_response_hours: Mapped[int | None] = mapped_column(sa.Integer)
    non_workday_covered: Mapped[bool] = mapped_column(default=False)
    free_parts: Mapped[bool] = mapped_column(default=False)
    free_labour: Mapped[bool] = mapped_column(default=False)
    preventive_visits_per_year: Mapped[int] = mapped_column(default=0)
    standard_terms: Mapped[str | None] = mapped_column(sa.Text)
    start: Mapped[dt.date] = mapped_column(sa.Date)
    end: Mapped[dt.date] = mapped_column(sa.Date)
    value: Mapped[decimal.Decimal | None] = mapped_column(Money)
    status: Mapped[str] = mapped_column(sa.String(20), default="active")
    """draft, active, expired, terminated, rejected or lapsed."""
    reminded_on: Mapped[dt.date | None] = mapped_column(sa.Date)
    """When sales were told last that it ends."""
