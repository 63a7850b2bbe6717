"""What the engine's tables share: typed declarative base and column shapes."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, UtcDateTime, db

if t.TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

Names = dict[str, str]
"""A name in both languages: {"zh": …, "en": …}; English may be missing in a diagram that is not ours."""

FOREVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""Stands for “no due date” where an index has to sort it last on both databases."""


def table_of(model: t.Any) -> sa.Table:
    """The table behind a model, for statements that go past the session's own bookkeeping."""
    return t.cast(sa.Table, model.__table__)


def key_column() -> Mapped[int]:
    """A public key: 53-bit, taken from `app.db.next_key()`, never from the table."""
    return mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)


def link(target: str, *, nullable: bool = False, index: bool = False) -> Mapped[t.Any]:
    """A foreign key to a public key."""
    return mapped_column(sa.BigInteger, sa.ForeignKey(target), nullable=nullable, index=index)


def number(*, nullable: bool = False, index: bool = False) -> Mapped[t.Any]:
    """A 64-bit number that is no foreign key, because its table belongs to a package above or is purged earlier."""
    return mapped_column(sa.BigInteger, nullable=nullable, index=index)


def moment(*, nullable: bool = False) -> Mapped[t.Any]:
    """A UTC time."""
    return mapped_column(UtcDateTime, nullable=nullable)


def text(length: int, *, nullable: bool = False, default: str | None = None) -> Mapped[t.Any]:
    """A string of limited length."""
    return mapped_column(sa.String(length), nullable=nullable, default=default)


def document(*, nullable: bool = False) -> Mapped[t.Any]:
    """A small JSON document that is read and written whole."""
    return mapped_column(sa.JSON(none_as_null=True), nullable=nullable)
