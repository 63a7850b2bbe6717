"""The lists of the inbox in their default order: a merge of index scans, however many people share the work."""

import collections
import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine.access import may_see_task, sees_everything, visible_rows, visible_units
from app.engine.models import MessageSubscription, UserTask, UserTaskCandidate
from app.engine.queries import inbox_statements
from app.engine.queries.inbox_statements import Offer, Shape
from app.engine.waiting import candidate_user
from app.people import access
from app.people.access import ANYBODY
from app.people.person import Person

SCANS_AT_ONCE = 200
MANY_UNITS = 40
"""From so many units on, one scan of the role's tasks is cheaper than one scan per unit."""
COUNT_UP_TO = 99
MOST_ASSIGNED = 1_000
"""Own tasks looked at to count them; whoever has more sees at least what is due first counted right."""
Listed = t.Any
"""A task with the columns LISTED: a row of one of the statements, or a `UserTask`."""


@dataclasses.dataclass(frozen=True, order=True)
class Position:
    """Where a page ended: by due time, then by age."""

    due_sort: dt.datetime
    created_at: dt.datetime
    key: int


class OfferedCounts(t.NamedTuple):
    """How many offered tasks there are, each at most COUNT_UP_TO + 1; `soon` are unclaimed ones."""

    all: int
    unclaimed: int
    soon: int


class AssignedCounts(t.NamedTuple):
    """How many tasks somebody is working on, each at most COUNT_UP_TO + 1; `later` are put off, `ready` are not.

    `watched` are open tasks of cases they watch, whoever works on them; `delegated` are their own that others do for
    them.
    """

    ready: int
    later: int
    today: int
    soon: int
    watched: int
    delegated: int


def position_of(task: Listed) -> Position:
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
) -> list[Listed]:
    """Return open tasks offered to these people, most urgent first.

    :param claimed: False for those nobody has taken yet, True for those taken, None for both.
    """
    found: dict[int, Listed] = {}
    for some in _at_once(people):
        shape = Shape(tuple(offer.kind for offer in some), claimed, due_before is not None, after is not None)
        values = {**inbox_statements.values_of(some), "due_before": due_before, "most": limit}
        values |= _bound(after) if after else {}
        found.update((task.key, task) for task in db.session.execute(inbox_statements.page_of_offers(shape), values))
    return sorted(found.values(), key=position_of)[:limit]


def count_offered(people: Sequence[Person], soon: dt.datetime) -> OfferedCounts:
    """Count the tasks offered to these people, in one statement for up to SCANS_AT_ONCE offers.

    :param soon: until when a task counts as due soon.
    """
    batches = list(_at_once(people))
    if len(batches) == 1:
        found = dict(_counted(batches[0], soon, inbox_statements.counts_of_offers))
    else:
        # The same task may be found by two statements.
        keys = {pair for some in batches for pair in _counted(some, soon, inbox_statements.keys_of_offers)}
        found = collections.Counter(folder for folder, _ in keys)
    return OfferedCounts(*(min(found.get(folder, 0), COUNT_UP_TO + 1) for folder in range(len(OfferedCounts._fields))))


def _counted(
    offers: Sequence[Offer], soon: dt.datetime, statement: t.Callable[[tuple[int, ...]], sa.Executable]
) -> Iterator[tuple[int, int]]:
    values = {**inbox_statements.values_of(offers), "due_before": soon, "most": COUNT_UP_TO + 1}
    rows = db.session.execute(statement(tuple(offer.kind for offer in offers)), values)
    return ((folder, found) for folder, found in rows)


def assigned_tasks(
    people: Sequence[Person],
    *,
    due_before: dt.datetime | None = None,
    follow_up: bool | None = None,
    now: dt.datetime | None = None,
    limit: int = 50,
    after: Position | None = None,
) -> list[Listed]:
    """Return open tasks these people are working on, most urgent first.

    :param follow_up: True for those put off to a later date, False for those that are not (or no longer) put off.
    """
    query = inbox_statements.page_of_assigned(due=due_before is not None, follow_up=follow_up, after=after is not None)
    values = _values(people, due_before, now, limit) | (_bound(after) if after else {})
    return list(db.session.execute(query, values))


def watched_tasks(person: Person, *, limit: int = 50, after: Position | None = None) -> list[UserTask]:
    """Return open tasks of the cases a person watches, most urgent first."""
    values = {"username": person.username, "most": limit} | (_bound(after) if after else {})
    query = inbox_statements.page_of_watched(after=after is not None)
    return [task for task in db.session.execute(query, values).scalars() if may_see_task(person, task)]


