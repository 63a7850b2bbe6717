"""Cancelling, correcting and moving instances by hand: with a reason, by those who may, on the record."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import Incident, ProcessInstance, UserTask, VariableChange
from app.engine.queries import detail
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel import Placement
from app.people.audit import AuditEntry
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, LEAD, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, catch_timer, chain, user

pytestmark = both_databases

TWO = bpmn("two", chain(START, user("first", groups="clerk"), user("second", groups="clerk"), END))


@pytest.fixture
def two(deploy):
    deploy(("two.bpmn", TWO))
    return engine.start_instance(ANNA, "two", {"a": 1}).key


def test_cancelling_needs_the_right_and_a_reason_and_is_on_the_record(two):
    with pytest.raises(Forbidden):
        engine.cancel_instance(ANNA, two, "because")
    with pytest.raises(Invalid):
        engine.cancel_instance(LEAD, two, "")
    engine.cancel_instance(LEAD, two, "customer went away")
    db.session.rollback()
    instance = db.session.get(ProcessInstance, two, populate_existing=True)
    assert (instance.state, instance.end_reason) == ("cancelled", "customer went away")
    task = db.session.execute(sa.select(UserTask)).scalar_one()
    assert (task.state, task.ended_by) == ("cancelled", "lead")
    entry = db.session.execute(sa.select(AuditEntry).where(AuditEntry.instance_key == two)).scalar_one()
    assert (entry.action, entry.reason, entry.instance_key) == (
        "engine:instance:cancelled",
        "customer went away",
        two,
    )
    with pytest.raises(Conflict):
        engine.cancel_instance(LEAD, two, "again")


def test_a_called_instance_ends_only_with_its_caller(deploy):
    deploy(
        ("outer.bpmn", bpmn("outer", chain(START, call("c", "inner"), END))),
        ("inner.bpmn", bpmn("inner", chain(START, user("u"), END))),
    )
    root = engine.start_instance(ANNA, "outer").key
    child = open_tasks(root)["u"].instance_key
    with pytest.raises(Conflict) as caught:
        engine.cancel_instance(LEAD, child, "x")
    assert caught.value.params == {"root": root}


def test_corrected_variables_name_who_wrote_them(two):
    engine.set_variables(LEAD, two, {"a": 2, "b": {"c": [1]}}, reason="typing error")
    assert detail.instance_variables(LEAD, two) == {"a": 2, "b": {"c": [1]}}
    changes = db.session.execute(sa.select(VariableChange).order_by(VariableChange.key)).scalars().all()
    assert [(one.changed_by, one.changes) for one in changes] == [
        ("anna", [[1, "a", 1]]),
        ("lead", [[1, "a", 2], [1, "b", {"c": [1]}]]),
    ]


def test_a_large_value_is_stored_once_and_read_back(two):
    big = "x" * 100_000
    engine.set_variables(ADMIN, two, {"big": big, "copy": big})
    assert detail.instance_variables(ADMIN, two)["copy"] == big
    engine.complete_task(ANNA, open_tasks(two)["first"].key, {})
    assert detail.task_variables(ADMIN, open_tasks(two)["second"])["big"] == big


def test_tokens_can_be_moved_by_hand(two):
    token = open_tasks(two)["first"].token
    engine.modify_instance(LEAD, two, engine.Modification([token], [Placement("second")]), "skip it")
    assert list(open_tasks(two)) == ["second"]


def test_an_unknown_process_or_instance_is_not_found(app):
    for act in (
        lambda: engine.start_instance(ANNA, "nothing"),
        lambda: engine.cancel_instance(ADMIN, 5, "x"),
        lambda: engine.complete_task(ANNA, 5, {}),
        lambda: engine.resolve_incident(ADMIN, 5),
    ):
        with pytest.raises(NotFound):
            act()


def test_one_timer_that_cannot_be_fired_stops_no_other(app, deploy, clock, monkeypatch):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    broken = engine.start_instance(ANNA, "slow").key
    engine.start_instance(ANNA, "slow")
    db.session.execute(sa.update(ProcessInstance).where(ProcessInstance.key == broken).values(state_blob=b"?"))
    db.session.commit()
    clock.advance(hours=2)
    assert engine.run_due(app) == 1
    assert list(open_tasks()) == ["after"]
    assert db.session.execute(sa.select(Incident.key)).all() == []
