"""`desk.care_occasions` and `desk.care_standing`: whom to call today without a request, and whom better not."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from app import calendars
from app.calendars.days import Reason
from app.desk import cases, reading
from app.desk.models import Asset, Case, CaseNote, Customer, ServiceContract
from app.engine.registry import JobContext
from app.people.units import unit_tree

PROCESS = "customer_care_program"
COMPLAINTS = ("complaint_handling", "complaint_service_tracking")
YEARS = 15
WARRANTY_NOTICE = dt.timedelta(days=30)
CONTRACT_NOTICE = dt.timedelta(days=60)
"""How long before the end of warranty or contract somebody calls (proposed)."""


@dataclasses.dataclass(frozen=True)
class Occasion:
    """Why to call a customer today, and about which device, if about one."""

    occasion: str
    customer_id: int
    asset_id: int | None = None


def occasions(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"occasions"}: [{occasion, customer_id, asset_id, unit, due_on}], each customer once.

    Anniversaries of an installation, warranties and contracts about to end, the quarterly call on a key account, and
    the working day before a public holiday. Customers whom a care case is open for are left out. Seven statements.
    """
    today = cases.company_day(job.now)
    found = [*_devices(job, today), *_contracts(job, today), *_key_accounts(job, today), *_festival(job, today)]
    busy = set(job.session.scalars(sa.select(Case.customer_id).where(*_open_care())))
    chosen: dict[int, Occasion] = {}
    for one in found:
        if one.customer_id not in busy:
            chosen.setdefault(one.customer_id, one)
    units = last_units(job, list(chosen))
    return {
        "occasions": [
            {**dataclasses.asdict(one), "unit": units.get(one.customer_id), "due_on": today.isoformat()}
            for one in chosen.values()
        ]
    }


def _open_care() -> tuple[sa.ColumnElement[bool], ...]:
    return Case.process_id == PROCESS, Case.closed_at.is_(None), Case.customer_id.is_not(None)


def _devices(job: JobContext, today: dt.date) -> Iterator[Occasion]:
    birthdays = [day for years in range(1, YEARS + 1) if (day := _years_before(today, years)) is not None]
    query = sa.select(Asset.id, Asset.customer_id, Asset.warranty_end).where(
        Asset.status == "in_use",
        Asset.customer_id.is_not(None),
        sa.or_(Asset.installation_date.in_(birthdays), Asset.warranty_end == today + WARRANTY_NOTICE),
    )
    for row in job.session.execute(query.order_by(Asset.id)):
        ending = row.warranty_end == today + WARRANTY_NOTICE
        yield Occasion("warranty_ending" if ending else "anniversary", row.customer_id, row.id)


def _years_before(day: dt.date, years: int) -> dt.date | None:
    """The same day of an earlier year; none for the 29th of February of an ordinary one."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return None


def _contracts(job: JobContext, today: dt.date) -> Iterator[Occasion]:
    query = sa.select(ServiceContract.customer_id).where(
        ServiceContract.status == "active", ServiceContract.end == today + CONTRACT_NOTICE
    )
    for customer_id in job.session.scalars(query.order_by(ServiceContract.id)):
        yield Occasion("contract_ending", customer_id)


def _key_accounts(job: JobContext, today: dt.date) -> Iterator[Occasion]:
    """Key accounts that nobody has called on since the quarter began."""
    if not calendars.for_app().shifts_on(today):
        return
    quarter = dt.datetime(today.year, (today.month - 1) // 3 * 3 + 1, 1, tzinfo=calendars.for_app().zone)
    called = sa.select(Case.id).where(
        Case.customer_id == Customer.id, Case.process_id == PROCESS, Case.request_time >= quarter
    )
    yield from (Occasion("key_account_quarter", key) for key in _special(job, ~called.exists()))


def _festival(job: JobContext, today: dt.date) -> Iterator[Occasion]:
    """Key accounts are greeted on the last working day before a public holiday."""
    calendar, tomorrow = calendars.for_app(), today + dt.timedelta(days=1)
    holiday = not calendar.shifts_on(tomorrow) and calendar.reason_on(tomorrow) is Reason.HOLIDAY
    if holiday and calendar.shifts_on(today):
        yield from (Occasion("festival", key) for key in _special(job))


def _special(job: JobContext, *conditions: sa.ColumnElement[bool]) -> list[int]:
    query = sa.select(Customer.id).where(
        Customer.customer_class == "key_account", Customer.merged_into.is_(None), *conditions
    )
    return list(job.session.scalars(query.order_by(Customer.id)))


def last_units(job: JobContext, customers: list[int]) -> dict[int, str]:
    """Return the unit that served each customer last; its people know them."""
    newest = (
        sa.select(Case.customer_id, sa.func.max(Case.id).label("last"))
        .where(Case.customer_id.in_(customers), Case.unit_id.is_not(None))
        .group_by(Case.customer_id)
        .subquery()
    )
    query = sa.select(newest.c.customer_id, Case.unit_id).join(Case, Case.id == newest.c.last)
    tree = unit_tree()
    return {row.customer_id: tree.by_id[row.unit_id].code for row in job.session.execute(query)}


def standing(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"open_complaints", "last_care"}: how many complaints of the case's customer are open, the last note."""
    case = reading.case_of(job)
    if case.customer_id is None:
        return {"open_complaints": 0, "last_care": None}
    mine = Case.customer_id == case.customer_id
    query = sa.select(sa.func.count()).where(
        mine,
        Case.closed_at.is_(None),
        sa.or_(Case.process_id.in_(COMPLAINTS), Case.request_class == "complaint"),
        Case.id != case.id,
    )
    last = (
        sa.select(CaseNote.text)
        .join(Case, Case.id == CaseNote.case_id)
        .where(mine, CaseNote.kind == "care")
        .order_by(CaseNote.at.desc())
        .limit(1)
    )
    return {"open_complaints": job.session.execute(query).scalar_one(), "last_care": job.session.scalars(last).first()}
