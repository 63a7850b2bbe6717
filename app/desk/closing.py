"""What others hear when a case is over: `msg_case_closed`, correlated by the case number."""

import typing as t

import sqlalchemy as sa

from app import engine
from app.desk.mail import outbox
from app.desk.mail.transport import the_transport
from app.desk.models import Case

CLOSED = "msg_case_closed"


def listeners(case_no: t.Any) -> sa.ScalarSelect[int]:
    """How many instances want to hear that a case is over, to be asked with the statement that closes it."""
    return engine.waits_for(CLOSED, case_no)


def tell(session: t.Any, case_no: str, count: int) -> None:
    """Let that many instances hear it: reminders of a case are no longer needed when it is closed."""
    if count:
        engine.leave_message(session, CLOSED, case_no, copies=count)


def tell_all(session: t.Any, case_no: str) -> None:
    """Let everybody hear it who waits for it now."""
    tell(session, case_no, session.execute(sa.select(listeners(case_no))).scalar_one())


def ask_for_rating(session: t.Any, case: Case) -> None:
    """Write to a customer who prefers mail that the case is closed, with a link to rate it."""
    contact = outbox.contact_of(session, case) if the_transport() is not None else None
    if contact is not None:
        outbox.write(session, case, contact, "case_closed", {"case_no": case.case_no}, f"closed:{case.id}")
