"""The page of one instance: what it says, and what retrying, correcting and cancelling do."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import engine
from app.cockpit import instance as reading
from app.db import db
from app.engine.models import Incident, ProcessInstance
from app.engine.queries import detail
from app.people.audit import AuditEntry
from tests.cockpit.conftest import As
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, call, catch_timer, chain, message, user
from tests.play import Play

Start = Callable[..., engine.Started]
FILLED = {
    "outer_condition": "good",
    "wished_return": "counter",
    "data_loss_consent": True,
    "both_signed": True,
    "copy_given": True,
    "accessories": ["battery"],
}
"""A slip filled in as it should be."""


@pytest.fixture
def stuck(failing: Start) -> int:
    return failing(time_allowed="soon", serial_no=HANDSET_A).key


def page_of(browse: As, key: int, who: str = "supervisor", language: str = "en") -> str:
    return browse(who, language).get(f"/cockpit/instances/{key}").get_data(as_text=True)


def incident_of(key: int) -> Incident:
    db.session.rollback()
    query = sa.select(Incident).where(Incident.instance_key == key, Incident.resolved_at.is_(None))
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def test_the_page_says_in_one_sentence_why_it_is_stuck_and_for_how_long(
    browse: As, stuck: int, company: Company
) -> None:
    company.clock.advance(days=1, hours=3)
    page = page_of(browse, stuck)
    assert "Not moving: “计算期限” failed. The span “soon” is not understood." in page
    assert "It has waited 1 d 3 h." in page
    assert '=<mark class="fl-fault">due</mark>(now(), time_allowed)' in page
    assert "started yesterday 09:30 by Agent" in page
    chinese = page_of(browse, stuck, language="zh")
    assert "没有动，因为：“计算期限”出错。" in chinese
    assert "已等 1 天 3 时。" in chinese


def test_the_drawing_and_the_table_beside_it_say_the_same(browse: As, stuck: int) -> None:
    drawn = browse("supervisor").get(f"/cockpit/instances/{stuck}/diagram").get_json()
    assert drawn["tokens"] == {"s010_due": {"count": 1, "bad": True}}
    assert drawn["marks"]["s010_due"] == "is-stuck"
    assert drawn["marks"]["start"] == "is-done"
    assert drawn["marks"]["f_start_s010_due"] == "is-done"
    table = re.search(r'id="live-here">(.*?)</table>', page_of(browse, stuck), re.DOTALL)
    assert table
    assert "计算期限" in table[1]
    assert "incident" in table[1]


@both_databases
def test_retrying_after_correcting_the_variable_moves_the_token(browse: As, stuck: int) -> None:
    client = browse("supervisor")
    incident = incident_of(stuck).key
    opened = client.get(f"/cockpit/instances/{stuck}/variable?scope=1&name=time_allowed").get_data(as_text=True)
    assert "&#34;soon&#34;" in opened
    seen = re.search(r'name="seen" value="(\w+)"', opened)
    assert seen
    data = {"scope": 1, "name": "time_allowed", "value": '"4 wh"', "reason": "wrong span", "seen": seen[1]}
    done = client.post(f"/cockpit/instances/{stuck}/variable", data=data)
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, f"/cockpit/instances/{stuck}")
    assert client.post(f"/cockpit/incidents/{incident}/retry", data={"reason": "corrected"}).status_code == 303
    page = client.get(f"/cockpit/instances/{stuck}").get_data(as_text=True)
    assert "Retried. It goes on from this step." in page
    assert "Nobody has taken “检查配件” yet; it is offered to: Repair supervisor." in page
    audit = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.instance_key == stuck).order_by(AuditEntry.id))
    assert [(one.action, one.username, one.reason) for one in audit] == [
        ("engine:instance:variables_set", "supervisor", "wrong span"),
        ("engine:incident:retried", "supervisor", "corrected"),
    ]
    assert "corrected variables" in page


def test_retrying_without_a_reason_is_refused_and_a_second_failure_is_told(browse: As, stuck: int) -> None:
    client, incident = browse("supervisor"), incident_of(stuck).key
    client.post(f"/cockpit/incidents/{incident}/retry", data={"reason": "  "})
    assert "Say why." in toast(client.get(f"/cockpit/instances/{stuck}").get_data(as_text=True))
    assert incident_of(stuck).key == incident
    client.post(f"/cockpit/incidents/{incident}/retry", data={"reason": "hoping"})
    said = toast(client.get(f"/cockpit/instances/{stuck}").get_data(as_text=True))
    assert "Retried, and it failed again." in said
    assert "soon" in said
    assert incident_of(stuck).key != incident


def test_what_is_no_json_comes_back_with_its_place_and_changes_nothing(
    browse: As, stuck: int, company: Company
) -> None:
    client = browse("supervisor")
    refused = {
        '{"a": 1': ("value", "this is not JSON"),
        "LCD": ("value", "line 1, column 1"),
    }
    seen = seen_by(client, stuck, "parts")
    for value, (field, sentence) in refused.items():
        data = {"name": "parts", "value": value, "reason": "x", "seen": seen}
        answer = client.post(f"/cockpit/instances/{stuck}/variable", data=data)
        assert answer.status_code == 422, field
        assert sentence in answer.get_data(as_text=True)
    for data in ({"name": "parts", "value": "1", "reason": ""}, {"name": "#x", "value": "1", "reason": "x"}):
        answer = client.post(f"/cockpit/instances/{stuck}/variable", data={"seen": seen, **data})
        assert answer.status_code == 422
    assert detail.instance_variables(company.person("supervisor"), stuck)["parts"] == "LCD"


def test_a_value_that_changed_meanwhile_is_not_overwritten(browse: As, stuck: int, company: Company) -> None:
    client = browse("supervisor")
    seen = seen_by(client, stuck, "parts")
    engine.set_variables(company.person("manager"), stuck, {"parts": "SPK"}, reason="other part")
    data = {"name": "parts", "value": '"KBD"', "reason": "x", "seen": seen}
    answer = client.post(f"/cockpit/instances/{stuck}/variable", data=data)
    assert answer.status_code == 409
    assert "has just been changed" in answer.get_data(as_text=True)
    assert detail.instance_variables(company.person("supervisor"), stuck)["parts"] == "SPK"


def test_a_variable_can_be_added_and_a_long_value_is_cut_with_a_view(browse: As, stuck: int, company: Company) -> None:
    client = browse("supervisor")
    long = {"list": ["LCD"] * 100}
    engine.set_variables(company.person("manager"), stuck, {"long": long, "huge": "x" * 70_000}, reason="try")
    added = {"name": "note", "value": '{"b": true}', "reason": "was missing", "seen": ""}
    assert client.post(f"/cockpit/instances/{stuck}/variable", data=added).status_code == 200
    page = client.get(f"/cockpit/instances/{stuck}").get_data(as_text=True)
    assert page.count("LCD") < 60
    assert "70 kB" in page
    assert "x" * 1000 not in page
    whole = browse("owner").get(f"/cockpit/instances/{stuck}/variable?name=long").get_data(as_text=True)
    assert whole.count("LCD") == 100
    assert client.get(f"/cockpit/instances/{stuck}/variable?name=nothing").status_code == 404
    assert detail.instance_variables(company.person("supervisor"), stuck)["note"] == {"b": True}


def test_cancelling_needs_a_reason_and_ends_everything_with_it(browse: As, stuck: int) -> None:
    client = browse("supervisor")
    client.post(f"/cockpit/instances/{stuck}/cancel", data={"reason": ""})
    assert db.session.get(ProcessInstance, stuck, populate_existing=True).state == "active"
    client.post(f"/cockpit/instances/{stuck}/cancel", data={"reason": "customer withdrew"})
    page = client.get(f"/cockpit/instances/{stuck}").get_data(as_text=True)
    assert "Ended because: customer withdrew" in page
    assert "Cancelled" in page
    for act in ("Retry…", "Correct…", 'data-open="cancel"'):
        assert act not in page


def test_a_decision_tells_which_rule_fitted_which_values(browse: As, play: Play) -> None:
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音", channel="counter")
    play.do("s020_fill_slip", "agent", **FILLED)
    play.do("s030_judge_misuse", "agent", operation_error=True, evidence="none")
    key = play.instance("outlet_intake_repair").key
    client = browse("supervisor")
    page = client.get(f"/cockpit/instances/{key}").get_data(as_text=True)
    asked = re.findall(rf'hx-get="(/cockpit/instances/{key}/steps/\d+)"', page)
    assert asked
    sheet = client.get(asked[-1]).get_data(as_text=True)
    assert re.search(r"Rule \d+ fitted: \S+", sheet)
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"<[^>]+>", "", sheet)), "an English page says it in English"
    assert client.get(f"/cockpit/instances/{key}/steps/999").status_code == 404
    chinese = browse("supervisor", language="zh").get(asked[-1]).get_data(as_text=True)
    assert "使用不当：只作指导" in chinese, "what the table says beside the rule is a reason"


def test_a_caller_and_what_it_called_lead_to_each_other(browse: As, company: Company) -> None:
    inner = bpmn("inner", chain(START, catch_timer("pause", "PT2H"), END))
    outer = bpmn("outer", chain(START, call("buy", "inner"), END))
    engine.deploy(company.person("owner"), [engine.File("inner.bpmn", inner), engine.File("outer.bpmn", outer)])
    root = engine.start_instance(company.person("agent"), "outer").key
    child = db.session.scalars(sa.select(ProcessInstance.key).where(ProcessInstance.parent_key == root)).one()
    above, below = page_of(browse, root), page_of(browse, child)
    assert "“buy” waits for the process “inner” to end." in above
    assert "“pause” waits until today 11:30." in above
    assert f'href="/cockpit/instances/{child}"' in above
    assert f'href="/cockpit/instances/{root}"' in below
    assert 'data-open="cancel"' not in below
    assert "deployed without a drawing" in above


def test_a_wait_for_an_answer_is_named_with_its_message_and_latest_moment(browse: As, company: Company) -> None:
    answer = (
        '<receiveTask id="ask" name="ask" messageRef="m_reply"/>'
        '<boundaryEvent id="late" attachedToRef="ask"><timerEventDefinition>'
        '<timeDuration xsi:type="tFormalExpression">PT3H</timeDuration></timerEventDefinition></boundaryEvent>'
    )
    flows = (
        '<sequenceFlow id="a" sourceRef="start" targetRef="ask"/><sequenceFlow id="b" sourceRef="ask" targetRef="end"/>'
        '<sequenceFlow id="c" sourceRef="late" targetRef="chase"/><sequenceFlow id="d" sourceRef="chase" targetRef="end"/>'
    )
    body = START + answer + user("chase", groups="repair_supervisor") + END + flows
    file = bpmn("asking", body, outside=message("reply", "=key"))
    engine.deploy(company.person("owner"), [engine.File("asking.bpmn", file)])
    key = engine.start_instance(company.person("agent"), "asking", {"key": "K1"}).key
    page = page_of(browse, key)
    assert "“ask” waits for the answer “reply”." in page
    assert "key K1" in page
    assert "today 12:30" in page


def test_an_instance_nobody_knows_is_not_found(browse: As) -> None:
    assert browse("supervisor").get("/cockpit/instances/1").status_code == 404
    assert browse("supervisor").get("/cockpit/incidents/1/retry").status_code == 404


def test_refreshing_sends_nothing_until_something_happens_and_keeps_dialogs_out(
    browse: As, stuck: int, company: Company
) -> None:
    client = browse("supervisor")
    first = client.get(f"/cockpit/instances/{stuck}/live")
    assert "<dialog" not in first.get_data(as_text=True)
    assert 'role="tab"' not in first.get_data(as_text=True)
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/cockpit/instances/{stuck}/live", headers=again).status_code == 304
    engine.set_variables(company.person("manager"), stuck, {"parts": "SPK"}, reason="x")
    assert client.get(f"/cockpit/instances/{stuck}/live", headers=again).status_code == 200


def test_a_longer_history_costs_no_more_statements(
    play: Play, company: Company, stuck: int, statements: list[str]
) -> None:
    supervisor = company.person("supervisor")
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="x", channel="counter")
    play.do("s020_fill_slip", "agent", **FILLED)
    long = play.instance("outlet_intake_repair").key
    counted = {}
    for key in (stuck, long, stuck, long):
        db.session.rollback()
        db.session.expunge_all()
        statements.clear()
        reading.view(supervisor, key)
        counted[key] = len(statements)
    assert counted[long] <= counted[stuck] + 2
    assert counted[long] <= 26


def seen_by(client: FlaskClient, key: int, name: str) -> str:
    page = client.get(f"/cockpit/instances/{key}/variable?name={name}").get_data(as_text=True)
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def toast(page: str) -> str:
    """What the page says about the act before."""
    return page.split('id="toasts"', 1)[1]
