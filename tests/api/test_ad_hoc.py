"""Starting steps of an ad-hoc sub-process through the API, as Camunda 8 has it."""

import pytest

from app import engine
from tests.api.conftest import As
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, chain, user


@pytest.fixture
def visit(call: As, company: Company) -> tuple[str, str]:
    """Keys of an instance and of its open ad-hoc sub-process."""
    inside = "<extensionElements><zeebe:adHoc/></extensionElements>" + user("measure") + user("ask")
    body = chain(START, f'<adHocSubProcess id="visit">{inside}</adHocSubProcess>', END)
    engine.deploy(company.person("owner"), [engine.File("visit.bpmn", bpmn("api_visit", body))])
    _, created = call("agent").post("/process-instances", {"processDefinitionId": "api_visit"})
    instance = created["processInstanceKey"]
    wanted = {"filter": {"processInstanceKey": instance, "type": "AD_HOC_SUB_PROCESS"}}
    (found,) = call("agent").found("/element-instances/search", wanted)
    return instance, found["elementInstanceKey"]


def test_steps_are_activated_with_their_variables(call: As, visit: tuple[str, str]) -> None:
    instance, key = visit
    path = f"/element-instances/ad-hoc-activities/{key}/activation"
    steps = [{"elementId": "measure", "variables": {"tool": "meter"}}, {"elementId": "ask"}]
    assert call("agent").post(path, {"elements": steps})[0] == 204
    tasks = call("agent").found("/user-tasks/search", {"filter": {"processInstanceKey": instance}})
    assert sorted(task["elementId"] for task in tasks) == ["ask", "measure"]
    status, _ = call("agent").post(path, {"elements": [{"elementId": "ask"}], "cancelRemainingInstances": True})
    assert status == 204
    tasks = call("agent").found("/user-tasks/search", {"filter": {"processInstanceKey": instance, "state": "CREATED"}})
    assert [task["elementId"] for task in tasks] == ["ask"]


@pytest.mark.parametrize(
    ("elements", "status"), [([{"elementId": "ghost"}], 422), ([], 400), ([{}], 400), ("ask", 400)]
)
def test_wrong_steps_are_refused(call: As, visit: tuple[str, str], elements: object, status: int) -> None:
    path = f"/element-instances/ad-hoc-activities/{visit[1]}/activation"
    answer, problem = call("agent").post(path, {"elements": elements})
    assert answer == status, problem


def test_what_is_no_ad_hoc_sub_process_is_not_found(call: As, visit: tuple[str, str]) -> None:
    path = f"/element-instances/ad-hoc-activities/{visit[0]}/activation"
    assert call("agent").post(path, {"elements": [{"elementId": "ask"}]})[0] == 404
