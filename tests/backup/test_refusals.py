"""What is no whole backup, or would hurt somebody, is refused with a sentence, and the database is as it was."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson
import psycopg
import pytest
from flask import Flask

from app import engine, occupancy
from app.backup import cli, epoch
from app.db import db
from tests.backup.conftest import Call, backed_up, calling, restored, rows_of
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases


@pytest.fixture
def path(app: Flask, company: Company, tmp_path: Path) -> Path:
    engine.start_instance(company.person("agent"), "outlet_intake_repair", {"serial_no": HANDSET_A})
    return backed_up(app, tmp_path / "all.zip")


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a backup in which one member was changed."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for member in source.namelist():
            content = source.read(member)
            copy.writestr(member, change(content) if member == name else content)
    return target


def with_manifest(path: Path, **values: object) -> Path:
    return changed(path, "manifest.json", lambda content: orjson.dumps(orjson.loads(content) | values))


def cut(path: Path) -> Path:
    target = path.with_name("cut.zip")
    target.write_bytes(path.read_bytes()[:-2000])
    return target


def turned(path: Path) -> Path:
    """A bit of the pressed content has turned on the disk."""
    target = path.with_name("turned.zip")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    target.write_bytes(content)
    return target


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.with_name("nothing.zip"), "There is no file"),
        (lambda path: Path(__file__), "no backup of Firstline"),
        (cut, "cut off while it was written"),
        (turned, "damaged"),
        (lambda path: changed(path, "tables/case.copy", lambda content: content.replace(b"new", b"old")), "damaged"),
        (lambda path: changed(path, "tables/case.copy", lambda content: content + content), "damaged"),
        (lambda path: with_manifest(path, format=2), "format that this program does not know"),
        (lambda path: with_manifest(path, revision="fffffffffff0"), "does not know. Restore it with that version"),
    ],
    ids=["missing", "no zip", "cut", "turned bit", "changed", "longer", "format", "revision"],
)
def test_a_spoilt_backup_is_refused_before_anything_is_touched(
    app: Flask, path: Path, call: Call, spoil: Callable[[Path], Path], words: str
) -> None:
    before = rows_of(app)
    for options in (["--force"], ["--check"]):
        result = call(cli.restore, str(spoil(path)), *options)
        assert result.exit_code == 1, result.output
        assert words in result.output
        assert "Traceback" not in result.output
    assert rows_of(app) == before


def test_a_whole_backup_passes_the_check_and_nothing_is_touched(app: Flask, path: Path, call: Call) -> None:
    before = rows_of(app)
    result = call(cli.restore, str(path), "--check")
    assert (result.exit_code, "whole and can be restored" in result.output) == (0, True)
    assert rows_of(app) == before


@both_databases
def test_rows_without_a_place_are_refused_and_nothing_is_lost(app: Flask, path: Path, call: Call) -> None:
    before = rows_of(app)
    with zipfile.ZipFile(path) as zipped:
        manifest = orjson.loads(zipped.read("manifest.json"))
    case = next(table for table in manifest["tables"] if table["name"] == "case")
    case["columns"][0] = "colour"
    result = call(cli.restore, str(with_manifest(path, tables=manifest["tables"])), "--force")
    assert result.exit_code == 1
    assert "rows for case that its own database revision" in " ".join(result.output.split())
    assert rows_of(app) == before


@both_databases
@pytest.mark.parametrize(("answer", "replaced"), [("n\n", False), ("", False), ("y\n", True)])
def test_a_database_with_something_in_it_is_replaced_only_on_demand(
    app: Flask, path: Path, call: Call, company: Company, answer: str, replaced: bool
) -> None:
    engine.start_instance(company.person("agent"), "outlet_intake_repair", {"serial_no": HANDSET_A})
    db.session.remove()
    before = len(rows_of(app)["process_instance"])
    result = call(cli.restore, str(path), input=answer)
    assert "is not empty" in result.output
    assert (result.exit_code == 0) == replaced
    assert len(rows_of(app)["process_instance"]) == before - replaced


@both_databases
def test_a_restore_that_fails_leaves_what_was_there(
    app: Flask, path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(app)

    def fail(*_args: object, **_named: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(epoch, "begin", fail)
    assert call(cli.restore, str(path), "--force").exit_code == 1
    assert rows_of(app) == before


@both_databases
def test_a_database_on_which_others_work_is_not_replaced(app: Flask, path: Path, call: Call) -> None:
    url = str(app.extensions["settings"].database.url)
    db.session.remove()
    db.engine.dispose()
    if url.startswith("sqlite"):
        occupancy.occupy(app)
        leave = app.extensions["occupancy"].close
    else:
        other = psycopg.connect(url.replace("+psycopg", ""), application_name="firstline")
        leave = other.close
    result = call(cli.restore, str(path), "--force")
    assert result.exit_code == 1
    assert "Stop `serve` and `worker`" in result.output
    leave()
    restored(app, path, "--force")


def test_a_backup_replaces_no_file_unasked_and_leaves_none_half_written(
    app: Flask, path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    result = call(cli.backup, str(path))
    assert (result.exit_code, "--force" in result.output) == (1, True)

    def fail(*_args: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("app.backup.dump.dump_files", fail)
    assert call(cli.backup, str(path), "--force").exit_code == 1
    assert path.read_bytes() == before
    assert list(path.parent.glob("*.part")) == []


def test_what_a_backup_says_and_what_it_is_called_without_a_name(
    app: Flask, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(cli.backup)
    assert (tmp_path / "firstline-20240603-013000.zip").exists()
    assert "  process_definition: " in result.output
    assert "attachments are in firstline-20240603-013000.zip" in result.output
    assert "may go into PostgreSQL" in " ".join(calling(app)(cli.restore, "--help").output.split())
