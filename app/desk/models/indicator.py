"""What is normal for an indicator (catalogue 2.2 kpi_range)."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class KpiRange(Model):
    """Lower and upper bound of an indicator's normal values; one without a bound or without a row is not rated."""

    __tablename__ = "kpi_range"
    kpi_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    lower: Mapped[float | None] = mapped_column(sa.Float)
    upper: Mapped[float | None] = mapped_column(sa.Float)
