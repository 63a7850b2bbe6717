"""The statements of the inbox, built once for each shape: building one takes longer than running it.

They read columns and not objects, because the session's bookkeeping for fifty tasks takes longer than finding them.
"""

import dataclasses
import functools
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app.engine.access import rows_of_units
from app.engine.models import CaseWatch, MessageSubscription, UserTask, UserTaskCandidate, table_of

KEPT = 64
"""Shapes remembered: people of one role at one unit share theirs, and few people hold many."""
_task, _candidate = table_of(UserTask).c, table_of(UserTaskCandidate).c
PLACE = (_candidate.due_sort, _candidate.created_at, _candidate.task_key)
TASK_PLACE = (_task.due_sort, _task.created_at, _task.key)
LISTED = (
    *TASK_PLACE, _task.instance_key, _task.case_id, _task.unit_id, _task.process_id, _task.process_definition_key,
    _task.element_id, _task.names, _task.assignee, _task.due_at, _task.follow_up_at, _task.pending, _task.priority,
    _task.suspended_at,
)  # fmt: skip
"""What lists show of a task."""


class Offer(t.NamedTuple):
    """To whom tasks are offered: a role, at any unit or at some. One scan of the index each."""

    role: str
    units: tuple[str, ...] = ()

    @property
    def kind(self) -> int:
        """What decides the form of its condition: no unit, one unit or several."""
        return min(len(self.units), 2)


@dataclasses.dataclass(frozen=True)
class Shape:
    """What a statement over offers looks like; values are given when it runs."""

    kinds: tuple[int, ...]
    claimed: bool | None
    due: bool
    after: bool = False


def values_of(offers: Sequence[Offer]) -> dict[str, t.Any]:
    """Return the values for a statement over these offers."""
    values: dict[str, t.Any] = {}
    for number, offer in enumerate(offers):
        values[f"role_{number}"] = offer.role
        if offer.units:
            values[f"units_{number}"] = offer.units if offer.kind > 1 else offer.units[0]
    return values


def offered(offer: Offer) -> sa.ColumnElement[bool]:
    """Return an offer as a condition with its values."""
    held = _candidate.role == offer.role
    return sa.and_(held, _candidate.unit.in_(offer.units)) if offer.units else held


@functools.lru_cache(KEPT)
def page_of_offers(shape: Shape) -> sa.Select[t.Any]:
    """The first `most` tasks of all offers, behind the place `after_…` if the shape has one."""
    # Distinct, because a role may be offered the same task at several units; in the order of the index this is free.
    scans = (scan.with_only_columns(*PLACE).distinct().order_by(*PLACE).limit(_most()) for scan in _scans(shape))
    places = sa.union_all(*(sa.select(scan.subquery()) for scan in scans)).subquery()
    first = sa.select(*places.c).distinct().order_by(*places.c).limit(_most()).subquery()
    return sa.select(*LISTED).join_from(first, _task.key.table, _task.key == first.c.task_key).order_by(*TASK_PLACE)


@functools.lru_cache(KEPT)
def counts_of_offers(kinds: tuple[int, ...]) -> sa.Select[int, int]:
    """How many keys `keys_of_offers` finds for each of its numbers; none at all for a number without any."""
    keys = keys_of_offers(kinds).subquery()
    return sa.select(keys.c.folder, sa.func.count()).group_by(keys.c.folder)


@functools.lru_cache(KEPT)
def keys_of_offers(kinds: tuple[int, ...]) -> sa.CompoundSelect[t.Any]:
    """Of all offers, of those nobody has taken, and of these due before `due_before`: a number and at most `most` keys.

    In order, because then the database walks the index even where it takes a third of the table for a match. One
    statement for all three, because sending one costs more than finding what it counts.
    """
    shapes = (Shape(kinds, claimed=None, due=False), Shape(kinds, claimed=False, due=False), Shape(kinds, False, True))
    return sa.union_all(*(_keys(number, shape) for number, shape in enumerate(shapes)))


def _keys(number: int, shape: Shape) -> sa.Select[t.Any]:
    keys = (sa.select(scan.order_by(*PLACE).limit(_most()).subquery()) for scan in _scans(shape))
    everything = sa.union_all(*keys).subquery()
    some = sa.select(everything.c.task_key).distinct().limit(_most()).subquery()
    return sa.select(sa.literal_column(str(number)).label("folder"), some.c.task_key)


@functools.cache
def page_of_assigned(*, due: bool, follow_up: bool | None, after: bool) -> sa.Select[t.Any]:
    """The first `most` tasks of `usernames`."""
    query = _assigned(due=due, follow_up=follow_up).order_by(*TASK_PLACE).limit(_most())
    return query.where(_behind(TASK_PLACE)) if after else query


