"""The outbox: letters written beside their cause, taken one at a time, tried again, given up, sent again.

A worker takes a letter by putting off its next attempt, commits, sends, and notes the outcome. One that dies in between
leaves a letter that comes up again; the number in its Message-ID is the same then, so that mail programs show one.
"""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Mapping
from email.message import EmailMessage

import sqlalchemy as sa

from app import clock, i18n
from app.db import db, next_key, transaction
from app.desk import links
from app.desk.mail import notices
from app.desk.mail.letter import letter_of, notice_to
from app.desk.mail.transport import Refused, Transport, the_transport
from app.desk.models import Case, Contact, Customer, OutboxMail
from app.desk.models.mail import DEAD, DROPPED, SENT, WAITING
from app.desk.queries.visible import visible_cases
from app.errors import Conflict, NotFound
from app.people import audit
from app.people.access import require
from app.people.models import User
from app.people.person import SUPERVISOR, Person

LEASE = dt.timedelta(minutes=10)
"""How long a letter that a worker has taken is left to that worker."""
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 20, 60, 240, 720))
"""How long is waited after each failed attempt; after the last one the letter is given up."""
PURPOSES: Mapping[str, str] = {
    "quote_ready": links.QUOTE,
    "quote_reminder": links.QUOTE,
    "case_closed": links.RATING,
}
"""What the link in a letter is for, by template; every other one leads to where the case stands."""
LONGEST_ERROR = 1_000
PAGE = 100


def write(session: t.Any, case: Case, contact: Contact, template: str, params: Mapping[str, t.Any], key: str) -> bool:
    """Write a letter to a contact into the caller's transaction; False where mail is off or not wanted.

    :param key: names the cause; a second letter of the same cause is not written.
    """
    if the_transport() is None or not wants_mail(contact):
        return False
    if session.scalars(sa.select(OutboxMail.id).where(OutboxMail.key == key)).first() is not None:
        return False
    now = clock.now()
    session.add(
        OutboxMail(
            id=next_key(),
            key=key,
            case_id=case.id,
            contact_id=contact.id,
            link_id=_link(session, case, PURPOSES.get(template, links.STATUS)).id,
            template=template,
            params=dict(params),
            due_at=now,
            created_at=now,
        )
    )
    return True


def wants_mail(contact: Contact) -> bool:
    """Whether the contact asked for mail: preferring it is the consent, and stopping mail ends that."""
    return bool(contact.email) and contact.preferred_channel == "email"


def contact_of(session: t.Any, case: Case) -> Contact | None:
    """Return whom a letter about the case goes to: its contact, else the customer's first one."""
    if case.contact_id is not None:
        return t.cast(Contact | None, session.get(Contact, case.contact_id))
    if case.customer_id is None:
        return None
    known = sa.select(Contact).join(Customer, Customer.id == Contact.customer_id)
    known = known.where(Customer.id == case.customer_id, Customer.kind != "anonymous").order_by(Contact.id)
    return t.cast(Contact | None, session.scalars(known).first())


def _link(session: t.Any, case: Case, purpose: str) -> t.Any:
    """Return the living link of a purpose, else a new one; for the status when no quotation waits for an answer."""
    try:
        document = None if purpose == links.RATING else links.asked_about(session, case, purpose)
    except Conflict:
        purpose, document = links.STATUS, None
    for known in session.scalars(links.living(case.id, purpose)):
        if document is None or known.document_id == document.id:
            return known
    return links.issue(session, case, purpose, None, document=document)


def send_due() -> int:
    """Send what is due; returns how many letters went out. One that fails does not keep the others."""
    channel = the_transport()
    sent = 0
    while channel is not None and (mail := _take()) is not None:
        sent += _send(channel, mail)
    return sent


def _take() -> OutboxMail | None:
    now = clock.now()
    query = sa.select(OutboxMail).where(OutboxMail.state == WAITING, OutboxMail.due_at <= now)
    if db.session.scalars(query.with_only_columns(OutboxMail.id).limit(1)).first() is None:
        db.session.rollback()
        return None
    with transaction() as session:
        held = query.order_by(OutboxMail.due_at).limit(1).with_for_update(skip_locked=True)
        mail: OutboxMail | None = session.scalars(held.execution_options(populate_existing=True)).first()
        if mail is not None:
            mail.attempts, mail.due_at = mail.attempts + 1, now + LEASE
    return mail


