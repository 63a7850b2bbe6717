"""What people of the house are told, by mail as well for those who asked for it.

Notifications are written in the transaction of their cause, and those that somebody wants by mail are marked. Some
minutes later they become letters, unless they were read in the app meanwhile: whoever is at work gets no mail.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.desk.mail.transport import the_transport
from app.desk.mail.wording import NOTICE
from app.desk.models import OutboxMail
from app.people.models import User
from app.people.notifications import Notification, NotificationMail

PATIENCE = dt.timedelta(minutes=5)
"""How long somebody has to read a notification in the app before it is mailed."""
BATCH = 200


def write_due() -> int:
    """Turn what was not read in time into letters; returns how many. Safe to run twice and beside others."""
    written = 0
    while (found := _write_some()) is not None:
        written += found
    return written


def _write_some() -> int | None:
    """Look at some marked notifications, each once; None when there are none."""
    marked = sa.select(Notification).where(Notification.by_mail, Notification.at <= clock.now() - PATIENCE)
    if db.session.scalars(marked.with_only_columns(Notification.id).limit(1)).first() is None:
        db.session.rollback()
        return None
    with transaction() as session:
        query = marked.order_by(Notification.at).limit(BATCH).with_for_update(skip_locked=True)
        found = list(session.scalars(query.execution_options(populate_existing=True)))
        letters = [_letter(one) for one in found if one.read_at is None] if the_transport() is not None else []
        session.add_all(letters)
        for one in found:
            one.by_mail = False
    return len(letters) if found else None


def _letter(notification: Notification) -> OutboxMail:
    now = clock.now()
    return OutboxMail(
        id=next_key(),
        key=f"notification:{notification.id}",
        case_id=notification.case_id,
        user_id=notification.user_id,
        template=NOTICE,
        params={
            "told": notification.id,
            "kind": notification.kind,
            "template": notification.template,
            "params": notification.params,
        },
        due_at=now,
        created_at=now,
    )


def recipient(session: t.Any, mail: OutboxMail) -> User | None:
    """Return whom a letter goes to; None for who left, has no address any more or no longer wants mail of its kind."""
    wished = sa.exists().where(NotificationMail.user_id == User.id, NotificationMail.kind == mail.params["kind"])
    query = sa.select(User).where(User.id == mail.user_id, User.active, User.email != "", wished)
    return t.cast(User | None, session.scalars(query.execution_options(populate_existing=True)).one_or_none())
