"""The schema's history: one line, and at its end exactly the models, on both databases."""

import alembic.autogenerate
import alembic.command
import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from app import schema, server
from app.db import db
from tests.conftest import both_databases


@pytest.fixture
def empty(app: Flask) -> Flask:
    """An app whose database has no tables."""
    db.drop_all()
    db.session.remove()
    return app


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(schema.config()).get_heads()) == 1


@both_databases
def test_migrating_from_empty_gives_exactly_the_models(empty: Flask) -> None:
    schema.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = alembic.autogenerate.compare_metadata(context, db.metadata)
    assert [one for one in differences if one[1] is None or getattr(one[1], "name", "") != "alembic_version"] == []


@both_databases
def test_migrating_twice_changes_nothing(empty: Flask) -> None:
    schema.upgrade()
    first = schema.current()
    schema.upgrade()
    assert schema.current() == first


@both_databases
def test_serving_an_old_schema_is_refused_with_the_command_to_run(empty: Flask) -> None:
    with pytest.raises(schema.SchemaOutdated, match="firstline init"):
        schema.require_current()
    schema.upgrade()
    schema.require_current()


def test_serve_stops_before_it_listens_when_the_schema_is_old(empty: Flask) -> None:
    result = CliRunner().invoke(server.serve, obj=ScriptInfo(create_app=lambda: empty))
    assert result.exit_code == 1
    assert "firstline init" in result.output


def test_demo_mode_is_served_on_loopback_only(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    settings = app.extensions["settings"]
    public = dataclasses.replace(settings.server, host="10.0.0.1")
    monkeypatch.setitem(app.extensions, "settings", dataclasses.replace(settings, demo=True, server=public))
    result = CliRunner().invoke(server.serve, obj=ScriptInfo(create_app=lambda: app))
    assert result.exit_code == 1
    assert "loopback" in result.output
