"""Housekeeping: rows that no longer decide anything are deleted. The record of sign-ins stays."""

import datetime as dt

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import transaction
from app.people.models import SignInGuard, WebSession
from app.people.signin import idle_time

KEPT_AFTER_END = dt.timedelta(days=30)


def forget_old() -> int:
    """Delete sessions that ended a month ago and counted failures that no longer count; return how many rows."""
    settings: Settings = current_app.extensions["settings"]
    now = clock.now()
    counted_since = now - dt.timedelta(minutes=settings.security.lockout_minutes)
    with transaction() as session:
        ended = sa.delete(WebSession).where(WebSession.seen_at < now - idle_time() - KEPT_AFTER_END)
        unlocked = sa.or_(SignInGuard.locked_until.is_(None), SignInGuard.locked_until <= now)
        guards = sa.delete(SignInGuard).where(SignInGuard.failed_at < counted_since, unlocked)
        return sum(session.execute(query).rowcount for query in (ended, guards))
