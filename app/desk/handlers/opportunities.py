"""`desk.opportunity`: chances to sell that events bring, and who takes care of them. Header `action` says which."""

import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, reading
from app.desk.handlers import events
from app.desk.models import BusinessEvent, Customer, Opportunity
from app.desk.numbers import next_number
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.models import Membership, User

JOINS = dt.timedelta(hours=24)
"""Events of one customer and rule within this time are one opportunity (proposed)."""


def change(job: JobContext) -> Mapping[str, t.Any]:
    """Do what header `action` says: insert, allocate, assign, change."""
    outcome = ACTIONS[reading.action(job, ACTIONS)](job)
    job.session.flush()
    return outcome


def _insert(job: JobContext) -> Mapping[str, t.Any]:
    """{"opportunity": {opportunity_no, name, amount}, "joined"}: a new one, or the open one that the event joins."""
    event = events.event_of(job)
    customer = job.session.get(Customer, reading.record_id(job, "customer_id"))
    rule = reading.required(job, "rule_id")
    query = sa.select(Opportunity).where(
        Opportunity.customer_id == customer.id,
        Opportunity.rule_id == rule,
        Opportunity.state == "open",
        Opportunity.created_at > job.now - JOINS,
    )
    found = job.session.scalars(query.order_by(Opportunity.id.desc()).with_for_update()).first()
    joined = found is not None and event.opportunity_id != found.id
    if found is None:
        found = _new(job, event, customer, rule)
    elif joined:
        found.amount += event.amount
    event.customer_id, event.opportunity_id, event.result = customer.id, found.id, "opportunity"
    told = {"opportunity_no": found.opportunity_no, "name": found.name, "amount": float(found.amount)}
    return {"opportunity": told, "joined": joined}


def _new(job: JobContext, event: BusinessEvent, customer: Customer, rule: str) -> Opportunity:
    opportunity = Opportunity(
        id=next_key(),
        opportunity_no=next_number(job.session, "OP", cases.company_day(job.now)),
        name=f"{customer.name} · {rule}"[:200],
        customer_id=customer.id,
        rule_id=rule,
        amount=event.amount,
        created_at=job.now,
    )
    job.session.add(opportunity)
    job.session.flush()
    return opportunity


def _allocate(job: JobContext) -> Mapping[str, t.Any]:
    """{"owner"}: whoever has the account already, else whoever of `role` has the fewest open; null when nobody can."""
    opportunity = _named(job)
    role = reading.required(job, "role")
    people = _holders(job, role)
    known = sa.select(Opportunity.owner).where(
        Opportunity.customer_id == opportunity.customer_id, Opportunity.owner.in_(people)
    )
    keeper = job.session.scalars(known.order_by(Opportunity.id.desc()).limit(1)).first()
    opportunity.owner = keeper or min(people, key=lambda name: (people[name], name), default=None)
    return {"owner": opportunity.owner}


def _holders(job: JobContext, role: str) -> dict[str, int]:
    """Who holds a role, with how many open opportunities each has."""
    held = sa.select(User.username).join(Membership, Membership.user_id == User.id)
    names = set(job.session.scalars(held.where(Membership.role_id == role, User.active)))
    load = (
        sa.select(Opportunity.owner, sa.func.count().label("n"))
        .where(Opportunity.owner.in_(names), Opportunity.state == "open")
        .group_by(Opportunity.owner)
    )
    counted = {row.owner: row.n for row in job.session.execute(load)}
    return {name: counted.get(name, 0) for name in names}


def _assign(job: JobContext) -> Mapping[str, t.Any]:
    """{"owner"}: the wanted one, when it is somebody of `role`; the one so far otherwise."""
    opportunity = _named(job)
    wanted = reading.text(job, "owner")
    if wanted in _holders(job, reading.required(job, "role")):
        opportunity.owner = wanted
    return {"owner": opportunity.owner}


def _answer(job: JobContext) -> Mapping[str, t.Any]:
    """What sales says of it: `state`, `probability`, `valid_until`, `method`, `reason`."""
    opportunity = _named(job)
    opportunity.state = reading.required(job, "state")
    opportunity.probability = reading.record_id(job, "probability")
    opportunity.valid_until = reading.day(job.inputs.get("valid_until"))
    opportunity.method = reading.text(job, "method")
    opportunity.reason = reading.text(job, "reason")
    return {}


def _named(job: JobContext) -> Opportunity:
    number = reading.required(job, "opportunity_no")
    query = sa.select(Opportunity).where(Opportunity.opportunity_no == number).with_for_update()
    found = job.session.scalars(query).one_or_none()
    if found is None:
        raise Invalid("desk.no_such_record", field="opportunity_no", value=number)
    return t.cast(Opportunity, found)


ACTIONS = {"insert": _insert, "allocate": _allocate, "assign": _assign, "change": _answer}
