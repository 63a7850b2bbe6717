"""A snapshot of the running database into an archive: readers and writers go on meanwhile."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from app.backup import rows
from app.backup.archive import Writer
from app.backup.columns import declared_types, driver, quoted
from app.db import db
from app.engine import filestore
from app.engine.models import Attachment

Tell = Callable[[str], None]
TOGETHER = 2_000
TOLD_EVERY = 500
"""Attachments between two lines of progress."""


def dump_tables(writer: Writer, tell: Tell) -> list[str]:
    """Write every table as it was at one moment; returns the hashes of the attachments of that moment.

    PostgreSQL: one REPEATABLE READ transaction. SQLite: one read transaction, which its write-ahead log serves from
    the state at its beginning; the log grows until it ends.
    """
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    snapshot = options if db.engine.dialect.name == "postgresql" else {}
    with db.engine.connect().execution_options(**snapshot) as connection, connection.begin():
        for table in db.metadata.sorted_tables:
            columns = [column.name for column in table.columns]
            written = writer.table(table.name, columns, _blocks(connection, table, columns))
            if written.rows:
                tell(f"  {written.name}: {written.rows:,} rows")
        return list(connection.execute(sa.select(Attachment.sha256).distinct().order_by(Attachment.sha256)).scalars())


def dump_files(writer: Writer, hashes: list[str], tell: Tell) -> None:
    """Write the attachments; they never change, so it does not matter that time has passed since the snapshot."""
    for number, sha256 in enumerate(hashes, 1):
        try:
            writer.file(sha256, filestore.get(sha256))
        except FileNotFoundError:
            writer.manifest.missing.append(sha256)
        if number % TOLD_EVERY == 0 or number == len(hashes):
            tell(f"  attachments: {number:,} of {len(hashes):,}")


def _blocks(connection: sa.Connection, table: sa.Table, columns: list[str]) -> Iterator[bytes]:
    if connection.dialect.name == "postgresql":
        yield from _copied(connection, table, columns)
        return
    found = connection.execution_options(yield_per=TOGETHER).exec_driver_sql(
        f"SELECT {quoted(connection, columns)} FROM {quoted(connection, [table.name])}"  # noqa: S608 - our own names
    )
    yield from rows.write(found, declared_types(connection, table.name, columns))


def _copied(connection: sa.Connection, table: sa.Table, columns: list[str]) -> Iterator[bytes]:
    for setting in ("timezone = 'UTC'", "datestyle = 'ISO, YMD'", "bytea_output = 'hex'"):
        connection.exec_driver_sql(f"SET LOCAL {setting}")
    source = f"COPY {quoted(connection, [table.name])} ({quoted(connection, columns)}) TO STDOUT"
    with driver(connection).cursor() as cursor, cursor.copy(source) as copy:
        for block in copy:
            yield bytes(block)
