"""The folders on the left: which tasks each holds, in the fast default order and as a condition for any other."""

import dataclasses
import datetime as dt
import functools
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa
from flask import current_app, g

from app import clock
from app.engine.expressions import zone
from app.engine.models import UserTask
from app.engine.queries import inbox
from app.engine.queries.inbox import Position
from app.i18n import lazy_text as _l
from app.people import current_person
from app.people.person import Person
from app.web.durations import SOON

FOR = "for-"
"""Beginning of a folder with the work of somebody absent; the username follows."""
ANSWERS = "answers"


@dataclasses.dataclass(frozen=True)
class Viewer:
    """Whose lists these are, and when: everything a folder depends on, looked up at most once per request."""

    person: Person
    now: dt.datetime

    @classmethod
    def of(cls, person: Person) -> "Viewer":
        """Return the viewer of this request, so that its frame and its page count once."""
        found: Viewer | None = g.get("viewer")
        if found is None or found.person != person:
            found = g.viewer = cls(person, clock.now())
        return found

    @functools.cached_property
    def people(self) -> tuple[Person, ...]:
        """The person and the absent people whose work they do now."""
        return inbox.for_whom(self.person)

    @functools.cached_property
    def assigned(self) -> inbox.AssignedCounts:
        """How many tasks the person is working on."""
        return self._assigned_to(self.person)

    @functools.cached_property
    def offered(self) -> inbox.OfferedCounts:
        """How many tasks are offered to the person, or to somebody they stand in for."""
        return inbox.count_offered(self.people, self.soon)

    def all_of(self, absent: Person) -> int:
        """How many tasks somebody absent left, put off or not."""
        counts = self._assigned_to(absent)
        return min(counts.ready + counts.later, inbox.COUNT_UP_TO + 1)

    def _assigned_to(self, person: Person) -> inbox.AssignedCounts:
        return inbox.count_assigned(person, now=self.now, today=self.tomorrow, soon=self.soon)

    @property
    def own(self) -> tuple[Person]:
        """The person alone, as the engine's lists take people."""
        return (self.person,)

    @functools.cached_property
    def here(self) -> dt.datetime:
        """The present moment on the company's clock."""
        return self.now.astimezone(zone())

    @functools.cached_property
    def tomorrow(self) -> dt.datetime:
        """Midnight of the company's clock."""
        return dt.datetime.combine(self.here.date() + dt.timedelta(days=1), dt.time(), zone())

    @property
    def soon(self) -> dt.datetime:
        """Until when a deadline counts as close."""
        return self.now + SOON


Tasks = list[inbox.Listed]


@dataclasses.dataclass(frozen=True)
class Folder:
    """One folder.

    Attributes:
        page: the first tasks behind a place in the default order.
        count: how many there are, at most COUNT_UP_TO + 1.
        condition: the same tasks as a condition on `user_task`.
        team: stands among the folders of the team.
        others: tasks of several people, so that each row says whose it is.
    """

    id: str
    label: t.Any
    icon: str
    page: t.Callable[[Viewer, int, Position | None], Tasks]
    count: t.Callable[[Viewer], int]
    condition: t.Callable[[Viewer], sa.ColumnElement[bool]]
    team: bool = False
    others: bool = False
    alarming: bool = False


def _put_off(viewer: Viewer, *, later: bool) -> sa.ColumnElement[bool]:
    put_off = UserTask.follow_up_at > viewer.now
    return put_off if later else sa.or_(UserTask.follow_up_at.is_(None), sa.not_(put_off))


def _assigned_to(people: Sequence[Person]) -> sa.ColumnElement[bool]:
    return UserTask.assignee.in_([one.username for one in people])


def _soon_page(viewer: Viewer, limit: int, after: Position | None) -> Tasks:
    own = inbox.assigned_tasks(viewer.own, due_before=viewer.soon, limit=limit, after=after)
    offered = inbox.offered_tasks(viewer.people, due_before=viewer.soon, limit=limit, after=after)
    return sorted({task.key: task for task in own + offered}.values(), key=inbox.position_of)[:limit]


