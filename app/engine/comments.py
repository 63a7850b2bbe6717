"""Remarks on cases, instances and tasks. A remark is never changed; a better one is written below it."""

import re

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.engine.models import Comment
from app.engine.places import Place, require_place
from app.errors import Invalid
from app.people import access
from app.people.person import STAFF, Person

LONGEST = 10_000
_MENTION = re.compile(r"(?<![\w@])@([A-Za-z0-9_.-]{1,150})")


def add_comment(person: Person, place: Place, text: str) -> Comment:
    """Write a remark; people named with @username are kept as mentions.

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
            mentions=sorted(set(_MENTION.findall(words))),
        )
        session.add(comment)
        return comment


def comments_at(person: Person, place: Place) -> list[Comment]:
    """Return the remarks on a whole case, or on an instance that has no case, oldest first."""
    found = require_place(db.session, person, place)
    query = sa.select(Comment).where(found.condition(Comment)).order_by(Comment.written_at, Comment.key)
    return list(db.session.execute(query).scalars())
