"""Document numbers without gaps and without doubles (catalogue 2.3)."""

import datetime as dt
import typing as t

from sqlalchemy.dialects import postgresql, sqlite

from app.desk.models import DocumentNumber


def next_number(session: t.Any, prefix: str, day: dt.date) -> str:
    """Return the day's next number of a prefix, e.g. `SR-20260311-0001`, inside the caller's transaction.

    The row is locked until that transaction ends: a rollback gives the number back, and two documents
    never get the same one. The cost is that documents of one prefix are written one after the other.
    """
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(DocumentNumber).values(prefix=prefix, day=day, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=[DocumentNumber.prefix, DocumentNumber.day], set_={"last": DocumentNumber.last + 1}
    ).returning(DocumentNumber.last)
    last = session.execute(statement.execution_options(populate_existing=True)).scalar_one()
    return f"{prefix}-{day:%Y%m%d}-{last:04d}"
