"""Whatever goes wrong at run time is an incident that shows the expression and the values of the names it used."""

import json

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import evidence, incident_text
from app.engine.models import Incident
from app.i18n import in_language
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, LEAD, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, catch_timer, chain, flow, message, script, service, user
from tests.engine.test_decisions import RULE
from tests.engine.test_deploy import TABLE

pytestmark = both_databases

LOOP = (
    '<userTask id="step" name="检查"><extensionElements><zeebe:userTask/></extensionElements>'
    "<multiInstanceLoopCharacteristics{}><extensionElements><zeebe:loopCharacteristics {}/></extensionElements>"
    "{}</multiInstanceLoopCharacteristics></userTask>"
)
WARRANTY = "".join(
    (
        '<exclusiveGateway id="ask" name="保修？" default="f_ask_no"/>',
        user("yes"),
        user("no"),
        '<sequenceFlow id="free" name="保修内" sourceRef="ask" targetRef="yes"><extensionElements><zeebe:properties>',
        '<zeebe:property name="name:en" value="Under warranty"/></zeebe:properties></extensionElements>',
        '<conditionExpression xsi:type="tFormalExpression">=amont &gt; limit.days</conditionExpression></sequenceFlow>',
        flow("ask", "no"),
    )
)
ASK = START + WARRANTY + END + flow("start", "ask") + flow("yes", "end") + flow("no", "end")


def step(**more: str) -> str:
    return chain(START, user("step", name="检查", **more), END)


def mapping(direction: str, source: str) -> str:
    return f'<zeebe:{direction} source="{source}" target="price"/>'


RECEIVE = '<receiveTask id="step" name="检查" messageRef="m_paid"/>'
TYPED = TABLE.replace(b'<inputExpression id="ie">', b'<inputExpression id="ie" typeRef="number">')


def boundary(time: str) -> str:
    timer = (
        f'<timerEventDefinition><timeDuration xsi:type="tFormalExpression">{time}</timeDuration></timerEventDefinition>'
    )
    late = f'<boundaryEvent id="late" name="太久" attachedToRef="work">{timer}</boundaryEvent>'
    return chain(START, user("work"), END) + late + user("remind") + flow("late", "remind")


BAD = {
    "condition": (ASK, {"limit": {"days": 3}}, "kernel.not_a_boolean", "free", "condition"),
    "a condition that is no boolean": (
        ASK.replace("amont &gt; limit.days", "limit.days"),
        {"limit": {"days": 3}},
        "kernel.not_a_boolean",
        "free",
        "condition",
    ),
    "catch timer": (chain(START, catch_timer("step", "=wait"), END), {"wait": 3}, "kernel.bad_time", "step", "timer"),
    "boundary timer": (boundary("=wait"), {"wait": "soon"}, "kernel.bad_time", "late", "timer"),
    "input mapping": (step(inputs=mapping("input", "=fail(wait)")), {}, "kernel.expression_failed", "step", "input:price"),
    "output mapping": (
        chain(START, script("step", "=1", "x").replace("</extensionElements>", f"<zeebe:ioMapping>{mapping('output', '=fail(wait)')}</zeebe:ioMapping></extensionElements>"), END),
        {},
        "kernel.expression_failed",
        "step",
        "output:price",
    ),
    "script": (chain(START, script("step", "=fail(wait)", "x"), END), {}, "kernel.expression_failed", "step", "script"),
    "assignee": (step(assignee="=wait"), {"wait": 7}, "kernel.not_a_name", "step", "assignee"),
    "assignee that is null": (step(assignee="=who"), {}, "kernel.not_a_name", "step", "assignee"),
    "assignee that fits nowhere": (step(assignee="=wait"), {"wait": "x" * 151}, "kernel.too_long", "step", "assignee"),
    "candidate groups": (step(groups="=&quot;clerk@&quot; + unit"), {}, "kernel.not_names", "step", "candidateGroups"),
    "due date": (step(due="=wait"), {"wait": "PT2H"}, "kernel.not_a_moment", "step", "dueDate"),
    "collection": (
        chain(START, LOOP.format("", 'inputCollection="=wait" inputElement="one"', ""), END),
        {"wait": "LCD"},
        "kernel.not_a_list",
        "step",
        "inputCollection",
    ),
    "completion condition": (
        chain(START, LOOP.format(' isSequential="true"', 'inputCollection="=[1,2]" inputElement="one"', "<completionCondition>=enough</completionCondition>"), END),
        {},
        "kernel.not_a_boolean",
        "step",
        "completionCondition",
    ),
    "job type": (chain(START, service("step", "=wait"), END), {"wait": 1}, "kernel.not_a_name", "step", "jobType"),
    "job retries": (chain(START, service("step", "w", retries="=wait"), END), {"wait": 1.5}, "kernel.not_a_number", "step", "jobRetries"),
    "called process": (chain(START, call("step", "=wait"), END), {"wait": None}, "kernel.not_a_name", "step", "processId"),
}  # fmt: skip


