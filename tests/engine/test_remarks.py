"""Remarks and files on a case, and answers recorded for somebody outside."""

import dataclasses
import json

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import Place
from app.engine.models import ElementInstance, MessageSubscription, ProcessInstance
from app.engine.queries import inbox
from app.errors import Forbidden, Invalid, NotFound
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, BEN, OUTSIDER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, message, user

pytestmark = both_databases

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@pytest.fixture
def one(deploy):
    deploy(("one.bpmn", bpmn("one", chain(START, user("u"), END))))
    return engine.start_instance(ANNA, "one").key


def hide(key: int) -> None:
    db.session.execute(sa.update(ProcessInstance).where(ProcessInstance.key == key).values(unit_id=99))
    db.session.commit()


def test_a_remark_on_a_task_is_seen_on_its_instance_with_the_people_it_names(one):
    task = open_tasks(one)["u"].key
    engine.add_comment(ANNA, Place(task_key=task), "please look, @ben, not me@home.example")
    (comment,) = engine.comments_at(BEN, Place(instance_key=one))
    assert (comment.author, comment.mentions, comment.task_key) == ("anna", ["ben"], task)
    with pytest.raises(Invalid):
        engine.add_comment(ANNA, Place(instance_key=one), "  ")


def test_remarks_of_a_hidden_instance_stay_hidden(one):
    hide(one)
    with pytest.raises(NotFound):
        engine.comments_at(dataclasses.replace(OUTSIDER, memberships=()), Place(instance_key=one))


def test_a_file_is_stored_by_content_and_shown_by_its_name_alone(one):
    kept = engine.attach(ANNA, Place(instance_key=one), "../../etc/crack.png", PNG)
    assert (kept.name, kept.media_type, kept.size) == ("crack.png", "image/png", len(PNG))
    again = engine.attach(ANNA, Place(instance_key=one), "other.png", PNG)
    assert again.sha256 == kept.sha256
    assert engine.read_attachment(kept) == PNG
    assert [one.name for one in engine.attachments_at(BEN, Place(instance_key=one))] == ["crack.png", "other.png"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.html", b"<script>"), ("a.png", b"<svg>"), ("a.txt", b""), ("noending", b"x")]
)
def test_other_kinds_of_files_are_refused(one, name, content):
    with pytest.raises(Invalid):
        engine.attach(ANNA, Place(instance_key=one), name, content)


def test_a_file_is_removed_by_its_owner_or_somebody_who_leads(one):
    kept = engine.attach(ANNA, Place(instance_key=one), "a.png", PNG)
    with pytest.raises(Forbidden):
        engine.remove_attachment(BEN, kept.key)
    engine.remove_attachment(ANNA, kept.key, "wrong picture")
    assert engine.attachments_at(ANNA, Place(instance_key=one)) == []
    with pytest.raises(NotFound):
        engine.get_attachment(ANNA, kept.key)


FORM = {
    "schemaVersion": 19,
    "id": "reply",
    "type": "default",
    "components": [
        {"type": "checkbox", "id": "f1", "key": "accepted", "label": "接受"},
        {"type": "textfield", "id": "f2", "key": "signature", "label": "签名", "validate": {"required": True}},
    ],
}


@pytest.fixture
def waiting(deploy):
    wait = (
        '<intermediateCatchEvent id="wait"><extensionElements><zeebe:properties>'
        '<zeebe:property name="record" value="clerk,reply"/></zeebe:properties></extensionElements>'
        '<messageEventDefinition messageRef="m_reply"/></intermediateCatchEvent>'
    )
    deploy(
        ("waits.bpmn", bpmn("waits", chain(START, wait, user("u"), END), outside=message("reply", "=order"))),
        ("reply.form", json.dumps(FORM).encode()),
    )
    engine.start_instance(ANNA, "waits", {"order": "o-1"})
    return db.session.execute(sa.select(MessageSubscription.key)).scalar_one()


def test_an_answer_from_outside_is_recorded_by_the_role_that_takes_the_call(waiting):
    assert [wait.key for wait in inbox.recordable_answers([ANNA])] == [waiting]
    assert inbox.recordable_answers([OUTSIDER]) == []
    assert engine.open_answer(ANNA, waiting).schema["id"] == "reply"
    with pytest.raises(Forbidden):
        engine.record_answer(OUTSIDER, waiting, {"signature": "Zhou"})
    with pytest.raises(Invalid):
        engine.record_answer(ANNA, waiting, {"accepted": True})
    engine.record_answer(ANNA, waiting, {"accepted": True, "signature": "Zhou"}, note="by phone")
    assert list(open_tasks()) == ["u"]
    actor = db.session.execute(sa.select(ElementInstance.actor).where(ElementInstance.element_id == "wait"))
    assert actor.scalar_one() == "anna"
    with pytest.raises(NotFound):
        engine.record_answer(ANNA, waiting, {"signature": "Zhou"})


def test_expressions_and_decisions_can_be_tried_out(deploy):
    from tests.engine.test_deploy import TABLE

    deploy(("fee.dmn", TABLE))
    assert engine.evaluate_expression(ANNA, '=due(date and time("2026-03-11T16:00:00+08:00"), "4 wh")', {}).value == (
        "2026-03-12T11:00:00+08:00"
    )
    assert engine.evaluate_expression(ANNA, "a + 1", {"a": 2}).value == 3
    with pytest.raises(Invalid) as caught:
        engine.evaluate_expression(ANNA, "a +", {})
    assert caught.value.code.startswith("feel.syntax")
    assert engine.evaluate_decision(ANNA, {"amount": 5}, decision_id="fee").value == 0
    with pytest.raises(NotFound):
        engine.evaluate_decision(ANNA, {}, decision_id="nothing")
