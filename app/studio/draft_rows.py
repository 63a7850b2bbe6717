"""The rows of a draft: found for changing, given a new state, taken away."""

import typing as t

import sqlalchemy as sa

from app import clock
from app.errors import Conflict, NotFound
from app.people import Person
from app.studio import saving, sniffing
from app.studio.models import OPEN_STATES, FileDraft, FileDraftRevision, Publication

KEPT = 50
"""Revisions kept of a draft, beside the first; more would only hold what nobody looks for."""
TOGETHER = 600.0
"""Seconds in which what the editor saves by itself becomes one state, so that the kept ones reach back far enough."""


def at(session: t.Any, key: int, base: int) -> FileDraft:
    """Return the draft for changing, if it is still as it was opened and nobody waits for it to be published."""
    row = session.get(FileDraft, key, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("studio.no_such_draft")
    if row.revision != base:
        words = saving.by_whom(row.saved_by, row.saved_at)
        raise Conflict("studio.draft_saved_meanwhile", title=row.title or row.name, **words)
    _refuse_waiting(session, row)
    return t.cast(FileDraft, row)


def add_revision(session: t.Any, person: Person, row: FileDraft, content: bytes, *, automatic: bool = False) -> None:
    """Give the draft a new state; the oldest go, but for the very first."""
    last = session.get(FileDraftRevision, (row.key, row.revision)) if row.revision else None
    row.revision += 1
    row.saved_at, row.saved_by = clock.now(), person.username
    session.flush()
    if last is not None and automatic and _goes_on(last, row):
        last.revision, last.content, last.saved_at = row.revision, content, row.saved_at
        return
    session.add(
        FileDraftRevision(
            draft_key=row.key,
            revision=row.revision,
            content=content,
            saved_at=row.saved_at,
            saved_by=row.saved_by,
            automatic=automatic,
        )
    )
    _forget_old(session, row)


def remove(session: t.Any, row: FileDraft) -> None:
    """Take a draft away with all its states."""
    session.execute(
        sa.delete(FileDraftRevision).where(FileDraftRevision.draft_key == row.key),
        execution_options={"synchronize_session": False},
    )
    session.delete(row)


def stem_of(row: FileDraft) -> str:
    """The name of the file without its ending."""
    return sniffing.stem(row.name)


def _goes_on(last: FileDraftRevision, row: FileDraft) -> bool:
    """Whether the last state was saved by the editor too, for the same person and a short while ago."""
    return (
        last.automatic and last.saved_by == row.saved_by and (row.saved_at - last.saved_at).total_seconds() < TOGETHER
    )


def _forget_old(session: t.Any, row: FileDraft) -> None:
    kept = (
        sa.select(FileDraftRevision.revision)
        .where(FileDraftRevision.draft_key == row.key)
        .order_by(FileDraftRevision.revision.desc())
        .offset(KEPT)
        .limit(1)
        .scalar_subquery()
    )
    old = sa.and_(FileDraftRevision.revision > 1, FileDraftRevision.revision <= kept)
    session.flush()
    session.execute(
        sa.delete(FileDraftRevision).where(FileDraftRevision.draft_key == row.key, old),
        execution_options={"synchronize_session": False},
    )


def _refuse_waiting(session: t.Any, row: FileDraft) -> None:
    query = sa.select(Publication).where(Publication.draft_key == row.key, Publication.state.in_(OPEN_STATES))
    waiting = session.scalars(query.limit(1)).first()
    if waiting is not None:
        words = saving.by_whom(waiting.asked_by, waiting.asked_at)
        raise Conflict("studio.draft_waits", title=waiting.title, **words)
