"""Finished instances leave the database when their time is over: into archive files, or for good.

A family, that is a root instance with everything it called, goes together, once no instance of its case lives. What
belongs to the case stays: the case itself, papers, notes, comments, files, and one audit line that says where the steps
went. A family is archived, checked and then deleted; a process that dies in between archives it once more, under the
same name, and nothing is lost.
"""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import aliased

from app import clock
from app.config import Retention, Settings
from app.db import db, transaction
from app.engine import archive
from app.engine.archive import chunks
from app.engine.models import (
    Attachment,
    BatchItem,
    BatchOperation,
    Comment,
    Incident,
    Payload,
    PayloadUse,
    ProcessDefinition,
    ProcessInstance,
    table_of,
)
from app.people import audit

BATCH = 100
"""Families per transaction: small enough that nobody waits for it."""
SWEEP = 50
"""Batches of one sweep, so that a process can be asked to end."""
_UNTRACKED = {"synchronize_session": False}


@dataclasses.dataclass(frozen=True)
class Gone:
    """What left with one batch: families, instances, and the file they are in now (None when deleted for good)."""

    process_id: str
    families: int
    instances: int
    file: str | None


def sweep() -> int:
    """Do some of what is due; returns how many families left. Called again and again, it does all of it."""
    gone = 0
    for number, batch in enumerate(remove_due(), 1):
        gone += batch.families
        if number == SWEEP:
            break
    _forget_loose_incidents()
    _forget_orders()
    return gone


def due() -> dict[str, int]:
    """Return how many families are due, by process id."""
    counts = {}
    for process_id, cutoff in _cutoffs():
        query = sa.select(sa.func.count()).select_from(ProcessInstance).where(*_due(process_id, cutoff))
        if number := db.session.execute(query).scalar_one():
            counts[process_id] = int(number)
    return counts


def remove_due() -> Iterator[Gone]:
    """Remove everything that is due, a small transaction at a time; may be stopped and begun again at any point."""
    for process_id, cutoff in _cutoffs():
        while roots := _some_due(process_id, cutoff):
            gone = _remove(process_id, roots)
            if not gone.families:
                # Another process has these in hand.
                break
            yield gone


def _cutoffs() -> list[tuple[str, dt.datetime]]:
    """Every process with the moment before which its finished instances are due, without those kept for ever."""
    policy = _policy()
    days_of = policy.days_of
    if not policy.finished_days and not any(days_of.values()):
        return []
    now = clock.now()
    db.session.rollback()
    known = db.session.execute(sa.select(ProcessDefinition.process_id).distinct()).scalars()
    days = {name: days_of.get(name, policy.finished_days) for name in known}
    return sorted((name, now - dt.timedelta(days=number)) for name, number in days.items() if number)


def _due(process_id: str, cutoff: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    other = aliased(ProcessInstance)
    lives = sa.exists().where(other.case_id == ProcessInstance.case_id, other.state == "active")
    return (
        ProcessInstance.process_id == process_id,
        ProcessInstance.parent_key.is_(None),
        ProcessInstance.ended_at.is_not(None),
        ProcessInstance.ended_at <= cutoff,
        ~lives,
    )


def _some_due(process_id: str, cutoff: dt.datetime) -> list[t.Any]:
    db.session.rollback()
    query = sa.select(ProcessInstance.key, ProcessInstance.case_id).where(*_due(process_id, cutoff))
    return list(db.session.execute(query.order_by(ProcessInstance.ended_at, ProcessInstance.key).limit(BATCH)))


def _remove(process_id: str, roots: list[t.Any]) -> Gone:
    keys = [root.key for root in roots]
    file = archive.write(process_id, keys) if _policy().then == "archive" else None
    with transaction() as session:
        held = sa.select(ProcessInstance.key).where(ProcessInstance.key.in_(keys)).with_for_update(skip_locked=True)
        mine = set(session.execute(held).scalars())
        members = sa.select(ProcessInstance.key).where(ProcessInstance.root_key.in_(mine))
        family = list(session.execute(members).scalars())
        _delete(session, family)
        action = "archived" if file else "deleted"
        for root in (root for root in roots if root.key in mine):
            subject, detail = f"instance:{root.key}", {"process": process_id, "file": file}
            audit.record(
                session, None, f"engine:instance:{action}", subject, file or "", detail,
                instance_key=root.key, case_id=root.case_id,
            )  # fmt: skip
    return Gone(process_id, len(mine), len(family), file)


def _delete(session: t.Any, keys: list[int]) -> None:
    """Delete instances with what hangs on them alone; comments and files of a case stay with it.

    The contents of deleted attachments stay in the store: somebody may be attaching the same content in this moment.
    """
    hashes: set[str] = set()
    for some in chunks(keys):
        uses = PayloadUse.instance_key.in_(some)
        hashes |= set(session.execute(sa.select(PayloadUse.sha256).where(uses)).scalars())
        session.execute(sa.delete(PayloadUse).where(uses))
        for model in (Comment, Attachment):
            session.execute(sa.delete(model).where(model.case_id.is_(None), model.instance_key.in_(some)))
        for table, condition in archive.owned_by(table_of(ProcessInstance)):
            session.execute(sa.delete(table).where(condition(some)))
        session.execute(sa.delete(ProcessInstance).where(ProcessInstance.key.in_(some)))
    for named in chunks(sorted(hashes)):
        session.execute(sa.delete(Payload).where(Payload.sha256.in_(named), *_named_by_nobody()))


def _named_by_nobody() -> Iterator[sa.ColumnElement[bool]]:
    """A content is kept while an instance or a deployed file names it."""
    payload = table_of(Payload)
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            # A variable that names one has its entry among the uses, which has an index.
            if column.references(payload.c.sha256) and table.name != "variable":
                yield ~sa.exists().where(column == payload.c.sha256)


def _forget_loose_incidents() -> None:
    """Resolved incidents of messages that found nothing to start belong to no instance and go by the general days."""
    days = _policy().finished_days
    if days:
        with transaction() as session:
            old = Incident.resolved_at <= clock.now() - dt.timedelta(days=days)
            session.execute(sa.delete(Incident).where(Incident.instance_key.is_(None), old))


def _forget_orders() -> None:
    """Orders over many instances go by the general days, once nobody works on them; the audit keeps what they did."""
    days = _policy().finished_days
    if days:
        with transaction() as session:
            old = BatchOperation.ended_at <= clock.now() - dt.timedelta(days=days)
            orders = sa.select(BatchOperation.key).where(old)
            session.execute(sa.delete(BatchItem).where(BatchItem.batch_key.in_(orders)), execution_options=_UNTRACKED)
            session.execute(sa.delete(BatchOperation).where(old), execution_options=_UNTRACKED)


def _policy() -> Retention:
    settings: Settings = current_app.extensions["settings"]
    return settings.retention
