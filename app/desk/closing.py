"""What others hear when a case is over: processes `msg_case_closed` by its number, and the people who watch it."""

import typing as t

import sqlalchemy as sa

from app import engine
from app.desk.mail import outbox
from app.desk.mail.transport import the_transport
from app.desk.models import Case
from app.engine.models import CaseWatch
from app.people import notifications
from app.people.models import User
from app.people.notifications import Telling

CLOSED = "msg_case_closed"


def listeners(case_no: t.Any) -> sa.ScalarSelect[int]:
    """How many instances want to hear that a case is over, to be asked with the statement that closes it."""
    return engine.waits_for(CLOSED, case_no)


def watchers(case_id: t.Any) -> sa.ScalarSelect[int]:
    """How many people watch a case, to be asked with the same statement."""
    return sa.select(sa.func.count()).select_from(CaseWatch).where(CaseWatch.case_id == case_id).scalar_subquery()


def tell(session: t.Any, case: Case, waiting: int, watching: int) -> None:
    """Let that many instances hear it, as reminders of a case are no longer needed when it is closed, and people."""
    if waiting:
        engine.leave_message(session, CLOSED, case.case_no, copies=waiting)
    if watching:
        who = sa.select(User.id).join(CaseWatch, CaseWatch.username == User.username)
        telling = Telling(notifications.CASE, "notification.case_closed", {"case": case.case_no}, case_id=case.id)
        notifications.tell(session, who.where(CaseWatch.case_id == case.id), telling)


def tell_all(session: t.Any, case: Case) -> None:
    """Let everything and everybody hear it who waits for it now."""
    tell(session, case, *session.execute(sa.select(listeners(case.case_no), watchers(case.id))).one())


def ask_for_rating(session: t.Any, case: Case) -> None:
    """Write to a customer who prefers mail that the case is closed, with a link to rate it."""
    contact = outbox.contact_of(session, case) if the_transport() is not None else None
    if contact is not None:
        outbox.write(session, case, contact, "case_closed", {"case_no": case.case_no}, f"closed:{case.id}")
