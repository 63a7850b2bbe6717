"""Housekeeping: rows that no longer decide anything are deleted; records of what people did when a policy says so."""

import datetime as dt

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.people.audit import AuditEntry
from app.people.models import SignIn, SignInGuard, WebSession
from app.people.signin import idle_time

KEPT_AFTER_END = dt.timedelta(days=30)
BATCH = 1_000
"""Records deleted in one transaction."""


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


def forget_records() -> int:
    """Delete audit lines and sign-ins older than `retention.audit_days`; returns how many. Zero keeps them for ever."""
    settings: Settings = current_app.extensions["settings"]
    days = settings.retention.audit_days
    if not days:
        return 0
    cutoff = clock.now() - dt.timedelta(days=days)
    return sum(_forget_before(model, cutoff) for model in (AuditEntry, SignIn))


def _forget_before(model: type[AuditEntry | SignIn], cutoff: dt.datetime) -> int:
    """Records are numbered in the order in which they were made, so the oldest are the first."""
    gone = 0
    while True:
        db.session.rollback()
        oldest = db.session.execute(sa.select(model.id, model.at).order_by(model.id).limit(BATCH)).all()
        old = [row.id for row in oldest if row.at < cutoff]
        with transaction() as session:
            session.execute(sa.delete(model).where(model.id.in_(old)))
        gone += len(old)
        if len(old) < BATCH:
            return gone
