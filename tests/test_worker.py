"""`firstline worker` before it works: what it says, what it refuses, and one round for cron."""

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from app import schema, worker
from app.db import db


@pytest.fixture
def call(app: Flask):
    db.drop_all()
    db.session.remove()
    schema.upgrade()
    return lambda *arguments: CliRunner().invoke(worker.worker, arguments, obj=ScriptInfo(create_app=lambda: app))


def test_one_round_says_how_much_was_done(call) -> None:
    result = call("--once")
    assert (result.exit_code, result.output) == (0, "Done: 0.\n")


def test_on_sqlite_it_names_who_does_the_work_and_what_to_set(call) -> None:
    result = call()
    assert result.exit_code == 1
    assert "firstline serve" in result.output
    assert "FIRSTLINE_DATABASE_URL" in result.output


def test_help_says_how_it_ends_and_who_may_run_beside_it(call) -> None:
    told = " ".join(call("--help").output.split())
    for words in (
        "SIGTERM lets the work in hand end",
        "Any number of workers",
        "workers.in_serve",
        "--threads",
        "--once",
    ):
        assert words in told


def test_an_old_schema_is_refused_with_the_command_to_run(app: Flask) -> None:
    db.drop_all()
    result = CliRunner().invoke(worker.worker, ["--once"], obj=ScriptInfo(create_app=lambda: app))
    assert result.exit_code == 1
    assert "firstline init" in result.output
