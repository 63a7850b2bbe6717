"""Where the company serves: what is known of an outlet besides its place in the organisation (catalogue 2.2)."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model

HEADQUARTERS, AUTHORISED, SUPPLIED = 1, 2, 3
"""Levels: level 2 orders parts from the vendor itself, level 3 is supplied by headquarters (rule RL32)."""


class ServiceOutlet(Model):
    """An outlet's level, address and capacity; a unit of kind outlet without a row is supplied by headquarters."""

    __tablename__ = "service_outlet"
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    level: Mapped[int] = mapped_column(sa.Integer, default=SUPPLIED)
    address: Mapped[str | None] = mapped_column(sa.String(300))
    phone: Mapped[str | None] = mapped_column(sa.String(30))
    capacity_per_day: Mapped[int | None] = mapped_column(sa.Integer)
    opened_on: Mapped[dt.date | None] = mapped_column(sa.Date)
