"""`desk.other_case`: how another case stands, for a process that serves it from a case of its own."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import reading, status
from app.desk.context import of_case
from app.desk.models import Case
from app.engine.registry import JobContext


def look_up(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"found", "closed", "other"}: the case `case_no` as expressions see a case; nothing for an unknown number.

    Header `link` = true hangs the job's own case on it and takes over whose it is, so that both show each other. Both
    keep a life of their own: what serves a case must not keep it open.
    """
    number = reading.text(job, "case_no")
    typed = number.strip().upper() if number else ""
    other = job.session.scalars(sa.select(Case).where(Case.case_no == typed)).one_or_none()
    if other is None:
        return {"found": False, "closed": False, "other": None}
    own = reading.case_of(job)
    if job.headers.get("link") == "true" and own.id != other.id:
        _hang_on(own, other)
        job.session.flush()
    return {"found": True, "closed": other.status in status.FINAL, "other": of_case(other.id)}


def _hang_on(own: Case, other: Case) -> None:
    own.parent_case_id = other.id
    for name in ("customer_id", "contact_id", "asset_id", "serial_no", "unit_id"):
        if getattr(own, name) is None:
            setattr(own, name, getattr(other, name))
