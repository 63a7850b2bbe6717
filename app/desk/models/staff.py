"""What the people who go to customers can do, and how much of it in a day (catalogue 2.2 staff)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import ROW_NUMBER, Model

USUAL_CAPACITY = 6
"""Orders a day of somebody for whom nothing else is written (proposed)."""


class StaffSkill(Model):
    """How well somebody knows a product line: 1 under guidance, 2 alone, 3 may teach it."""

    __tablename__ = "staff_skill"
    user_id: Mapped[int] = mapped_column(ROW_NUMBER, sa.ForeignKey("user.id"), primary_key=True)
    line: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    level: Mapped[int] = mapped_column(sa.Integer)


class StaffCapacity(Model):
    """How many tasks somebody can have open on a day; who has no row has USUAL_CAPACITY."""

    __tablename__ = "staff_capacity"
    user_id: Mapped[int] = mapped_column(ROW_NUMBER, sa.ForeignKey("user.id"), primary_key=True)
    daily_capacity: Mapped[int] = mapped_column(sa.Integer)
