"""A database that cannot serve just now: how that is told from a mistake of ours, and what people are told.

A restarted server, a cut network, too many connections and a lock that is not given up are nobody's fault and pass.
They become `Unavailable`, which says that nothing was done and when to come again.
"""

import typing as t

import sqlalchemy as sa

from app.errors import Unavailable, Uncertain

LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
"""PostgreSQL's own words for ending a connection: shutdown, crash, starting up, idle too long. Class 08 joins them."""
CROWDED = frozenset({"53300", "55P03", "40001", "40P01"})
"""Too many connections, a lock not to be had, and rivals that somebody has to give way to."""
FULL = frozenset({"53100", "SQLITE_FULL"})


def outage(error: BaseException) -> Unavailable | None:
    """Return what to tell the caller when an error means that the database could not serve; None for any other."""
    if isinstance(error, sa.exc.TimeoutError):
        return Unavailable("database.crowded", retry_after=1)
    if not isinstance(error, sa.exc.DBAPIError | sa.exc.PendingRollbackError):
        return None
    if is_lost(error):
        return Unavailable("database.unreachable", retry_after=2)
    state = _state(error)
    if state in FULL:
        return Unavailable("database.full", retry_after=60)
    if state in CROWDED or state.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unavailable("database.crowded", retry_after=1)
    return None


def is_passing(error: BaseException) -> bool:
    """Whether the database's being away is all that is wrong, in whatever shape it arrives."""
    return isinstance(error, Unavailable | Uncertain) or outage(error) is not None


def is_lost(error: BaseException) -> bool:
    """Whether the connection is gone, so that what was not committed never happened."""
    if isinstance(error, sa.exc.PendingRollbackError):
        return True
    if not isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
        return False
    state = _state(error)
    if state.startswith("SQLITE"):
        return state.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY"))
    # The driver has no state for a connection that broke or never came about.
    return error.connection_invalidated or not state or state in LOST or state.startswith("08")


def _state(error: t.Any) -> str:
    cause = getattr(error, "orig", None)
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or "")
