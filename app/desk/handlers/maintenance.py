"""`desk.maintenance`: what is due for maintenance, and what became of it. Header `action` says which."""

import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.desk import cases, places, reading
from app.desk.lookup import serial_form
from app.desk.models import Asset, Case, MaintenancePlan, ServiceContract
from app.engine.registry import JobContext
from app.people.units import unit_tree

AHEAD = dt.timedelta(days=7)
"""How early a plan is listed, so that trips can be joined."""
AGAIN = dt.timedelta(days=7)
"""When a visit that could not take place is proposed again (proposed)."""
ACTIVE, CLOSED = "active", "closed"
IN_USE = frozenset({"in_use", "in_repair"})

Line = dict[str, t.Any]


def book(job: JobContext) -> Mapping[str, t.Any]:
    """Do what header `action` says: look, close, request, skip, replan, done, coverage."""
    outcome = ACTIONS[reading.action(job, ACTIONS)](job)
    job.session.flush()
    return outcome


def _look(job: JobContext) -> Mapping[str, t.Any]:
    """{"plans"}: plans due within a week or of devices out of use; the plans of `serial_no` are due now."""
    today = cases.company_day(job.now)
    query = sa.select(MaintenancePlan).join(Asset).where(MaintenancePlan.status == ACTIVE).order_by(MaintenancePlan.id)
    query = query.options(joinedload(MaintenancePlan.asset).joinedload(Asset.customer))
    if serial := reading.text(job, "serial_no"):
        query = query.where(Asset.serial_no == serial_form(serial))
    else:
        query = query.where(sa.or_(MaintenancePlan.next_due <= today + AHEAD, Asset.status.not_in(IN_USE)))
    return {"plans": [_told(job, plan, today, now=bool(serial)) for plan in job.session.scalars(query)]}


def _told(job: JobContext, plan: MaintenancePlan, today: dt.date, *, now: bool) -> Line:
    asset = plan.asset
    unit = unit_tree().by_id.get(plan.unit_id or 0)
    return {
        "plan_no": plan.plan_no,
        "asset_id": str(asset.id),
        "serial_no": asset.serial_no,
        "model": asset.product.model,
        "customer_id": None if asset.customer_id is None else str(asset.customer_id),
        "customer_name": asset.customer.name if asset.customer else "",
        "site_address": asset.site_address,
        "unit": unit.code if unit else places.unit_serving(job.session, asset.customer_id),
        "asset_active": asset.status in IN_USE,
        "open_request": plan.request_no is not None,
        "days_to_due": 0 if now else (plan.next_due - today).days,
        "next_due": plan.next_due.isoformat(),
        "checklist": plan.checklist,
    }


def _close(job: JobContext) -> Mapping[str, t.Any]:
    """A plan moves to the device that took the place of its own, unless that has one already; else it ends with it."""
    today = cases.company_day(job.now)
    for plan, _ in _named(job):
        successor = plan.asset.replaced_by
        taken = sa.select(MaintenancePlan.id).where(MaintenancePlan.asset_id == successor)
        if successor is not None and job.session.scalars(taken).first() is None:
            _note(plan, today, "moved", plan.asset.serial_no)
            plan.asset_id = successor
        else:
            _note(plan, today, "closed", None)
            plan.status = CLOSED
    return {}


def _request(job: JobContext) -> Mapping[str, t.Any]:
    """The request of each of `plans` [{plan_no, request_no}] is open."""
    for plan, line in _named(job):
        plan.request_no = str(line["request_no"])
    return {}


def _skip(job: JobContext) -> Mapping[str, t.Any]:
    """Not this time: the next date is one interval on, and the reason is kept."""
    for plan, line in _named(job):
        _end(plan, cases.company_day(job.now), "skipped", reading.text(job, "reason") or line.get("skip_reason"))
        plan.next_due += dt.timedelta(days=plan.interval_days)
    return {}


def _replan(job: JobContext) -> Mapping[str, t.Any]:
    """It could not be done; it is proposed again a week later."""
    today = cases.company_day(job.now)
    for plan, _ in _named(job):
        _end(plan, today, "not_completed", reading.text(job, "reason"))
        plan.next_due = today + AGAIN
    return {}


def _done(job: JobContext) -> Mapping[str, t.Any]:
    """The next date counts from the day on which it was done."""
    for plan, line in _named(job):
        day = reading.day(line.get("done_on")) or cases.company_day(job.now)
        _end(plan, day, str(line.get("outcome") or "pass"), reading.text(job, "order_no"))
        plan.next_due = day + dt.timedelta(days=plan.interval_days)
    return {}


def _coverage(job: JobContext) -> Mapping[str, t.Any]:
    """{"visits_left", "contract_no"}: of the customer's running contract, less the trips made since it began."""
    customer = reading.record_id(job, "customer_id")
    contract = cases.running_contract(job.session, customer, cases.company_day(job.now)) if customer else None
    if contract is None:
        return {"visits_left": 0, "contract_no": None}
    made = job.session.scalar(_trips_since(customer, contract, job.now)) or 0
    return {"visits_left": contract.preventive_visits_per_year - made, "contract_no": contract.contract_no}


def _trips_since(customer: int | None, contract: ServiceContract, now: dt.datetime) -> sa.Select[t.Any]:
    """Trips of the contract's present year that were made."""
    years = (now.date() - contract.start).days // 365
    since = contract.start + dt.timedelta(days=365 * years)
    return sa.select(sa.func.count(Case.id)).where(
        Case.customer_id == customer,
        Case.process_id == "preventive_maintenance",
        Case.close_code == "completed",
        Case.closed_at >= dt.datetime.combine(since, dt.time(), dt.UTC),
    )


def _named(job: JobContext) -> Iterator[tuple[MaintenancePlan, Line]]:
    lines = {str(line.get("plan_no")): dict(line) for line in reading.objects(job, "plans")}
    query = sa.select(MaintenancePlan).where(MaintenancePlan.plan_no.in_(lines)).order_by(MaintenancePlan.id)
    for plan in job.session.scalars(query.with_for_update(of=MaintenancePlan)):
        yield plan, lines[plan.plan_no]


def _end(plan: MaintenancePlan, day: dt.date, outcome: str, note: str | None) -> None:
    _note(plan, day, outcome, note)
    plan.request_no = None


def _note(plan: MaintenancePlan, day: dt.date, outcome: str, note: str | None) -> None:
    plan.history = [*plan.history, {"on": day.isoformat(), "outcome": outcome, "note": note}]


ACTIONS = {
    "look": _look, "close": _close, "request": _request, "skip": _skip, "replan": _replan, "done": _done,
    "coverage": _coverage,
}  # fmt: skip