def _send(channel: Transport, mail: OutboxMail) -> bool:
    try:
        letter = _letter(mail)
        if letter is None:
            _note(mail, DROPPED)
            return False
        channel.send(letter)
    except Refused as error:
        _note(mail, DEAD, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told to a supervisor and tried again
        _note(mail, WAITING if mail.attempts <= len(PAUSES) else DEAD, error)
    else:
        _note(mail, SENT)
    return mail.state == SENT


def _letter(mail: OutboxMail) -> EmailMessage | None:
    """Return the letter as it goes out; None when whoever it is for no longer wants it."""
    if mail.user_id is not None:
        user = notices.recipient(db.session, mail)
        return notice_to(mail, user) if user is not None else None
    contact = db.session.get(Contact, mail.contact_id, populate_existing=True)
    return letter_of(mail, contact) if contact is not None and wants_mail(contact) else None


def _note(mail: OutboxMail, state: str, error: Exception | None = None) -> None:
    """Write down how an attempt ended, unless somebody else has taken the letter since."""
    now = clock.now()
    values: dict[str, t.Any] = {"state": state, "error": str(error)[:LONGEST_ERROR] if error else None}
    if state == SENT:
        values["sent_at"] = now
    elif state == WAITING:
        values["due_at"] = now + PAUSES[mail.attempts - 1]
    with transaction() as session:
        mine = sa.update(OutboxMail).where(OutboxMail.id == mail.id, OutboxMail.attempts == mail.attempts)
        session.execute(mine.values(values), execution_options={"synchronize_session": False})
    mail.state = state


@dataclasses.dataclass(frozen=True)
class Listed:
    """A letter as supervisors see it: about which case, if any, and who gets it where."""

    letter: OutboxMail
    case_no: str
    name: str
    address: str


def letters(person: Person, state: str = "", before: int | None = None) -> list[Listed]:
    """Return letters about cases a supervisor sees and those about no case, newest first."""
    require(person, SUPERVISOR)
    query = (
        sa.select(OutboxMail, Case.case_no, Contact, User)
        .outerjoin(Case, Case.id == OutboxMail.case_id)
        .outerjoin(Contact, Contact.id == OutboxMail.contact_id)
        .outerjoin(User, User.id == OutboxMail.user_id)
        .where(_seen_by(person))
        .order_by(OutboxMail.id.desc())
        .limit(PAGE + 1)
        .execution_options(populate_existing=True)
    )
    if state:
        query = query.where(OutboxMail.state == state)
    if before is not None:
        query = query.where(OutboxMail.id < before)
    return [_listed(*row) for row in db.session.execute(query)]


def _seen_by(person: Person) -> sa.ColumnElement[bool]:
    return sa.or_(OutboxMail.case_id.is_(None), visible_cases(person))


def _listed(mail: OutboxMail, case_no: str | None, contact: Contact | None, user: User | None) -> Listed:
    if contact is not None:
        return Listed(mail, case_no or "", contact.name, contact.email or "")
    assert user is not None
    return Listed(mail, case_no or "", i18n.localised(user.names, user.username), user.email)


def send_again(person: Person, mail_id: int) -> None:
    """Put a dead letter back into the queue. Raises NotFound, and Conflict for one that is not dead."""
    require(person, SUPERVISOR)
    with transaction() as session:
        query = sa.select(OutboxMail).outerjoin(Case, Case.id == OutboxMail.case_id)
        query = query.where(OutboxMail.id == mail_id, _seen_by(person)).with_for_update(of=OutboxMail)
        mail: OutboxMail | None = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if mail is None:
            raise NotFound("desk.no_such_letter")
        if mail.state != DEAD:
            raise Conflict("desk.letter_not_dead")
        mail.state, mail.attempts, mail.due_at, mail.error = WAITING, 0, clock.now(), None
        session.flush()
        audit.record(session, person, "desk:mail:sent_again", f"outbox_mail:{mail.id}", case_id=mail.case_id)
