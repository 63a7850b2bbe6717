"""The database schema: brought up to date by `firstline init`, checked before anything is served."""

import time
from pathlib import Path

import alembic.command
import click
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import with_appcontext

from app.db import db
from app.outage import is_lost

MIGRATIONS = Path(__file__).parent.parent / "migrations"
PATIENCE = 30.0
"""Seconds for which a database that does not answer is waited for, because it may just be starting up as well."""
PAUSE = 0.5


class SchemaOutdated(click.ClickException):
    """The database is older or newer than this program."""

    def __init__(self, found: str | None, wanted: str | None) -> None:
        super().__init__(
            f"The database schema is at revision {found or 'none'}, this program needs {wanted}. "
            "Run `firstline init` to bring it up to date; it keeps all data."
        )


class DatabaseAway(click.ClickException):
    """The database does not answer."""

    def __init__(self, error: sa.exc.DBAPIError) -> None:
        address = db.engine.url.render_as_string(hide_password=True)
        super().__init__(
            f"The database {address} does not answer: {str(error.orig).strip()}\n"
            "Start it, or correct database.url (FIRSTLINE_DATABASE_URL)."
        )


def config() -> Config:
    """Alembic's configuration for the migrations of this checkout."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    settings.set_main_option("path_separator", "os")
    return settings


def upgrade(revision: str = "head", connection: sa.Connection | None = None) -> None:
    """Bring the app's database to a revision, in one transaction or in that of a connection. Needs an app context."""
    if connection is not None:
        settings = config()
        settings.attributes["connection"] = connection
        alembic.command.upgrade(settings, revision)
        return
    with db.engine.connect().execution_options(firstline_write=True) as own, own.begin():
        upgrade(revision, own)


def head() -> str:
    """Return the revision this program needs."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


def revisions() -> set[str]:
    """Return every revision this program can upgrade from."""
    return {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}


def current() -> str | None:
    """Return the database's revision, None for an empty database. Needs an app context."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def require_current(patience: float = PATIENCE) -> None:
    """Raise SchemaOutdated unless the database is exactly at this program's revision. Needs an app context.

    A database that is just starting up is waited for.
    """
    wanted = head()
    found = _current_in_time(patience)
    if found != wanted:
        raise SchemaOutdated(found, wanted)


def _current_in_time(patience: float) -> str | None:
    end = time.monotonic() + patience
    while True:
        try:
            return current()
        except sa.exc.DBAPIError as error:
            if not is_lost(error):
                raise
            if time.monotonic() >= end:
                raise DatabaseAway(error) from error
            time.sleep(PAUSE)


@click.command()
@click.option("--library/--no-library", default=True, help="Deploy the process library that comes with the program.")
@with_appcontext
def init(*, library: bool) -> None:
    """Create or update the database and deploy the process library. Safe to repeat."""
    address = db.engine.url.render_as_string(hide_password=True)
    click.echo(f"Database {address}: bringing the schema up to date …")
    upgrade()
    from app.people import seed_roles

    seed_roles()
    if library:
        from app.engine.cli import deploy_library

        deploy_library()
