"""`desk.contracts`: service contracts from draft to end, and what ends soon. Header `action` says which."""

import datetime as dt
import decimal
import typing as t
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.db import next_key
from app.desk import cases, places, reading
from app.desk.facts.device import add_months
from app.desk.handlers.maintenance import ACTIVE, CLOSED
from app.desk.models import Asset, BusinessEvent, Customer, Document, MaintenancePlan, Product, ServiceContract
from app.desk.numbers import next_number
from app.engine.registry import JobContext
from app.errors import Invalid

STAGES = (dt.timedelta(days=60), dt.timedelta(days=30))
"""How long before its end a contract is brought up (proposed)."""
CONTRACT, WARRANTY = "contract_ending", "warranty_ending"
STARTS = {"delivery": Asset.delivery_date, "installation": Asset.installation_date, "sale": Asset.sale_date}
ENDS = frozenset({"draft", "rejected", "lapsed", "expired"})
YEAR = 365

Line = dict[str, t.Any]


def change(job: JobContext) -> Mapping[str, t.Any]:
    """Do what header `action` says: ending, customer, draft, state, activate, terminate."""
    outcome = ACTIONS[reading.action(job, ACTIONS)](job)
    job.session.flush()
    return outcome


def _ending(job: JobContext) -> Mapping[str, t.Any]:
    """{"endings"}: contracts that no process of their own keeps, and warranties, each told once per stage."""
    today = cases.company_day(job.now)
    return {"endings": [*_contracts(job, today), *_warranties(job, today)]}


def _contracts(job: JobContext, today: dt.date) -> Iterator[Line]:
    kept = sa.select(Document.document_no).where(Document.kind == "service_contract")
    query = sa.select(ServiceContract).where(
        ServiceContract.status == "active",
        ServiceContract.end.between(today, today + STAGES[0]),
        ServiceContract.contract_no.not_in(kept),
    )
    for contract in job.session.scalars(query.order_by(ServiceContract.id).with_for_update()):
        stage = min(stage for stage in STAGES if contract.end - today <= stage)
        if contract.reminded_on is not None and contract.reminded_on >= contract.end - stage:
            continue
        contract.reminded_on = today
        terms = _terms(contract) | {"start": (contract.end + dt.timedelta(days=1)).isoformat(), "end": None}
        number, amount = contract.contract_no, float(contract.value or 0)
        yield _ending_line(job, CONTRACT, f"{CONTRACT}:{number}:{stage.days}", contract.customer_id, amount, number) | {
            "contract_no": number,
            "terms": terms,
        }


def _warranties(job: JobContext, today: dt.date) -> Iterator[Line]:
    """Devices whose warranty ends within the first stage and that nobody has been told of."""
    told = {
        row.event_id
        for row in job.session.execute(
            sa.select(BusinessEvent.event_id).where(
                BusinessEvent.source_event == WARRANTY, BusinessEvent.at > job.now - 2 * STAGES[0]
            )
        )
    }
    for product in job.session.scalars(sa.select(Product).order_by(Product.id)):
        for asset in job.session.scalars(_in_last_days(product, today)):
            event_id = f"{WARRANTY}:{asset.serial_no}"
            if event_id not in told:
                yield _ending_line(job, WARRANTY, event_id, asset.customer_id, 0, asset.serial_no)


def _in_last_days(product: Product, today: dt.date) -> sa.Select[Asset]:
    last = today + STAGES[0]
    begun = STARTS[product.warranty_start_basis]
    first_day, last_day = (add_months(day, -product.warranty_months) for day in (today, last))
    by_product = sa.and_(Asset.warranty_end.is_(None), begun.between(first_day, last_day))
    covered = sa.or_(Asset.warranty_end.between(today, last), by_product)
    wanted = (Asset.product_id == product.id, Asset.status == "in_use", Asset.customer_id.is_not(None), covered)
    return sa.select(Asset).where(*wanted).order_by(Asset.id)


def _ending_line(job: JobContext, kind: str, event_id: str, customer: int | None, amount: float, text: str) -> Line:
    return {
        "kind": kind,
        "event_id": event_id,
        "customer_id": str(customer),
        "amount": amount,
        "text": text,
        "unit": places.unit_serving(job.session, customer),
    }


def _terms(contract: ServiceContract) -> Line:
    return {
        "standard_terms": contract.standard_terms,
        "min_response_hours": contract.min_response_hours,
        "visits_per_year": contract.preventive_visits_per_year,
        "free_parts": contract.free_parts,
        "free_labour": contract.free_labour,
        "non_workday_covered": contract.non_workday_covered,
        "price": None if contract.value is None else float(contract.value),
    }


def _customer(job: JobContext) -> Mapping[str, t.Any]:
    """{"customer_id", "customer_name"} of input `customer_id`. Raises Invalid for one nobody knows."""
    found = job.session.get(Customer, reading.record_id(job, "customer_id"))
    if found is None:
        raise Invalid("desk.no_such_record", field="customer_id", value=str(job.inputs.get("customer_id")))
    return {"customer_id": str(found.id), "customer_name": found.name}


