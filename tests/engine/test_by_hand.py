"""People do what a drawing leaves open, and forms may lie inside the process file."""

import json

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import FormDefinition, MessageSubscription, ProcessInstance
from app.engine.queries import inbox
from app.errors import Invalid
from app.i18n import in_language
from tests.engine.conftest import ANNA, BEN, OUTSIDER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow

BY_PEOPLE = (
    '<extensionElements><zeebe:properties><zeebe:property name="open_points" value="people"/>'
    "</zeebe:properties></extensionElements>"
)
ENGLISH = (
    '<extensionElements><zeebe:properties><zeebe:property name="name:en" value="Granted"/></zeebe:properties>'
    "</extensionElements>"
)
DRAWING = bpmn(
    "drawn",
    BY_PEOPLE
    + chain(START, '<task id="look" name="看一看"/>', '<exclusiveGateway id="decide" name="同意？"/>')
    + f'<sequenceFlow id="yes" name="同意" sourceRef="decide" targetRef="do">{ENGLISH}</sequenceFlow>'
    + '<sequenceFlow id="no" sourceRef="decide" targetRef="refuse"/>'
    + chain('<task id="do" name="办理"/>', END)
    + chain('<task id="refuse" name="回绝"/>', '<endEvent id="refused"/>')
    + '<boundaryEvent id="withdrawn" name="撤回" attachedToRef="do"><messageEventDefinition/></boundaryEvent>'
    + flow("withdrawn", "end"),
)


@pytest.fixture
def drawn(deploy):
    deploy(("drawn.bpmn", DRAWING))
    key = engine.start_instance(ANNA, "drawn", {}).key
    engine.complete_task(ANNA, open_tasks(key)["look"].key, {})
    return key


def test_a_gateway_asks_in_the_language_of_the_page_and_goes_where_it_is_told(drawn):
    task = open_tasks(drawn)["decide"]
    for language, asked, ways in (
        ("zh", "往哪条路走？", ["同意", "回绝"]),
        ("en", "Which way does it go?", ["Granted", "回绝"]),
    ):
        with in_language(language):
            (question,) = engine.open_form(ANNA, task.key).schema["components"]
        assert (question["label"], [way["label"] for way in question["values"]]) == (asked, ways)
    engine.complete_task(ANNA, task.key, {"chosen_way": "no"})
    assert list(open_tasks(drawn)) == ["refuse"]


@pytest.mark.parametrize("answer", [{}, {"chosen_way": "elsewhere"}, {"chosen_way": 1}, {"other": "yes"}])
def test_a_way_that_is_not_there_is_refused_and_the_case_stays(drawn, answer):
    task = open_tasks(drawn)["decide"]
    with pytest.raises(Invalid) as refused:
        engine.complete_task(ANNA, task.key, answer)
    assert list(refused.value.fields) == ["chosen_way"]
    assert list(open_tasks(drawn)) == ["decide"]


def test_what_happens_meanwhile_is_recorded_by_anybody_where_no_lane_says_who(drawn):
    engine.complete_task(ANNA, open_tasks(drawn)["decide"].key, {"chosen_way": "yes"})
    (wait,) = inbox.recordable_answers([OUTSIDER])
    assert (wait.element_id, wait.record_role) == ("withdrawn", "*")
    engine.record_answer(BEN, wait.key, {})
    db.session.rollback()
    assert db.session.get(ProcessInstance, drawn).state == "completed"
    assert db.session.scalars(sa.select(MessageSubscription.key)).all() == []


def test_a_deployment_names_what_people_will_do(deploy):
    result = deploy(("drawn.bpmn", DRAWING))
    assert {(one.code, one.severity) for one in result.findings} == {
        ("kernel.by_hand", "warning"), ("kernel.chosen_by_hand", "warning"), ("kernel.told_by_hand", "warning"),
    }  # fmt: skip
    with pytest.raises(Invalid):
        deploy(("strict.bpmn", DRAWING.replace(b'value="people"', b'value="nobody"')))


def with_form(label: str, extra: str = "") -> bytes:
    form = {
        "type": "default",
        "id": "x",
        "schemaVersion": 19,
        "components": [{"type": "textfield", "id": "a", "key": "a", "label": label}],
    }
    held = (
        f'<extensionElements><zeebe:userTaskForm id="ask">{json.dumps(form)}</zeebe:userTaskForm></extensionElements>'
    )
    task = (
        '<userTask id="t"><extensionElements><zeebe:formDefinition formKey="camunda-forms:bpmn:ask"/>'
        "</extensionElements></userTask>"
    )
    return bpmn("held", held + chain(START, task, END) + extra)


def test_a_form_inside_the_process_is_shown_and_belongs_to_its_version(deploy):
    deploy(("held.bpmn", with_form("first")))
    running = engine.start_instance(ANNA, "held", {}).key
    deploy(("held.bpmn", with_form("second")))
    deploy(("held.bpmn", with_form("second", '<textAnnotation id="n"/>')))
    later = engine.start_instance(ANNA, "held", {}).key
    shown = [engine.open_form(ANNA, open_tasks(key)["t"].key) for key in (running, later)]
    assert [one.schema["components"][0]["label"] for one in shown] == ["first", "second"]
    versions = db.session.scalars(sa.select(FormDefinition.version).where(FormDefinition.form_id == "held:ask")).all()
    assert sorted(versions) == [1, 2]
    assert open_tasks(running)["t"].form_id == "held:ask"


def test_a_form_inside_the_process_is_checked_like_any_other(deploy):
    with pytest.raises(Invalid) as refused:
        deploy(("held.bpmn", with_form("x").replace(b'"textfield"', b'"hologram"')))
    assert [one["code"] for one in refused.value.findings if one["severity"] == "error"] == ["forms.unknown_type"]


@pytest.mark.parametrize("limit", [200, 120])
def test_a_name_that_no_column_holds_is_refused_before_a_case_meets_it(deploy, limit):
    name = "x" * (limit + 1)
    body = (
        '<intermediateThrowEvent id="t"><messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
        if limit == 200
        else f'<serviceTask id="t"><extensionElements><zeebe:taskDefinition type="{name}"/></extensionElements></serviceTask>'
    )
    with pytest.raises(Invalid) as refused:
        deploy(("long.bpmn", bpmn("long", chain(START, body, END), outside=f'<message id="m" name="{name}"/>')))
    assert [(one["code"], one["element_id"]) for one in refused.value.findings] == [("engine.name_too_long", "t")]
