"""`desk.tracking_selection`: customers whom nobody has asked lately, for the daily calls of service tracking."""

import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk.models import ANONYMOUS, Case, Customer
from app.engine.registry import JobContext
from app.people.models import Unit

MOST = 5
"""So many customers a day (proposed)."""
SERVED, LEFT_ALONE = dt.timedelta(days=30), dt.timedelta(days=180)
"""Who was served within the first and not asked within the second is chosen (proposed)."""
ASKED = ("complaint_service_tracking", "return_visit")


def choose(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"customers"}: [{customer_id, unit, case_no, service}], those who were served longest ago first."""
    asked = sa.select(Case.customer_id).where(
        Case.customer_id.is_not(None),
        Case.request_time > job.now - LEFT_ALONE,
        sa.or_(Case.process_id.in_(ASKED), Case.return_visit_state.is_not(None)),
    )
    query = (
        sa.select(Case, Unit.code)
        .join(Customer, Customer.id == Case.customer_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(
            Case.closed_at > job.now - SERVED,
            Case.close_code.in_(("repaired", "swapped", "completed", "guided")),
            Case.customer_id.not_in(asked),
            Customer.kind != ANONYMOUS,
        )
        .order_by(Case.closed_at, Case.id)
    )
    chosen: dict[int, dict[str, t.Any]] = {}
    for row in job.session.execute(query.limit(MOST * 10)):
        case: Case = row.Case
        told = {
            "customer_id": str(case.customer_id),
            "unit": row.code,
            "case_no": case.case_no,
            "service": case.fault_description,
        }
        chosen.setdefault(case.customer_id or 0, told)
    return {"customers": list(chosen.values())[:MOST]}
