"""Who is at work on the database: nobody may be while a restore replaces it under them."""

import fcntl
import typing as t
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app.config import Settings
from app.db import db
from app.postgresql import NAME

_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"
)


def occupy(app: Flask) -> None:
    """Be at work until this process and all it forks have ended. PostgreSQL knows its clients, SQLite needs a file."""
    if (path := _lock_file(app)) is not None:
        handle = path.open("a")
        fcntl.flock(handle, fcntl.LOCK_SH)
        app.extensions["occupancy"] = handle


def is_occupied(app: Flask) -> bool:
    """Whether another process is at work on the database. Needs an app context."""
    path = _lock_file(app)
    if path is None:
        with db.engine.connect() as connection:
            return bool(connection.execute(_OTHERS, {"name": NAME}).scalar_one())
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_file(app: Flask) -> Path | None:
    settings: Settings = app.extensions["settings"]
    url = sa.make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return None
    return Path(t.cast(str, url.database)).with_suffix(".in-use")