@pytest.fixture
def start(app, deploy):
    def fail(_value):
        raise ValueError("the price list is missing")

    app.extensions["engine"].functions.register("fail", [("value?", "Any")], "Any", "Fails.", fail)

    def act(body, variables, **definition):
        deploy(("bad.bpmn", bpmn("bad", body, **definition)))
        return engine.start_instance(ANNA, "bad", variables).key

    return act


def the_incident() -> Incident:
    db.session.rollback()
    return db.session.execute(sa.select(Incident).where(Incident.resolved_at.is_(None))).scalar_one()


def in_words(incident: Incident, language: str = "en") -> str:
    with in_language(language):
        return incident_text.complete(incident)


@pytest.mark.parametrize("case", BAD)
def test_a_value_of_no_use_is_an_incident_that_names_the_property_and_shows_what_it_used(start, case):
    body, variables, code, owner, place = BAD[case]
    key = start(body, variables)
    if case == "completion condition":
        engine.complete_task(ANNA, open_tasks(key)["step"].key, {})
    incident = the_incident()
    assert (incident.code, incident.evidence[0]["element"], incident.evidence[0]["place"]) == (code, owner, place)
    assert incident.evidence[0]["expression"].startswith("=")
    shown = {one["name"]: one["value"] for one in incident.evidence[0]["names"]}
    for name, value in shown.items():
        at = variables
        for part in name.split("."):
            at = at.get(part, evidence) if isinstance(at, dict) else evidence
        assert value == (None if at is evidence else json.dumps(at)), name
    for language in ("en", "zh"):
        said = in_words(incident, language)
        assert "%(" not in said
        assert "kernel." not in said
        assert incident.evidence[0]["expression"] in said


def test_a_group_at_a_unit_nobody_has_heard_of_leaves_the_task_open_for_whoever_may_assign_it(start):
    key = start(step(groups="=&quot;clerk@&quot; + unit"), {"unit": "u" * 120})
    assert open_tasks(key)["step"].candidates == [["clerk", "u" * 120]]


@pytest.mark.parametrize("place", ["assignee", "groups"])
def test_a_character_that_cannot_be_stored_is_an_incident(start, place):
    start(step(**{place: "=wait"}), {"wait": "a\0b"})
    assert the_incident().evidence[0]["names"] == [{"name": "wait", "value": '"a\\u0000b"'}]


def test_a_correlation_key_that_is_missing_is_explained_too(start):
    start(chain(START, RECEIVE, END), {"order": {}}, outside=message("paid", "=order.no"))
    incident = the_incident()
    assert (incident.code, incident.evidence[0]["place"]) == ("kernel.not_a_name", "correlationKey")
    assert incident.evidence[0]["names"] == [{"name": "order.no", "value": None}]


def test_a_condition_that_gave_nothing_is_explained_in_one_text(start):
    start(ASK, {"limit": {"days": 3}, "amount": 5})
    incident = the_incident()
    assert in_words(incident) == (
        "The condition of “Under warranty” gave nothing (null), but must give true or false. "
        "“amont” is not known here; the result is empty. Did you mean “amount”? "
        "Expression: =amont > limit.days. Values: amont is not there; limit.days = 3."
    )
    assert in_words(incident, "zh") == (
        "“保修内”的条件得到空值（null），这里必须是 true 或 false。"
        "此处没有“amont”这个名称，结果为空。是否想写“amount”？"
        "表达式：=amont > limit.days。当时的值：amont 不存在；limit.days = 3。"
    )


