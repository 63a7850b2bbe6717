"""The published library in a folder: exported, compared, and taken back without a new version."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.engine import File, archives, cli, deploy
from app.engine.exporting import export
from app.engine.library_files import compare, library_files, place
from app.people import SYSTEM
from tests.engine.diagrams import END, START, bpmn, chain, user
from tests.engine.test_cli import run

FIX, SELL = bpmn("fix", chain(START, user("do"), END)), bpmn("sell", chain(START, user("ask"), END))


@pytest.fixture
def published(app: Flask) -> Flask:
    """Two processes, one of which came without a folder."""
    deploy(SYSTEM, [File("bpmn/repair/fix.bpmn", FIX), File("sell.bpmn", SELL)])
    return app


def test_what_is_exported_can_be_deployed_without_a_new_version(published: Flask, tmp_path: Path) -> None:
    result = run(published, export, str(tmp_path))
    assert (tmp_path / "bpmn" / "repair" / "fix.bpmn").read_bytes() == FIX
    assert (tmp_path / "bpmn" / "sell.bpmn").read_bytes() == SELL
    assert "2 files written; 0 were up to date." in result.output
    assert "0 files written; 2 were up to date." in run(published, export, str(tmp_path)).output
    assert "0 new versions; 2 were up to date" in run(published, cli.deploy, str(tmp_path / "bpmn")).output


def test_an_export_names_what_is_only_in_the_folder_and_leaves_it_alone(published: Flask, tmp_path: Path) -> None:
    own = tmp_path / "bpmn" / "mine.bpmn"
    own.parent.mkdir()
    own.write_text("<mine/>")
    assert "only here: bpmn/mine.bpmn" in run(published, export, str(tmp_path)).output
    assert own.read_text() == "<mine/>"


def test_checking_writes_nothing_and_its_exit_code_says_whether_all_is_the_same(
    published: Flask, tmp_path: Path
) -> None:
    checked = run(published, export, str(tmp_path), "--check")
    assert checked.exit_code == 1
    assert not (tmp_path / "bpmn").exists()
    assert "2 only published, 0 the same." in checked.output
    run(published, export, str(tmp_path))
    assert run(published, export, str(tmp_path), "--check").exit_code == 0
    assert run(published, cli.deploy, str(tmp_path / "bpmn"), "--check").exit_code == 0
    (tmp_path / "bpmn" / "sell.bpmn").write_bytes(SELL.replace(b'"ask"', b'"beg"'))
    changed = run(published, cli.deploy, str(tmp_path / "bpmn"), "--check")
    assert changed.exit_code == 1
    assert "differs: bpmn/sell.bpmn" in changed.output
    assert library_files()["bpmn/sell.bpmn"].content == SELL


def test_a_deployment_says_before_and_after_how_the_folder_differs(published: Flask, tmp_path: Path) -> None:
    run(published, export, str(tmp_path))
    (tmp_path / "bpmn" / "repair" / "fix.bpmn").unlink()
    (tmp_path / "bpmn" / "buy.bpmn").write_bytes(bpmn("buy", chain(START, user("pay"), END)))
    lines = run(published, cli.deploy, str(tmp_path / "bpmn")).output.splitlines()
    assert "1 only here, 1 only published, 1 the same." in lines
    assert lines[-2:] == ["  only published: bpmn/repair/fix.bpmn", "1 only published, 2 the same."]


def test_one_file_is_compared_with_its_own_place_only(published: Flask, tmp_path: Path) -> None:
    (tmp_path / "sell.bpmn").write_bytes(SELL)
    assert run(published, cli.deploy, str(tmp_path / "sell.bpmn"), "--check").output == "1 the same.\n"


def test_a_file_that_was_only_moved_is_the_same(published: Flask) -> None:
    found = compare([File("bpmn/sales/sell.bpmn", SELL), File("bpmn/repair/fix.bpmn", FIX)], library_files())
    assert found.alike


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("fix.bpmn", "bpmn/fix.bpmn"),
        ("slip.form", "forms/slip.form"),
        ("export/bpmn/repair/fix.bpmn", "bpmn/repair/fix.bpmn"),
        ("../../etc/fix.bpmn", "bpmn/etc/fix.bpmn"),
        ("/srv/forms/../slip.form", "forms/slip.form"),
        ("C:\\drawings\\fix.bpmn", "bpmn/C_/drawings/fix.bpmn"),
        ("a\nb.bpmn", "bpmn/a_b.bpmn"),
        ("..", "bpmn/unnamed"),
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, where: str) -> None:
    assert place(name) == where


def test_an_export_does_not_follow_a_link_out_of_its_folder(published: Flask, tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (folder / "bpmn").symlink_to(outside)
    result = run(published, export, str(folder))
    assert result.exit_code == 1
    assert "leads out of" in result.output
    assert list(outside.iterdir()) == []


def test_an_empty_installation_has_nothing_to_export(app: Flask, tmp_path: Path) -> None:
    result = run(app, export, str(tmp_path))
    assert result.exit_code == 1
    assert "Nothing is published" in result.output


def test_the_same_files_make_the_same_archive_which_is_taken_back(published: Flask) -> None:
    packed = archives.pack(library_files().values())
    assert packed == archives.pack(library_files().values())
    assert zipfile.ZipFile(BytesIO(packed)).testzip() is None
    assert {one.name: one.content for one in archives.unpack(packed, (".bpmn",)).files} == {
        "bpmn/repair/fix.bpmn": FIX,
        "bpmn/sell.bpmn": SELL,
    }
