"""A company with cases on their way, its backup, and a second installation to restore it into."""

import contextvars
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from app import create_app, schema
from app.backup import cli
from app.clock import SetClock
from app.db import db
from tests import postgres
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.conftest import settings_for

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

Call = Callable[..., Result]
Rows = dict[str, list[tuple[t.Any, ...]]]
NEW_EPOCH = {"key_block", "document_number", "audit_entry", "web_session"}
"""Tables that a restore changes on purpose."""


def calling(app: Flask) -> Call:
    """Call a command of an installation: `call(cli.backup, "file.zip")`."""

    def call(command: click.Command, *arguments: str, **options: t.Any) -> Result:
        # In a context of its own, because a command that finds an app at hand takes that one.
        return contextvars.Context().run(
            CliRunner().invoke, command, arguments, obj=ScriptInfo(create_app=lambda: app), **options
        )

    return call


@pytest.fixture(autouse=True)
def _stamped(app: Flask) -> None:
    """Tests make their tables from the models; say that this is the newest revision."""
    with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
        MigrationContext.configure(connection).stamp(ScriptDirectory.from_config(schema.config()), "head")


@pytest.fixture
def call(app: Flask) -> Call:
    return calling(app)


@pytest.fixture
def make_house(request: pytest.FixtureRequest, tmp_path: Path, clock: SetClock) -> Iterator[Callable[[str], Flask]]:
    """Set up empty installations: `make_house("postgres")` or `make_house("sqlite")`."""
    apps: list[Flask] = []
    databases: list[str] = []

    def make(kind: str) -> Flask:
        folder = tmp_path / f"house{len(apps)}"
        folder.mkdir()
        if kind == "postgres":
            server = request.getfixturevalue("postgres_server")
            databases.append(postgres.create_database(server, "house"))
            url = postgres.address(server, databases[-1])
        else:
            url = f"sqlite:///{folder / 'firstline.sqlite3'}"
        apps.append(create_app(settings_for(folder, url), clock=clock))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    for name in databases:
        postgres.drop_database(request.getfixturevalue("postgres_server"), name)


def rows_of(app: Flask) -> Rows:
    """Every row of every table, as Python sees it."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in db.metadata.sorted_tables
        }


def backed_up(app: Flask, path: Path, *options: str) -> Path:
    """Take a backup and return its file."""
    db.session.remove()
    result = calling(app)(cli.backup, str(path), *options)
    assert result.exit_code == 0, result.output
    return path


def restored(app: Flask, path: Path, *options: str) -> str:
    """Restore a backup into an installation and return what was said."""
    result = calling(app)(cli.restore, str(path), *options)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output
