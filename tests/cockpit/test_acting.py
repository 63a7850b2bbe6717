"""The tools of a supervisor, each on one case or on many: a trial that leaves nothing behind, then the act."""

import re

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import BatchOperation, Incident, ProcessInstance, Timer, UserTask, Variable
from tests.cockpit.conftest import As
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, catch_message, catch_timer, chain, message, user

WAITING = bpmn(
    "waiting",
    chain(START, user("ask", name="问客户"), catch_timer("pause", "PT1H"), user("last"), END),
    name="等待",
)
ASKING = bpmn(
    "asking",
    chain(START, catch_message("wait", "answer"), user("after", name="答复后"), END),
    outside=message("answer", "=order"),
    name="等答复",
)


def start(company: Company, source: bytes, process: str, number: int = 1, **variables: object) -> list[int]:
    engine.deploy(company.person("owner"), [engine.File(f"{process}.bpmn", source)])
    return [engine.start_instance(company.person("agent"), process, variables).key for _ in range(number)]


def first(query):
    db.session.rollback()
    return db.session.scalars(query.execution_options(populate_existing=True)).first()


def resting() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(ProcessInstance.key).where(ProcessInstance.suspended_at.is_not(None))))


@both_databases
def test_a_version_is_suspended_by_filter_tried_first_and_taken_back(browse: As, company: Company) -> None:
    keys = start(company, WAITING, "waiting", 3)
    client, address = browse("supervisor"), "/cockpit/act/suspend?process=waiting&version=1"
    page = client.get(address).get_data(as_text=True)
    assert "running cases: 3" in page
    trial = client.post(address.replace("suspend?", "suspend/trial?"), data={}).get_data(as_text=True)
    assert "3 go well" in trial
    assert resting() == set()
    assert "There are 3 cases now" in client.post(address, data={"total": 2, "reason": "x"}).get_data(as_text=True)
    assert client.post(address, data={"total": 3, "reason": " "}).status_code == 422
    answer = client.post(address, data={"total": 3, "reason": "wrong price list"})
    batch = first(sa.select(BatchOperation.key))
    assert answer.headers["Location"] == f"/cockpit/batches/{batch}"
    engine.run_due(company.app)
    assert resting() == set(keys)
    shown = client.get(f"/cockpit/batches/{batch}").get_data(as_text=True)
    assert "Suspend: 等待" in shown or "Suspend: waiting" in shown
    assert f"/cockpit/act/resume?batch={batch}" in shown
    assert "Suspended" in client.get("/cockpit/instances?suspended=yes").get_data(as_text=True)
    back = f"/cockpit/act/resume?batch={batch}"
    assert client.post(back, data={"total": 3, "reason": "corrected"}).status_code == 303
    engine.run_due(company.app)
    assert resting() == set()


def test_one_case_is_acted_on_at_once_and_its_page_says_that_it_rests(browse: As, company: Company) -> None:
    (key,) = start(company, WAITING, "waiting")
    client = browse("supervisor")
    assert f"/cockpit/act/suspend?keys={key}" in client.get(f"/cockpit/instances/{key}").get_data(as_text=True)
    answer = client.post(f"/cockpit/act/suspend?keys={key}", data={"total": 1, "reason": "wait for the vendor"})
    assert answer.headers["Location"] == f"/cockpit/instances/{key}"
    page = client.get(f"/cockpit/instances/{key}").get_data(as_text=True)
    assert "nothing moves until somebody lets it go on" in page
    assert "wait for the vendor" in page
    assert "暂停办理" in browse("supervisor", "zh").get(f"/cockpit/instances/{key}").get_data(as_text=True)
    again = client.get(f"/cockpit/act/suspend?keys={key}").get_data(as_text=True)
    assert "No running case fits" in again


