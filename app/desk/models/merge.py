"""Two records of one customer made one."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model, UtcDateTime


class CustomerMerge(Model):
    """What moved when a customer was merged into another, so that it can be moved back."""

    __tablename__ = "customer_merge"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    kept_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    gone_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("customer.id"), index=True)
    moved: Mapped[dict[str, list[int]]] = mapped_column(sa.JSON)
    """Row numbers by column, as `contact.customer_id`."""
    united: Mapped[list[dict[str, t.Any]]] = mapped_column(sa.JSON, server_default="[]")
    """Contacts whom both had; see `app.desk.same_contacts`."""
    filled: Mapped[dict[str, t.Any]] = mapped_column(sa.JSON)
    """Fields of the kept record that were empty, with what they got."""
    reason: Mapped[str] = mapped_column(sa.Text)
    merged_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    merged_by: Mapped[str] = mapped_column(sa.String(150))
    undone_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(sa.String(150))
