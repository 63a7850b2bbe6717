"""How units work: each one's own week, and the days on which it decided otherwise than the week or the holidays."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import UtcDateTime, db

COMPANY = ""
"""In place of a unit's code: what holds for the whole company."""


class UnitCalendar(db.Model):  # type: ignore[name-defined, misc]
    """What a unit decided for itself; whatever is empty is as in the unit above. Shifts are minutes since midnight."""

    __tablename__ = "unit_calendar"

    unit: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    zone: Mapped[str | None] = mapped_column(sa.String(60))
    week: Mapped[list[list[list[int]]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Hours of seven days, Monday first, each a list of [opens, closes]."""
    holidays: Mapped[bool | None] = mapped_column(sa.Boolean)
    """Whether it closes on public holidays and works on make-up days."""
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(sa.Integer)


class CalendarDay(db.Model):  # type: ignore[name-defined, misc]
    """One day of a unit's own list, which holds for the units below as well. No shifts is closed."""

    __tablename__ = "calendar_day"

    unit: Mapped[str] = mapped_column(sa.String(40), primary_key=True, default=COMPANY)
    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    shifts: Mapped[list[list[int]]] = mapped_column(sa.JSON)
    names: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(sa.Integer)
