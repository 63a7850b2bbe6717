"""What customers, contacts and devices are found by when somebody types a part of it."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model

LONGEST_KEY = 24
"""Characters of a key; of a longer text the rest is compared afterwards."""
_PLAIN = sa.String(LONGEST_KEY).with_variant(sa.String(LONGEST_KEY, collation="C"), "postgresql")
"""Compared by code points in both databases, so that all keys with the same beginning stand together."""


class SearchKey(Model):
    """One way to find one record: a beginning within its name, or a number from its end.

    Neither database has an index for "contains" that works for two Chinese characters and needs no special rights, so
    the beginnings are written down: some ten rows for a customer, found by a range of the primary key.
    """

    __tablename__ = "search_key"
    __table_args__ = (sa.Index("ix_search_key_owner", "kind", "owner_id"),)
    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    """The table it belongs to."""
    text: Mapped[str] = mapped_column(_PLAIN, primary_key=True)
    owner_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