def _draft(job: JobContext) -> Mapping[str, t.Any]:
    """{"contract_no", "problem"}: `terms` written into a new contract or the draft named; a problem is `dates`."""
    terms = reading.mapping(job, "terms")
    start, end = reading.day(terms.get("start")), reading.day(terms.get("end"))
    number = reading.text(job, "contract_no")
    if start is None or end is None or end <= start:
        return {"contract_no": number, "problem": "dates"}
    contract = _named(job, number) if number else _new(job, start, end)
    contract.start, contract.end = start, end
    contract.standard_terms = str(terms.get("standard_terms") or "")
    contract.min_response_hours = int(terms.get("min_response_hours") or 0) or None
    contract.preventive_visits_per_year = int(terms.get("visits_per_year") or 0)
    for name in ("free_parts", "free_labour", "non_workday_covered"):
        setattr(contract, name, terms.get(name) is True)
    contract.value = decimal.Decimal(str(terms.get("price") or 0))
    return {"contract_no": contract.contract_no, "problem": None}


def _new(job: JobContext, start: dt.date, end: dt.date) -> ServiceContract:
    number = next_number(job.session, "SC", cases.company_day(job.now))
    customer = int(_customer(job)["customer_id"])
    contract = ServiceContract(
        id=next_key(), contract_no=number, customer_id=customer, start=start, end=end, status="draft"
    )
    job.session.add(contract)
    return contract


def _state(job: JobContext) -> Mapping[str, t.Any]:
    """Input `state` is the contract's now."""
    wanted = reading.required(job, "state")
    if wanted not in ENDS:
        raise Invalid("desk.unknown_action", action=wanted, element=job.element)
    _named(job, reading.required(job, "contract_no")).status = wanted
    return {}


def _activate(job: JobContext) -> Mapping[str, t.Any]:
    """{"plans", "warn_at", "end_at"}: the contract runs, and its devices have plans for the visits it promises."""
    contract = _named(job, reading.required(job, "contract_no"))
    contract.status = "active"
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    warn = dt.datetime.combine(contract.end - STAGES[0], dt.time(9), zone)
    over = dt.datetime.combine(contract.end + dt.timedelta(days=1), dt.time(), zone)
    return {"plans": _make_plans(job, contract), "warn_at": warn.isoformat(), "end_at": over.isoformat()}


def _make_plans(job: JobContext, contract: ServiceContract) -> list[str]:
    """A device keeps the plan it has, which the contract then pays for."""
    if contract.preventive_visits_per_year <= 0:
        return []
    interval = max(1, YEAR // contract.preventive_visits_per_year)
    owned = (Asset.customer_id == contract.customer_id, Asset.status == "in_use")
    query = sa.select(Asset, MaintenancePlan).outerjoin(MaintenancePlan, MaintenancePlan.asset_id == Asset.id)
    plans: list[MaintenancePlan] = []
    for asset, known in job.session.execute(query.where(*owned).order_by(Asset.id)).all():
        plan = known or _new_plan(job, asset)
        plan.contract_id, plan.unit_id, plan.status = contract.id, job.instance.unit_id, ACTIVE
        plan.interval_days = interval
        if known is None:
            plan.next_due = contract.start + dt.timedelta(days=interval)
        plans.append(plan)
    return [plan.plan_no for plan in plans]


def _new_plan(job: JobContext, asset: Asset) -> MaintenancePlan:
    plan = MaintenancePlan(
        id=next_key(),
        plan_no=next_number(job.session, "PM", cases.company_day(job.now)),
        asset_id=asset.id,
        checklist=list(asset.product.maintenance_checklist),
        history=[],
    )
    job.session.add(plan)
    return plan


def _terminate(job: JobContext) -> Mapping[str, t.Any]:
    """{"refund"}: the contract ends `on` that day, and what was paid for the days after it goes back."""
    contract = _named(job, reading.required(job, "contract_no"))
    on = min(max(reading.day(job.inputs.get("on")) or cases.company_day(job.now), contract.start), contract.end)
    left, all_days = (contract.end - on).days, (contract.end - contract.start).days + 1
    refund = (contract.value or decimal.Decimal(0)) * left / all_days
    contract.status, contract.end = "terminated", on
    job.session.execute(
        sa.update(MaintenancePlan).where(MaintenancePlan.contract_id == contract.id).values(status=CLOSED)
    )
    return {"refund": float(refund.quantize(decimal.Decimal("0.01")))}


def _named(job: JobContext, number: str) -> ServiceContract:
    query = sa.select(ServiceContract).where(ServiceContract.contract_no == number).with_for_update()
    found = job.session.scalars(query).one_or_none()
    if found is None:
        raise Invalid("desk.no_such_record", field="contract_no", value=number)
    return t.cast(ServiceContract, found)


ACTIONS = {
    "ending": _ending, "customer": _customer, "draft": _draft, "state": _state, "activate": _activate,
    "terminate": _terminate,
}  # fmt: skip
