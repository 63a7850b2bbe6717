"""Who else has a task open, and what has happened to it meanwhile.

The page of a task asks every 20 seconds, as long as somebody looks at it: two short statements, and a third one when
the person was noted longer than NOTED_EVERY ago. Nothing is kept that way about who looked at what: the rows are
overwritten and go after a day.
"""

import dataclasses
import datetime as dt

import sqlalchemy as sa

from app import clock, i18n
from app.db import db, ensure_row, transaction
from app.engine.models import Draft, UserTask
from app.engine.queries import detail
from app.inbox.models import TaskViewer
from app.inbox.names import people_named
from app.people.models import User
from app.people.person import Person

NOTED_EVERY = dt.timedelta(seconds=40)
HERE_FOR = dt.timedelta(seconds=70)
"""Somebody noted this long ago is taken to look at it still: two times the page asked, and a little more."""
KEPT = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Presence:
    """What the reader of a task should know.

    Attributes:
        looking: names of the others who have it open.
        saved: names of the others who have typed something into it since the reader opened it, and when they did last.
        changed: who has it now or ended it, when that is not what the reader's page shows; else empty.
    """

    looking: tuple[str, ...]
    saved: tuple[tuple[str, dt.datetime], ...]
    changed: str
    over: bool

    def __bool__(self) -> bool:
        return bool(self.looking or self.saved or self.changed or self.over)


def stamp_of(task: UserTask) -> str:
    """Return what the page of a task shows of its state, to be compared later."""
    return f"{task.state}.{task.assignee or ''}.{1 if task.pending else 0}{1 if task.suspended_at else 0}"


def presence(person: Person, task_key: int, stamp: str, since: dt.datetime) -> Presence:
    """Note that the person looks at a task, and return who else does and what has changed.

    :param stamp: what `stamp_of` said when the page was made, and `since` when that was.

    Raises NotFound for a task the person may not see.
    """
    now = clock.now()
    task = detail.get_task(person, task_key)
    rows = db.session.execute(_around(task_key, now, since)).all()
    others = [row for row in rows if row.id != person.id]
    mine = next((row.seen_at for row in rows if row.id == person.id), None)
    if mine is None or now - mine >= NOTED_EVERY:
        _note(person, task_key, now, first=mine is None)
    moved = stamp_of(task) != stamp
    names = people_named([task.assignee, task.ended_by]) if moved else {}
    return Presence(
        looking=tuple(_name(row) for row in others if row.seen_at and row.seen_at > now - HERE_FOR),
        saved=tuple((_name(row), row.saved_at) for row in others if row.saved_at and row.saved_at > since),
        changed=names.get(task.ended_by or task.assignee or "", "") if moved else "",
        over=moved and (task.state != "created" or task.assignee is None),
    )


def _around(task_key: int, now: dt.datetime, since: dt.datetime) -> sa.Select[*tuple[object, ...]]:
    """Everybody who looks at the task or has typed into it of late, in one statement."""
    looking = sa.and_(
        TaskViewer.user_id == User.id, TaskViewer.task_key == task_key, TaskViewer.seen_at > now - HERE_FOR
    )
    typed = sa.and_(Draft.username == User.username, Draft.task_key == task_key, Draft.saved_at > since)
    return (
        sa.select(User.id, User.username, User.names, TaskViewer.seen_at, Draft.saved_at)
        .outerjoin(TaskViewer, looking)
        .outerjoin(Draft, typed)
        .where(
            sa.or_(
                User.id.in_(sa.select(TaskViewer.user_id).where(TaskViewer.task_key == task_key)),
                User.username.in_(sa.select(Draft.username).where(Draft.task_key == task_key)),
            )
        )
        .order_by(User.username)
    )


def _note(person: Person, task_key: int, now: dt.datetime, *, first: bool) -> None:
    """Whoever opens a task also clears away who looked at tasks a day ago; that finds little, by index."""
    with transaction() as session:
        ensure_row(session, TaskViewer, {"task_key": task_key, "user_id": person.id}, seen_at=now)
        mine = sa.and_(TaskViewer.task_key == task_key, TaskViewer.user_id == person.id)
        quietly = {"synchronize_session": False}
        session.execute(sa.update(TaskViewer).where(mine).values(seen_at=now), execution_options=quietly)
        if first:
            session.execute(sa.delete(TaskViewer).where(TaskViewer.seen_at < now - KEPT), execution_options=quietly)


def _name(row: sa.Row[*tuple[object, ...]]) -> str:
    return i18n.localised(row.names, row.username)
