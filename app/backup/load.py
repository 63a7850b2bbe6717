"""An archive into a database: everything in one transaction, so that a failed restore leaves what was there."""

import itertools
from collections.abc import Callable

import sqlalchemy as sa

from app import schema
from app.backup import rows
from app.backup.archive import Reader, Refused, Table
from app.backup.columns import declared_types, driver, quoted
from app.backup.dump import TOLD_EVERY, Tell
from app.db import db
from app.engine import filestore
from app.engine.models import ProcessInstance, table_of
from app.people.models import User

TOGETHER = 2_000
MISSED = (table_of(User), table_of(ProcessInstance))
"""Tables whose rows somebody would miss. Roles and the process library are what `firstline init` puts there."""


def require_known(reader: Reader) -> None:
    """Raise Refused when the backup is of a schema that this program never had."""
    revision = reader.manifest.revision
    if revision not in schema.revisions():
        raise Refused(
            f"The backup was made by Firstline {reader.manifest.program} with database revision {revision}, which this "
            "program does not know. Restore it with that version or a newer one."
        )


def verify(reader: Reader, tell: Tell) -> None:
    """Read everything and compare it with the manifest. Raises Refused."""
    for table in reader.manifest.tables:
        reader.verify(table)
    for number, sha256 in enumerate(reader.manifest.files, 1):
        reader.file(sha256)
        if number % TOLD_EVERY == 0:
            tell(f"  attachments checked: {number:,} of {len(reader.manifest.files):,}")


def is_empty() -> bool:
    """Whether the database holds nothing that anybody would miss."""
    with db.engine.connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        asked = (sa.select(sa.literal(1)).select_from(table).limit(1) for table in MISSED if table.name in present)
        return not any(connection.execute(query).first() for query in asked)


def load_files(reader: Reader, tell: Tell) -> int:
    """Put attachments that are not there into the store; returns how many. What is there is the same by its hash."""
    missing = [sha256 for sha256 in reader.manifest.files if not filestore.has(sha256)]
    for number, sha256 in enumerate(missing, 1):
        filestore.put(sha256, reader.file(sha256))
        if number % TOLD_EVERY == 0 or number == len(missing):
            tell(f"  attachments: {number:,} of {len(missing):,}")
    return len(missing)


def load_tables(reader: Reader, tell: Tell, afterwards: Callable[[sa.Connection], None]) -> None:
    """Replace the database by the backup and bring it up to date; `afterwards` runs in the same transaction."""
    with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            # Rows may point at rows that come later; what is wrong at the end still fails the commit.
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        _drop_all(connection, {table.name for table in reader.manifest.tables})
        schema.upgrade(reader.manifest.revision, connection)
        _require_places(connection, reader)
        for table in reversed(reader.manifest.tables):
            connection.exec_driver_sql(f"DELETE FROM {quoted(connection, [table.name])}")  # noqa: S608 - our own names
        for table in reader.manifest.tables:
            if table.rows:
                _load(connection, reader, table)
                tell(f"  {table.name}: {table.rows:,} rows")
        if reader.manifest.revision != schema.head():
            tell("  bringing the schema up to date …")
            schema.upgrade("head", connection)
        afterwards(connection)


def _require_places(connection: sa.Connection, reader: Reader) -> None:
    """Raise Refused for rows that have no place in the schema they are said to be of."""
    inspector = sa.inspect(connection)
    places = {
        table: {column["name"] for column in inspector.get_columns(table)} for table in inspector.get_table_names()
    }
    strange = [one.name for one in reader.manifest.tables if not set(one.columns) <= places.get(one.name, set())]
    if strange:
        raise Refused(
            f"The backup has rows for {', '.join(strange)} that its own database revision {reader.manifest.revision} "
            "has no place for. It was changed by hand or mixed up with another one."
        )


def _drop_all(connection: sa.Connection, restored: set[str]) -> None:
    """Drop our tables, whatever revision they are of; those of others in the same database stay."""
    ours = restored | set(db.metadata.tables) | {"alembic_version"}
    present = [name for name in sa.inspect(connection).get_table_names() if name in ours]
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in present:
        connection.exec_driver_sql(f"DROP TABLE {quoted(connection, [name])}{cascade}")


def _load(connection: sa.Connection, reader: Reader, table: Table) -> None:
    if connection.dialect.name == "postgresql":
        _copy(connection, reader, table)
        return
    places = ", ".join("?" * len(table.columns))
    into = f"{quoted(connection, [table.name])} ({quoted(connection, table.columns)})"
    found = rows.read(reader.lines(table), declared_types(connection, table.name, table.columns))
    while some := list(itertools.islice(found, TOGETHER)):
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", [tuple(row) for row in some])  # noqa: S608


def _copy(connection: sa.Connection, reader: Reader, table: Table) -> None:
    into = f"COPY {quoted(connection, [table.name])} ({quoted(connection, table.columns)}) FROM STDIN"
    with driver(connection).cursor() as cursor, cursor.copy(into) as copy:
        for block in reader.blocks(table):
            copy.write(block)
    for column in sa.inspect(connection).get_columns(table.name):
        if column["autoincrement"] and column["default"]:
            _go_on_counting(connection, table.name, column["name"])


def _go_on_counting(connection: sa.Connection, table: str, column: str) -> None:
    """A sequence knows nothing of rows that were copied in."""
    sequence = sa.select(sa.func.pg_get_serial_sequence(quoted(connection, [table]), column)).scalar_subquery()
    last = sa.select(sa.func.max(sa.column(column))).select_from(sa.table(table)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1))))
