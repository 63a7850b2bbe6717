"""Acts on many instances at once: what was ordered, and how far each instance has come."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.models.base import Model, document, key_column, moment, number, text

_WAITING = sa.text("state = 'waiting'")


class BatchOperation(Model):
    """One order over many instances, in the name of whoever gave it."""

    __tablename__ = "batch_operation"
    __table_args__ = (sa.Index("ix_batch_operation_created", "created_at", "key"),)
    key: Mapped[int] = key_column()
    kind: Mapped[str] = text(12)
    """a name of `app.engine.batch_kinds.KINDS`"""
    state: Mapped[str] = text(8)
    """running, stopped or done"""
    process_id: Mapped[str] = text(120)
    plan: Mapped[dict[str, t.Any]] = document()
    """What its act is told: of a migration its plan, of variables their values."""
    reason: Mapped[str] = text(400)
    total: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[dt.datetime] = moment()
    created_by: Mapped[str] = text(150)
    ended_at: Mapped[dt.datetime | None] = moment(nullable=True)


class BatchItem(Model):
    """One instance of a batch operation. It outlives the instance, which housekeeping may delete."""

    __tablename__ = "batch_item"
    __table_args__ = (
        sa.Index("ix_batch_item_state", "batch_key", "state", "instance_key"),
        sa.Index(
            "ix_batch_item_waiting",
            "batch_key",
            "instance_key",
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
    )
    batch_key: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("batch_operation.key"), primary_key=True, autoincrement=False
    )
    instance_key: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = text(8)
    """waiting, done, failed or stopped"""
    case_id: Mapped[int | None] = number(nullable=True)
    definition_key: Mapped[int] = number()
    """The version it was an instance of, whose names its findings use."""
    code: Mapped[str | None] = text(80, nullable=True)
    """msgid of the sentence that says why it failed"""
    params: Mapped[dict[str, t.Any] | None] = document(nullable=True)
    findings: Mapped[list[dict[str, t.Any]] | None] = document(nullable=True)
    """Why it stayed, or what is different now."""
    ended_at: Mapped[dt.datetime | None] = moment(nullable=True)
