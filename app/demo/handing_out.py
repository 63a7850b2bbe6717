"""The last touch: everybody has taken some of their work, and some of it is wanted today."""

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app import clock, engine
from app.config import Settings
from app.db import db
from app.demo.organisation import ACCOUNT_NAMES
from app.engine.queries import inbox
from app.errors import FirstlineError
from app.people.models import User
from app.people.person import Person, find_person

SUPERVISOR = "demo_supervisor"
WANTED_TODAY = "客户今天要结果，请优先处理"
EVERY = 4
"""Of the tasks that were taken, every how-manieth is wanted today."""


def hand_out() -> int:
    """Let every demonstration account take the most urgent task offered to it; returns how many were taken."""
    supervisor = find_person(SUPERVISOR)
    assert supervisor is not None
    taken = [key for person in _accounts() if (key := _take(person)) is not None]
    for key in taken[::EVERY]:
        engine.update_task(supervisor, key, due_at=_later_today(), reason=WANTED_TODAY)
    return len(taken)


def _accounts() -> list[Person]:
    query = sa.select(User.username).where(User.demo, User.username.in_(ACCOUNT_NAMES)).order_by(User.id)
    found = [find_person(username) for username in db.session.scalars(query)]
    return [person for person in found if person is not None]


def _take(person: Person) -> int | None:
    """Take the most urgent task, unless it is the only one, which stays for whoever opens the folder of the team."""
    db.session.rollback()
    offered = inbox.offered_tasks((person,), limit=2)
    if len(offered) < 2:
        return None
    key: int = offered[0].key
    try:
        engine.claim_task(person, key)
    except FirstlineError:
        return None  # separation of duties keeps this one from them
    return key


def _later_today() -> dt.datetime:
    """Three hours from now, but on this day."""
    settings: Settings = current_app.extensions["settings"]
    here = clock.now().astimezone(ZoneInfo(settings.company.zone))
    return min(here + dt.timedelta(hours=3), here.replace(hour=23, minute=30, second=0, microsecond=0))