MINE = Folder(
    "mine",
    _l("Mine"),
    "user",
    lambda v, limit, after: inbox.assigned_tasks(v.own, follow_up=False, now=v.now, limit=limit, after=after),
    lambda v: v.assigned.ready,
    lambda v: sa.and_(_assigned_to(v.own), _put_off(v, later=False)),
)
TODAY = Folder(
    "today",
    _l("Due today"),
    "cal",
    lambda v, limit, after: inbox.assigned_tasks(v.own, due_before=v.tomorrow, limit=limit, after=after),
    lambda v: v.assigned.today,
    lambda v: sa.and_(_assigned_to(v.own), UserTask.due_sort < v.tomorrow),
)
SOON_DUE = Folder(
    "soon",
    _l("Breaching soon"),
    "soon",
    _soon_page,
    lambda v: min(v.assigned.soon + v.offered.soon, inbox.COUNT_UP_TO + 1),
    lambda v: sa.and_(
        UserTask.due_sort < v.soon,
        sa.or_(_assigned_to(v.own), sa.and_(UserTask.assignee.is_(None), inbox.offered_condition(v.people))),
    ),
    alarming=True,
)
FOLLOW_UP = Folder(
    "later",
    _l("Follow up later"),
    "history",
    lambda v, limit, after: inbox.assigned_tasks(v.own, follow_up=True, now=v.now, limit=limit, after=after),
    lambda v: v.assigned.later,
    lambda v: sa.and_(_assigned_to(v.own), _put_off(v, later=True)),
)
TEAM = Folder(
    "team",
    _l("My teams"),
    "users",
    lambda v, limit, after: inbox.offered_tasks(v.people, claimed=None, limit=limit, after=after),
    lambda v: v.offered.all,
    lambda v: inbox.offered_condition(v.people),
    team=True,
)
UNCLAIMED = Folder(
    "unclaimed",
    _l("Unclaimed"),
    "hand",
    lambda v, limit, after: inbox.offered_tasks(v.people, limit=limit, after=after),
    lambda v: v.offered.unclaimed,
    lambda v: sa.and_(UserTask.assignee.is_(None), inbox.offered_condition(v.people)),
    team=True,
)
WATCHED = Folder(
    "watched",
    _l("Watched"),
    "eye",
    lambda v, limit, after: inbox.watched_tasks(v.person, limit=limit, after=after),
    lambda v: v.assigned.watched,
    lambda v: inbox.watched_condition(v.person),
    others=True,
)
DELEGATED = Folder(
    "delegated",
    _l("Delegated"),
    "send",
    lambda v, limit, after: inbox.delegated_tasks(v.person, limit=limit, after=after),
    lambda v: v.assigned.delegated,
    lambda v: inbox.delegated_condition(v.person),
    others=True,
)
FOLDERS = (MINE, TODAY, SOON_DUE, FOLLOW_UP, DELEGATED, WATCHED, TEAM, UNCLAIMED)


def folders_of(viewer: Viewer) -> tuple[Folder, ...]:
    """Return the folders a person has: the fixed ones, and one for each absent person they stand in for."""
    return (*FOLDERS, *(_for(one) for one in viewer.people[1:]))


def _for(absent: Person) -> Folder:
    return Folder(
        FOR + absent.username,
        _l("For %(name)s", name=absent.name),
        "users",
        lambda _v, limit, after: inbox.assigned_tasks((absent,), limit=limit, after=after),
        lambda v: v.all_of(absent),
        lambda _v: _assigned_to((absent,)),
        team=True,
    )


def folder_named(viewer: Viewer, name: str) -> Folder:
    """Return a folder of the person; an unknown name means their own tasks."""
    return next((folder for folder in folders_of(viewer) if folder.id == name), MINE)


def own_open() -> int:
    """Count the tasks of whoever is signed in, for the badge in the frame."""
    person = current_person()
    if person is None or not current_app.extensions.get("engine"):
        return 0
    return MINE.count(Viewer.of(person))


def most_urgent_offer(viewer: Viewer) -> inbox.Listed | None:
    """Return the most urgent unclaimed task, for the hint on an empty list."""
    found = inbox.offered_tasks(viewer.people, limit=1)
    return found[0] if found else None