@functools.cache
def page_of_watched(*, after: bool) -> sa.Select[t.Any]:
    """The first `most` open tasks of the cases that `username` watches."""
    query = sa.select(UserTask).where(watched(sa.bindparam("username"))).order_by(*TASK_PLACE).limit(_most())
    return query.where(_behind(TASK_PLACE)) if after else query


def watched(username: t.Any) -> sa.ColumnElement[bool]:
    """Return the open tasks of watched cases as a condition; somebody watches few cases, each with few open tasks."""
    cases = sa.select(CaseWatch.case_id).where(CaseWatch.username == username)
    return sa.and_(UserTask.case_id.in_(cases), UserTask.state == "created")


def delegated(username: t.Any) -> sa.ColumnElement[bool]:
    """Return the open tasks somebody has delegated as a condition."""
    return sa.and_(UserTask.delegated_by == username, UserTask.state == "created")


@functools.cache
def page_of_delegated(*, after: bool) -> sa.Select[t.Any]:
    """The first `most` open tasks that `username` has delegated."""
    query = sa.select(UserTask).where(delegated(sa.bindparam("username"))).order_by(*TASK_PLACE).limit(_most())
    return query.where(_behind(TASK_PLACE)) if after else query


@functools.cache
def counts_of_assigned() -> sa.Select[int, int, int, int, int, int]:
    """How many of the first `most` of `username` are ready at `now`, put off, due before `today` and before `soon`,
    how many open tasks the cases have that they watch, and how many of their own they have delegated.
    """
    some = (
        sa.select(_task.due_sort, _task.follow_up_at)
        .where(_task.assignee == sa.bindparam("username"), _task.state == "created")
        .order_by(*TASK_PLACE)
        .limit(_most())
        .subquery()
    )
    later = some.c.follow_up_at > sa.bindparam("now")
    ready = sa.or_(some.c.follow_up_at.is_(None), sa.not_(later))
    count, due = sa.func.count(), some.c.due_sort
    return sa.select(
        count.filter(ready),
        count.filter(later),
        count.filter(due < sa.bindparam("today")),
        count.filter(due < sa.bindparam("soon")),
        _count(watched(sa.bindparam("username"))),
        _count(delegated(sa.bindparam("username"))),
    )


@functools.cache
def count_of_answers(*, everything: bool) -> sa.Select[int]:
    """How many waits `roles` may record, at most `most`; of `units` and what `username` started, or of everything."""
    wait = table_of(MessageSubscription).c
    seen = rows_of_units(
        sa.bindparam("units", expanding=True), sa.bindparam("username"), wait.instance_key, wait.unit_id
    )
    theirs = wait.record_role.in_(sa.bindparam("roles", expanding=True))
    some = sa.select(wait.key).where(theirs, sa.true() if everything else seen).limit(_most()).subquery()
    return sa.select(sa.func.count()).select_from(some)


def _count(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    some = sa.select(UserTask.key).where(condition).limit(_most()).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _assigned(*, due: bool, follow_up: bool | None) -> sa.Select[t.Any]:
    theirs = _task.assignee.in_(sa.bindparam("usernames", expanding=True))
    query = sa.select(*LISTED).where(theirs, _task.state == "created")
    if due:
        query = query.where(_task.due_sort < sa.bindparam("due_before"))
    if follow_up is not None:
        later = _task.follow_up_at > sa.bindparam("now")
        query = query.where(later if follow_up else sa.or_(_task.follow_up_at.is_(None), sa.not_(later)))
    return query


def _scans(shape: Shape) -> list[sa.Select[t.Any]]:
    return [_narrowed(sa.select(_candidate.task_key).where(_offer(*kind)), shape) for kind in enumerate(shape.kinds)]


def _offer(number: int, kind: int) -> sa.ColumnElement[bool]:
    role, unit, units = _candidate.role, _candidate.unit, f"units_{number}"
    held = role == sa.bindparam(f"role_{number}")
    if kind == 0:
        return held
    return sa.and_(held, unit == sa.bindparam(units) if kind == 1 else unit.in_(sa.bindparam(units, expanding=True)))


def _narrowed(query: sa.Select[t.Any], shape: Shape) -> sa.Select[t.Any]:
    if shape.claimed is not None:
        query = query.where(_candidate.claimed.is_(shape.claimed))
    if shape.due:
        query = query.where(_candidate.due_sort < sa.bindparam("due_before"))
    return query.where(_behind(PLACE)) if shape.after else query


def _behind(place: tuple[t.Any, ...]) -> sa.ColumnElement[bool]:
    names = ("after_due", "after_created", "after_key")
    bounds = (sa.bindparam(name, type_=column.type) for name, column in zip(names, place, strict=True))
    return sa.tuple_(*place) > sa.tuple_(*bounds)


def _most() -> sa.BindParameter[int]:
    return sa.bindparam("most", type_=sa.Integer)
