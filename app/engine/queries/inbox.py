"""The lists of the inbox in their default order: a merge of index scans, however many people share the work."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine.access import visible_rows
from app.engine.models import MessageSubscription, UserTask, UserTaskCandidate
from app.engine.waiting import candidate_user
from app.people import access
from app.people.access import ANYBODY
from app.people.person import Person

SCANS_AT_ONCE = 200
MANY_UNITS = 40
"""From so many units on, one scan of the role's tasks is cheaper than one scan per unit."""
COUNT_UP_TO = 99

_ORDER = (UserTaskCandidate.due_sort, UserTaskCandidate.created_at, UserTaskCandidate.task_key)


@dataclasses.dataclass(frozen=True, order=True)
class Position:
    """Where a page ended: by due time, then by age."""

    due_sort: dt.datetime
    created_at: dt.datetime
    key: int


def position_of(task: UserTask) -> Position:
    """Return the place of a task in the default order."""
    return Position(task.due_sort, task.created_at, task.key)


def for_whom(person: Person) -> tuple[Person, ...]:
    """The person and the absent people whose work they do now."""
    return (person, *access.substitutes_for(person))


def offered_tasks(
    people: Sequence[Person],
    *,
    claimed: bool | None = False,
    due_before: dt.datetime | None = None,
    limit: int = 50,
    after: Position | None = None,
) -> list[UserTask]:
    """Return open tasks offered to these people, most urgent first.

    :param claimed: False for those nobody has taken yet, True for those taken, None for both.
    """
    places = _places(people, claimed, due_before, limit, after)
    keys = [place.key for place in places[:limit]]
    rows = db.session.execute(sa.select(UserTask).where(UserTask.key.in_(keys))).scalars()
    by_key = {task.key: task for task in rows}
    return [by_key[key] for key in keys if key in by_key]


def count_offered(
    people: Sequence[Person], *, claimed: bool | None = False, due_before: dt.datetime | None = None
) -> int:
    """Count offered tasks, at most COUNT_UP_TO + 1."""
    most = COUNT_UP_TO + 1
    found: set[int] = set()
    conditions = list(_conditions(people))
    for start in range(0, len(conditions), SCANS_AT_ONCE):
        scans = (_narrowed(one, claimed, due_before) for one in conditions[start : start + SCANS_AT_ONCE])
        # In order, because then the database walks the index even where it takes a third of the table for a match.
        keys = [sa.select(scan.order_by(*_ORDER).limit(most).subquery()) for scan in scans]
        # Keys alone, each once: turning a hundred rows into moments for every folder cost more than finding them.
        everything = sa.union_all(*keys).subquery()
        found.update(db.session.execute(sa.select(everything.c.task_key).distinct().limit(most)).scalars())
        if len(found) >= most:
            return most
    return len(found)


def assigned_tasks(
    people: Sequence[Person],
    *,
    due_before: dt.datetime | None = None,
    follow_up: bool | None = None,
    now: dt.datetime | None = None,
    limit: int = 50,
    after: Position | None = None,
) -> list[UserTask]:
    """Return open tasks these people are working on, most urgent first.

    :param follow_up: True for those put off to a later date, False for those that are not (or no longer) put off.
    """
    query = _assigned(people, due_before, follow_up, now)
    if after is not None:
        query = query.where(sa.tuple_(UserTask.due_sort, UserTask.created_at, UserTask.key) > sa.tuple_(*_bound(after)))
    order = (UserTask.due_sort, UserTask.created_at, UserTask.key)
    return list(db.session.execute(query.order_by(*order).limit(limit)).scalars())


def count_assigned(
    people: Sequence[Person],
    *,
    due_before: dt.datetime | None = None,
    follow_up: bool | None = None,
    now: dt.datetime | None = None,
) -> int:
    """Count the tasks these people are working on, at most COUNT_UP_TO + 1."""
    some = _assigned(people, due_before, follow_up, now).with_only_columns(UserTask.key).limit(COUNT_UP_TO + 1)
    return int(db.session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one())


