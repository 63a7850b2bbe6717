"""Whether a command was done whose connection broke in the very moment of its commit.

PostgreSQL keeps the fate of every transaction. A command that moved an instance learnt the number of its transaction
by the way; one that only started instances knows their keys. SQLite has no connection that could break.
"""

import time
import typing as t

import sqlalchemy as sa

from app.db import db
from app.engine.models import ProcessInstance
from app.errors import Uncertain

LOOKS = 5
PAUSE = 0.4
"""Seconds between two looks: a server that restarts needs some, and a commit under way ends meanwhile."""


def transaction_mark(dialect: str) -> sa.ColumnElement[str]:
    """What an UPDATE may return beside its row, so that it costs no statement: the number of the transaction."""
    if dialect == "postgresql":
        return sa.cast(sa.func.pg_current_xact_id(), sa.Text)
    return sa.literal("")


def was_done(mark: str, started: t.Collection[int]) -> bool:
    """Look the outcome up. Raises Uncertain when it cannot be found out.

    :param mark: what `transaction_mark` gave, empty when the command moved no instance that stood before.
    :param started: keys of the instances it started.
    """
    for _ in range(LOOKS):
        time.sleep(PAUSE)
        try:
            done = _fate(mark) if mark else _is_there(started)
        except sa.exc.DBAPIError:
            db.session.remove()
            continue
        if done is not None:
            return done
    raise Uncertain("database.outcome_unknown")


def _fate(mark: str) -> bool | None:
    status = db.session.execute(
        sa.select(sa.func.pg_xact_status(sa.cast(sa.bindparam("mark", mark, sa.Text), _Xid8())))
    ).scalar_one()
    db.session.rollback()
    return {"committed": True, "aborted": False}.get(str(status))


class _Xid8(sa.types.UserDefinedType[str]):
    """PostgreSQL's full transaction number, which SQLAlchemy has no type for."""

    cache_ok = True

    def get_col_spec(self, **_kw: t.Any) -> str:
        return "xid8"


def _is_there(started: t.Collection[int]) -> bool | None:
    """True when an instance that was to be started stands there; its absence proves nothing."""
    key = next(iter(started), None)
    if key is None:
        return None
    found = db.session.execute(sa.select(ProcessInstance.key).where(ProcessInstance.key == key)).first()
    db.session.rollback()
    return True if found else None