def delegated_tasks(person: Person, *, limit: int = 50, after: Position | None = None) -> list[UserTask]:
    """Return open tasks the person has delegated, most urgent first."""
    values = {"username": person.username, "most": limit} | (_bound(after) if after else {})
    return list(db.session.execute(inbox_statements.page_of_delegated(after=after is not None), values).scalars())


def delegated_condition(person: Person) -> sa.ColumnElement[bool]:
    """The same tasks as a condition on `user_task`."""
    return inbox_statements.delegated(person.username)


def watched_condition(person: Person) -> sa.ColumnElement[bool]:
    """The same tasks as a condition on `user_task`."""
    seen = visible_rows(person, UserTask.instance_key, UserTask.unit_id)
    return sa.and_(inbox_statements.watched(person.username), sa.or_(seen, UserTask.assignee == person.username))


def count_assigned(person: Person, *, now: dt.datetime, today: dt.datetime, soon: dt.datetime) -> AssignedCounts:
    """Count the tasks a person is working on, in one statement.

    :param today: the end of the company's day.
    :param soon: until when a task counts as due soon.
    """
    values = {"username": person.username, "now": now, "today": today, "soon": soon, "most": MOST_ASSIGNED}
    row = db.session.execute(inbox_statements.counts_of_assigned(), values).one()
    return AssignedCounts(*(min(count, COUNT_UP_TO + 1) for count in row))


def offered_condition(people: Sequence[Person]) -> sa.ColumnElement[bool]:
    """The same tasks as a condition on `user_task`, for lists with other orders and filters."""
    groups = sa.or_(*(inbox_statements.offered(offer) for offer in _offers(people)))
    return UserTask.key.in_(sa.select(UserTaskCandidate.task_key).where(groups))


def recordable_answers(people: Sequence[Person], *, limit: int = 200) -> list[MessageSubscription]:
    """Return waits for an answer from outside that these people may record, oldest first."""
    order = (MessageSubscription.created_at, MessageSubscription.key)
    query = sa.select(MessageSubscription).where(*_recordable(people)).order_by(*order).limit(limit)
    return list(db.session.execute(query).scalars())


def count_answers(people: Sequence[Person]) -> int:
    """Count the same, at most COUNT_UP_TO + 1."""
    person, everything = people[0], sees_everything(people[0])
    values: dict[str, t.Any] = {"roles": _roles(people), "most": COUNT_UP_TO + 1}
    if not everything:
        values |= {"units": visible_units(person), "username": person.username}
    return int(db.session.execute(inbox_statements.count_of_answers(everything=everything), values).scalar_one())


def _recordable(people: Sequence[Person]) -> Iterator[sa.ColumnElement[bool]]:
    yield MessageSubscription.record_role.in_(_roles(people))
    for one in people[:1]:
        yield visible_rows(one, MessageSubscription.instance_key, MessageSubscription.unit_id)


def _roles(people: Sequence[Person]) -> list[str]:
    return sorted({ANYBODY, *(role for one in people for role in one.roles)})


def _values(
    people: Sequence[Person], due_before: dt.datetime | None, now: dt.datetime | None, most: int
) -> dict[str, t.Any]:
    return {"usernames": [one.username for one in people], "due_before": due_before, "now": now, "most": most}


def _bound(after: Position) -> dict[str, t.Any]:
    return {"after_due": after.due_sort, "after_created": after.created_at, "after_key": after.key}


def _at_once(people: Sequence[Person]) -> Iterator[list[Offer]]:
    """As many scans as go into one statement."""
    offers = list(_offers(people))
    return (offers[start : start + SCANS_AT_ONCE] for start in range(0, len(offers), SCANS_AT_ONCE))


def _offers(people: Sequence[Person]) -> Iterator[Offer]:
    """One offer per index scan."""
    everywhere = {name for one in people for name in one.everywhere_roles}
    for name in sorted({ANYBODY, *(candidate_user(one.username) for one in people)} | everywhere):
        yield Offer(name)
    units: dict[str, set[str]] = {}
    for one in people:
        for name, code in access.expand(one):
            if name not in everywhere:
                units.setdefault(name, set()).add(code)
    for name, codes in sorted(units.items()):
        if len(codes) > MANY_UNITS:
            yield Offer(name, tuple(sorted(codes)))
        else:
            yield from (Offer(name, (code,)) for code in sorted(codes))
