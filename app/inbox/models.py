"""Tables of the inbox."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import ROW_NUMBER, Model, UtcDateTime


class SavedView(Model):
    """A list somebody wants to see again: folder, filters and order, as the address of the inbox says them.

    `unit_id` is the unit whose people see it as well; without one it is its owner's alone.
    """

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"), sa.Index("ix_saved_view_unit_id", "unit_id"))

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(1000))
    saved_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Macro(Model):
    """What somebody does again and again at one step: a remark, values of the form and an act, under one name.

    `unit_id` is the unit whose people use it as well. `act` is one of `macros.ACTS`; `days` belongs to putting off.
    """

    __tablename__ = "macro"
    __table_args__ = (
        sa.UniqueConstraint("owner_id", "process_id", "element_id", "name"),
        sa.Index("ix_macro_step", "process_id", "element_id"),
    )

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    process_id: Mapped[str] = mapped_column(sa.String(120))
    element_id: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str] = mapped_column(sa.String(60))
    remark: Mapped[str] = mapped_column(sa.String(1000), default="")
    entries: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON, default=dict)
    """Values by key of the form's field."""
    act: Mapped[str] = mapped_column(sa.String(20))
    days: Mapped[int] = mapped_column(sa.Integer, default=1)
    saved_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class TaskViewer(Model):
    """Somebody had a task open at a moment; written at most every `presence.NOTED_EVERY`, forgotten after a day."""

    __tablename__ = "task_viewer"
    __table_args__ = (sa.Index("ix_task_viewer_seen_at", "seen_at"),)

    task_key: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ROW_NUMBER, sa.ForeignKey("user.id"), primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
