"""Lock-out: failures are counted per typed name, whether or not an account of that name exists."""

import dataclasses
import datetime as dt
import typing as t

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import db, ensure_row
from app.errors import Unauthorized
from app.people.models import SignIn, SignInGuard

LONGEST_NAME = 150


@dataclasses.dataclass(frozen=True)
class Peer:
    """Where a request comes from. `loopback` is the very machine, with no proxy in between."""

    address: str = ""
    browser: str = ""
    loopback: bool = False


def settled_name(typed: str) -> str:
    """Return a typed username as accounts are stored: trimmed, lower case, bounded."""
    return typed.strip().lower()[:LONGEST_NAME]


def refuse_locked(name: str) -> None:
    """Raise Unauthorized while the name is locked."""
    until = db.session.execute(sa.select(SignInGuard.locked_until).where(SignInGuard.name == name)).scalar()
    now = clock.now()
    if until is not None and until > now:
        raise Unauthorized("people.locked", minutes=_minutes(until - now))


def count_failure(session: t.Any, name: str) -> Unauthorized:
    """Count one more failure in the caller's transaction and return the error to raise after it.

    1. A pause as long as the lock-out forgets earlier failures.
    2. The count grows in one UPDATE, so that parallel guesses are all counted.
    3. The last permitted failure locks the name.
    """
    security = _security()
    now = clock.now()
    pause = dt.timedelta(minutes=security.lockout_minutes)
    ensure_row(session, SignInGuard, {"name": name}, failures=0, failed_at=now)
    forgotten = SignInGuard.failed_at <= now - pause
    grown = sa.case((forgotten, 1), else_=SignInGuard.failures + 1)
    failures = session.execute(
        sa.update(SignInGuard)
        .where(SignInGuard.name == name)
        .values(failures=grown, failed_at=now)
        .returning(SignInGuard.failures)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    left = security.lockout_after - failures
    if left > 0:
        return Unauthorized("people.wrong_credentials", left=left)
    session.execute(
        sa.update(SignInGuard)
        .where(SignInGuard.name == name)
        .values(locked_until=now + pause, failures=0)
        .execution_options(synchronize_session=False)
    )
    return Unauthorized("people.locked", minutes=security.lockout_minutes)


def clear(session: t.Any, name: str) -> None:
    """Forget the failures of a name, after a success or because an administrator says so."""
    session.execute(sa.delete(SignInGuard).where(SignInGuard.name == name))


def note(session: t.Any, name: str, user_id: int | None, *, method: str, outcome: str, peer: Peer) -> None:
    """Write one attempt to sign in."""
    values = {"at": clock.now(), "name": name, "user_id": user_id, "method": method, "outcome": outcome}
    session.execute(sa.insert(SignIn).values(values | {"address": peer.address}))


def _security() -> t.Any:
    settings: Settings = current_app.extensions["settings"]
    return settings.security


def _minutes(span: dt.timedelta) -> int:
    return max(1, -(-int(span.total_seconds()) // 60))
