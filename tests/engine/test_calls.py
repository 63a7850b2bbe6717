"""Called processes: instances of their own, bound to the version in force, ended with their caller."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance, Incident, ProcessInstance
from app.errors import Conflict
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, LEAD, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, chain, flow, message, script, user

pytestmark = both_databases

PARENT = bpmn("parent", chain(START, user("before"), call("calls", "child"), user("after"), END))
CHILD = bpmn("child", chain(START, user("inside"), END))


def instances() -> dict[str, ProcessInstance]:
    db.session.rollback()
    query = sa.select(ProcessInstance).execution_options(populate_existing=True)
    return {row.process_id: row for row in db.session.execute(query).scalars()}


def finish(key: int, element: str, data=None) -> None:
    engine.complete_task(ANNA, open_tasks(key)[element].key, data or {})


def test_a_call_is_an_instance_of_its_own_and_its_end_moves_the_caller(deploy):
    deploy(("parent.bpmn", PARENT), ("child.bpmn", CHILD))
    key = engine.start_instance(ANNA, "parent", {"a": 1}).key
    finish(key, "before")
    child = instances()["child"]
    assert (child.parent_key, child.root_key, child.depth) == (key, key, 1)
    finish(key, "inside", {"b": 2})
    assert list(open_tasks(key)) == ["after"]
    assert instances()["child"].state == "completed"
    finish(key, "after")
    assert instances()["parent"].state == "completed"


def test_a_call_follows_the_version_in_force_when_the_root_started(deploy):
    deploy(("parent.bpmn", PARENT), ("child.bpmn", CHILD))
    old = engine.start_instance(ANNA, "parent").key
    deploy(("child.bpmn", CHILD.replace(b'name="inside"', b'name="inside, new"')))
    new = engine.start_instance(ANNA, "parent").key
    finish(old, "before")
    finish(new, "before")
    assert open_tasks(old)["inside"].names["zh"] == "inside"
    assert open_tasks(new)["inside"].names["zh"] == "inside, new"
    used = db.session.execute(
        sa.select(ElementInstance.resolved).where(
            ElementInstance.element_id == "calls", ElementInstance.instance_key == old
        )
    ).scalar_one()
    assert (used["id"], used["version"]) == ("child", 1)


def test_a_missing_process_is_an_incident_of_the_call_until_it_is_deployed(deploy):
    deploy(("parent.bpmn", PARENT))
    key = engine.start_instance(ANNA, "parent").key
    finish(key, "before")
    incident = db.session.execute(sa.select(Incident)).scalar_one()
    assert (incident.code, incident.element_id, incident.params) == (
        "engine.called_process_missing",
        "calls",
        {"id": "child"},
    )
    deploy(("child.bpmn", CHILD))
    assert engine.resolve_incident(ADMIN, incident.key)
    assert list(open_tasks(key)) == ["inside"]


def test_a_process_that_only_events_start_cannot_be_called_or_started(deploy):
    told = '<startEvent id="told"><messageEventDefinition messageRef="m_tell"/></startEvent>'
    child = bpmn("child", chain(told, user("inside"), END), outside=message("tell"))
    found = deploy(("parent.bpmn", PARENT), ("child.bpmn", child)).findings
    assert [(one.code, one.severity, one.element_id) for one in found] == [
        ("engine.only_started_by_events", "warning", "calls")
    ]
    key = engine.start_instance(ANNA, "parent").key
    finish(key, "before")
    incident = db.session.execute(sa.select(Incident)).scalar_one()
    assert (incident.code, incident.element_id) == ("engine.only_started_by_events", "calls")
    for start_event, code in ((None, "engine.only_started_by_events"), ("gone", "engine.no_such_start_event")):
        with pytest.raises(Conflict) as refused:
            engine.start_instance(ANNA, "child", start_event=start_event)
        assert refused.value.code == code
    assert engine.start_instance(ANNA, "child", start_event="told").key


def test_cancelling_the_root_cancels_what_it_called_and_says_why(deploy):
    deploy(("parent.bpmn", PARENT), ("child.bpmn", CHILD))
    key = engine.start_instance(ANNA, "parent").key
    finish(key, "before")
    engine.cancel_instance(LEAD, key, "customer went away")
    both = instances()
    assert {row.state for row in both.values()} == {"cancelled"}
    assert {row.end_reason for row in both.values()} == {"customer went away"}
    assert open_tasks() == {}


def test_an_error_of_the_child_is_caught_on_the_call(deploy):
    parent = bpmn(
        "parent",
        chain(START, call("calls", "child"), END)
        + '<boundaryEvent id="bad" attachedToRef="calls"><errorEventDefinition errorRef="e"/></boundaryEvent>'
        + user("repair")
        + flow("bad", "repair"),
        outside='<error id="e" errorCode="BAD"/>',
    )
    child = bpmn(
        "child",
        chain(START, user("inside"), '<endEvent id="end"><errorEventDefinition errorRef="e"/></endEvent>'),
        outside='<error id="e" errorCode="BAD"/>',
    )
    deploy(("parent.bpmn", parent), ("child.bpmn", child))
    key = engine.start_instance(ANNA, "parent").key
    finish(key, "inside")
    assert list(open_tasks(key)) == ["repair"]
    assert instances()["child"].state == "error"


@pytest.mark.parametrize("called", [("a",), ("b", "a")], ids=["itself", "one that calls it"])
def test_a_process_that_calls_itself_for_ever_becomes_an_incident(deploy, called):
    callers = zip(("a", *called), called, strict=False)
    deploy(*((f"{name}.bpmn", bpmn(name, chain(START, call("again", other), END))) for name, other in callers))
    engine.start_instance(ANNA, "a")
    incident = db.session.execute(sa.select(Incident)).scalar_one()
    assert incident.code == "engine.calls_too_deep"


def test_a_child_that_ends_at_once_lets_the_caller_go_on_in_the_same_command(deploy):
    quick = bpmn("child", chain(START, script("sum", "=a + 1", "b"), END))
    deploy(("parent.bpmn", PARENT), ("child.bpmn", quick))
    key = engine.start_instance(ANNA, "parent", {"a": 1}).key
    finish(key, "before")
    assert list(open_tasks(key)) == ["after"]
