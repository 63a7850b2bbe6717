"""`desk.business_event` and `desk.event_rules`: events around customers, and the rules that watch them."""

import decimal
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import reading
from app.desk.models import BusinessEvent, Customer, EventRule
from app.engine.registry import JobContext
from app.errors import Invalid

LADDER = ("draft", "testing", "calibrated", "live")
"""A rule climbs one rung at a time, so that nothing goes live untried (RL46); it may fall back to any."""


def note(job: JobContext) -> Mapping[str, t.Any]:
    """Header `action` = observe writes an event down, once per `event_id`; note says in `result` what came of it.

    Observing returns {"rule": {rule_id, source_event, threshold, owner_role, state} or null, "known", "customer_id":
    null for a customer nobody knows}.
    """
    action = reading.header(job, "action")
    if action == "note":
        return _conclude(job)
    if action != "observe":
        raise Invalid("desk.unknown_action", action=action, element=job.element)
    event_id = reading.required(job, "event_id")
    seen = job.session.scalars(sa.select(BusinessEvent.case_id).where(BusinessEvent.event_id == event_id)).all()
    source = reading.required(job, "source_event")
    customer = _customer(job)
    if not seen:
        _write(job, event_id, source, customer)
    rule = job.session.scalars(sa.select(EventRule).where(EventRule.source_event == source)).one_or_none()
    other = bool(seen) and seen[0] != job.instance.case_id
    return {"rule": _told(rule) if rule else None, "known": other, "customer_id": str(customer) if customer else None}


def _write(job: JobContext, event_id: str, source: str, customer: int | None) -> None:
    amount = decimal.Decimal(str(job.inputs.get("amount") or 0))
    event = BusinessEvent(
        id=next_key(),
        event_id=event_id,
        source_event=source,
        customer_id=customer,
        amount=amount,
        case_id=job.instance.case_id,
        at=job.now,
    )
    job.session.add(event)
    job.session.flush()


def _customer(job: JobContext) -> int | None:
    key = reading.record_id(job, "customer_id")
    return None if key is None or job.session.get(Customer, key) is None else key


def _conclude(job: JobContext) -> Mapping[str, t.Any]:
    event = event_of(job)
    event.result = reading.required(job, "result")
    if event.result == "hit":
        job.session.execute(
            sa.update(EventRule).where(EventRule.source_event == event.source_event).values(hits=EventRule.hits + 1)
        )
    job.session.flush()
    return {}


def event_of(job: JobContext) -> BusinessEvent:
    """Return the event that input `event_id` names, held until the transaction ends. Raises Invalid."""
    number = reading.required(job, "event_id")
    query = sa.select(BusinessEvent).where(BusinessEvent.event_id == number).with_for_update()
    found = job.session.scalars(query).one_or_none()
    if found is None:
        raise Invalid("desk.no_such_record", field="event_id", value=number)
    return t.cast(BusinessEvent, found)


def change_rules(job: JobContext) -> Mapping[str, t.Any]:
    """Header `action` = list gives {"rules"}; write takes them with their new `state` and `threshold`; count adds to
    `rule_id` whether its opportunity was `useful`.
    """
    action = reading.header(job, "action")
    if action == "list":
        return {
            "rules": [_told(rule) for rule in job.session.scalars(sa.select(EventRule).order_by(EventRule.rule_id))]
        }
    if action == "count":
        _count(job)
    elif action == "write":
        for line in reading.objects(job, "rules"):
            _change(job, line)
    else:
        raise Invalid("desk.unknown_action", action=action, element=job.element)
    job.session.flush()
    return {}


def _count(job: JobContext) -> None:
    column = EventRule.useful if job.inputs.get("useful") is True else EventRule.useless
    update = sa.update(EventRule).where(EventRule.rule_id == reading.required(job, "rule_id"))
    job.session.execute(update.values({column: column + 1}))


def _change(job: JobContext, line: Mapping[str, t.Any]) -> None:
    rule = job.session.get(EventRule, str(line.get("rule_id")), with_for_update=True)
    if rule is None or line.get("state") not in LADDER:
        raise Invalid("desk.no_such_record", field="rule_id", value=str(line.get("rule_id")))
    wanted, present = LADDER.index(str(line["state"])), LADDER.index(rule.state)
    rule.state = LADDER[min(wanted, present + 1)]
    if line.get("threshold") is not None:
        rule.threshold = decimal.Decimal(str(line["threshold"]))


def _told(rule: EventRule) -> dict[str, t.Any]:
    return {
        "rule_id": rule.rule_id,
        "source_event": rule.source_event,
        "threshold": float(rule.threshold),
        "owner_role": rule.owner_role,
        "state": rule.state,
        "hits": rule.hits,
        "useful": rule.useful,
        "useless": rule.useless,
    }
