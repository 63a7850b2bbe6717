"""Document numbers without gaps and without doubles (catalogue 2.3)."""

import datetime as dt
import functools
import typing as t

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.desk.models import DocumentNumber

ANY = "*"
"""Prefix of a row that says from where all prefixes count that have no number on its day yet."""
FAR = 10_000
"""Numbers skipped by a restore: what follows has five digits, so that it is told from what was lost at a glance."""


def next_number(session: t.Any, prefix: str, day: dt.date) -> str:
    """Return the day's next number of a prefix, e.g. `SR-20260311-0001`, inside the caller's transaction.

    The row is locked until that transaction ends: a rollback gives the number back, and two documents
    never get the same one. The cost is that documents of one prefix are written one after the other.
    """
    connection = session.connection()
    statement = _taking(connection.dialect.name)
    last = connection.execute(statement, {"a_prefix": prefix, "a_day": day}).scalar_one()
    return f"{prefix}-{day:%Y%m%d}-{last:04d}"


@functools.cache
def _taking(dialect_name: str) -> t.Any:
    """Built once, because building it costs more than running it."""
    dialect, table = (sqlite if dialect_name == "sqlite" else postgresql), t.cast(sa.Table, DocumentNumber.__table__)
    prefix, day = sa.bindparam("a_prefix", type_=sa.String), sa.bindparam("a_day", type_=sa.Date)
    floor = sa.select(sa.func.coalesce(sa.func.max(table.c.last), 0) + 1)
    first = floor.where(table.c.prefix == ANY, table.c.day == day).scalar_subquery()
    statement = dialect.insert(table).values(prefix=prefix, day=day, last=first)
    return statement.on_conflict_do_update(
        index_elements=[table.c.prefix, table.c.day], set_={"last": table.c.last + 1}
    ).returning(table.c.last)


def skip_ahead(session: t.Any, first: dt.date, last: dt.date) -> None:
    """Go on far ahead on each of the days, with every prefix: numbers lost by a restore are in people's hands."""
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    for day in days:
        if session.get(DocumentNumber, (ANY, day)) is None:
            session.add(DocumentNumber(prefix=ANY, day=day, last=0))
    session.flush()
    session.execute(
        sa.update(DocumentNumber).where(DocumentNumber.day.in_(days)).values(last=DocumentNumber.last + FAR),
        execution_options={"synchronize_session": False},
    )
