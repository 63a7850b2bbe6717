"""`desk.complaint_indicators`: the eight indicators of catalogue 5.2, from raw data of a month, quarter or year."""

import dataclasses
import datetime as dt
import itertools
import typing as t
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa
from flask import current_app

from app.calendars import for_app
from app.desk import cases, reading
from app.desk.models import Case, Customer, KpiRange, NewNeed
from app.engine.models import ProcessInstance, UserTask, Variable
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.units import unit_tree

MONTHS = {"month": 1, "quarter": 3, "year": 12}
STALL = dt.timedelta(hours=24)
"""Working time without a completed task after which a complaint counts as stalled."""
SMALL_BASE = 5
"""With fewer complaints than this a rate says little, and the report says so."""
LEFT_OUT = ("cancelled", "merged")
ANSWER = "s200_answer_customer"

Value = float | None


@dataclasses.dataclass(frozen=True)
class Period:
    """Two moments: from the first on, up to the second."""

    start: dt.datetime
    end: dt.datetime

    def has(self, moment: dt.datetime | None) -> bool:
        """Whether a moment lies in the period."""
        return moment is not None and self.start <= moment < self.end


@dataclasses.dataclass(frozen=True)
class Complaint:
    """A case of complaint handling with the moments at which a task of it was completed, and the units that did one."""

    case: Case
    done: tuple[dt.datetime, ...]
    answered: dt.datetime | None
    departments: frozenset[str]

    def open_at(self, moment: dt.datetime) -> bool:
        """Whether it had come and was not answered yet."""
        end = self.answered or self.case.closed_at
        return self.case.request_time < moment and (end is None or end >= moment)


def calculate(job: JobContext) -> Mapping[str, t.Any]:
    """{"period", "base", "indicators"}: input `kind` is month, quarter or year, `period` its first month (YYYY-MM).

    Without `period` it is the last one that is over. An indicator is {kpi_id, value, lower, upper, small_base}; the
    value of one that is not defined is null. Rates are percent, times working hours.
    """
    kind = reading.text(job, "kind") or "month"
    if kind not in MONTHS:
        raise Invalid("desk.unknown_action", action=kind, element=job.element)
    first = _first_month(reading.text(job, "period"), cases.company_day(job.now), MONTHS[kind])
    here, before = _span(first, MONTHS[kind]), _span(_back(first, MONTHS[kind]), MONTHS[kind])
    complaints = _complaints(job, here)
    received = [one for one in complaints if here.has(one.case.request_time)]
    values: dict[str, Value] = {
        "unresolved_rate": _unresolved(complaints, here),
        "stagnation_rate": _stagnation(complaints, here),
        "duplicate_rate": _duplicates(job, here),
        "handling_hours": _handling(complaints, here),
        "departments": _departments(complaints, here),
        "satisfaction": _satisfaction(job, here),
        "decrease": _decrease(_count(job, before), len(received)),
        "new_needs": float(job.session.scalar(_needs(here)) or 0),
    }
    ranges = {one.kpi_id: one for one in job.session.scalars(sa.select(KpiRange))}
    small = len(received) < SMALL_BASE
    indicators = [_told(name, value, ranges.get(name), small=small) for name, value in values.items()]
    return {"period": first.strftime("%Y-%m"), "base": len(received), "indicators": indicators}


def _told(name: str, value: Value, normal: KpiRange | None, *, small: bool) -> dict[str, t.Any]:
    lower, upper = (normal.lower, normal.upper) if normal else (None, None)
    return {"kpi_id": name, "value": value, "lower": lower, "upper": upper, "small_base": small}


