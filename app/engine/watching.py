"""Watching a case: whoever does sees its open steps in one list and is told what is said there."""

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine.models import CaseWatch
from app.engine.places import Place, require_place
from app.people import access
from app.people.person import STAFF, Person


def watch_case(person: Person, case_id: int, *, on: bool = True) -> None:
    """Begin to watch a case, or stop; doing it twice changes nothing. Raises NotFound for one not theirs to see."""
    access.require(person, STAFF)
    with transaction() as session:
        mine = session.get(CaseWatch, (case_id, person.username))
        if on and mine is None:
            require_place(session, person, Place(case_id=case_id))
            session.add(CaseWatch(case_id=case_id, username=person.username, since=clock.now()))
        elif not on and mine is not None:
            session.delete(mine)


def watches(person: Person, case_id: int | None) -> bool:
    """Whether the person watches a case."""
    return case_id is not None and db.session.get(CaseWatch, (case_id, person.username)) is not None


def watchers_of(case_id: int) -> list[str]:
    """Return who watches a case."""
    query = sa.select(CaseWatch.username).where(CaseWatch.case_id == case_id).order_by(CaseWatch.username)
    return list(db.session.scalars(query))
