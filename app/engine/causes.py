"""Causes of incidents: one element, one message with its values folded; who looks after each, and what is known.

What somebody notes about a cause outlives its incidents, so that it is there when the cause comes back.
"""

import re
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app import clock
from app.db import db, transaction
from app.engine.models import Incident, IncidentCause
from app.errors import Invalid
from app.people import access, audit
from app.people.person import SUPERVISOR, Person, find_person

LONGEST = 160
LONGEST_NOTE = 1_000
_VALUE = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|\b(?=\w*[0-9])[\w-]+", re.ASCII)


class Cause(t.NamedTuple):
    """What incidents of one cause have in common."""

    process_id: str
    element_id: str
    code: str
    folded: str | None
    """None where only the element and the code are meant, whatever they say."""


def folded(params: Mapping[str, t.Any]) -> str:
    """Return what an incident says of its own, with quoted values and whatever has a digit taken out."""
    said = " ".join(str(params[name]) for name in ("cause", "message", "error") if params.get(name))
    return _VALUE.sub("…", said)[:LONGEST]


def of_cause(cause: Cause) -> sa.ColumnElement[bool]:
    """Return the condition on open incidents of a cause."""
    said = sa.true() if cause.folded is None else sa.func.coalesce(Incident.folded, "") == cause.folded
    return sa.and_(
        Incident.resolved_at.is_(None),
        Incident.process_id == cause.process_id,
        Incident.code == cause.code,
        sa.func.coalesce(Incident.element_id, "") == cause.element_id,
        said,
    )


def noted(causes: Iterable[Cause]) -> dict[Cause, IncidentCause]:
    """Return what is noted about causes; one statement."""
    wanted = list(causes)
    place = sa.tuple_(IncidentCause.process_id, IncidentCause.element_id, IncidentCause.code, IncidentCause.folded)
    query = sa.select(IncidentCause).where(place.in_(wanted)).execution_options(populate_existing=True)
    rows = db.session.scalars(query) if wanted else ()
    return {Cause(row.process_id, row.element_id, row.code, row.folded): row for row in rows}


def note_cause(person: Person, cause: Cause, owner: str, note: str) -> None:
    """Say who looks after a cause and what is known about it; both may be empty. Raises Invalid for a stranger."""
    access.require(person, SUPERVISOR)
    cause = cause._replace(folded=cause.folded or "")
    owner, note = owner.strip(), note.strip()[:LONGEST_NOTE]
    if owner and find_person(owner) is None:
        raise Invalid("engine.no_such_person", fields={"owner": [("engine.no_such_person", {"who": owner})]})
    with transaction() as session:
        said = {"owner": owner or None, "note": note, "changed_at": clock.now(), "changed_by": person.username}
        session.merge(IncidentCause(**cause._asdict(), **said))
        detail = {**cause._asdict(), "owner": owner}
        audit.record(session, person, "engine:cause:noted", f"process:{cause.process_id}", note, detail)