def offered_condition(people: Sequence[Person]) -> sa.ColumnElement[bool]:
    """The same tasks as a condition on `user_task`, for lists with other orders and filters."""
    groups = sa.or_(*(condition for condition in _conditions(people)))
    return UserTask.key.in_(sa.select(UserTaskCandidate.task_key).where(groups))


def recordable_answers(people: Sequence[Person], *, limit: int = 200) -> list[MessageSubscription]:
    """Return waits for an answer from outside that these people may record, oldest first."""
    roles = sorted({ANYBODY, *(role for one in people for role in one.roles)})
    query = sa.select(MessageSubscription).where(MessageSubscription.record_role.in_(roles))
    for one in people[:1]:
        query = query.where(visible_rows(one, MessageSubscription.instance_key, MessageSubscription.unit_id))
    order = (MessageSubscription.created_at, MessageSubscription.key)
    return list(db.session.execute(query.order_by(*order).limit(limit)).scalars())


def _assigned(
    people: Sequence[Person], due_before: dt.datetime | None, follow_up: bool | None, now: dt.datetime | None
) -> sa.Select[t.Any]:
    query = sa.select(UserTask).where(
        UserTask.assignee.in_([one.username for one in people]), UserTask.state == "created"
    )
    if due_before is not None:
        query = query.where(UserTask.due_sort < due_before)
    if follow_up is not None and now is not None:
        later = UserTask.follow_up_at > now
        query = query.where(later if follow_up else sa.or_(UserTask.follow_up_at.is_(None), sa.not_(later)))
    return query


def _places(
    people: Sequence[Person],
    claimed: bool | None,
    due_before: dt.datetime | None,
    limit: int,
    after: Position | None,
) -> list[Position]:
    conditions = list(_conditions(people))
    found: set[Position] = set()
    for start in range(0, len(conditions), SCANS_AT_ONCE):
        scans = [
            _scan(condition, claimed, due_before, limit, after)
            for condition in conditions[start : start + SCANS_AT_ONCE]
        ]
        found.update(Position(*row) for row in db.session.execute(sa.union_all(*scans)))
    return sorted(found)[:limit]


def _scan(
    condition: sa.ColumnElement[bool],
    claimed: bool | None,
    due_before: dt.datetime | None,
    limit: int,
    after: Position | None,
) -> sa.Select[t.Any]:
    query = _narrowed(condition, claimed, due_before).with_only_columns(*_ORDER)
    if after is not None:
        query = query.where(sa.tuple_(*_ORDER) > sa.tuple_(*_bound(after)))
    return sa.select(query.order_by(*_ORDER).limit(limit).subquery())


def _narrowed(
    condition: sa.ColumnElement[bool], claimed: bool | None, due_before: dt.datetime | None
) -> sa.Select[t.Any]:
    query = sa.select(UserTaskCandidate.task_key).where(condition)
    if claimed is not None:
        query = query.where(UserTaskCandidate.claimed.is_(claimed))
    if due_before is not None:
        query = query.where(UserTaskCandidate.due_sort < due_before)
    return query


def _bound(after: Position) -> tuple[t.Any, ...]:
    table = UserTaskCandidate
    return (
        sa.bindparam(None, after.due_sort, table.due_sort.type),
        sa.bindparam(None, after.created_at, table.created_at.type),
        sa.bindparam(None, after.key, table.task_key.type),
    )


def _conditions(people: Sequence[Person]) -> Iterable[sa.ColumnElement[bool]]:
    """One condition per index scan."""
    role, unit = UserTaskCandidate.role, UserTaskCandidate.unit
    everywhere = {name for one in people for name in one.everywhere_roles}
    for name in sorted({ANYBODY, *(candidate_user(one.username) for one in people)} | everywhere):
        yield role == name
    units: dict[str, set[str]] = {}
    for one in people:
        for name, code in access.expand(one):
            if name not in everywhere:
                units.setdefault(name, set()).add(code)
    for name, codes in sorted(units.items()):
        if len(codes) > MANY_UNITS:
            yield sa.and_(role == name, unit.in_(sorted(codes)))
        else:
            yield from (sa.and_(role == name, unit == code) for code in sorted(codes))
