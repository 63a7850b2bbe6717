"""People and moments in sentences."""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.engine.expressions import zone
from app.people.models import User


def display_name(username: str | None) -> str:
    """Return a person's name in the present language; the username when there is no such account."""
    if not username:
        return ""
    names = db.session.execute(sa.select(User.names).where(User.username == username)).scalar_one_or_none()
    return i18n.localised(names, username) if names else username


def by_whom(username: str | None, moment: dt.datetime | None) -> dict[str, t.Any]:
    """Return the parameters of “somebody was faster”: who, when on the company's clock, and both exactly."""
    local = moment.astimezone(zone()) if moment else None
    today = local is not None and local.date() == clock.now().astimezone(zone()).date()
    when = "" if local is None else local.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")
    return {
        "who": display_name(username),
        "when": when,
        "username": username,
        "at": moment.isoformat() if moment else None,
    }
