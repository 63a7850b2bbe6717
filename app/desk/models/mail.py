"""Letters on their way out by mail, to customers and to people of the house."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import ROW_NUMBER, Model, UtcDateTime

WAITING, SENT, DEAD, DROPPED = MAIL_STATES = ("waiting", "sent", "dead", "dropped")
"""A dead letter was given up; a dropped one was no longer wanted when its turn came."""


class OutboxMail(Model):
    """A letter, written in the transaction of its cause; `key` names that cause, so that no cause writes two.

    What it says is put together when it is sent, because the token of its link is nowhere in the database. It goes to
    a contact about a case, or to somebody of the house about what they were told.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.Index("ix_outbox_mail_due", "state", "due_at"), sa.Index("ix_outbox_mail_case", "case_id"))
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    case_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("case.id"))
    contact_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("contact.id"))
    link_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("customer_link.id"))
    user_id: Mapped[int | None] = mapped_column(ROW_NUMBER, sa.ForeignKey("user.id"))
    template: Mapped[str] = mapped_column(sa.String(60))
    params: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[str] = mapped_column(sa.String(20), default=WAITING)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(sa.Text)
    """What the last attempt met with."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
