"""Remarks on cases, instances and tasks. A remark is never changed; a better one is written below it."""

import re
import typing as t
from collections.abc import Iterable

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.engine.models import CaseWatch, Comment, UserTask
from app.engine.places import Place, require_place
from app.errors import Invalid, NotFound
from app.people import access, notifications
from app.people.access import Colleague
from app.people.models import User
from app.people.notifications import Telling
from app.people.person import STAFF, Person, load_people

LONGEST = 10_000
MENTION = re.compile(r"(?<![\w@&])@([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,148}[A-Za-z0-9_])?)")
"""An account named in a remark; a full stop behind it ends the sentence, not the name."""
OFFERED = 8
LOOKED_AT = 60
"""Accounts whose names fit what was typed; of these, those who may see the place are offered."""
QUOTED = 200
"""Characters of a remark that are told."""


def add_comment(person: Person, place: Place, text: str) -> Comment:
    """Write a remark; people named with @username are kept as mentions, and told when they may see the place.

    Raises Invalid for an empty or endless text, NotFound for a place the person may not see.
    """
    access.require(person, STAFF)
    words = text.strip()
    if not words:
        raise Invalid("engine.comment_empty", fields={"text": [("engine.comment_empty", {})]})
    if len(words) > LONGEST:
        said = ("engine.comment_too_long", {"limit": LONGEST})
        raise Invalid("engine.comment_too_long", fields={"text": [said]}, limit=LONGEST)
    with transaction() as session:
        found = require_place(session, person, place)
        comment = Comment(
            key=next_key(),
            case_id=found.case_id,
            instance_key=found.instance_key,
            task_key=found.task_key,
            author=person.username,
            written_at=clock.now(),
            text=words,
            mentions=sorted(set(MENTION.findall(words))),
        )
        session.add(comment)
        _tell(session, person, found, comment)
        return comment


def mentionable(person: Person, place: Place, typed: str) -> list[Colleague]:
    """Return some people whose name or account begins or goes on like this and who may see the place, by name."""
    access.require(person, STAFF)
    found = require_place(db.session, person, place)
    name = sa.cast(User.names, sa.String)
    fits = sa.or_(User.username.icontains(typed, autoescape=True), name.icontains(typed, autoescape=True))
    query = sa.select(User.id).where(User.active, User.id != person.id, fits).order_by(User.username)
    people = load_people(db.session.scalars(query.limit(LOOKED_AT)))
    seeing = _who_see(db.session, found, people.values())
    offered = [Colleague(one.id, one.username, one.names) for one in seeing[:OFFERED]]
    return sorted(offered, key=lambda one: one.name)


def _mentioned(session: t.Any, place: Place, comment: Comment) -> list[str]:
    """Accounts of those named who may see the place."""
    if not comment.mentions:
        return []
    ids = session.scalars(sa.select(User.id).where(User.username.in_(comment.mentions), User.active))
    return sorted(one.username for one in _who_see(session, place, load_people(ids).values()))


def _who_see(session: t.Any, place: Place, people: Iterable[Person]) -> list[Person]:
    return [one for one in people if _sees(session, one, place)]


def _sees(session: t.Any, person: Person, place: Place) -> bool:
    try:
        require_place(session, person, place)
    except NotFound:
        return False
    return True


def _tell(session: t.Any, person: Person, place: Place, comment: Comment) -> None:
    """Tell those who are named; those who only watch the case are told that something was written."""
    task = session.get(UserTask, place.task_key) if place.task_key is not None else None
    params = {
        "who": dict(person.names) or person.username,
        "text": comment.text[:QUOTED],
        "step": task.names if task else "",
    }
    leads = {"case_id": place.case_id, "task_key": place.task_key}
    mentioned = _mentioned(session, place, comment)
    if mentioned:
        telling = Telling(notifications.MENTION, "notification.mentioned", params, **leads)
        notifications.tell(session, notifications.named(mentioned), telling, by=person)
    if place.case_id is not None:
        watching = sa.select(User.id).join(CaseWatch, CaseWatch.username == User.username)
        watching = watching.where(CaseWatch.case_id == place.case_id, User.username.not_in(mentioned))
        telling = Telling(notifications.CASE, "notification.commented", params, **leads)
        notifications.tell(session, watching, telling, by=person)


def comments_at(person: Person, place: Place) -> list[Comment]:
    """Return the remarks on a whole case, or on an instance that has no case, oldest first."""
    found = require_place(db.session, person, place)
    query = sa.select(Comment).where(found.condition(Comment)).order_by(Comment.written_at, Comment.key)
    return list(db.session.execute(query).scalars())
