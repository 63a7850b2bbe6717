"""`firstline backup`, `firstline restore` and `firstline release`."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import __version__, clock, occupancy, schema
from app.backup import dump, epoch, load
from app.backup.archive import Manifest, Reader, Refused, reading, writing
from app.db import db
from app.engine import held
from app.people import SYSTEM


@click.command()
@click.argument("target", default="")
@click.option("--files/--no-files", default=True, help="Take the attachments along.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@with_appcontext
def backup(target: str, *, files: bool, force: bool) -> None:
    """Write the database, as it is at this moment, and its attachments to TARGET, while everything runs.

    TARGET is a file or any fsspec address (s3://…); without it, a file named after the time. It holds password hashes
    and everything about customers: keep it like the database. The secret key is not in it.
    """
    schema.require_current()
    now = clock.now()
    target = target or f"firstline-{now:%Y%m%d-%H%M%S}.zip"
    manifest = Manifest(__version__, schema.head(), db.engine.dialect.name, now.isoformat())
    click.echo(f"Backing up to {target} …")
    with writing(target, manifest, replace=force) as writer:
        hashes = dump.dump_tables(writer, click.echo)
        if files:
            dump.dump_files(writer, hashes, click.echo)
    rows = sum(table.rows for table in manifest.tables)
    click.echo(f"{rows:,} rows and {len(manifest.files):,} attachments are in {target}.")
    if manifest.missing:
        click.echo(f"Not in the file store, though the database names them: {', '.join(manifest.missing)}", err=True)


@click.command()
@click.argument("source")
@click.option("--check", is_flag=True, help="Only check that SOURCE is whole and can be restored here.")
@click.option("--force", is_flag=True, help="Replace what is in the database without asking.")
@click.option(
    "--hold/--no-hold",
    "hold_back",
    default=True,
    help="Hold back what may have happened since (see `firstline release`). --no-hold: nothing ran since the backup, "
    "as in a move to another machine or database.",
)
@with_appcontext
def restore(source: str, *, check: bool, force: bool, hold_back: bool) -> None:
    """Put the backup SOURCE (a file or any fsspec address) into the configured database and file store.

    A backup of SQLite may go into PostgreSQL and the other way round. An older backup is brought up to date. It is one
    transaction: if it fails, the database is as it was.
    """
    with reading(source) as reader:
        load.require_known(reader)
        click.echo(f"Checking {source}, taken {_when(reader.manifest)} …")
        load.verify(reader, click.echo)
        if check:
            click.echo("The backup is whole and can be restored here.")
            return
        _require_free(source, force=force)
        click.echo("Restoring …")
        load.load_files(reader, click.echo)
        load.load_tables(
            reader, click.echo, lambda connection: epoch.begin(connection, reader.manifest, hold_back=hold_back)
        )
        _tell_what_now(reader, hold_back=hold_back)


@click.command()
@click.option("--timers", is_flag=True, help="Let timers that had come due fire.")
@click.option("--starts", is_flag=True, help="Let what the clock should have started be started, once each.")
@click.option("--jobs", is_flag=True, help="Hand out jobs for programs outside again.")
@click.option("--process", "process_id", help="Only of this process.")
@click.option("--reason", default="", help="Why, for the audit.")
@with_appcontext
def release(*, timers: bool, starts: bool, jobs: bool, process_id: str | None, reason: str) -> None:
    """List what the last restore holds back because it may have happened already, and let some of it go on.

    Without an option it only lists. A program that reports a held job as done is heard without any release.
    """
    wanted: dict[held.Kind, bool] = {"timer": timers, "start": starts, "job": jobs}
    kinds = [kind for kind, chosen in wanted.items() if chosen]
    if kinds:
        number = held.release(SYSTEM, kinds, process_id=process_id, reason=reason)
        click.echo(f"{number} released; they go on at once.")
    _list_held()


def _list_held() -> None:
    found = held.held(SYSTEM)
    if not found:
        click.echo("Nothing is held back.")
        return
    click.echo("Held back since the restore:")
    for one in found:
        due = f"{one.first:%Y-%m-%d %H:%M}" + (f" to {one.last:%Y-%m-%d %H:%M}" if one.last > one.first else "")
        click.echo(f"  {one.number:>6} {one.kind:<5} {one.process_id} / {one.element_id}  due {due} UTC")
    click.echo("Release them with --timers, --starts or --jobs, all or with --process; see docs/how-to/back-up.md.")


def _require_free(source: str, *, force: bool) -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (Flask's documented way)
    address = db.engine.url.render_as_string(hide_password=True)
    if occupancy.is_occupied(app):
        raise Refused(f"Other processes of Firstline work on {address}. Stop `serve` and `worker` everywhere first.")
    if not load.is_empty() and not force:
        click.confirm(f"{address} is not empty. Replace everything in it by {source}?", abort=True)


def _tell_what_now(reader: Reader, *, hold_back: bool) -> None:
    rows = sum(table.rows for table in reader.manifest.tables)
    click.echo(f"{rows:,} rows are as they were {_when(reader.manifest)}.")
    if reader.manifest.missing:
        click.echo(f"Attachments that the backup lacks already: {', '.join(reader.manifest.missing)}", err=True)
    if hold_back:
        _list_held()
        click.echo("Everybody has to sign in again. Passwords, tokens and rights are those of the backup.")


def _when(manifest: Manifest) -> str:
    return manifest.taken.strftime("%Y-%m-%d %H:%M:%S UTC")
