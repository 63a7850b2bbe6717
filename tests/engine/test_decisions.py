"""Decisions and forms: bound to the version in force, explained, and never overruled in silence."""

import json

import pytest
import sqlalchemy as sa

from app import engine, i18n
from app.db import db
from app.engine.models import ElementInstance, Incident, UserTask
from app.errors import Invalid
from app.i18n import in_language
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, LEAD, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, script, user
from tests.engine.test_deploy import TABLE

pytestmark = both_databases

RULE = (
    '<businessRuleTask id="rule"><extensionElements>'
    '<zeebe:calledDecision decisionId="fee" resultVariable="fee"/></extensionElements></businessRuleTask>'
)
DECIDES = bpmn("decides", chain(START, user("before"), RULE, user("after"), END))
FORM = {
    "schemaVersion": 19,
    "id": "quote",
    "type": "default",
    "components": [
        {"type": "number", "id": "f1", "key": "amount", "label": "金额", "validate": {"required": True, "min": 1}},
        {"type": "number", "id": "f2", "key": "fee", "label": "费用"},
        {"type": "textfield", "id": "f3", "key": "why", "label": "原因"},
        {
            "type": "verdict",
            "id": "v",
            "decision": "fee",
            "inputs": ["amount"],
            "overrule": "fee",
            "reason": "why",
        },
    ],
}


@pytest.fixture
def quoting(deploy):
    deploy(
        ("quoting.bpmn", bpmn("quoting", chain(START, user("quote", form="quote"), END))),
        ("fee.dmn", TABLE),
        ("quote.form", json.dumps(FORM).encode()),
    )
    key = engine.start_instance(ANNA, "quoting", {"amount": 50, "secret": 1}).key
    return open_tasks(key)["quote"].key


def test_the_next_case_follows_a_changed_table_and_a_running_one_does_not(deploy):
    deploy(("decides.bpmn", DECIDES), ("fee.dmn", TABLE))
    old = engine.start_instance(ANNA, "decides", {"amount": 500}).key
    deploy(("fee.dmn", TABLE.replace(b"<text>30</text>", b"<text>45</text>")))
    new = engine.start_instance(ANNA, "decides", {"amount": 500}).key
    for key in (old, new):
        engine.complete_task(ANNA, open_tasks(key)["before"].key, {})
    rows = db.session.execute(
        sa.select(ElementInstance).where(ElementInstance.element_id == "rule").order_by(ElementInstance.instance_key)
    ).scalars()
    assert [(row.resolved["version"], row.trace["decisions"][-1]["decision"]) for row in rows] == [
        (1, "fee"),
        (2, "fee"),
    ]
    assert engine.queries.detail.instance_variables(ADMIN, old)["fee"] == 30
    assert engine.queries.detail.instance_variables(ADMIN, new)["fee"] == 45


def test_an_expression_that_fails_is_an_incident_that_a_corrected_variable_repairs(deploy):
    body = chain(START, user("before"), script("count", "=required(list)", "n"), user("after"), END)
    deploy(("fails.bpmn", bpmn("fails", body)))

    def required(value):
        if value is None:
            raise ValueError("list is missing")
        return len(value)

    from flask import current_app

    current_app.extensions["engine"].functions.register("required", [("value?", "Any")], "number", "Length.", required)
    key = engine.start_instance(ANNA, "fails").key
    engine.complete_task(ANNA, open_tasks(key)["before"].key, {"done": True})
    incident = db.session.execute(sa.select(Incident)).scalar_one()
    assert (incident.code, incident.element_id) == ("kernel.expression_failed", "count")
    assert incident.params["expression"] == "=required(list)"
    assert db.session.execute(sa.select(UserTask.state)).scalar_one() == "completed"
    engine.set_variables(LEAD, key, {"list": [1, 2]}, reason="was missing")
    assert engine.resolve_incident(LEAD, incident.key, "list added")
    assert list(open_tasks(key)) == ["after"]
    assert engine.queries.detail.instance_variables(ADMIN, key)["n"] == 2


