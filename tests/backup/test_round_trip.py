"""What is backed up comes back as it was, into either database, while people go on working."""

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import engine, schema
from app.backup import cli, rows
from app.db import db
from app.engine.models import ProcessInstance, UserTask, Variable
from app.engine.places import Place
from tests.backup.conftest import NEW_EPOCH, Call, backed_up, calling, restored, rows_of
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.engine.truth import assert_rows_follow_the_state
from tests.play import Play

House = Callable[[str], Flask]
CONTENT = b"tab\there, line\nbreak, back\\slash, \\N and \xe9\x9b\xb6\xe4\xbb\xb6\r"


@pytest.fixture
def at_work(app: Flask, company: Company, play: Play) -> Flask:
    """Cases at several places, with an attachment and texts that are hard to write down."""
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description=CONTENT.decode())
    play.start("return_visit", "service_lead", case_no=play.case(case_id).case_no, due_delay=1)
    engine.attach(company.person("agent"), Place(case_id=case_id), "note.txt", CONTENT)
    engine.add_comment(company.person("agent"), Place(case_id=case_id), CONTENT.decode())
    return app


@both_databases
@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_everything_comes_back_as_it_was_in_either_database(
    at_work: Flask, tmp_path: Path, make_house: House, target: str
) -> None:
    before = rows_of(at_work)
    path = backed_up(at_work, tmp_path / "all.zip")
    house = make_house(target)
    restored(house, path, "--no-hold")
    after = rows_of(house)
    assert {name: len(found) for name, found in after.items() if name not in NEW_EPOCH} == {
        name: len(found) for name, found in before.items() if name not in NEW_EPOCH
    }
    different = [name for name in before if after[name] != before[name]]
    assert set(different) <= {"key_block", "audit_entry"}
    with house.app_context():
        assert schema.current() == schema.head()
        assert assert_rows_follow_the_state() > 0


@both_databases
def test_work_goes_on_after_a_restore_with_new_keys_and_numbers(
    at_work: Flask, tmp_path: Path, make_house: House, company: Company
) -> None:
    path = backed_up(at_work, tmp_path / "all.zip")
    lost = engine.start_instance(company.person("agent"), "outlet_intake_repair", {"serial_no": HANDSET_A})
    house = make_house("sqlite" if at_work.extensions["settings"].database.url.startswith("sqlite") else "postgres")
    restored(house, path)
    with house.app_context():
        there = dataclasses.replace(company, app=house)
        again = engine.start_instance(there.person("agent"), "outlet_intake_repair", {"serial_no": HANDSET_A})
        assert again.key > lost.key + 10**10
        first, second = (Play(there).case(one.case_id).case_no for one in (again, again))
        assert first == second == "RO-20240603-10002"
        found = engine.attachments_at(there.person("agent"), Place(case_id=Play(there).case(again.case_id).id))
        assert found == []
        content = engine.read_attachment(db.session.scalars(sa.select(engine.models.Attachment)).one())
        assert content == CONTENT
        assert_rows_follow_the_state()


@both_databases
def test_a_backup_taken_while_people_work_is_of_one_moment(
    at_work: Flask, tmp_path: Path, make_house: House, company: Company
) -> None:
    person = company.person("agent")
    db.session.remove()
    stop, failures = threading.Event(), []

    def work() -> None:
        with at_work.app_context():
            try:
                while not stop.is_set():
                    engine.start_instance(person, "outlet_intake_repair", {"serial_no": HANDSET_A})
                    engine.run_due(at_work)
            except Exception as error:  # noqa: BLE001 - told by the test itself
                failures.append(error)
            finally:
                db.session.remove()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        paths = [backed_up(at_work, tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        stop.set()
        worker.join()
    assert failures == []
    for path in paths:
        house = make_house("sqlite")
        restored(house, path)
        with house.app_context():
            assert assert_rows_follow_the_state() > 0
            without = sa.select(ProcessInstance.key).where(ProcessInstance.key.not_in(sa.select(Variable.instance_key)))
            assert db.session.scalars(without).all() == []
            assert db.session.scalar(sa.select(sa.func.count(UserTask.key))) > 0
            db.session.remove()


def test_cells_survive_both_ways() -> None:
    types = [sa.String(), sa.Boolean(), sa.DateTime(), sa.LargeBinary(), sa.Integer(), sa.JSON(), sa.Date()]
    one = [CONTENT.decode(), 1, "2026-03-11 04:00:00.000100", b"\x00\xff\\", -5, '{"a": "b\\n"}', "2026-03-11"]
    empty: list[object] = [None] * len(types)
    edge = ["\\N", 0, "9999-12-31 00:00:00.000000", b"", 2**53, "null", "2024-02-29"]
    lines = b"".join(rows.write([one, empty, edge], types)).splitlines(keepends=True)
    assert len(lines) == 3
    assert list(rows.read(lines, types)) == [one, empty, edge]


def test_a_backup_without_attachments_and_one_that_misses_some(
    at_work: Flask, tmp_path: Path, make_house: House, call: Call
) -> None:
    small = backed_up(at_work, tmp_path / "small.zip", "--no-files")
    assert "0 attachments" in call(cli.backup, str(small), "--no-files", "--force").output
    (stored,) = (one for one in Path(at_work.extensions["settings"].var, "files").rglob("*") if one.is_file())
    stored.unlink()
    db.session.remove()
    result = call(cli.backup, str(tmp_path / "less.zip"))
    assert result.exit_code == 0
    assert "Not in the file store" in result.stderr
    assert "lacks already" in calling(make_house("sqlite"))(cli.restore, str(tmp_path / "less.zip")).stderr
