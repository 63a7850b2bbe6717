"""Two moves that are never mixed (catalogue 3.A3): handing the responsibility over, and asking the level above.

Handing over: a colleague is asked, with the reason, and answers. Until somebody accepts, whoever asked stays
responsible. Escalation: the case goes up the chain and the first responder stays; that is a process of its own.
"""

import dataclasses
import typing as t
from collections.abc import Iterable

import sqlalchemy as sa

from app import clock, engine, i18n
from app.db import db, next_key, transaction
from app.desk import cases
from app.desk.models import Case, ResponsibilityLink
from app.desk.queries.visible import may_see_case
from app.engine.models import ProcessInstance, UserTask
from app.errors import Conflict, FirstlineError, Forbidden, Invalid, NotFound
from app.people import access, audit, notifications
from app.people.models import User
from app.people.notifications import Telling
from app.people.person import STAFF, SUPERVISOR, Person, find_person

TRANSFER = "transfer"
ESCALATION_PROCESS = "first_responder_escalation"
REASONS = ("skill", "part", "authority", "area", "product_line")
LONGEST = 2_000


@dataclasses.dataclass(frozen=True)
class Offer:
    """A case somebody is asked to take over."""

    case_no: str
    giver: str
    reason: str


def may_move(person: Person, case: Case, *, sees: bool = False) -> bool:
    """Whether the person may hand the case over or escalate it: who answers for it, their substitute, a supervisor.

    :param sees: it is known already that the person may see the case.
    """
    if case.closed_at is not None or not access.allowed(person, STAFF):
        return False
    answers = {case.first_responder_id, case.accountable_user_id}
    if person.id in answers:
        return True
    if access.allowed(person, SUPERVISOR) and (sees or may_see_case(person, case)):
        return True
    return any(absent.id in answers for absent in access.substitutes_for(person))


def may_answer(person: Person, offer: ResponsibilityLink) -> bool:
    """Whether the person, or somebody away for whom they stand in, is the one who is asked."""
    if person.id == offer.handler_id:
        return True
    return any(absent.id == offer.handler_id for absent in access.substitutes_for(person))


def pending(links: Iterable[ResponsibilityLink]) -> ResponsibilityLink | None:
    """Return the hand-over among the links of a chain that nobody has answered yet."""
    return next((link for link in links if link.kind == TRANSFER and link.result is None), None)


def is_escalated(instances: Iterable[ProcessInstance]) -> bool:
    """Whether the case is with a higher level now, as its instances tell."""
    return any(one.process_id == ESCALATION_PROCESS and one.state == "active" for one in instances)


