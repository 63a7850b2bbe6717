"""What both directions ask a database: its own types, its own way of quoting, its own driver."""

import typing as t

import sqlalchemy as sa

from app.backup import rows


def declared_types(connection: sa.Connection, table: str, columns: list[str]) -> rows.Types:
    """Return the types with which the database itself declares columns."""
    declared = {column["name"]: column["type"] for column in sa.inspect(connection).get_columns(table)}
    return [declared[name] for name in columns]


def quoted(connection: sa.Connection, names: list[str]) -> str:
    """Return names as the database wants them, with commas between."""
    return ", ".join(connection.dialect.identifier_preparer.quote_identifier(name) for name in names)


def driver(connection: sa.Connection) -> t.Any:
    """Return the driver's own connection, which knows COPY."""
    return connection.connection.driver_connection
