"""Links for customers: signed, for one purpose of one case, for a time, and taken back at any moment.

A token is the number of its row, a nonce, and a keyed hash over both. It can be made again from the row and the
installation's secret key, so the database keeps only its SHA-256: whoever reads the database opens nothing, whoever
guesses is refused before the database is asked, and a new secret key ends every link at once.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import db, next_key, transaction
from app.desk import cases
from app.desk.models import Case, CustomerLink, Document
from app.desk.queries.visible import may_see_case
from app.errors import Conflict, Gone, NotFound
from app.people import audit
from app.people.access import require
from app.people.person import STAFF, Person

STATUS, QUOTE, RATING, PHOTOS = "status", "quote", "rating", "photos"
DAYS: Mapping[str, int] = {STATUS: 90, QUOTE: 14, RATING: 30, PHOTOS: 14}
"""How long a link of each purpose lives; one for a quotation ends with the quotation if that is sooner."""
OPENS = "portal.open_link"
"""The view that links lead to; an installation without it gives none."""
HOLDER = "(customer)"
"""Stands for whoever holds a link where an account stands; no account can be called so."""
KEY_BYTES, NONCE_BYTES, MARK_BYTES = 7, 8, 18
"""33 bytes in all, which are 44 characters without padding."""


def issue(
    session: t.Any, case: Case, purpose: str, by: str | None, *, document: Document | None = None
) -> CustomerLink:
    """Write a link into the caller's transaction. Earlier ones of the same purpose go on until they end."""
    now = clock.now()
    link = CustomerLink(
        id=next_key(),
        case_id=case.id,
        purpose=purpose,
        document_id=document.id if document else None,
        issued_at=now,
        issued_by=by,
        expires_at=_end(purpose, document, now),
        nonce=secrets.token_hex(NONCE_BYTES),
    )
    link.token_hash = _hash(token_of(link))
    session.add(link)
    session.flush()
    return link


def give(person: Person, case_no: str, purpose: str) -> CustomerLink:
    """Issue a link for a customer by hand; the ones given before for the same purpose end, so that one is left.

    Raises Conflict when the case has nothing to be asked about by such a link.
    """
    require(person, STAFF)
    with transaction() as session:
        case = _case(person, case_no)
        document = asked_about(session, case, purpose)
        for earlier in session.scalars(living(case.id, purpose).with_for_update()):
            _end_now(earlier, person)
        link = issue(session, case, purpose, person.username, document=document)
        _audit(session, person, "desk:link:issued", link)
    return link


def revoke(person: Person, case_no: str, link_id: int, reason: str = "") -> None:
    """End a link now. One that has ended already stays as it is."""
    require(person, STAFF)
    with transaction() as session:
        case = _case(person, case_no)
        link = session.get(CustomerLink, link_id, with_for_update=True, populate_existing=True)
        if link is None or link.case_id != case.id:
            raise NotFound("desk.no_such_customer_link")
        if link.revoked_at is None:
            _end_now(link, person)
            _audit(session, person, "desk:link:revoked", link, reason)


def asked_about(session: t.Any, case: Case, purpose: str) -> Document | None:
    """Return the paper a link of this purpose is about, None for purposes about the case itself.

    Raises Conflict when there is none to answer, when a rating comes too early or a photo too late, NotFound for a
    purpose that does not exist.
    """
    if purpose not in DAYS:
        raise NotFound("desk.no_such_purpose", purpose=purpose)
    if purpose == RATING and case.closed_at is None:
        raise Conflict("desk.rated_after_closing", case=case.case_no)
    if purpose == PHOTOS and case.closed_at is not None:
        raise Conflict("desk.case_closed", case=case.case_no)
    if purpose != QUOTE:
        return None
    found = session.scalars(
        sa.select(Document)
        .where(Document.case_id == case.id, Document.kind == "quotation", Document.state == "sent")
        .order_by(Document.id.desc())
    ).first()
    if found is None:
        raise Conflict("desk.no_quote_to_answer", case=case.case_no)
    return t.cast(Document, found)


