"""The database: one session per request, one transaction per command, keys from blocks, times in UTC."""

import datetime as dt
import threading
import typing as t
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import orjson
import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase

from app import postgresql
from app.config import Settings
from app.errors import Uncertain
from app.outage import is_lost

Row = t.TypeVar("Row")

KEY_BLOCK = 20_000
KEY_RESERVE = 10_000
LARGEST_KEY = 2**53 - 1
"""Keys go through JavaScript, which counts no further without losing digits."""


class Base(DeclarativeBase):
    """Naming convention so that Alembic can find every constraint on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Session(FlaskSession):
    """A session that can always be left: a connection that broke has nothing to be rolled back."""

    def rollback(self) -> None:
        self._leave(super().rollback)

    def close(self) -> None:
        self._leave(super().close)

    def _leave(self, how: Callable[[], None]) -> None:
        try:
            how()
        except sa.exc.SQLAlchemyError as error:
            if not is_lost(error):
                raise
            self.invalidate()


db = SQLAlchemy(model_class=Base, session_options={"class_": Session, "expire_on_commit": False})

if t.TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model  # the extension builds this class at run time, where a type checker cannot see it


ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""The type of numbers that the table itself counts up; SQLite counts only columns of its own integer type."""


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """Aware datetimes only; stored as UTC and returned as aware UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A time without zone cannot be stored: {value!r}")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ARG002 (the library's signature)
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class KeyBlock(Model):
    """The next free public key. Processes take blocks, so that keys cost no statement each."""

    __tablename__ = "key_block"
    id: t.Any = sa.Column(sa.Integer, primary_key=True)
    next_key: t.Any = sa.Column(sa.BigInteger, nullable=False)


class KeySource:
    """53-bit keys, unique over all processes of one database.

    A block is taken in a transaction of its own before a command begins. Taking it inside the command
    would hand the same keys out twice after a rollback, and on SQLite it would wait for itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetching = threading.Lock()
        self._next = 0
        self._end = 0

    def reserve(self) -> None:
        """Make sure that a whole command's worth of keys is at hand; one short transaction when it is not."""
        if self._has_enough():
            return
        # While one fetches a block, those at work go on taking from the last one: fetching waits for SQLite's only
        # writer, and that writer may be about to take a key.
        with self._fetching:
            if self._has_enough():
                return
            taken = _fetch_block()
            with self._lock:
                self._next, self._end = taken - KEY_BLOCK, taken

    def _has_enough(self) -> bool:
        with self._lock:
            return self._end - self._next >= KEY_RESERVE

    def take(self) -> int:
        """Return a key nobody else gets. Raises RuntimeError outside `transaction()`."""
        with self._lock:
            if self._next >= self._end:
                raise RuntimeError("Keys are taken inside transaction(), which reserves them.")
            self._next += 1
            return self._next - 1


def next_key() -> int:
    """Return a new public key (53-bit integer)."""
    source: KeySource = current_app.extensions["keys"]
    return source.take()


def _fetch_block() -> int:
    """Take the next block of keys for this process; returns the first key behind it."""
    with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql_dialect
        first = dialect.insert(KeyBlock).values(id=1, next_key=1 + KEY_BLOCK)
        further = first.on_conflict_do_update(
            index_elements=[KeyBlock.id], set_={"next_key": KeyBlock.next_key + KEY_BLOCK}
        )
        return t.cast(int, connection.execute(further.returning(KeyBlock.next_key)).scalar_one())


def ensure_row(session: t.Any, model: type[Row], key: Mapping[str, t.Any], **start: t.Any) -> None:
    """See to it that a key has a row, whoever else does so at the same moment; a missing one begins with `start`."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql_dialect
    session.execute(dialect.insert(model).values(**key, **start).on_conflict_do_nothing(index_elements=list(key)))


def locked_row(session: t.Any, model: type[Row], key: Mapping[str, t.Any], **start: t.Any) -> Row:
    """Return the row of a key, locked until the transaction ends; a missing one begins with `start`."""
    ensure_row(session, model, key, **start)
    return t.cast(Row, session.get(model, dict(key), with_for_update=True, populate_existing=True))


@contextmanager
def transaction() -> Iterator[t.Any]:
    """One command's transaction: commits at the end, rolls back on any exception. Yields the session.

    What was read before is forgotten, so that the command sees the newest state. Nested use joins the outer one.
    On SQLite it takes the write lock at once, because a read lock cannot be raised safely under concurrency.
    Raises Uncertain when the connection breaks at the commit.
    """
    session = db.session
    if session.info.get("in_command"):
        yield session
        return
    session.rollback()
    keys: KeySource = current_app.extensions["keys"]
    keys.reserve()
    session.connection(execution_options={"firstline_write": True})
    session.info["in_command"] = True
    try:
        yield session
        session.flush()
        _commit(session)
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("in_command", None)


def _commit(session: t.Any) -> None:
    """Commit. Raises Uncertain when the connection broke before the database could say whether it has."""
    try:
        session.commit()
    except sa.exc.DBAPIError as error:
        if is_lost(error):
            raise Uncertain("database.outcome_unknown") from error
        raise


def refresh_statistics() -> None:
    """Let SQLite look at its tables, by which it chooses among their indexes; PostgreSQL does that by itself.

    Without, it takes the first index whose column is named, for instance all papers of a kind instead of those of a
    device. A few hundred entries of each index are read, however large it is.
    """
    if db.engine.dialect.name != "sqlite":
        return
    db.session.rollback()
    with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
        connection.exec_driver_sql("PRAGMA analysis_limit=400")
        connection.exec_driver_sql("ANALYZE")


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the database to the app and set SQLite up for several threads and safe writing."""
    url = sa.make_url(settings.database_url)
    engine: dict[str, t.Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            settings.var_path.mkdir(parents=True, exist_ok=True)
        engine["connect_args"] = {"timeout": 30}
    else:
        engine |= postgresql.engine_options(settings.database.pool_size)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine
    db.init_app(app)
    app.extensions["keys"] = KeySource()
    with app.app_context():
        if url.get_backend_name() == "sqlite":
            _prepare_sqlite(db.engine, settings.database.synchronous)
        else:
            postgresql.prepare(db.engine, app.extensions["clock"])


def _dumps(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _prepare_sqlite(engine: sa.Engine, synchronous: str) -> None:
    @sa.event.listens_for(engine, "connect")
    def on_connect(connection: t.Any, _record: object) -> None:
        # The driver's own BEGIN comes too late for DDL and too lazily for locking, so we begin ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("firstline_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
