"""Messages that wait for somebody who wants them."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from app.engine.models.base import Model, document, key_column, moment, text


class Message(Model):
    """A published message, kept until its time-to-live is over or it started what it was meant to start."""

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_name", "name", "correlation_key"),
        sa.Index("ix_message_expires", "expires_at"),
        sa.UniqueConstraint("name", "correlation_key", "message_id"),
    )
    key: Mapped[int] = key_column()
    name: Mapped[str] = text(200)
    correlation_key: Mapped[str] = text(400)
    message_id: Mapped[str | None] = text(200, nullable=True)
    variables: Mapped[dict[str, t.Any]] = document()
    delivered_to: Mapped[list[str]] = document()
    """Process ids that have had it: a message reaches one instance of each process."""
    published_at: Mapped[dt.datetime] = moment()
    published_by: Mapped[str | None] = text(150, nullable=True)
    expires_at: Mapped[dt.datetime] = moment()
