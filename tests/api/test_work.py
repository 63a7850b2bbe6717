"""Working through the API: deploy, start, complete, jobs, messages, incidents, documents, decisions, expressions."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app import engine
from app.db import db
from tests.api.conftest import As
from tests.api.diagram import PROCESS, form, process
from tests.company import ROOT, Company
from tests.conftest import both_databases


@pytest.fixture
def deployed(company: Company) -> None:
    engine.deploy(company.person("owner"), [engine.File("round.bpmn", process()), engine.File("round.form", form())])


@pytest.fixture
def task(call: As, deployed: None) -> str:
    """The key of the waiting task of a new instance."""
    status, created = call("agent").post("/process-instances", {"processDefinitionId": PROCESS})
    assert status == 200
    assert created["businessId"].startswith("SR-")
    tasks = call("agent").found("/user-tasks/search", {"filter": {"processInstanceKey": created["processInstanceKey"]}})
    return str(tasks[0]["userTaskKey"])


def upload(name: str, content: bytes) -> dict[str, object]:
    return {"resources": (io.BytesIO(content), name)}


@both_databases
def test_files_are_deployed_and_only_changed_ones_again(call: As) -> None:
    status, first = call("owner").send("/deployments", upload("round.form", form()), "multipart/form-data")
    assert status == 200
    status, again = call("owner").send("/deployments", upload("round.form", form()), "multipart/form-data")
    assert again["deployments"][0]["form"] == first["deployments"][0]["form"]
    assert first["deployments"][0]["form"]["version"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.bpmn", b"<definitions"),
        ("doctype.bpmn", b'<!DOCTYPE d [<!ENTITY e "x">]><definitions>&e;</definitions>'),
        ("notes.txt", b"hello"),
        ("empty.bpmn", b""),
        ("dead.bpmn", process().replace(b'targetRef="end"', b'targetRef="nowhere"')),
        ("odd.bpmn", process().replace(b"scriptTask", b"adHocSubProcess")),
        ("broken.form", b"{"),
    ],
)
def test_a_file_that_cannot_run_is_refused_with_findings_and_nothing_is_deployed(
    call: As, name: str, content: bytes
) -> None:
    status, problem = call("owner").send("/deployments", upload(name, content), "multipart/form-data")
    assert status == 422, problem
    assert problem["findings"], problem
    assert call("owner").found("/process-definitions/search", {"filter": {"processDefinitionId": PROCESS}}) == []


def test_a_body_of_sixty_megabytes_is_refused(call: As) -> None:
    # Written out by hand, because the test client would leave its temporary file open.
    head = b'--cut\r\nContent-Disposition: form-data; name="resources"; filename="big.bpmn"\r\n\r\n'
    body = head + b" " * 60_000_000 + b"\r\n--cut--\r\n"
    status, problem = call("owner").send("/deployments", body, "multipart/form-data; boundary=cut")
    assert status == 413
    assert problem["title"]


@pytest.mark.parametrize("username", ["agent", "colleague", "supervisor", "stranger"])
def test_only_process_owners_deploy(call: As, username: str) -> None:
    status, _ = call(username).send("/deployments", upload("round.form", form()), "multipart/form-data")
    assert status == 403


@both_databases
def test_a_task_is_given_handed_back_changed_and_completed(call: As, task: str) -> None:
    assert call("supervisor").post(f"/user-tasks/{task}/assignment", {"assignee": "agent"})[0] == 204
    assert call("agent").get(f"/user-tasks/{task}")[1]["assignee"] == "agent"
    status, problem = call("supervisor").post(
        f"/user-tasks/{task}/assignment", {"assignee": "colleague", "allowOverride": False}
    )
    assert status == 409
    assert "agent" in problem["detail"].lower()
    assert call("agent").delete(f"/user-tasks/{task}/assignee")[0] == 204
    changes = {"dueDate": "2024-06-05T09:00:00Z", "priority": 80}
    assert call("supervisor").patch(f"/user-tasks/{task}", {"changeset": changes})[0] == 204
    shown = call("agent").get(f"/user-tasks/{task}")[1]
    assert (shown["dueDate"], shown["priority"], shown["assignee"]) == ("2024-06-05T09:00:00.000Z", 80, None)
    body = {"variables": {"who": "anna", "amount": 3}}
    assert call("agent").post(f"/user-tasks/{task}/completion", body)[0] == 204
    status, problem = call("colleague").post(f"/user-tasks/{task}/completion", body)
    assert status == 409
    assert problem["code"] == "engine.task_completed_already"


@both_databases
@pytest.mark.parametrize(
    ("variables", "field"),
    [({}, "who"), ({"who": ""}, "who"), ({"who": "a", "amount": 0}, "amount"), ({"who": "a", "amount": "x"}, "amount")],
)
def test_a_submission_that_breaks_the_form_names_the_field_and_leaves_the_case(
    call: As, task: str, variables: dict[str, object], field: str
) -> None:
    status, problem = call("agent").post(f"/user-tasks/{task}/completion", {"variables": variables})
    assert status == 422
    assert set(problem["fields"]) == {field}
    assert call("agent").get(f"/user-tasks/{task}")[1]["state"] == "CREATED"


def test_unknown_fields_of_a_submission_are_dropped(call: As, task: str) -> None:
    body = {"variables": {"who": "anna", "amount": 3, "evil": True}}
    assert call("agent").post(f"/user-tasks/{task}/completion", body)[0] == 204
    names = {one["name"] for one in call("agent").found("/variables/search")}
    assert "who" in names
    assert "evil" not in names


@both_databases
def test_who_comes_second_is_told_who_was_first(call: As, task: str) -> None:
    body = {"variables": {"who": "anna", "amount": 3}}
    assert call("agent").post(f"/user-tasks/{task}/completion", body)[0] == 204
    status, problem = call("colleague").post(f"/user-tasks/{task}/completion", body)
    assert (status, problem["code"]) == (409, "engine.task_completed_already")
    assert "Agent" in problem["detail"] or "agent" in problem["detail"]


@both_databases
def test_what_no_column_holds_is_refused_before_any_statement(call: As) -> None:
    agent = call("agent")
    assert agent.get(f"/user-tasks/{2**53}")[0] == 404
    assert (
        agent.post("/process-instances", {"processDefinitionId": PROCESS, "processDefinitionVersion": 2**31})[0] == 400
    )
    for path, property_, value in (
        ("/process-definitions/search", "version", 2**31),
        ("/process-definitions/search", "name", "a\0b"),
    ):
        assert agent.post(path, {"filter": {property_: value}})[0] == 400, property_
    half_a_character = b'{"filter": {"assignee": {"$like": "\\ud800"}}}'
    assert agent.send("/user-tasks/search", half_a_character, "application/json")[0] == 400
    assert agent.post("/expression/evaluation", {"expression": "=function(x) x"})[0] == 422


@pytest.mark.parametrize("username", ["stranger", "analyst"])
def test_who_is_not_meant_cannot_complete(call: As, task: str, username: str) -> None:
    status, _ = call(username).post(f"/user-tasks/{task}/completion", {"variables": {"who": "x"}})
    assert status in {403, 404}


@both_databases
def test_a_job_fails_becomes_an_incident_and_is_tried_again(call: As, task: str) -> None:
    agent, lead = call("agent"), call("supervisor")
    agent.post(f"/user-tasks/{task}/completion", {"variables": {"who": "anna", "amount": 3}})
    wanted = {"type": "outside.check", "timeout": 60_000, "maxJobsToActivate": 1, "worker": "w"}
    job = agent.post("/jobs/activation", wanted)[1]["jobs"][0]
    assert agent.post("/jobs/activation", wanted)[1]["jobs"] == []
    assert agent.post(f"/jobs/{job['jobKey']}/failure", {"retries": 0, "errorMessage": "no line"})[0] == 204
    incident = lead.found("/incidents/search", {"filter": {"state": "ACTIVE"}})[0]
    assert incident["errorType"] == "JOB_NO_RETRIES"
    assert "no line" in incident["errorMessage"]
    assert lead.post(f"/incidents/{incident['incidentKey']}/resolution")[0] == 204
    again = agent.post("/jobs/activation", wanted)[1]["jobs"][0]
    assert agent.post(f"/jobs/{again['jobKey']}/completion", {"variables": {"rate": 2}})[0] == 204
    assert lead.get(f"/incidents/{incident['incidentKey']}")[1]["state"] == "RESOLVED"
    waiting = agent.found("/message-subscriptions/search", {"filter": {"correlationKey": "anna"}})
    assert waiting[0]["messageName"] == "msg_api_answer"
    status, reached = agent.post("/messages/correlation", {"name": "msg_api_answer", "correlationKey": "anna"})
    assert status == 200
    assert agent.get(f"/process-instances/{reached['processInstanceKey']}")[1]["state"] == "COMPLETED"
    assert agent.post("/messages/correlation", {"name": "msg_api_answer", "correlationKey": "anna"})[0] == 404


@both_databases
def test_a_worker_that_waits_for_jobs_gets_the_first_one_at_once_and_costs_little_meanwhile(
    app: Flask, call: As, task: str, statements: list[str]
) -> None:
    agent = call("agent")
    wanted = {"type": "outside.check", "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": 20_000}

    def wait() -> tuple[int, dict]:
        with app.app_context():
            return agent.post("/jobs/activation", wanted)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait)
        time.sleep(1.5)
        asked = [one for one in statements if "FROM job" in one and "FOR UPDATE" not in one]
        locked = [one for one in statements if "FROM job" in one and "SKIP LOCKED" in one]
        call("agent").post(f"/user-tasks/{task}/completion", {"variables": {"who": "anna", "amount": 3}})
        status, answer = waiting.result(15)
    assert (status, len(answer["jobs"])) == (200, 1)
    assert len(locked) <= 1
    assert len(asked) <= 8


def test_an_error_of_a_job_that_nothing_catches_is_an_incident(call: As, task: str) -> None:
    agent = call("agent")
    agent.post(f"/user-tasks/{task}/completion", {"variables": {"who": "anna", "amount": 3}})
    wanted = {"type": "outside.check", "timeout": 60_000, "maxJobsToActivate": 1}
    job = agent.post("/jobs/activation", wanted)[1]["jobs"][0]
    assert agent.post(f"/jobs/{job['jobKey']}/error", {"errorCode": "no_credit"})[0] == 204
    incident = call("supervisor").found("/incidents/search", {"filter": {"state": "ACTIVE"}})[0]
    assert incident["elementId"] == "check"


def test_an_instance_is_cancelled_with_a_reason_by_a_supervisor_only(call: As, task: str) -> None:
    key = call("agent").get(f"/user-tasks/{task}")[1]["processInstanceKey"]
    assert call("agent").post(f"/process-instances/{key}/cancellation", {})[0] == 403
    assert call("supervisor").post(f"/process-instances/{key}/cancellation", {"reason": "double"})[0] == 204
    assert call("agent").get(f"/process-instances/{key}")[1]["state"] == "TERMINATED"
    assert call("agent").get(f"/user-tasks/{task}")[1]["state"] == "CANCELED"


def test_messages_wait_for_their_time_to_live_and_are_not_published_twice(call: As) -> None:
    letter = {"name": "msg_x", "correlationKey": "1", "timeToLive": 60_000, "messageId": "m1"}
    status, published = call("agent").post("/messages/publication", letter)
    assert status == 200
    assert published["messageKey"].isdigit()
    assert call("agent").post("/messages/publication", letter)[0] == 409


def test_a_signal_is_broadcast(call: As) -> None:
    status, answer = call("agent").post("/signals/broadcast", {"signalName": "closing_time"})
    assert status == 200
    assert answer["signalKey"].isdigit()


@both_databases
def test_a_decision_is_evaluated_with_the_rule_that_fired(call: As) -> None:
    body = {
        "decisionDefinitionId": "priority",
        "variables": {"severity": "system_down", "special": True},
    }
    status, answer = call("agent").post("/decision-definitions/evaluation", body)
    assert status == 200, answer
    assert answer["failureMessage"] is None
    assert '"P1"' in answer["output"] or answer["output"] == "1" or "P1" in answer["output"]
    assert len(answer["evaluatedDecisions"][0]["matchedRules"]) == 1
    assert answer["evaluatedDecisions"][0]["evaluatedInputs"][0]["inputValue"] == '"system_down"'
    assert call("agent").post("/decision-definitions/evaluation", {"decisionDefinitionId": "none"})[0] == 404


def test_an_expression_is_evaluated_with_warnings(call: As) -> None:
    status, answer = call("agent").post("/expression/evaluation", {"expression": "=a + 1", "variables": {"a": 2}})
    assert (status, answer["result"], answer["warnings"]) == (200, 3, [])
    asked = {"expression": "=1 +\n amont", "variables": {"amount": 1}}
    status, answer = call("agent").post("/expression/evaluation", asked)
    assert answer["result"] is None
    (warning,) = [one for one in answer["warnings"] if one["line"] == 2]
    assert warning == {
        "message": "“amont” is not known here; the result is empty. Did you mean “amount”?",
        "line": 2,
        "column": 2,
    }
    assert call("agent").post("/expression/evaluation", {"expression": "=1 +"})[0] == 422


def test_a_document_is_stored_fetched_and_removed(call: As) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    agent = call("agent")
    status, stored = agent.send("/documents", {"file": (io.BytesIO(png), "../../photo.png")}, "multipart/form-data")
    assert status == 201, stored
    assert stored["metadata"]["fileName"] == "photo.png"
    assert stored["camunda.document.type"] == "camunda"
    assert agent.get(f"/documents/{stored['documentId']}") == (200, png)
    assert call("stranger").get(f"/documents/{stored['documentId']}")[0] == 404
    assert agent.delete(f"/documents/{stored['documentId']}")[0] == 204
    assert agent.get(f"/documents/{stored['documentId']}")[0] == 404


def test_a_file_of_a_refused_kind_is_not_stored(call: As) -> None:
    data = {"file": (io.BytesIO(b"MZ"), "virus.exe")}
    assert call("agent").send("/documents", data, "multipart/form-data")[0] == 422


def test_the_topology_and_oneself(call: As) -> None:
    assert call("agent").get("/topology")[1]["clusterSize"] == 1
    me = call("agent").get("/authentication/me")[1]
    assert me["username"] == "agent"
    assert "repair_receptionist@HZ1" in me["groups"]
    assert me["c8Links"] == {}


@both_databases
def test_completing_a_task_over_http_takes_ten_statements_and_one_commit(
    call: As, task: str, statements: list[str]
) -> None:
    body = {"variables": {"who": "anna", "amount": 3}}
    agent = call("agent")
    # The first completion reads the diagram and the form and checks the password; all three are remembered.
    assert agent.post(f"/user-tasks/{task}/completion", body)[0] == 204
    created = agent.post("/process-instances", {"processDefinitionId": PROCESS})[1]
    waiting = {"processInstanceKey": created["processInstanceKey"], "state": "CREATED"}
    second = agent.found("/user-tasks/search", {"filter": waiting})[0]["userTaskKey"]
    db.session.remove()
    statements.clear()
    assert agent.post(f"/user-tasks/{second}/completion", body)[0] == 204
    assert statements.count("COMMIT") == 1, statements
    assert len([one for one in statements if one != "COMMIT"]) <= 10, "\n".join(statements)


def test_the_diagram_comes_as_it_was_deployed(call: As) -> None:
    found = call("agent").found(
        "/process-definitions/search",
        {"filter": {"processDefinitionId": "payment_collection", "isLatestVersion": True}},
    )
    status, xml = call("agent").get(f"/process-definitions/{found[0]['processDefinitionKey']}/xml")
    assert status == 200
    assert xml == (ROOT / "bpmn/finance/payment_collection.bpmn").read_bytes()
