"""`firstline worker`: does the work that time and processes bring, and serves nobody."""

import signal
import threading
import typing as t

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import schema
from app.config import Settings
from app.engine import Workers, run_due


@click.command()
@click.option("--threads", type=click.IntRange(1, 64), help="Threads that do jobs; without it, workers.threads.")
@click.option("--once", is_flag=True, help="Do everything that is due now, then end. For cron and for repairs.")
@with_appcontext
def worker(*, threads: int | None, once: bool) -> None:
    """Do jobs, fire timers and keep house until SIGTERM or Ctrl+C, without serving pages.

    Any number of workers on any number of machines may share one PostgreSQL with any number of `firstline serve`;
    whatever is due is done once, whoever finds it. Set workers.in_serve to false when the web processes are to leave
    all of it to workers.

    SIGTERM lets the work in hand end, at most half a minute, and exits with 0. A worker that is killed loses nothing:
    what it had not committed is found again by the others.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 (Flask's documented way)
    schema.require_current()
    if once:
        click.echo(f"Done: {run_due(app)}.")
        return
    settings: Settings = app.extensions["settings"]
    if sa.make_url(settings.database_url).get_backend_name() == "sqlite":
        raise click.ClickException(
            "SQLite is worked on by one process, and that is `firstline serve`. Workers of their own need PostgreSQL: "
            "set FIRSTLINE_DATABASE_URL=postgresql+psycopg://… and see docs/how-to/run-on-postgresql.md."
        )
    _work_until_told(Workers(app, threads=threads))


def _work_until_told(workers: Workers) -> None:
    told = threading.Event()

    def stop(_number: int, _frame: t.Any) -> None:
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    workers.start()
    click.echo("Firstline is at work  (stop it with Ctrl+C)")
    told.wait()
    click.echo("Finishing the work in hand …")
    workers.stop()
