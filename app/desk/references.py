"""Rows that name another row: found by the schema, so that no package is forgotten, moved to a double and back."""

import typing as t
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa

from app.db import Base

Column = sa.Column[t.Any]
Moved = Mapping[str, Sequence[int]]
"""Row numbers by column, as `contact.customer_id`."""
_AT_ONCE = 500


def columns_naming(model: type[Base], *but: type[Base]) -> Iterator[tuple[sa.Table, Column]]:
    """Every column that names a row of a model, whichever package wrote it, but those of some models."""
    left_out = {each.__tablename__ for each in but}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys if table.name not in left_out else ():
            if key.column.table.name == model.__tablename__:
                yield table, key.parent


def rows_naming(session: t.Any, table: sa.Table, column: Column, named: int) -> list[int]:
    """Return the numbers of the rows whose column names a row."""
    return list(session.scalars(sa.select(table.c.id).where(column == named)))


def move(session: t.Any, table: sa.Table, column: Column, keys: Sequence[int], old: int, new: int) -> None:
    """Let rows name another row, unless they have come to name something else meanwhile."""
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        session.execute(sa.update(table).where(table.c.id.in_(part), column == old).values({column: new}))
