"""Finished instances leave when their time is over: whole families, into files that can be read, and nothing else."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from fsspec.implementations.local import LocalFileSystem

from app import engine
from app.config import Retention
from app.db import db
from app.engine import archive, retention
from app.engine.models import (
    Comment,
    ElementInstance,
    Incident,
    Payload,
    PayloadUse,
    ProcessInstance,
    UserTask,
    Variable,
    VariableChange,
    table_of,
)
from app.engine.places import Place
from app.people.audit import AuditEntry
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, chain, script, user
from tests.engine.test_races import together
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases

CALLER = bpmn("caller", chain(START, call("child", "called"), user("close"), END))
CALLED = bpmn("called", chain(START, script("note", "=n * 2", "twice"), user("inside"), END))
LARGE = {"text": "x" * 100_000}
OWNED = {"process_instance", "element_instance", "variable", "variable_change", "user_task"}


@pytest.fixture
def policy(app):
    """Set the policy of this installation."""

    def act(**values) -> None:
        settings = app.extensions["settings"]
        app.extensions["settings"] = dataclasses.replace(settings, retention=Retention(**values))

    return act


@pytest.fixture
def finish(deploy):
    """Run families from beginning to end; returns their root keys."""
    deploy(("caller.bpmn", CALLER), ("called.bpmn", CALLED))

    def act(count: int = 1, **variables) -> list[int]:
        keys = []
        for number in range(count):
            keys.append(engine.start_instance(ANNA, "caller", {"n": number, **variables}).key)
            for _ in range(2):
                (task,) = open_tasks(keys[-1]).values()
                engine.complete_task(ANNA, task.key, {"done": True})
        db.session.rollback()
        return keys

    return act


def left(model) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def lines() -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "engine:instance:archived")))


def test_nothing_leaves_without_a_policy(finish, clock):
    finish()
    clock.advance(days=10_000)
    assert retention.sweep() == 0
    assert left(ProcessInstance) == 2


def test_a_family_leaves_whole_and_can_be_read_in_the_archive(app, finish, policy, clock):
    (key,) = finish()
    engine.add_comment(ADMIN, Place(instance_key=key), "goes along")
    policy(finished_days=30)
    clock.advance(days=29)
    assert retention.sweep() == 0
    clock.advance(days=2)
    before = {name: left(db.metadata.tables[name]) for name in OWNED}
    assert retention.sweep() == 1
    for table in db.metadata.sorted_tables:
        if table.name in OWNED | {"incident", "comment", "user_task_candidate", "draft", "payload_use"}:
            assert left(table) == 0, table.name
    (line,) = lines()
    (family,) = archive.read(line.detail["file"])
    assert (family["root_key"], line.instance_key) == (key, key)
    assert {name: len(rows) for name, rows in family["rows"].items() if name in OWNED} == before
    assert family["rows"]["comment"][0]["text"] == "goes along"
    variables = {row["name"]: row["value"] for row in family["rows"]["variable"]}
    assert variables["twice"] == "0"
    assert dt.datetime.fromisoformat(family["rows"]["process_instance"][0]["ended_at"]) < clock.now()


def test_deleting_for_good_leaves_one_audit_line_and_no_file(app, finish, policy, clock):
    finish(3)
    policy(finished_days=1, then="delete")
    clock.advance(days=2)
    assert retention.sweep() == 3
    assert left(ProcessInstance) == left(ElementInstance) == 0
    lines = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "engine:instance:deleted")).all()
    assert [one.detail["file"] for one in lines] == [None] * 3


def test_processes_may_have_days_of_their_own(finish, deploy, policy, clock):
    finish()
    deploy(("quick.bpmn", bpmn("quick", chain(START, END))))
    engine.start_instance(ANNA, "quick")
    clock.advance(days=5)
    policy(processes="quick=3")
    assert retention.due() == {"quick": 1}
    policy(finished_days=3, processes="quick=0")
    assert retention.due() == {"caller": 1}
    policy(finished_days=3, processes="quick = 4, caller=9")
    assert retention.due() == {"quick": 1}


def test_what_runs_and_what_shares_a_case_with_it_stays(finish, policy, clock):
    ended, other = finish(2)
    living = engine.start_instance(ANNA, "caller", {"n": 1}).key
    for key in (ended, living):
        db.session.execute(sa.update(ProcessInstance).where(ProcessInstance.root_key == key).values(case_id=7))
    db.session.commit()
    policy(finished_days=1)
    clock.advance(days=3)
    assert retention.sweep() == 1
    assert set(db.session.scalars(sa.select(ProcessInstance.root_key))) == {ended, living}
    assert assert_rows_follow_the_state() == 2
    assert other not in set(db.session.scalars(sa.select(ProcessInstance.key)))


def test_remarks_of_a_case_stay_with_the_case(finish, policy, clock):
    (key,) = finish()
    for model in (ProcessInstance, UserTask):
        db.session.execute(sa.update(model).where(model.root_key == key).values(case_id=7))
    db.session.commit()
    engine.add_comment(ADMIN, Place(instance_key=key), "stays")
    policy(finished_days=1)
    clock.advance(days=3)
    assert retention.sweep() == 1
    assert db.session.scalars(sa.select(Comment.text)).all() == ["stays"]
    (line,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.case_id == 7, AuditEntry.username == "")).all()
    assert line.action == "engine:instance:archived"


def test_a_large_value_goes_with_the_last_instance_that_names_it(finish, policy, clock):
    finish(blob=LARGE)
    clock.advance(days=2)
    finish(blob=LARGE, other={"text": "y" * 100_000})
    deployed = left(Payload) - 2
    policy(finished_days=1)
    assert retention.sweep() == 1
    assert left(Payload) == deployed + 2
    clock.advance(days=2)
    assert retention.sweep() == 1
    assert (left(Payload), left(PayloadUse)) == (deployed, 0)
    families = [family for one in lines() for family in archive.read(one.detail["file"])]
    assert [LARGE in family["payloads"].values() for family in families] == [True, True]


def test_many_leave_in_small_transactions_and_can_be_interrupted(finish, policy, clock, monkeypatch, statements):
    finish(7)
    policy(finished_days=1)
    clock.advance(days=2)
    monkeypatch.setattr(retention, "BATCH", 2)
    removing = retention.remove_due()
    statements.clear()
    assert next(removing).families == 2
    assert statements.count("COMMIT") <= 2
    removing.close()
    assert left(ProcessInstance) == 10
    assert retention.due() == {"caller": 5}
    assert [gone.families for gone in retention.remove_due()] == [2, 2, 1]
    assert left(ProcessInstance) == 0


def test_a_process_that_dies_between_archive_and_deletion_loses_nothing(finish, policy, clock, monkeypatch):
    keys = finish(2)
    policy(finished_days=1)
    clock.advance(days=2)

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(retention, "_delete", die)
        with pytest.raises(KeyboardInterrupt):
            retention.sweep()
    assert left(ProcessInstance) == 4
    assert lines() == []
    assert retention.sweep() == 2
    names = {one.detail["file"] for one in lines()}
    families = [family["root_key"] for name in names for family in archive.read(name)]
    assert sorted(families) == sorted(keys)


def test_nothing_is_deleted_that_the_archive_did_not_take(finish, policy, clock, monkeypatch, app):
    finish()
    policy(finished_days=1)
    clock.advance(days=2)
    monkeypatch.setattr(LocalFileSystem, "cat_file", lambda *_args, **_named: b"something else")
    with pytest.raises(archive.ArchiveUnreadable):
        retention.sweep()
    assert left(ProcessInstance) == 2


def test_two_processes_that_tidy_at_once_do_it_once(app, finish, policy, clock):
    finish(6)
    policy(finished_days=1)
    clock.advance(days=2)
    db.session.remove()
    done = together(app, [retention.sweep] * 3)
    retention.sweep()
    assert left(ProcessInstance) == 0
    assert len(lines()) == 6
    assert sum(done) <= 6


def test_resolved_incidents_of_messages_without_an_instance_go_by_the_general_days(finish, policy, clock, app):
    common = {"code": "engine.nothing_to_start", "params": {}, "created_at": clock.now()}
    for key, resolved in ((1, clock.now()), (2, None)):
        db.session.add(Incident(key=key, resolved_at=resolved, **common))
    db.session.commit()
    policy(finished_days=1)
    clock.advance(days=2)
    retention.sweep()
    assert db.session.scalars(sa.select(Incident.key)).all() == [2]


def test_every_table_that_hangs_on_an_instance_goes_with_it():
    """A new table that points at instances by number only has to be thought of here."""
    thought_of = {table.name for table, _ in archive.owned_by(table_of(ProcessInstance))}
    thought_of |= {"process_instance", "payload_use", "comment", "attachment", "audit_entry", "batch_item"}
    forgotten_by_age = {"notification", "task_viewer"}
    thought_of |= forgotten_by_age
    named = {table.name for table in db.metadata.sorted_tables if {"instance_key", "task_key"} & set(table.c.keys())}
    assert named <= thought_of
    assert {model.__tablename__ for model in (Variable, VariableChange, ElementInstance, UserTask)} <= thought_of
