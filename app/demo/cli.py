"""`firstline demo`: the demonstration company and its history."""

import dataclasses
import time

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import clock, create_app, schema
from app.clock import SetClock
from app.config import Settings
from app.db import db
from app.demo import company
from app.demo.accounts import account_table
from app.demo.handing_out import hand_out
from app.demo.history import History
from app.demo.plot import plots


@click.command()
@click.option("--history/--no-history", default=True, help="Play six weeks of cases through the engine.")
@with_appcontext
def demo(*, history: bool) -> None:
    """Fill an empty installation with a demonstration company, and show its accounts.

    Works in demo mode only (FIRSTLINE_DEMO=true). When the company is there already, only the accounts are shown.
    """
    try:
        company.require_demo_mode()
        schema.require_current()
        if company.exists():
            click.echo("The demonstration company is in the database already; nothing was changed.")
        else:
            _make(current_app._get_current_object(), history=history)  # type: ignore[attr-defined]  # noqa: SLF001 (Flask's documented way)
    except company.DemoRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(account_table())


def _make(outer: Flask, *, history: bool) -> None:
    """Make the company with an app of its own, whose clock can be set and whose disk need not be waited for."""
    began = time.monotonic()
    settings: Settings = outer.extensions["settings"]
    quick = dataclasses.replace(settings, database=dataclasses.replace(settings.database, synchronous="normal"))
    with outer.app_context():
        set_clock = SetClock(clock.now())
    app = create_app(quick, clock=set_clock)
    with app.app_context():
        company.found(say=_say)
        if history:
            _play(app, set_clock)
        db.session.remove()
        db.engine.dispose()
    _say(f"Done in {time.monotonic() - began:.0f} s.")


def _play(app: Flask, set_clock: SetClock) -> None:
    told = History(app, set_clock, say=_say).tell(plots())
    for sentence in told.broken:
        click.echo(f"A story ended early: {sentence}", err=True)
    _say(f"Tasks: {hand_out()} taken by those who do them")


def _say(line: str) -> None:
    click.echo(line)  # which flushes, so that a piped set-up shows its progress too
