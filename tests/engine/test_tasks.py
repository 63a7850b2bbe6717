"""Starting an instance and what people do with its tasks."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance, ProcessInstance, UserTaskCandidate, Variable
from app.errors import Conflict, Forbidden
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, BEN, OUTSIDER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, user

pytestmark = both_databases

TWO_STEPS = bpmn("two", chain(START, user("first", groups="clerk"), user("second", groups="clerk@x1"), END))


@pytest.fixture
def two(deploy):
    deploy(("two.bpmn", TWO_STEPS))
    return engine.start_instance(ANNA, "two", {"a": 1}).key


def test_a_started_instance_waits_at_its_first_task_with_candidates(two):
    task = open_tasks(two)["first"]
    assert task.candidates == [["clerk", ""]]
    assert task.assignee is None
    rows = db.session.execute(sa.select(UserTaskCandidate.role, UserTaskCandidate.unit)).all()
    assert [tuple(row) for row in rows] == [("clerk", "")]


def test_completing_the_last_task_ends_the_instance_and_keeps_variables_and_history(deploy):
    deploy(("one.bpmn", bpmn("one", chain(START, user("only"), END))))
    key = engine.start_instance(ANNA, "one", {"a": 1}).key
    engine.complete_task(ANNA, open_tasks(key)["only"].key, {"b": [1, 2]})
    db.session.rollback()
    instance = db.session.get(ProcessInstance, key, populate_existing=True)
    assert (instance.state, instance.state_blob) == ("completed", None)
    values = {row.name: row.value for row in db.session.execute(sa.select(Variable)).scalars()}
    assert values == {"a": "1", "b": "[1,2]"}
    history = db.session.execute(sa.select(ElementInstance).order_by(ElementInstance.token)).scalars().all()
    assert [(row.element_id, row.state, row.actor) for row in history] == [
        ("one", "completed", None),
        ("start", "completed", None),
        ("only", "completed", "anna"),
        ("end", "completed", None),
    ]


def test_a_second_completion_is_told_who_was_first(two):
    key = open_tasks(two)["first"].key
    engine.complete_task(ANNA, key, {})
    with pytest.raises(Conflict) as caught:
        engine.complete_task(BEN, key, {})
    assert caught.value.code == "engine.task_completed_already"
    assert (caught.value.params["who"], caught.value.params["when"]) == ("anna", "12:00")


def test_only_candidates_may_work_on_a_task(two):
    with pytest.raises(Forbidden):
        engine.complete_task(OUTSIDER, open_tasks(two)["first"].key, {})
