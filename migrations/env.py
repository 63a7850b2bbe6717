"""Runs the migrations on the connection that `app.schema` hands over."""

import typing as t

import sqlalchemy as sa
from alembic import context

from app.db import db


def render_type(kind: str, item: t.Any, _autogen: t.Any) -> str | t.Literal[False]:
    """Write our own column types as what they store, so that old migrations never depend on today's code."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=db.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_type,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
