"""How this program talks to PostgreSQL: who it says it is, when it takes a peer for gone, and whose clock counts."""

import logging
import time
import typing as t

import sqlalchemy as sa

from app.clock import Clock, SystemClock

log = logging.getLogger(__name__)

_LEFT = "left"
"""When a connection was given back, among what the pool notes of it."""
NAME = "firstline"
"""What `pg_stat_activity` shows, by which a restore finds out whether somebody is at work."""
CONNECT: t.Mapping[str, t.Any] = {
    "application_name": NAME,
    "connect_timeout": 5,
    # A peer that vanished without a word, as in a cut network, is noticed within half a minute on our side …
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
}
# … and on the server's, which would otherwise keep our locks for hours. Sent as statements and not at the connection's
# start, because poolers refuse that.
SETTINGS = (
    "tcp_keepalives_idle = 10",
    "tcp_keepalives_interval = 5",
    "tcp_keepalives_count = 4",
    "idle_in_transaction_session_timeout = '60s'",
    "lock_timeout = '15s'",
    # What looks dear to the planner stops at a limit, long before a compiled statement or further processes would pay;
    # and these would be taken from others.
    "jit = off",
    "max_parallel_workers_per_gather = 0",
)
POOL_PATIENCE = 10
"""Seconds to wait for a connection of the pool before somebody is told to come again."""
POOL_RESTED = 0.1
"""Seconds in the pool after which a connection is tried before it is used again. No server restarts in less; a busy
process saves two of the fifteen times that a completion waits for its answer."""
POOL_RENEWAL = 900
"""Seconds after which a connection is renewed, so that every process compares its clock with the database's."""


def engine_options(pool_size: int) -> dict[str, t.Any]:
    """Return what SQLAlchemy's engine needs to know."""
    return {
        "pool_size": pool_size,
        "max_overflow": 20,
        # The connection that was used last has all common statements prepared; the others may rest.
        "pool_use_lifo": True,
        "pool_timeout": POOL_PATIENCE,
        "pool_recycle": POOL_RENEWAL,
        "connect_args": dict(CONNECT),
    }


def prepare(engine: sa.Engine, own: Clock) -> None:
    """Set every new connection up, and compare clocks with it."""

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: t.Any, _record: object) -> None:
        connection.execute("; ".join(f"SET {setting}" for setting in SETTINGS))
        (theirs,) = connection.execute("SELECT clock_timestamp()").fetchone()
        connection.commit()
        if isinstance(own, SystemClock) and (apart := own.agree(theirs)):
            log.warning("This machine's clock is %.0f s off the database's, which is followed", -apart.total_seconds())

    @sa.event.listens_for(engine, "checkin")
    def on_checkin(_connection: t.Any, record: t.Any) -> None:
        record.info[_LEFT] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def on_checkout(connection: t.Any, record: t.Any, _proxy: object) -> None:
        left = record.info.get(_LEFT)
        if left is not None and time.monotonic() - left > POOL_RESTED and not _answers(engine.dialect, connection):
            raise sa.exc.InvalidatePoolError


def _answers(dialect: sa.Dialect, connection: t.Any) -> bool:
    try:
        return dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        return False