def test_when_no_condition_holds_every_condition_is_shown_with_its_values(start):
    body = ASK.replace(' default="f_ask_no"', "").replace(flow("ask", "no"), flow("ask", "no", "=limit.days = 7"))
    start(body.replace("amont", "amount"), {"limit": {"days": 3}, "amount": 1})
    incident = the_incident()
    assert incident.code == "kernel.no_flow_taken"
    assert in_words(incident) == (
        "No condition behind “保修？” holds, and there is no default flow. "
        "Expression: =amount > limit.days; =limit.days = 7. Values: amount = 1; limit.days = 3."
    )


def test_a_failed_decision_names_table_column_and_value(deploy):
    deploy(("decides.bpmn", bpmn("decides", chain(START, RULE, END))), ("fee.dmn", TYPED))
    engine.start_instance(ANNA, "decides", {"amount": "many"})
    incident = the_incident()
    assert incident.code == "kernel.decision_failed"
    found = incident.evidence[0]
    assert (found["decision"], found["cell"]["column"]) == ("fee", "amount")
    assert found["names"] == [{"name": "amount", "value": '"many"'}]
    assert "“amount” has the value many" in in_words(incident)


def test_a_cell_that_cannot_be_evaluated_is_named(deploy):
    endless = TABLE.replace(b"<text>30</text>", b"<text>count(for i in 1..9999999 return i)</text>")
    deploy(("decides.bpmn", bpmn("decides", chain(START, RULE, END))), ("fee.dmn", endless))
    engine.start_instance(ANNA, "decides", {"amount": 500})
    incident = the_incident()
    assert incident.evidence[0]["cell"] == {"table": "Fee", "rule": 2, "column": "fee"}
    said = in_words(incident)
    assert "rule 2" in said
    assert "takes too many steps" in said
    assert "count(for i in 1..9999999 return i)" in said


def test_a_spent_budget_says_where_it_was_spent(start):
    start(chain(START, script("step", "=n +&#10; count(for i in 1..9999999 return i)", "x"), END), {"n": 1})
    incident = the_incident()
    assert (incident.evidence[0]["line"], incident.evidence[0]["column"]) == (2, 8)
    assert "takes too many steps" in in_words(incident)


def test_evidence_is_small_whatever_the_variables_are(start):
    many = {f"v{n}": list(range(5_000)) for n in range(40)}
    wide = " = ".join(many)
    start(chain(START, script("step", f"=fail([{wide.replace(' = ', ',')}])", "x"), END), many)
    incident = the_incident()
    assert len(json.dumps(incident.evidence)) < 10_000
    assert incident.evidence[0]["names"][0]["value"].endswith("…")


def test_a_name_inside_a_filter_is_taken_for_a_member_of_the_elements(start):
    start(chain(START, script("step", "=fail(rows[qty &gt; least])", "x"), END), {"rows": [{"qty": 1}], "least": 2})
    assert [one["name"] for one in the_incident().evidence[0]["names"]] == ["rows", "least"]


def test_the_blob_of_a_stuck_instance_stays_small(start):
    from app.engine.models import ProcessInstance

    key = start(step(assignee="=wait"), {"wait": list(range(1000))})
    blob = db.session.execute(sa.select(ProcessInstance.state_blob).where(ProcessInstance.key == key)).scalar_one()
    assert len(blob) < 700


def test_retrying_in_vain_shows_the_values_of_the_new_attempt(start):
    key = start(step(assignee="=wait"), {"wait": 1})
    engine.set_variables(LEAD, key, {"wait": 2}, reason="typo")
    assert not engine.resolve_incident(LEAD, the_incident().key, "corrected")
    assert the_incident().evidence[0]["names"] == [{"name": "wait", "value": "2"}]
