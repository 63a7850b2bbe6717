"""Signing in and out with a local account, and the sessions of browsers."""

import dataclasses
import datetime as dt
import functools
import hashlib
import secrets
import typing as t

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.errors import FirstlineError, Forbidden, Unauthorized
from app.people import guard, passwords
from app.people.audit import record
from app.people.guard import Peer, settled_name
from app.people.models import User, WebSession
from app.people.notifications import unread_of_session
from app.people.person import Person, load_person, people_of, select_people

SEEN_EVERY = dt.timedelta(minutes=5)
"""A session's last use is written at most this often, so that reading a page is not a write."""


@dataclasses.dataclass(frozen=True)
class SignedIn:
    """A fresh session: the secret for the cookie and who it belongs to."""

    token: str
    person: Person


def sign_in(username: str, password: str, peer: Peer) -> SignedIn:
    """Check name and password and open a session with a new secret.

    Raises Unauthorized (wrong, locked) or Forbidden (demo account from elsewhere).
    """
    user_id = check_password(username, password, peer, method="password")
    return start_session(user_id, peer, method="password")


def check_password(username: str, password: str, peer: Peer, *, method: str) -> int:
    """Return the id of the active user with this name and password.

    1. A locked name is refused before any hash is computed.
    2. The hash is checked outside a transaction, because it takes long and would hold the write lock.
    3. One transaction counts the failure, or forgets earlier ones and renews an outdated hash. Being locked
       meanwhile wins over a right password: somebody is guessing with many requests at once.
    """
    name = settled_name(username)
    guard.refuse_locked(name)
    user = db.session.execute(
        sa.select(User.id, User.password_hash, User.active, User.demo).where(User.username == name)
    ).one_or_none()
    db.session.rollback()  # ends the read, so that no connection is held while the hash is computed
    right = passwords.matches(user.password_hash if user and user.active else None, password)
    with transaction() as session:
        failure = _judge(session, name, user, peer, method, right=right)
        if failure is None and user is not None and passwords.outdated(user.password_hash):
            renewed = passwords.hash_password(password)
            session.execute(sa.update(User).where(User.id == user.id).values(password_hash=renewed))
    if failure is not None:
        raise failure
    assert user is not None
    return t.cast(int, user.id)


def _judge(session: t.Any, name: str, user: t.Any, peer: Peer, method: str, *, right: bool) -> FirstlineError | None:
    user_id = user.id if user else None
    if not right:
        failure: FirstlineError = guard.count_failure(session, name)
        outcome = failure.code.removeprefix("people.")
        guard.note(session, name, user_id, method=method, outcome=outcome, peer=peer)
        return failure
    if user.demo and not demo_allowed(peer):
        guard.note(session, name, user_id, method=method, outcome="demo_refused", peer=peer)
        return Forbidden("people.demo_account")
    try:
        guard.refuse_locked(name)
    except Unauthorized as locked:
        return locked
    guard.clear(session, name)
    return None


def demo_allowed(peer: Peer) -> bool:
    """Whether demonstration accounts, whose password everybody knows, may be used from there."""
    settings: Settings = current_app.extensions["settings"]
    return settings.demo and peer.loopback


def start_session(user_id: int, peer: Peer, *, method: str) -> SignedIn:
    """Open a session for a user who has proved who they are; its secret is always new."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction() as session:
        person = load_person(user_id)
        if person is None:
            raise Unauthorized("people.account_inactive")
        session.add(
            WebSession(
                digest=digest(token),
                user_id=user_id,
                credential_stamp=person.credential_stamp,
                created_at=now,
                seen_at=now,
                address=peer.address,
                browser=peer.browser[:300],
            )
        )
        session.execute(sa.update(User).where(User.id == user_id).values(last_sign_in_at=now))
        guard.note(session, person.username, user_id, method=method, outcome="signed_in", peer=peer)
    return SignedIn(token, person)


def person_of_session(token: str) -> Person | None:
    """Return who a session belongs to; None when it is unknown, idle too long, revoked or overtaken.

    One statement; now and then a second one remembers that the session is in use.
    """
    now = clock.now()
    key = digest(token)
    rows = db.session.execute(_select_of_session(), {"a_digest": key, "idle_since": now - idle_time()}).all()
    if not rows:
        return None
    if now - rows[0].seen_at >= SEEN_EVERY:
        with transaction() as session:
            session.execute(sa.update(WebSession).where(WebSession.digest == key).values(seen_at=now))
    return dataclasses.replace(people_of(rows)[0], unread=rows[0].unread)


@functools.cache
def _select_of_session() -> sa.Select[*tuple[t.Any, ...]]:
    """Built once: every page asks it."""
    return (
        select_people()
        .add_columns(WebSession.seen_at, unread_of_session().label("unread"))
        .join(WebSession, WebSession.user_id == User.id)
        .where(
            WebSession.digest == sa.bindparam("a_digest"),
            WebSession.revoked_at.is_(None),
            WebSession.seen_at > sa.bindparam("idle_since"),
            WebSession.credential_stamp == User.credential_stamp,
            User.active,
        )
    )


def sign_out(token: str) -> None:
    """End one session."""
    with transaction() as session:
        session.execute(
            sa.update(WebSession)
            .where(WebSession.digest == digest(token), WebSession.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )


def end_sessions(person: Person, user_id: int, *, keep: str | None = None) -> int:
    """End all sessions of a user, except the one with the secret `keep`; return how many.

    People may do it to themselves, administrators to everybody.
    """
    if person.id != user_id and not person.administrator:
        raise Forbidden("people.no_permission", needed="administrator")
    with transaction() as session:
        query = sa.update(WebSession).where(WebSession.user_id == user_id, WebSession.revoked_at.is_(None))
        if keep:
            query = query.where(WebSession.digest != digest(keep))
        ended: int = session.execute(query.values(revoked_at=clock.now())).rowcount
        record(session, person, "people:sessions:ended", f"user:{user_id}", detail={"count": ended})
    return ended


def idle_time() -> dt.timedelta:
    """How long a session lives without use."""
    settings: Settings = current_app.extensions["settings"]
    return dt.timedelta(hours=settings.security.idle_hours)


def digest(secret: str) -> str:
    """Return what is stored of a long random secret; a slow hash would add nothing to its 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