def open_offer(case_id: int) -> ResponsibilityLink | None:
    """Return the hand-over of a case that nobody has answered yet."""
    query = sa.select(ResponsibilityLink).where(
        ResponsibilityLink.case_id == case_id, ResponsibilityLink.kind == TRANSFER, ResponsibilityLink.result.is_(None)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def offers_to(person: Person) -> list[Offer]:
    """Return what a person, or somebody away for whom they stand in, is asked to take over."""
    ids = [one.id for one in (person, *access.substitutes_for(person))]
    query = (
        sa.select(Case.case_no, User.names, User.username, ResponsibilityLink.reason)
        .join(Case, Case.id == ResponsibilityLink.case_id)
        .outerjoin(User, User.id == ResponsibilityLink.answers_to_id)
        .where(
            ResponsibilityLink.handler_id.in_(ids),
            ResponsibilityLink.kind == TRANSFER,
            ResponsibilityLink.result.is_(None),
            Case.closed_at.is_(None),
        )
        .order_by(ResponsibilityLink.requested_at)
    )
    return [
        Offer(row.case_no, i18n.localised(row.names, row.username or ""), row.reason or "")
        for row in db.session.execute(query)
    ]


def hand_over(person: Person, case_no: str, to: str, reason: str) -> None:
    """Ask a colleague to answer for a case from now on.

    Raises NotFound, Forbidden, Invalid with the fields that are wrong, and Conflict while somebody is asked already.
    """
    with transaction() as session:
        case = _held(session, person, case_no)
        giver = case.accountable_user_id or case.first_responder_id
        target = _colleague(to, giver, reason)
        if (asked := open_offer(case.id)) is not None:
            raise Conflict("desk.asked_already", who=_name(session, asked.handler_id))
        session.add(
            ResponsibilityLink(
                id=next_key(), case_id=case.id, seq=next_seq(session, case.id), layer=case.current_layer,
                area=case.current_area, handler_id=target.id, answers_to_id=giver, kind=TRANSFER,
                reason=reason.strip()[:LONGEST], requested_at=clock.now(),
            )
        )  # fmt: skip
        if case.status == "accepted":
            cases.change_status(case, "transferring", clock.now())
        said = {"who": person.names, "reason": reason.strip()[:200]}
        _tell(session, case, target.username, "asked", said, person)
        audit.record(
            session, person, "desk:case:handover_asked", f"case:{case.id}", reason.strip()[:LONGEST],
            {"to": target.username}, case_id=case.id,
        )  # fmt: skip


def _colleague(to: str, giver: int | None, reason: str) -> Person:
    """Who is asked. Raises Invalid for somebody who cannot be, and for no reason."""
    complaints: dict[str, list[tuple[str, dict[str, t.Any]]]] = {}
    target = find_person(to.strip())
    if target is None or not target.active or not target.staff:
        complaints["to"] = [("desk.no_colleague", {"who": to.strip()[:60]})]
    elif target.id == giver:
        complaints["to"] = [("desk.responsible_already", {"who": target.name})]
    if not reason.strip():
        complaints["reason"] = [("desk.reason_needed", {})]
    if complaints or target is None:
        raise Invalid("desk.form_wrong", fields=complaints)
    return target


def answer(person: Person, case_no: str, *, accept: bool, reason: str = "") -> list[str]:
    """Accept or decline a hand-over; returns the names of open steps that could not go over with it.

    Accepting makes the person first responder and accountable, and gives them the steps the giver had in hand, as
    far as they may do them. Declining needs a reason; the giver stays responsible.
    """
    with transaction() as session:
        case = _case(session, case_no)
        offer = open_offer(case.id)
        if offer is None:
            raise Conflict("desk.nothing_to_answer")
        if not may_answer(person, offer):
            if not may_see_case(person, case):
                raise NotFound("desk.no_such_case", case=case_no)
            raise Forbidden("desk.asked_somebody_else", who=_name(session, offer.handler_id))
        access.require(person, STAFF)
        if not accept and not reason.strip():
            raise Invalid("desk.form_wrong", fields={"reason": [("desk.reason_needed", {})]})
        giver = _person_of(session, offer.answers_to_id)
        offer.returned_at, offer.note = clock.now(), reason.strip()[:LONGEST] or None
        offer.result = "transferred" if accept else "declined"
        if accept:
            offer.accepted_at = offer.returned_at
            case.first_responder_id = case.accountable_user_id = offer.handler_id
        _back_to_work(case)
        if giver is not None:
            said = {"who": person.names, "reason": reason.strip()[:200]}
            _tell(session, case, giver.username, "accepted" if accept else "declined", said, person)
        act = "handover_accepted" if accept else "handover_declined"
        audit.record(session, person, f"desk:case:{act}", f"case:{case.id}", reason.strip()[:LONGEST], case_id=case.id)
        taker = _person_of(session, offer.handler_id)
        case_id = case.id
    return _pass_steps(giver, taker, case_id, reason) if accept and giver is not None and taker is not None else []


def withdraw(person: Person, case_no: str) -> None:
    """Take a hand-over back that nobody has answered."""
    with transaction() as session:
        case = _held(session, person, case_no)
        offer = open_offer(case.id)
        if offer is None:
            raise Conflict("desk.nothing_to_answer")
        offer.returned_at, offer.result = clock.now(), "withdrawn"
        _back_to_work(case)
        audit.record(session, person, "desk:case:handover_withdrawn", f"case:{case.id}", case_id=case.id)


def escalate(person: Person, case_no: str, reason: str, note: str) -> None:
    """Ask the next level for help with a case; the first responder goes on answering to the customer.

    Raises Conflict while the case is with a higher level already.
    """
    case = _held(db.session, person, case_no)
    complaints: dict[str, list[tuple[str, dict[str, t.Any]]]] = {}
    if reason not in REASONS:
        complaints["why"] = [("desk.choose_one", {})]
    if not note.strip():
        complaints["note"] = [("desk.reason_needed", {})]
    if complaints:
        raise Invalid("desk.form_wrong", fields=complaints)
    running = sa.select(ProcessInstance).where(ProcessInstance.case_id == case.id, ProcessInstance.state == "active")
    if is_escalated(db.session.scalars(running)):
        raise Conflict("desk.escalated_already")
    given = {"case_no": case.case_no, "kind": "escalation", "reason": reason, "note": note.strip()[:LONGEST]}
    engine.start_instance(person, ESCALATION_PROCESS, given)


def next_seq(session: t.Any, case_id: int) -> int:
    """Return the number of the next link of a case's chain."""
    last = sa.select(sa.func.max(ResponsibilityLink.seq)).where(ResponsibilityLink.case_id == case_id)
    return (session.execute(last).scalar() or 0) + 1


def _case(session: t.Any, case_no: str) -> Case:
    found = session.scalars(
        sa.select(Case).where(Case.case_no == case_no.strip().upper()).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("desk.no_such_case", case=case_no)
    return t.cast(Case, found)


def _held(session: t.Any, person: Person, case_no: str) -> Case:
    """The case, for somebody who may move it."""
    case = _case(session, case_no)
    if not may_see_case(person, case):
        raise NotFound("desk.no_such_case", case=case_no)
    if case.closed_at is not None:
        raise Conflict("desk.case_closed", case=case.case_no)
    if not may_move(person, case):
        raise Forbidden("desk.not_responsible", who=_name(session, case.accountable_user_id or case.first_responder_id))
    return case


def _back_to_work(case: Case) -> None:
    if case.status == "transferring":
        cases.change_status(case, "accepted", clock.now())


def _pass_steps(giver: Person, taker: Person, case_id: int, reason: str) -> list[str]:
    """Give the taker what the giver had in hand, in the giver's name; what the taker may not do stays and is told."""
    query = sa.select(UserTask.key, UserTask.names, UserTask.element_id).where(
        UserTask.case_id == case_id, UserTask.state == "created", UserTask.assignee == giver.username
    )
    kept = []
    for task in db.session.execute(query).all():
        try:
            engine.assign_task(giver, task.key, taker.username, reason=reason)
        except FirstlineError:
            kept.append(i18n.localised(task.names, task.element_id))
    return kept


def _tell(session: t.Any, case: Case, username: str, code: str, params: dict[str, t.Any], by: Person) -> None:
    values = {"case": case.case_no, **params}
    telling = Telling(notifications.TASK, f"desk.handover.{code}", values, case_id=case.id)
    notifications.tell(session, notifications.named([username]), telling, by=by)


def _person_of(session: t.Any, user_id: int | None) -> Person | None:
    username = session.scalars(sa.select(User.username).where(User.id == user_id)).one_or_none()
    return find_person(username) if username else None


def _name(session: t.Any, user_id: int | None) -> str:
    names = session.scalars(sa.select(User.names).where(User.id == user_id)).one_or_none()
    return i18n.localised(names) if names else i18n.text("nobody")