def test_a_form_opens_with_what_it_shows_and_nothing_else(quoting):
    opened = engine.open_form(ANNA, quoting)
    assert (opened.form_id, opened.version, opened.data["amount"]) == ("quote", 1, 50)
    assert "secret" not in opened.data


def test_a_bad_submission_names_the_field_and_changes_nothing(quoting):
    with pytest.raises(Invalid) as caught:
        engine.complete_task(ANNA, quoting, {"amount": "many"})
    assert list(caught.value.fields) == ["amount"]
    assert open_tasks()["quote"].state == "created"


def test_only_what_the_form_has_is_stored(quoting):
    engine.complete_task(ANNA, quoting, {"amount": 60, "fee": 0, "secret": 2})
    db.session.rollback()
    key = db.session.get(UserTask, quoting).instance_key
    assert engine.queries.detail.instance_variables(ADMIN, key) == {"amount": 60, "fee": 0, "secret": 1}


def test_a_verdict_can_be_asked_while_typing_and_changes_nothing(quoting):
    assert engine.preview_decision(ANNA, quoting, "v", {"amount": 99}).value == 0
    opinion = engine.preview_decision(ANNA, quoting, "v", {"amount": 101})
    assert (opinion.value, opinion.version) == (30, 1)
    assert opinion.trace[-1]["decision"] == "fee"


def test_deciding_otherwise_than_the_table_needs_a_reason(quoting):
    with pytest.raises(Invalid) as caught:
        engine.complete_task(ANNA, quoting, {"amount": 200, "fee": 10})
    assert caught.value.fields == {"why": [("engine.overrule_needs_reason", {})]}
    engine.complete_task(ANNA, quoting, {"amount": 200, "fee": 10, "why": "old customer"})
    trace = db.session.execute(
        sa.select(ElementInstance.trace).where(ElementInstance.element_id == "quote")
    ).scalar_one()
    assert trace["verdicts"]["v"]["value"] == 30


def test_a_context_is_loaded_once_per_command_and_only_when_named(app, deploy):
    asked = []
    engine.register_context(app, "case", lambda instance: asked.append(instance.key) or {"unit": "x1"})
    deploy(
        ("plain.bpmn", bpmn("plain", chain(START, user("u"), END))),
        (
            "names.bpmn",
            bpmn(
                "names",
                chain(START, script("s", "=case.unit", "u"), user("w", groups="=&quot;clerk@&quot; + case.unit"), END),
            ),
        ),
    )
    engine.start_instance(ANNA, "plain")
    assert asked == []
    key = engine.start_instance(ANNA, "names").key
    assert asked == [key]
    assert open_tasks(key)["w"].candidates == [["clerk", "x1"]]


@pytest.mark.parametrize(
    ("cell", "language", "sentence"),
    [
        (
            b"<text>30</text>",
            "en",
            "In the table “Fee”, rule 2, column “fee”, “count(for i in 1..99999999 return i)” cannot be evaluated. ",
        ),
        (
            b"<text>30</text>",
            "zh",
            "决策表“Fee”的第 2 条规则“fee”列中，“count(for i in 1..99999999 return i)”无法求值。",
        ),
        (
            b"<text>amount</text>",
            "en",
            "In the table “Fee”, heading of the column “count(for i in 1..99999999 return i)”, ",
        ),
    ],
)
def test_a_cell_that_cannot_be_evaluated_is_told_to_whoever_tries_the_table_out(deploy, app, cell, language, sentence):
    deploy(("fee.dmn", TABLE.replace(cell, b"<text>count(for i in 1..99999999 return i)</text>")))
    with app.test_request_context(), in_language(language):
        with pytest.raises(Invalid) as caught:
            engine.evaluate_decision(ANNA, {"amount": 500}, decision_id="fee")
        assert i18n.text(caught.value.code, **caught.value.params).startswith(sentence)
    assert caught.value.params["decision"] == "Fee"
