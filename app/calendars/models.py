"""Days on which the company itself decided otherwise than the week or the public holidays."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import UtcDateTime, db


class CalendarDay(db.Model):  # type: ignore[name-defined, misc]
    """One day of the company's own list. `shifts` are [opens, closes] in minutes since midnight; none is closed."""

    __tablename__ = "calendar_day"

    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    shifts: Mapped[list[list[int]]] = mapped_column(sa.JSON)
    names: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(sa.Integer)