def test_a_corrected_variable_and_a_retry_let_many_cases_go_on(browse: As, company: Company, failing) -> None:
    keys = {failing(time_allowed="soon").key for _ in range(2)}
    client, chosen = browse("supervisor"), "process=count_parts&incident=any"
    trial = client.post(f"/cockpit/act/retry/trial?{chosen}", data={}).get_data(as_text=True)
    assert "2 stay" in trial
    data = {"name": "time_allowed", "value": '"4 wh"', "total": 2, "reason": "typing error"}
    bad = client.post(f"/cockpit/act/variables?{chosen}", data=data | {"value": "4 wh"})
    assert bad.status_code == 422
    assert "4 wh" in bad.get_data(as_text=True)
    client.post(f"/cockpit/act/variables?{chosen}", data=data)
    engine.run_due(company.app)
    assert first(sa.select(Variable.value).where(Variable.name == "time_allowed")) == '"4 wh"'
    assert "2 go well" in client.post(f"/cockpit/act/retry/trial?{chosen}", data={}).get_data(as_text=True)
    assert client.post(f"/cockpit/act/retry?{chosen}", data={"total": 2, "reason": "put right"}).status_code == 303
    engine.run_due(company.app)
    assert first(sa.select(Incident.key).where(Incident.resolved_at.is_(None))) is None
    open_at = set(db.session.scalars(sa.select(UserTask.instance_key).where(UserTask.element_id == "s020_check")))
    assert open_at == keys


def test_a_step_changes_hands_and_its_date(browse: As, company: Company) -> None:
    (key,) = start(company, WAITING, "waiting")
    client, at = browse("supervisor"), f"keys={key}"
    assert "问客户 (1)" in client.get(f"/cockpit/act/assign?{at}").get_data(as_text=True)
    refused = client.post(f"/cockpit/act/assign/trial?{at}", data={"step": "ask", "assignee": "nobody"})
    assert "1 stay" in refused.get_data(as_text=True)
    data = {"step": "ask", "total": 1, "reason": "illness"}
    assert client.post(f"/cockpit/act/assign?{at}", data=data | {"assignee": "agent"}).status_code == 303
    assert first(sa.select(UserTask.assignee)) == "agent"
    assert client.post(f"/cockpit/act/due?{at}", data=data | {"moment": "soon"}).status_code == 422
    assert client.post(f"/cockpit/act/due?{at}", data=data | {"moment": "2024-07-01T09:00"}).status_code == 303
    assert first(sa.select(UserTask.due_at)).isoformat() == "2024-07-01T01:00:00+00:00"


def test_a_timer_fires_now_and_a_message_is_handed_over(browse: As, company: Company) -> None:
    (key,) = start(company, WAITING, "waiting")
    client, data = browse("supervisor"), {"total": 1, "reason": "agreed by telephone"}
    nothing = client.get(f"/cockpit/act/fire?keys={key}").get_data(as_text=True)
    assert "No running case fits" in nothing
    task = first(sa.select(UserTask.key))
    engine.complete_task(company.person("agent"), task, {})
    assert client.post(f"/cockpit/act/fire?keys={key}", data=data | {"step": "pause"}).status_code == 303
    assert first(sa.select(Timer.key)) is None
    (other,) = start(company, ASKING, "asking", order="o-1")
    assert client.post(f"/cockpit/act/message?keys={other}", data=data | {"step": "wait"}).status_code == 303
    assert first(sa.select(UserTask.element_id).where(UserTask.instance_key == other)) == "after"
    page = client.get(f"/cockpit/instances/{other}").get_data(as_text=True)
    assert "delivered a message by hand" in page


@pytest.mark.parametrize(("who", "status"), [("agent", 403), ("stranger", 403), ("owner", 403)])
def test_others_reach_none_of_it(browse: As, company: Company, who: str, status: int) -> None:
    (key,) = start(company, WAITING, "waiting")
    client = browse(who)
    assert client.get(f"/cockpit/act/retry?keys={key}").status_code == status
    for path in ("retry", "retry/trial"):
        assert client.post(f"/cockpit/act/{path}?keys={key}", data={"total": 1, "reason": "x"}).status_code == status


def test_an_unknown_tool_is_not_found(browse: As, company: Company) -> None:
    assert browse("supervisor").get("/cockpit/act/erase").status_code == 404


def test_every_tool_has_its_page_in_both_languages(browse: As, company: Company) -> None:
    (key,) = start(company, WAITING, "waiting")
    for language in ("en", "zh"):
        client = browse("supervisor", language)
        page = client.get(f"/cockpit/instances/{key}").get_data(as_text=True)
        addresses = re.findall(r'href="(/cockpit/act/[^"]+)"', page)
        assert len(addresses) >= 7
        assert all(client.get(address).status_code == 200 for address in addresses)
