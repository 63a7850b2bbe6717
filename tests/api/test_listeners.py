"""Jobs of listeners through the API, told apart as Camunda 8 has it."""

import pytest

from app import engine
from app.engine import asking
from tests.api.conftest import As
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, chain, service, user
from tests.kernel.draw import listener, listening


def lease(call: As, kind: str) -> dict[str, object]:
    """The one job of a type that waits."""
    status, found = call("agent").post("/jobs/activation", {"type": kind, "timeout": 1_000, "maxJobsToActivate": 5})
    assert (status, len(found["jobs"])) == (200, 1)
    job: dict[str, object] = found["jobs"][0]
    return job


@pytest.fixture
def heard(call: As, company: Company) -> None:
    """An instance at the first listener of a service task."""
    work = service("work", "api.work", headers=listening(listener("start", "api.before"), listener("end", "api.after")))
    source = bpmn("api_heard", chain(START, work, END))
    engine.deploy(company.person("owner"), [engine.File("heard.bpmn", source)])
    call("agent").post("/process-instances", {"processDefinitionId": "api_heard"})


@pytest.mark.usefixtures("heard")
def test_jobs_say_what_they_are_for(call: As) -> None:
    told = []
    for kind in ("api.before", "api.work", "api.after"):
        job = lease(call, kind)
        told.append((job["kind"], job["listenerEventType"], job["elementId"]))
        assert call("agent").post(f"/jobs/{job['jobKey']}/completion", {"variables": {kind[4:]: 1}})[0] == 204
    assert told == [
        ("EXECUTION_LISTENER", "START", "work"),
        ("BPMN_ELEMENT", "UNSPECIFIED", "work"),
        ("EXECUTION_LISTENER", "END", "work"),
    ]


@pytest.mark.usefixtures("heard")
def test_a_listener_cannot_throw_an_error(call: As) -> None:
    job = lease(call, "api.before")
    status, problem = call("agent").post(f"/jobs/{job['jobKey']}/error", {"errorCode": "E1"})
    assert (status, "E1" in problem["detail"]) == (409, True)


@pytest.fixture
def checked(call: As, company: Company, monkeypatch: pytest.MonkeyPatch) -> str:
    """Key of a claimed task whose completion and dates are checked by listeners that take too long for a request."""
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    events = (listener(event, f"api.{event}") for event in ("completing", "updating"))
    said = "<extensionElements>" + listening(*events, holder="task")
    task = user("check", groups="repair_receptionist@HZ1").replace("<extensionElements>", said)
    source = bpmn("api_checked", chain(START, task, END))
    engine.deploy(company.person("owner"), [engine.File("checked.bpmn", source)])
    _, created = call("agent").post("/process-instances", {"processDefinitionId": "api_checked"})
    wanted = {"filter": {"processInstanceKey": created["processInstanceKey"]}}
    key = str(call("agent").found("/user-tasks/search", wanted)[0]["userTaskKey"])
    assert call("agent").post(f"/user-tasks/{key}/assignment", {"assignee": "agent"})[0] == 204
    return key


def state(call: As, key: str) -> str:
    """The state of a task, which a search by that state finds, too."""
    _, task = call("agent").get(f"/user-tasks/{key}")
    wanted = {"filter": {"state": task["state"], "userTaskKey": key}}
    assert len(call("agent").found("/user-tasks/search", wanted)) == 1
    return str(task["state"])


def test_a_completion_that_listeners_judge_is_open_until_they_have(call: As, checked: str) -> None:
    body = {"variables": {"amount": 900}, "action": "approve"}
    assert call("agent").post(f"/user-tasks/{checked}/completion", body)[0] == 504
    assert state(call, checked) == "COMPLETING"
    job = lease(call, "api.completing")
    assert (job["kind"], job["listenerEventType"], job["variables"]["amount"]) == ("TASK_LISTENER", "COMPLETING", 900)
    asked = job["userTask"]
    assert (asked["action"], asked["assignee"], asked["userTaskKey"]) == ("approve", "agent", checked)
    path = f"/jobs/{job['jobKey']}/completion"
    assert call("agent").post(path, {"variables": {"n": 1}})[0] == 409
    denial = {"result": {"type": "userTask", "denied": True, "deniedReason": "too much"}}
    assert call("agent").post(path, denial)[0] == 204
    assert state(call, checked) == "CREATED"
    call("agent").post(f"/user-tasks/{checked}/completion", {"variables": {"amount": 9}})
    job = lease(call, "api.completing")
    assert call("agent").post(f"/jobs/{job['jobKey']}/completion", {})[0] == 204
    assert state(call, checked) == "COMPLETED"


def test_a_change_is_corrected_by_listeners(call: As, checked: str) -> None:
    given = {"changeset": {"dueDate": "2026-03-01T00:00:00Z", "followUpDate": "2026-02-01T00:00:00Z", "priority": 90}}
    assert call("supervisor").patch(f"/user-tasks/{checked}", given)[0] == 504
    assert state(call, checked) == "UPDATING"
    job = lease(call, "api.updating")
    assert sorted(job["userTask"]["changedAttributes"]) == ["dueDate", "followUpDate", "priority"]
    corrections = {"assignee": None, "dueDate": "", "candidateUsers": [], "priority": 60}
    path = f"/jobs/{job['jobKey']}/completion"
    for wrong in ({"dueDate": "tomorrow"}, {"priority": "high"}, [1], {"assignee": "\x00"}):
        assert call("agent").post(path, {"result": {"corrections": wrong}})[0] == 400, wrong
    assert call("agent").post(path, {"result": {"corrections": corrections}})[0] == 204
    _, task = call("agent").get(f"/user-tasks/{checked}")
    assert (task["assignee"], task["dueDate"], task["priority"]) == ("agent", None, 60)
    assert task["followUpDate"] == "2026-02-01T00:00:00.000Z"
