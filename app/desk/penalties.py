"""Deciding a penalty that a rule proposed, outside the evening's check of records."""

import typing as t

from app import clock
from app.db import transaction
from app.desk.complaints import Fields
from app.desk.models import PenaltyRecord
from app.desk.registers import named, saving
from app.errors import Conflict, Forbidden
from app.people import audit
from app.people.access import allowed, require
from app.people.person import STAFF, SUPERVISOR, Person

PROPOSED = "proposed"
DECISIONS = ("confirmed", "waived")
LONGEST_REASON = 1000


def may_decide(person: Person, penalty: PenaltyRecord) -> bool:
    """Supervisors decide what nobody has taken up yet, but nobody about himself (RL47)."""
    mine = penalty.username == person.username and not person.administrator
    return allowed(person, SUPERVISOR) and penalty.status == PROPOSED and not mine


def decide(person: Person, key: str, decision: str, reason: str) -> PenaltyRecord:
    """Confirm or waive a penalty. Raises Invalid without a reason, Conflict when it was taken up or decided already."""
    require(person, STAFF)
    require(person, SUPERVISOR)
    fields = Fields({"reason": reason, "decision": decision})
    choice = fields.one_of("decision", DECISIONS, "")
    why = fields.text("reason", LONGEST_REASON, required=True)
    fields.settle()
    with transaction() as session:
        penalty = t.cast(PenaltyRecord, saving.get(person, named("penalties"), key, session=session, lock=True))
        if penalty.status != PROPOSED:
            raise Conflict("desk.penalty_decided")
        if not may_decide(person, penalty):
            raise Forbidden("desk.penalty_own")
        penalty.status, penalty.decision_reason = choice, why
        penalty.confirmed_by, penalty.confirmed_at = person.username, clock.now()
        subject = named("penalties").subject_of(penalty)
        audit.record(session, person, f"desk:penalty:{choice}", subject, why or "", case_id=penalty.case_id)
    return penalty
