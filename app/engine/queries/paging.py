"""Keyset paging over any columns: a page costs the same however far one has turned."""

import base64
import dataclasses
import datetime as dt
import typing as t
from collections.abc import Sequence

import orjson
import sqlalchemy as sa

from app.db import UtcDateTime, db
from app.errors import BadRequest

COUNT_UP_TO = 1_000
Item = t.TypeVar("Item")


@dataclasses.dataclass(frozen=True)
class Sort:
    """One column to sort by. Rows without a value come last, whichever way it goes."""

    column: t.Any
    descending: bool = False


@dataclasses.dataclass(frozen=True)
class Page(t.Generic[Item]):
    """Some rows of a list.

    Attributes:
        total: how many rows there are, at most the cap; `capped` tells that there are more.
        after: cursor of the next page, None on the last one.
        start: cursor of the first row, for turning back.
        end: cursor of the last row, also on the last page, for clients that ask until nothing comes.
    """

    items: list[Item]
    total: int
    capped: bool
    after: str | None
    start: str | None
    end: str | None = None


def paginate(
    query: sa.Select[t.Any],
    sorts: Sequence[Sort],
    key: t.Any,
    *,
    limit: int = 50,
    after: str | None = None,
    before: str | None = None,
    offset: int = 0,
    count_up_to: int = COUNT_UP_TO,
) -> Page[t.Any]:
    """Run a query for one entity, which comes back as objects, or for columns, which come back as rows, page by page.

    :param key: the entity's unique column, which makes the order total.
    :param after: cursor of the row to go on behind; `before`: of the row to stop in front of.
    :param count_up_to: the cap of the total; 0 for a list that shows none, which saves a statement.

    Raises BadRequest for a cursor that does not fit the sorting.
    """
    terms = [*_with_missing_last(sorts), Sort(key)]
    if before:
        terms = [Sort(term.column, not term.descending) for term in terms]
    cursor = before or after
    paged = query.where(_behind(terms, _decode(cursor, len(terms)))) if cursor else query
    paged = paged.order_by(*(term.column.desc() if term.descending else term.column.asc() for term in terms))
    found = db.session.execute(
        paged.add_columns(*(term.column for term in terms)).offset(offset or None).limit(limit + 1)
    ).all()
    more, rows = len(found) > limit, found[:limit]
    if before:
        rows = rows[::-1]
    total = _count(query, count_up_to) if count_up_to else 0
    end = _encode(rows[-1][-len(terms) :]) if rows else None
    first = query.column_descriptions[0]
    whole = first["expr"] is first.get("entity")
    return Page(
        items=[row[0] for row in rows] if whole else list(rows),
        total=min(total, count_up_to),
        capped=total > count_up_to,
        after=end if more or before else None,
        start=_encode(rows[0][-len(terms) :]) if rows else None,
        end=end,
    )


def _with_missing_last(sorts: Sequence[Sort]) -> list[Sort]:
    terms = []
    for sort in sorts:
        if getattr(sort.column, "nullable", True):
            terms.append(Sort(sa.case((sort.column.is_(None), 1), else_=0)))
        terms.append(sort)
    return terms


def _behind(terms: Sequence[Sort], values: Sequence[t.Any]) -> sa.ColumnElement[bool]:
    """Rows behind the given one: a later first column, or an equal one and a later second, and so on."""
    either: list[sa.ColumnElement[bool]] = []
    equal: list[sa.ColumnElement[bool]] = []
    for term, value in zip(terms, values, strict=True):
        if value is None:
            equal.append(term.column.is_(None))
            continue
        bound = _typed(term.column, value)
        later = term.column < bound if term.descending else term.column > bound
        either.append(sa.and_(*equal, later))
        equal.append(term.column == bound)
    return sa.or_(*either) if either else sa.false()


def _typed(column: t.Any, value: t.Any) -> t.Any:
    try:
        if isinstance(value, str) and isinstance(column.type, UtcDateTime):
            return dt.datetime.fromisoformat(value)
    except ValueError as error:
        raise BadRequest("engine.bad_cursor") from error
    return value


def _encode(values: Sequence[t.Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values))).decode()


def _decode(cursor: str, length: int) -> list[t.Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise BadRequest("engine.bad_cursor") from error
    if not isinstance(values, list) or len(values) != length:
        raise BadRequest("engine.bad_cursor")
    return values


def _count(query: sa.Select[t.Any], up_to: int) -> int:
    some = query.with_only_columns(sa.literal(1), maintain_column_froms=True).order_by(None).limit(up_to + 1)
    return int(db.session.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one())
