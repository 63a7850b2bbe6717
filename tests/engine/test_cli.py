"""`firstline deploy` and `firstline lint` as an operator meets them."""

import zipfile
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from app.db import db
from app.engine import cli
from app.engine.models import ProcessDefinition
from tests.engine.diagrams import END, START, bpmn, chain, user


def run(app: Flask, command: object, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=ScriptInfo(create_app=lambda: app))  # type: ignore[arg-type]


def test_a_folder_is_deployed_with_its_files_at_their_places(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "bpmn" / "repair"
    folder.mkdir(parents=True)
    (folder / "fix.bpmn").write_bytes(bpmn("fix", chain(START, user("do"), END)))
    (folder / "notes.txt").write_text("not for deployment")
    result = run(app, cli.deploy, str(tmp_path / "bpmn"), "--note", "first")
    assert result.exit_code == 0, result.output
    assert "process fix version 1" in result.output
    db.session.rollback()
    assert db.session.scalars(sa.select(ProcessDefinition.file)).one() == "bpmn/repair/fix.bpmn"
    assert "0 new versions; 1 were up to date" in run(app, cli.deploy, str(tmp_path / "bpmn")).output


def test_a_refused_deployment_says_where_and_stores_nothing(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "bad.bpmn").write_text("<definitions")
    result = run(app, cli.deploy, str(tmp_path))
    assert result.exit_code == 1
    assert "bad.bpmn" in result.output
    assert "Nothing was deployed" in result.output
    assert db.session.scalars(sa.select(ProcessDefinition.key)).all() == []


def test_lint_checks_without_deploying(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "fix.bpmn").write_bytes(bpmn("fix", chain(START, user("do"), END)))
    assert run(app, cli.lint, str(tmp_path)).exit_code == 0
    assert run(app, cli.lint, str(tmp_path), "--both-languages").exit_code == 1
    assert db.session.scalars(sa.select(ProcessDefinition.key)).all() == []


def test_a_folder_without_anything_to_deploy_is_said_to_be_so(app: Flask, tmp_path: Path) -> None:
    result = run(app, cli.deploy, str(tmp_path))
    assert result.exit_code == 1
    assert "There is no .bpmn" in result.output


def test_an_archive_is_deployed_like_a_folder(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "library.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("bpmn/repair/fix.bpmn", bpmn("fix", chain(START, user("do"), END)))
        archive.writestr("readme.txt", "not for deployment")
    result = run(app, cli.deploy, str(path))
    assert result.exit_code == 0, result.output
    db.session.rollback()
    assert db.session.scalars(sa.select(ProcessDefinition.file)).one() == "bpmn/repair/fix.bpmn"


def test_an_archive_that_leads_elsewhere_is_refused_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "library.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../fix.bpmn", bpmn("fix", chain(START, user("do"), END)))
    result = run(app, cli.deploy, str(path))
    assert result.exit_code == 1
    assert "../fix.bpmn" in result.output
    assert "Traceback" not in result.output
