"""What happens around customers that may become business: rules, the events they watch, and the opportunities."""

import datetime as dt
import decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, UtcDateTime
from app.desk.models.money import Money


class EventRule(Model):
    """When an event of a kind is worth an opportunity (catalogue 2.2 event_rule): above `threshold`, once it is live.

    A rule begins as draft, is tested (it counts `hits` and makes nothing), calibrated, and then live.
    """

    __tablename__ = "event_rule"
    rule_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    source_event: Mapped[str] = mapped_column(sa.String(40), unique=True)
    threshold: Mapped[decimal.Decimal] = mapped_column(Money)
    owner_role: Mapped[str] = mapped_column(sa.String(60), default="sales_rep")
    state: Mapped[str] = mapped_column(sa.String(20), default="draft")
    hits: Mapped[int] = mapped_column(default=0)
    useful: Mapped[int] = mapped_column(default=0)
    useless: Mapped[int] = mapped_column(default=0)


class Opportunity(Model):
    """A chance to sell, handed to sales (catalogue 2.2 opportunity); selling itself is done elsewhere."""

    __tablename__ = "opportunity"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    opportunity_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    customer_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    rule_id: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[decimal.Decimal] = mapped_column(Money)
    probability: Mapped[int | None] = mapped_column(sa.Integer)
    valid_until: Mapped[dt.date | None] = mapped_column(sa.Date)
    method: Mapped[str | None] = mapped_column(sa.String(120))
    owner: Mapped[str | None] = mapped_column(sa.String(150), index=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="open")
    """open, accepted or rejected."""
    reason: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class BusinessEvent(Model):
    """One event that was observed, once per `event_id`, and what came of it."""

    __tablename__ = "business_event"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    source_event: Mapped[str] = mapped_column(sa.String(40))
    customer_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    amount: Mapped[decimal.Decimal] = mapped_column(Money)
    result: Mapped[str] = mapped_column(sa.String(20), default="observed")
    """observed, hit, ignore, unknown_customer or opportunity."""
    opportunity_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("opportunity.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