def _first_month(period: str | None, today: dt.date, months: int) -> dt.date:
    if period is None:
        this = today.replace(day=1)
        return _back(this.replace(month=(this.month - 1) // months * months + 1), months)
    try:
        return dt.date.fromisoformat(f"{period}-01")
    except ValueError as error:
        raise Invalid("desk.not_a_time", value=period) from error


def _back(first: dt.date, months: int) -> dt.date:
    years, month = divmod(first.month - 1 - months, 12)
    return dt.date(first.year + years, month + 1, 1)


def _span(first: dt.date, months: int) -> Period:
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    start, end = (dt.datetime.combine(day, dt.time(), zone) for day in (first, _back(first, -months)))
    return Period(start, end)


def _complaints(job: JobContext, here: Period) -> list[Complaint]:
    """Those that were open at some time of the period."""
    query = sa.select(Case).where(
        Case.process_id == "complaint_handling",
        Case.request_time < here.end,
        sa.or_(Case.closed_at.is_(None), Case.closed_at >= here.start),
        sa.or_(Case.close_code.is_(None), Case.close_code.not_in(LEFT_OUT)),
    )
    found = list(job.session.scalars(query.order_by(Case.id)))
    tasks = sa.select(UserTask.case_id, UserTask.element_id, UserTask.ended_at, UserTask.candidates).where(
        UserTask.case_id.in_([case.id for case in found]), UserTask.state == "completed"
    )
    done: dict[int, list[t.Any]] = {}
    for row in job.session.execute(tasks.order_by(UserTask.ended_at)):
        done.setdefault(row.case_id, []).append(row)
    return [_complaint(case, done.get(case.id, [])) for case in found]


def _complaint(case: Case, tasks: list[t.Any]) -> Complaint:
    answers = [row.ended_at for row in tasks if row.element_id == ANSWER]
    units = {unit for row in tasks for _, unit in row.candidates or [] if unit}
    by_code = unit_tree().by_code
    departments = {code for code in units if code in by_code and by_code[code].kind == "department"}
    own = bool(units - departments) or not departments
    return Complaint(
        case,
        tuple(row.ended_at for row in tasks),
        answers[-1] if answers else case.resolved_at,
        frozenset(departments | ({"CCS"} if own else set())),
    )


def _unresolved(complaints: Iterable[Complaint], here: Period) -> Value:
    listed = list(complaints)
    base = [one for one in listed if one.open_at(here.start) or here.has(one.case.request_time)]
    return _percent(sum(one.open_at(here.end) for one in base), len(base))


def _stagnation(complaints: Iterable[Complaint], here: Period) -> Value:
    """Complaints with a gap of more than a day of working time between two things done, while they were open."""
    calendar = for_app()
    worked = [one for one in complaints if one.open_at(here.end) or any(here.has(moment) for moment in one.done)]
    stalled = 0
    for one in worked:
        end = min(one.answered or here.end, here.end)
        moments = [one.case.request_time, *(moment for moment in one.done if moment < end), end]
        gaps = [
            (earlier, later)
            for earlier, later in itertools.pairwise(moments)
            if later > here.start and one.case.status != "waiting_customer"
        ]
        stalled += any(calendar.measure(max(earlier, here.start), later) > STALL for earlier, later in gaps)
    return _percent(stalled, len(worked))


def _duplicates(job: JobContext, here: Period) -> Value:
    made = sa.select(Customer.duplicate_flag, Customer.merged_into).where(
        Customer.first_seen >= here.start, Customer.first_seen < here.end
    )
    rows = job.session.execute(made).all()
    return _percent(sum(row.duplicate_flag or row.merged_into is not None for row in rows), len(rows))


def _handling(complaints: Iterable[Complaint], here: Period) -> Value:
    calendar = for_app()
    hours = [
        calendar.measure(one.case.request_time, one.answered).total_seconds() / 3600
        for one in complaints
        if one.answered is not None and here.has(one.answered)
    ]
    return round(sum(hours) / len(hours), 1) if hours else None


def _departments(complaints: Iterable[Complaint], here: Period) -> Value:
    counts = [len(one.departments) for one in complaints if here.has(one.answered)]
    return round(sum(counts) / len(counts), 2) if counts else None


def _satisfaction(job: JobContext, here: Period) -> Value:
    """How many of the customers whom tracking reached said at once that they were satisfied."""
    tracked = sa.select(ProcessInstance.key).where(
        ProcessInstance.process_id == "complaint_service_tracking",
        ProcessInstance.ended_at >= here.start,
        ProcessInstance.ended_at < here.end,
    )
    kept = sa.select(Variable.instance_key, Variable.name, Variable.value).where(
        Variable.instance_key.in_(tracked), Variable.name.in_(("rounds", "result")), Variable.value.is_not(None)
    )
    found: dict[int, dict[str, t.Any]] = {}
    for row in job.session.execute(kept):
        found.setdefault(row.instance_key, {})[row.name] = orjson.loads(row.value)
    reached = [one for one in found.values() if (one.get("rounds") or 0) >= 1]
    return _percent(sum(one.get("rounds") == 1 and one.get("result") == "satisfied" for one in reached), len(reached))


def _count(job: JobContext, there: Period) -> int:
    query = sa.select(sa.func.count(Case.id)).where(
        Case.process_id == "complaint_handling",
        Case.request_time >= there.start,
        Case.request_time < there.end,
        sa.or_(Case.close_code.is_(None), Case.close_code.not_in(LEFT_OUT)),
    )
    return job.session.scalar(query) or 0


def _decrease(earlier: int, now: int) -> Value:
    return _percent(earlier - now, earlier)


def _needs(here: Period) -> sa.Select[int]:
    return sa.select(sa.func.count(NewNeed.id)).where(NewNeed.routed_at >= here.start, NewNeed.routed_at < here.end)


def _percent(part: int, whole: int) -> Value:
    return round(100 * part / whole, 1) if whole else None
