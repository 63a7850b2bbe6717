"""`desk.responsibility_link`: who answers to whom for a case, link by link (首问责任链)."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, handover, reading, status
from app.desk.models import Case, ResponsibilityLink
from app.desk.opening import unit_id_of
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.units import unit_tree


def change(job: JobContext) -> Mapping[str, t.Any]:
    """Do what header `action` says: transfer, open, accept, return or close."""
    outcome = ACTIONS[reading.action(job, ACTIONS)](job, reading.case_of(job))
    job.session.flush()
    return outcome


def _transfer(job: JobContext, case: Case) -> Mapping[str, t.Any]:
    """A guided transfer: whoever accepted answers to the customer from now on, at their unit if one is named."""
    handler = reading.text(job, "handler") or _doer(job)
    if handler is None:
        raise Invalid("desk.nobody_accepted", case=case.case_no)
    link = _new_link(job, case, kind="guided_transfer")
    link.handler_id = reading.user_id(job.session, handler)
    link.accepted_at, link.result = job.now, "transferred"
    case.first_responder_id = case.accountable_user_id = link.handler_id
    if (unit := reading.text(job, "unit")) is not None and unit_id_of(unit) != case.unit_id:
        case.unit_id = unit_id_of(unit)
        job.set_case(case.id, case.unit_id)
    return {"handler": handler, "link_seq": link.seq}


def _open(job: JobContext, case: Case) -> Mapping[str, t.Any]:
    """An escalation: a new link to the next level; who takes it is not known yet."""
    link = _new_link(job, case, kind="escalation")
    case.current_layer, case.current_area = link.layer, link.area
    if case.status not in status.FINAL:
        cases.change_status(case, "escalated", job.now)
    return {"link_seq": link.seq, "unit": level_unit(case, link.area)}


def _accept(job: JobContext, case: Case) -> Mapping[str, t.Any]:
    link = _link(job, case)
    handler = reading.text(job, "handler") or _doer(job)
    link.handler_id = reading.user_id(job.session, handler)
    link.accepted_at = job.now
    return {"handler": handler}


def _return(job: JobContext, case: Case) -> Mapping[str, t.Any]:
    _finish(job, _link(job, case))
    return {}


def _close(job: JobContext, case: Case) -> Mapping[str, t.Any]:
    """Every link without a result ends with the same one; the case goes on where it was."""
    open_links = sa.select(ResponsibilityLink).where(
        ResponsibilityLink.case_id == case.id, ResponsibilityLink.result.is_(None)
    )
    for link in job.session.scalars(open_links).all():
        _finish(job, link)
    if case.status == "escalated":
        cases.change_status(case, "in_progress", job.now)
    return {}


ACTIONS = {"transfer": _transfer, "open": _open, "accept": _accept, "return": _return, "close": _close}


def level_unit(case: Case, area: str | None) -> str | None:
    """Return the code of the unit of an area (province, region, national) above the case's unit, else the topmost."""
    tree = unit_tree()
    node = tree.by_id.get(case.unit_id) if case.unit_id is not None else None
    if node is None:
        return None
    above = [tree.by_code[code] for code in node.above]
    return next((unit.code for unit in above if unit.kind == area), above[0].code)


def _new_link(job: JobContext, case: Case, kind: str) -> ResponsibilityLink:
    link = ResponsibilityLink(
        id=next_key(),
        case_id=case.id,
        seq=handover.next_seq(job.session, case.id),
        layer=reading.text(job, "layer"),
        area=reading.text(job, "area"),
        handler_role=reading.text(job, "role"),
        answers_to_id=reading.user_id(job.session, reading.text(job, "answers_to")),
        kind=kind,
        reason=reading.text(job, "reason"),
        note=reading.text(job, "note"),
        requested_at=job.now,
    )
    job.session.add(link)
    return link


def _link(job: JobContext, case: Case) -> ResponsibilityLink:
    seq = job.inputs.get("seq")
    query = sa.select(ResponsibilityLink).where(ResponsibilityLink.case_id == case.id, ResponsibilityLink.seq == seq)
    link = job.session.scalars(query).one_or_none()
    if link is None:
        raise Invalid("desk.no_such_link", case=case.case_no, seq=seq)
    return t.cast(ResponsibilityLink, link)


def _finish(job: JobContext, link: ResponsibilityLink) -> None:
    link.returned_at, link.result = job.now, reading.text(job, "result")
    link.note = reading.text(job, "note") or link.note


def _doer(job: JobContext) -> str | None:
    return reading.done_by(job, reading.header(job, "person"))