def of_case(case_id: int) -> list[CustomerLink]:
    """Return the links of a case, newest first."""
    query = sa.select(CustomerLink).where(CustomerLink.case_id == case_id).order_by(CustomerLink.id.desc())
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def living(case_id: int, purpose: str) -> sa.Select[CustomerLink]:
    """Return the query for links that still open something."""
    return sa.select(CustomerLink).where(
        CustomerLink.case_id == case_id,
        CustomerLink.purpose == purpose,
        CustomerLink.revoked_at.is_(None),
        CustomerLink.expires_at > clock.now(),
    )


def lives(link: CustomerLink) -> bool:
    """Whether the link still opens something."""
    return link.revoked_at is None and link.expires_at > clock.now()


def find(token: str) -> CustomerLink:
    """Return the link of a token. Raises NotFound for a token we never made, Gone for one that has ended."""
    key = _key_in(token)
    if key is None:
        raise NotFound("desk.no_such_customer_link")
    link = db.session.get(CustomerLink, key, populate_existing=True)
    if link is None or not hmac.compare_digest(link.token_hash, _hash(token)):
        raise NotFound("desk.no_such_customer_link")
    if link.revoked_at is not None:
        raise Gone("desk.link_revoked")
    if link.expires_at <= clock.now():
        raise Gone("desk.link_expired", day=cases.company_day(link.expires_at).isoformat())
    return link


def token_of(link: CustomerLink) -> str:
    """Return the token of a link, made again from its row."""
    said = link.id.to_bytes(KEY_BYTES, "big") + bytes.fromhex(link.nonce)
    return base64.urlsafe_b64encode(said + _mark(said)).decode()


def address_of(link: CustomerLink) -> str:
    """Return the whole address of a link, as it is written into letters."""
    settings: Settings = current_app.extensions["settings"]
    path = current_app.url_map.bind("").build(OPENS, {"token": token_of(link)})
    return f"{settings.server.root}{path}"


def _key_in(token: str) -> int | None:
    """Return the row number in a token that this installation signed."""
    try:
        raw = base64.urlsafe_b64decode(token)
    except ValueError:
        return None
    said, mark = raw[: KEY_BYTES + NONCE_BYTES], raw[KEY_BYTES + NONCE_BYTES :]
    if not hmac.compare_digest(mark, _mark(said)):
        return None
    return int.from_bytes(said[:KEY_BYTES], "big")


def _mark(said: bytes) -> bytes:
    return hmac.digest(_secret(), b"customer link " + said, hashlib.sha256)[:MARK_BYTES]


def _secret() -> bytes:
    key = current_app.secret_key
    return key.encode() if isinstance(key, str) else t.cast(bytes, key)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _end(purpose: str, document: Document | None, now: dt.datetime) -> dt.datetime:
    last = now + dt.timedelta(days=DAYS[purpose])
    valid_until = moment_in(document.content.get("valid_until")) if document else None
    return min(last, valid_until) if valid_until else last


def moment_in(text: t.Any) -> dt.datetime | None:
    """Return a moment as a process stored it; its zone is the company's when it names none."""
    if not isinstance(text, str) or not text:
        return None
    try:
        found = dt.datetime.fromisoformat(text.partition("[")[0].partition("@")[0])
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=cases.company_zone())


def _end_now(link: CustomerLink, person: Person) -> None:
    link.revoked_at, link.revoked_by = clock.now(), person.username


def _case(person: Person, case_no: str) -> Case:
    case = cases.by_number(case_no)
    if not may_see_case(person, case):
        raise NotFound("desk.no_such_case", case=case_no)
    return case


def _audit(session: t.Any, person: Person, action: str, link: CustomerLink, reason: str = "") -> None:
    said = {"purpose": link.purpose, "until": link.expires_at.isoformat()}
    audit.record(session, person, action, f"customer_link:{link.id}", reason, said, case_id=link.case_id)
