"""Spreadsheets on their way into a register."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, UtcDateTime


class RegisterImport(Model):
    """A sheet somebody has uploaded: waiting to be looked at, or applied with the rows that were rejected.

    One per person and register, so that what people forget does not pile up.
    """

    __tablename__ = "register_import"
    __table_args__ = (sa.UniqueConstraint("register", "username"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    register: Mapped[str] = mapped_column(sa.String(40))
    username: Mapped[str] = mapped_column(sa.String(150))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    ignored: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """Headings that mean no column."""
    rows: Mapped[list[t.Any]] = mapped_column(sa.JSON)
    """[line number, {column: what was typed}]; after it was applied only the rejected ones, with the complaints."""
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    uploaded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
