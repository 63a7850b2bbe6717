"""Fixtures everybody uses: the app on SQLite or PostgreSQL, each test with an empty database of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.clock import SetClock
from app.config import Settings, from_mapping
from app.db import db
from tests import postgres
from tests.client import Client
from tests.clock import NOON

os.environ["FIRSTLINE_SECRET_KEY"] = "a key for tests only"

AppFactory = Callable[..., Flask]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, copied for every test because creating tables costs more than copying."""
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.sqlite3"
    app = create_app(settings_for(folder, f"sqlite:///{path}"), clock=SetClock(NOON))
    with app.app_context():
        db.create_all()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server that this test run shares."""
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database with all tables, cloned for every test."""
    name = postgres.create_database(postgres_server, "template")
    app = create_app(
        settings_for(tmp_path_factory.mktemp("pg"), postgres.address(postgres_server, name)),
        clock=SetClock(NOON),
    )
    with app.app_context():
        db.create_all()
        db.session.remove()
        db.engine.dispose()
    return name


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of this test's own database: SQLite, unless parametrised indirectly with "postgres"."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "firstline.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    name = postgres.create_database(server, "test", template=request.getfixturevalue("postgres_template"))
    yield postgres.address(server, name)
    postgres.drop_database(server, name)


both_databases = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""Put on a test (or a module's pytestmark) that must hold on SQLite and on PostgreSQL."""


@pytest.fixture
def clock() -> SetClock:
    """The test's clock: Wednesday 2026-03-11 12:00 in Shanghai until it is moved."""
    return SetClock(NOON)


@pytest.fixture
def settings(tmp_path: Path, database: str) -> Settings:
    """Settings of a small installation whose state lives in the test's own folder."""
    return settings_for(tmp_path, database)


@pytest.fixture
def app(settings: Settings, clock: SetClock) -> Iterator[Flask]:
    """The application with an empty database; an app context is open."""
    application = create_app(settings, clock=clock)
    application.testing = True
    application.test_client_class = Client
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement and COMMIT sent while the test runs; clear it before the act that is counted."""
    sent: list[str] = []

    def on_execute(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    def on_commit(_conn: object) -> None:
        sent.append("COMMIT")

    sa.event.listen(db.engine, "before_cursor_execute", on_execute)
    sa.event.listen(db.engine, "commit", on_commit)
    yield sent
    sa.event.remove(db.engine, "before_cursor_execute", on_execute)
    sa.event.remove(db.engine, "commit", on_commit)


def settings_for(folder: Path, url: str) -> Settings:
    """Settings of a small installation with its state in a folder."""
    return from_mapping(
        {
            "var": str(folder / "var"),
            "database": {"url": url, "synchronous": "off"},
        }
    )
