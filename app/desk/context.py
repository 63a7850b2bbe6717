"""The read-only context `case` of expressions: the case row as FEEL sees it, never stored with a process."""

import functools
import typing as t

import sqlalchemy as sa

from app.db import db
from app.desk.models import Case, ServiceContract
from app.engine.registry import InstanceFacts
from app.people.models import Unit, User

PLAIN_FIELDS = (
    "case_no", "process_id", "channel", "customer_id", "contact_id", "asset_id", "serial_no", "contract_id",
    "fault_description", "request_class", "service_type", "severity", "priority", "in_warranty", "charge_basis",
    "status", "current_layer", "current_area", "close_code", "satisfaction", "return_visit_state",
)  # fmt: skip
TIME_FIELDS = ("request_time", "response_due", "resolve_due", "responded_at", "resolved_at", "closed_at")
NAMES = ("unit", "first_responder", "accountable_user", "parent_case", "business_key")
COVERED = "around_the_clock"
"""Whether the contract covers days off, so that the case counts its time by the clock that never stops."""
MEMBERS = (*PLAIN_FIELDS, *TIME_FIELDS, *NAMES, COVERED)


def load(instance: InstanceFacts) -> dict[str, t.Any]:
    """Return the instance's case; {} without one."""
    return {} if instance.case_id is None else of_case(instance.case_id)


def of_case(case_id: int) -> dict[str, t.Any]:
    """Return a case with unit code and usernames instead of row numbers; {} for one that is not there.

    One statement. Times are ISO texts in UTC, to be read with `date and time(…)`.
    """
    row = db.session.execute(_case_with_names(), {"a_case": case_id}).one_or_none()
    if row is None:
        return {}
    case = row.Case
    context = {name: getattr(case, name) for name in PLAIN_FIELDS}
    for name in TIME_FIELDS:
        moment = getattr(case, name)
        context[name] = moment.isoformat() if moment else None
    context |= {
        "unit": row.unit,
        "first_responder": row.first_responder,
        "accountable_user": row.accountable_user,
        "parent_case": row.parent_case,
        "business_key": case.case_no,
        COVERED: bool(row.covered),
    }
    return {**case.extra, **context}


@functools.cache
def _case_with_names() -> sa.Select[t.Any, str, str, str, str, bool]:
    """Built once, because building it costs as much as running it."""
    responder, accountable = sa.orm.aliased(User), sa.orm.aliased(User)
    parent = sa.orm.aliased(Case)
    return (
        sa.select(
            Case,
            Unit.code.label("unit"),
            responder.username.label("first_responder"),
            accountable.username.label("accountable_user"),
            parent.case_no.label("parent_case"),
            sa.and_(ServiceContract.non_workday_covered, ServiceContract.status == "active").label("covered"),
        )
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .outerjoin(responder, responder.id == Case.first_responder_id)
        .outerjoin(accountable, accountable.id == Case.accountable_user_id)
        .outerjoin(parent, parent.id == Case.parent_case_id)
        .outerjoin(ServiceContract, ServiceContract.id == Case.contract_id)
        .where(Case.id == sa.bindparam("a_case"))
    )
