"""How long cases took, for reports: all working time and our own without the waiting for others, in one statement."""

import dataclasses
import datetime as dt
import itertools
import typing as t
from collections.abc import Iterator

import sqlalchemy as sa

from app import calendars
from app.db import db
from app.desk.models import Case, ServiceContract
from app.desk.queries import waiting
from app.desk.queries.visible import visible_cases
from app.engine.models import OutsideWait
from app.people.person import Person


@dataclasses.dataclass(frozen=True)
class CaseDuration:
    """One closed case: its working times, and for whom it waited how long of them (`customer`, `vendor`)."""

    case_no: str
    process_id: str
    unit_id: int | None
    closed_at: dt.datetime
    times: waiting.Times
    waited: dict[str, dt.timedelta]


def durations(person: Person, since: dt.datetime, until: dt.datetime) -> Iterator[CaseDuration]:
    """Yield the visible cases that were closed from one moment until before another, in the order of closing."""
    query = (
        sa.select(
            Case.id, Case.case_no, Case.process_id, Case.unit_id, Case.request_time, Case.closed_at,
            sa.and_(ServiceContract.non_workday_covered, ServiceContract.status == "active").label("covered"),
            OutsideWait.key, OutsideWait.waits_for, OutsideWait.since, OutsideWait.until,
        )
        .outerjoin(OutsideWait, OutsideWait.case_id == Case.id)
        .outerjoin(ServiceContract, ServiceContract.id == Case.contract_id)
        .where(visible_cases(person), Case.closed_at >= since, Case.closed_at < until)
        .order_by(Case.closed_at, Case.id, OutsideWait.since)
    )  # fmt: skip
    for _id, rows in itertools.groupby(db.session.execute(query), key=lambda row: row.id):
        yield _duration(list(rows))


def _duration(rows: list[t.Any]) -> CaseDuration:
    case = rows[0]
    calendar = calendars.for_unit(case.unit_id)
    if case.covered:
        calendar = calendars.around_the_clock(calendar.zone)
    waits = [row for row in rows if row.key is not None]
    waited = {
        whom: waiting.times(calendar, case.request_time, case.closed_at, list(same)).paused
        for whom, same in itertools.groupby(sorted(waits, key=lambda row: row.waits_for), key=lambda row: row.waits_for)
    }
    times = waiting.times(calendar, case.request_time, case.closed_at, waits)
    return CaseDuration(case.case_no, case.process_id, case.unit_id, case.closed_at, times, waited)
