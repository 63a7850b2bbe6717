"""The schema's history: one line, and at its end exactly the models, on both databases."""

import datetime as dt
from pathlib import Path

import alembic.autogenerate
import alembic.command
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from app import create_app, schema, server
from app.db import db
from tests.conftest import both_databases, settings_for


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


@both_databases
def test_decisions_of_the_first_release_get_the_files_they_came_in(empty: Flask) -> None:
    schema.upgrade("aecdd5eee8b5")
    content = b'<definitions name="Rates" namespace="urn:rates" id="rates"/>'
    moment = "2026-11-22 08:00:00+00:00"
    with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
        metadata = sa.MetaData()
        metadata.reflect(connection, only=["deployment", "payload", "decision_definition"])
        row = {"deployed_at": dt.datetime.fromisoformat(moment)}
        for number in (1, 2):
            connection.execute(
                metadata.tables["deployment"]
                .insert()
                .values(key=number, number=number, deployed_by="a", files=[], **row)
            )
            connection.execute(
                metadata.tables["payload"].insert().values(sha256=str(number) * 64, content=content, size=9)
            )
            for place, name in enumerate(("fee", "tax")):
                connection.execute(
                    metadata.tables["decision_definition"].insert().values(
                        key=10 * number + place, decision_id=name, version=number, requirements_id="rates", names={}, file="r.dmn",
                        sha256=str(number) * 64, deployment_key=number, deployment_number=number, **row,
                    )
                )  # fmt: skip
    schema.upgrade()
    with db.engine.connect() as connection:
        files = connection.execute(
            sa.text("select key, version, namespace from decision_requirements order by key")
        ).all()
        kept = connection.execute(sa.text("select key, requirements_key from decision_definition order by key")).all()
    assert files == [(10, 1, "urn:rates"), (20, 2, "urn:rates")]
    assert kept == [(10, 10), (11, 10), (20, 20), (21, 20)]


@both_databases
def test_large_values_of_earlier_databases_are_known_by_the_instances_that_name_them(empty: Flask) -> None:
    schema.upgrade(_before("keep_finished_instances"))
    moment = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
    large, old = "a" * 64, "b" * 64
    with db.engine.connect().execution_options(firstline_write=True) as connection, connection.begin():
        metadata = sa.MetaData()
        metadata.reflect(connection)

        def add(table: str, **values: object) -> None:
            connection.execute(metadata.tables[table].insert().values(values))

        add("deployment", key=1, number=1, deployed_at=moment, deployed_by="a", files=[])
        for sha256 in (large, old):
            add("payload", sha256=sha256, content=b"x", size=1)
        add(
            "process_definition", key=2, process_id="p", version=1, deployment_key=1, deployment_number=1, file="p",
            deployed_at=moment, names={}, elements={}, lanes=[], called=[], sha256=large,
        )  # fmt: skip
        for key in (3, 4):
            add(
                "process_instance", key=key, process_definition_key=2, process_id="p", process_version=1, root_key=key,
                depth=0, in_force=1, state="active", version=1, incidents=0, started_at=moment,
            )  # fmt: skip
        add("variable", instance_key=3, scope=1, name="v", key=5, payload_hash=large)
        changes = [[1, "v", {"payload": old}], [1, "w", {"payload": "of mine"}], [1, "x", 7]]
        for key, instance_key in ((6, 3), (7, 3), (8, 4)):
            add("variable_change", key=key, instance_key=instance_key, changed_at=moment, changes=changes)
    schema.upgrade()
    with db.engine.connect() as connection:
        uses = connection.execute(sa.text("select sha256, instance_key from payload_use order by 1, 2")).all()
    assert uses == [(large, 3), (old, 3), (old, 4)]


def _before(slug: str) -> str:
    """The revision that one of this name follows."""
    scripts = ScriptDirectory.from_config(schema.config()).walk_revisions()
    return str(next(one.down_revision for one in scripts if slug in one.path))


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://firstline:hidden@127.0.0.1:1/firstline"
    away = create_app(settings_for(tmp_path, url))
    with away.app_context(), pytest.raises(schema.DatabaseAway) as told:
        schema.require_current(patience=0)
    assert "127.0.0.1:1" in told.value.message
    assert "hidden" not in told.value.message
    assert "FIRSTLINE_DATABASE_URL" in told.value.message
