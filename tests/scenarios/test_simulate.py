"""`firstline simulate` plays scenarios from the command line and never touches the installation's database."""

import json
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from app.db import db
from app.engine.models import ProcessInstance
from app.scenarios.cli import simulate
from tests.company import ROOT

FOLDER = ROOT / "bpmn" / "repair" / "scenarios" / "outlet_intake_repair"
GUIDED = FOLDER / "x02_keypad_lock_guided.json"


def run(app: Flask, *arguments: object) -> Result:
    info = ScriptInfo(create_app=lambda: app)
    return CliRunner().invoke(simulate, [str(argument) for argument in arguments], obj=info)


def otherwise(folder: Path, **changes: object) -> Path:
    """A copy of the guided repair that says something else."""
    path = folder / "changed.json"
    path.write_text(json.dumps({**json.loads(GUIDED.read_bytes()), **changes}), "utf-8")
    return path


def test_scenarios_are_played_with_progress_a_table_and_coverage(app: Flask, tmp_path: Path) -> None:
    wrong = otherwise(tmp_path, id="T1", expect={"true": ['case.status = "new"']})
    result = run(app, GUIDED, wrong)
    assert result.exit_code == 1
    assert "[1/2] outlet_intake_repair X02: ok" in result.stderr
    lines = {line.split()[0]: line for line in result.stdout.splitlines() if line}
    assert lines["X02"].endswith("ok")
    assert 'case.status = "closed"' in lines["T1"]
    assert "1 of 2 scenarios ended as expected." in result.stdout
    assert "%" in lines["outlet_intake_repair"]
    db.session.rollback()
    assert db.session.scalars(sa.select(ProcessInstance.key)).all() == []


def test_programs_get_one_document_with_everything(app: Flask) -> None:
    result = run(app, FOLDER / ".." / "..", "--process", "outlet_intake_repair", "--json", GUIDED)
    told = json.loads(result.stdout)
    assert {one["process"] for one in told["scenarios"]} == {"outlet_intake_repair"}
    assert result.exit_code == (0 if all(one["passed"] for one in told["scenarios"]) else 1)
    (covered,) = told["coverage"]
    assert covered["process"] == "outlet_intake_repair"
    assert 0 < covered["elements"] - len(covered["missedElements"]) <= covered["elements"]


def test_a_file_that_cannot_be_read_is_named_before_anything_is_played(app: Flask, tmp_path: Path) -> None:
    result = run(app, otherwise(tmp_path, steps=[{"wait": "soon"}]))
    assert result.exit_code == 1
    assert "steps[0].wait" in result.stderr
    assert "Founding" not in result.stderr


def test_a_process_without_scenarios_is_said_to_have_none(app: Flask) -> None:
    result = run(app, GUIDED, "--process", "nothing")
    assert result.exit_code == 1
    assert "There is no scenario of nothing there." in result.stderr


def test_a_library_that_cannot_be_deployed_is_refused_with_its_findings(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "bad.bpmn").write_text("<definitions")
    result = run(app, GUIDED, "--library", tmp_path)
    assert result.exit_code == 1
    assert "The library cannot be deployed." in result.stderr
    assert "bad.bpmn" in result.stderr


def test_days_of_business_are_simulated_and_kept_in_a_new_file(app: Flask, tmp_path: Path) -> None:
    kept = tmp_path / "days.sqlite3"
    result = run(app, "--days", 1, "--cases", 2, "--keep", kept, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == (1 if told["faults"] else 0)
    assert told["days"] == 1
    assert "Days" in result.stderr
    with sa.create_engine(f"sqlite:///{kept}").connect() as database:
        assert database.scalar(sa.text('SELECT count(*) FROM "case"')) >= 2
    assert "exists already" in run(app, "--days", 1, "--keep", kept).stderr
