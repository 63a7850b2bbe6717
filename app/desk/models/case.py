"""The case: one customer matter from the first contact to the closed file, whoever works on it."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime
from app.desk.models.customer import Contact, Customer
from app.desk.models.device import Asset

_OPEN = sa.text("closed_at IS NULL")


class DocumentNumber(Model):
    """The last number given out per prefix and day; raised in the transaction that writes the document."""

    __tablename__ = "document_number"
    prefix: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    last: Mapped[int] = mapped_column(sa.Integer)


class Case(Model):
    """The case header of catalogue 2.1. `unit_id` is the unit answering now."""

    __tablename__ = "case"
    __table_args__ = (
        sa.Index("ix_case_asset_open", "asset_id", "closed_at"),
        sa.Index("ix_case_customer_time", "customer_id", "request_time"),
        sa.Index("ix_case_responder_open", "first_responder_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        sa.Index("ix_case_accountable_open", "accountable_user_id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        sa.Index("ix_case_open", "request_time", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    case_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    process_id: Mapped[str] = mapped_column(sa.String(120))
    parent_case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("unit.id"), index=True)
    channel: Mapped[str | None] = mapped_column(sa.String(20))
    request_time: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    customer_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"))
    contact_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("contact.id"))
    asset_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("asset.id"))
    serial_no: Mapped[str | None] = mapped_column(sa.String(60), index=True)
    contract_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("service_contract.id"))
    fault_description: Mapped[str | None] = mapped_column(sa.Text)
    request_class: Mapped[str | None] = mapped_column(sa.String(30))
    service_type: Mapped[str | None] = mapped_column(sa.String(30))
    severity: Mapped[str | None] = mapped_column(sa.String(20))
    priority: Mapped[str | None] = mapped_column(sa.String(4))
    in_warranty: Mapped[bool | None]
    charge_basis: Mapped[str | None] = mapped_column(sa.String(30))
    status: Mapped[str] = mapped_column(sa.String(20), default="new", index=True)
    first_responder_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("user.id"), index=True)
    accountable_user_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("user.id"))
    current_layer: Mapped[str | None] = mapped_column(sa.String(20))
    current_area: Mapped[str | None] = mapped_column(sa.String(20))
    response_due: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    resolve_due: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    responded_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    close_code: Mapped[str | None] = mapped_column(sa.String(40))
    satisfaction: Mapped[str | None] = mapped_column(sa.String(20))
    return_visit_state: Mapped[str | None] = mapped_column(sa.String(20))
    quiet: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())
    """Whether lists leave it out: a clock opened it, found nothing to do, and nobody ever had a task in it."""
    extra: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    customer: Mapped[Customer | None] = relationship()
    contact: Mapped[Contact | None] = relationship()
    asset: Mapped[Asset | None] = relationship()


class ResponsibilityLink(Model):
    """One link of the responsibility chain (首问责任链): who answers to whom, since when, with what result."""

    __tablename__ = "responsibility_link"
    __table_args__ = (sa.UniqueConstraint("case_id", "seq"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"))
    seq: Mapped[int] = mapped_column(sa.Integer)
    layer: Mapped[str | None] = mapped_column(sa.String(20))
    area: Mapped[str | None] = mapped_column(sa.String(20))
    handler_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("user.id"))
    handler_role: Mapped[str | None] = mapped_column(sa.String(60))
    answers_to_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("user.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    note: Mapped[str | None] = mapped_column(sa.Text)
    requested_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str | None] = mapped_column(sa.String(30))
