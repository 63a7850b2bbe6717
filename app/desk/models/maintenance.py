"""When a device is looked after before it breaks (catalogue 2.2 maintenance_plan)."""

import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.desk.models.device import Asset


class MaintenancePlan(Model):
    """One per device that needs maintenance. `history` holds what was done: [{"on", "outcome", "note"}], oldest first.

    `request_no` is the request that is open for it now, so that none is made twice.
    """

    __tablename__ = "maintenance_plan"
    __table_args__ = (sa.Index("ix_maintenance_plan_due", "status", "next_due"),)
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    plan_no: Mapped[str] = mapped_column(sa.String(30), unique=True)
    asset_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("asset.id"), unique=True)
    interval_days: Mapped[int] = mapped_column(sa.Integer)
    next_due: Mapped[dt.date] = mapped_column(sa.Date)
    assigned_role: Mapped[str] = mapped_column(sa.String(60), default="field_engineer")
    assigned_to: Mapped[str | None] = mapped_column(sa.String(150))
    checklist: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    history: Mapped[list[dict[str, t.Any]]] = mapped_column(sa.JSON, default=list)
    status: Mapped[str] = mapped_column(sa.String(20), default="active")
    contract_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("service_contract.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.BigInteger, sa.ForeignKey("unit.id"))
    request_no: Mapped[str | None] = mapped_column(sa.String(60))
    asset: Mapped[Asset] = relationship()
