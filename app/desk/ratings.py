"""What customers think of closed cases: the stars they gave, and what follows from few of them."""

import typing as t

import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk.models import ANONYMOUS, Case, Customer, ServiceRating
from app.people import notifications
from app.people.models import User
from app.people.notifications import Telling
from app.people.units import unit_tree

BAD = 2
"""So many stars or fewer are bad (proposed)."""
TRACKED_BY = "msg_service_tracking"
"""Starts complaint_service_tracking, which calls the customer and has each topic looked into (catalogue 3.C2)."""
LONGEST = 200
SHOWN = 10


def rating_of(case_id: int) -> ServiceRating | None:
    """Return what the customer gave, None before that."""
    return t.cast(ServiceRating | None, db.session.get(ServiceRating, case_id, populate_existing=True))


def ratings_of(customer_id: int) -> list[tuple[ServiceRating, Case]]:
    """Return what a customer gave last, newest first, with the cases."""
    query = sa.select(ServiceRating, Case).join(Case, Case.id == ServiceRating.case_id)
    query = query.where(Case.customer_id == customer_id).order_by(ServiceRating.rated_at.desc()).limit(SHOWN)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def follow_up(session: t.Any, case: Case, rating: ServiceRating) -> None:
    """Act on a bad rating in the caller's transaction: whoever answers for the case is told, the customer is called."""
    if rating.stars > BAD:
        return
    params = {"case": case.case_no, "stars": rating.stars, "comment": (rating.comment or "–")[:LONGEST]}
    telling = Telling(notifications.PROCESS, "desk.rating.bad", params, case_id=case.id)
    notifications.tell(session, _answering(case), telling)
    customer = session.get(Customer, case.customer_id) if case.customer_id is not None else None
    if customer is not None and customer.kind != ANONYMOUS:
        engine.publish_message(None, TRACKED_BY, case.case_no, _request(case, rating))


def _answering(case: Case) -> sa.Select[t.Any]:
    """Whoever answers for the case; the supervisors of its unit where nobody does who still works here."""
    known = [key for key in (case.first_responder_id, case.accountable_user_id) if key is not None]
    answers = sa.select(User.id).where(User.id.in_(known), User.active)
    if db.session.scalars(answers.limit(1)).first() is not None:
        return answers
    return notifications.holders("service_supervisor", _unit(case))


def _request(case: Case, rating: ServiceRating) -> dict[str, t.Any]:
    return {
        "customer_id": str(case.customer_id),
        "unit": _unit(case) or None,
        "parent_case": case.case_no,
        "fault_description": rating.comment or case.fault_description,
        "channel": "web",
    }


def _unit(case: Case) -> str:
    node = unit_tree().by_id.get(case.unit_id or 0)
    return node.code if node else ""
