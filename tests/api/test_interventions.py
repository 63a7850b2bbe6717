"""Moving instances and tokens through the API, with the shapes of Camunda 8 and verdicts of our own."""

import pytest

from app import engine
from app.db import db
from app.engine.models import ProcessInstance
from tests.api.conftest import As
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, user

pytestmark = both_databases
INNER = chain('<startEvent id="in"/>', user("inside"), '<endEvent id="out"/>')
SUB = f'<subProcess id="sub">{INNER}</subProcess>'


@pytest.fixture
def versions(company: Company):
    """Deploy a process as a chain of steps; returns the key of the version."""

    def act(*steps: str) -> str:
        source = bpmn("api_moving", chain(START, *steps, END))
        result = engine.deploy(company.person("owner"), [engine.File("moving.bpmn", source)])
        return str(result.definitions[0].key)

    return act


@pytest.fixture
def case(call: As, versions) -> str:
    versions(user("ask", name="Ask"), user("check"), SUB)
    return call("agent").post("/process-instances", {"processDefinitionId": "api_moving"})[1]["processInstanceKey"]


def tasks(call: As, case: str) -> dict[str, dict]:
    wanted = {"filter": {"processInstanceKey": case, "state": "CREATED"}}
    return {task["elementId"]: task for task in call("owner").found("/user-tasks/search", wanted)}


def test_an_instance_is_judged_then_moved(call: As, case: str, versions) -> None:
    target = versions(user("ask2"), user("check"))
    plan = {
        "targetProcessDefinitionKey": target,
        "mappingInstructions": [{"sourceElementId": "ask", "targetElementId": "ask2"}],
    }
    task = tasks(call, case)["ask"]["userTaskKey"]
    status, verdict = call("supervisor").post(f"/process-instances/{case}/migration/verdict", plan)
    assert (status, verdict["canMigrate"]) == (200, True)
    assert verdict["findings"][0]["message"] == "“Ask” goes on as “ask2”."
    assert call("supervisor").post(f"/process-instances/{case}/migration", plan)[0] == 204
    moved = tasks(call, case)
    assert list(moved) == ["ask2"]
    assert moved["ask2"]["userTaskKey"] == task
    assert call("owner").get(f"/process-instances/{case}")[1]["processDefinitionKey"] == target


def test_what_stays_says_why_in_findings(call: As, case: str, versions) -> None:
    plan = {"targetProcessDefinitionKey": versions(user("other"))}
    _, verdict = call("owner").post(f"/process-instances/{case}/migration/verdict", plan)
    assert not verdict["canMigrate"]
    status, problem = call("owner").post(f"/process-instances/{case}/migration", plan)
    assert (status, problem["code"]) == (409, "engine.migration_refused")
    assert [one["message"] for one in problem["findings"]] == [verdict["findings"][0]["message"]]
    assert problem["findings"][0]["element_id"] == "ask"
    assert "“Ask” is at work" in verdict["findings"][0]["message"]


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 403), ("colleague", 403), ("stranger", 404), ("supervisor", 204), ("owner", 204)]
)
def test_only_leaders_and_owners_intervene(call: As, case: str, versions, who: str, status: int) -> None:
    move = {"moveInstructions": [{"sourceElementInstruction": {"sourceElementId": "ask"}, "targetElementId": "check"}]}
    assert call(who).post(f"/process-instances/{case}/modification", move)[0] == status
    plan = {"targetProcessDefinitionKey": versions(user("ask"), user("check"))}
    expected = 200 if status == 204 else status
    assert call(who).post(f"/process-instances/{case}/migration/verdict", plan)[0] == expected
    assert call(who).post(f"/process-instances/{case}/migration", plan)[0] == status


def test_somebody_who_may_not_see_the_case_is_told_nothing_of_it(call: As, case: str, company: Company) -> None:
    from app.people.units import unit_tree

    row = db.session.get(ProcessInstance, int(case))
    row.unit_id = unit_tree().by_code["HZ1"].id
    db.session.commit()
    assert call("sales_head").post(f"/process-instances/{case}/modification", {})[0] == 404
    assert (
        call("sales_head").post(f"/process-instances/{case}/migration", {"targetProcessDefinitionKey": "1"})[0] == 404
    )


def test_tokens_are_put_taken_and_moved_in_one_request(call: As, case: str) -> None:
    key = {step["elementId"]: step["elementInstanceKey"] for step in call("owner").found(
        "/element-instances/search", {"filter": {"processInstanceKey": case, "state": "ACTIVE"}})}["ask"]  # fmt: skip
    body = {
        "activateInstructions": [
            {
                "elementId": "check",
                "variableInstructions": [
                    {"variables": {"common": 1}},
                    {"variables": {"own": 2}, "scopeId": "check"},
                ],
            },
            {"elementId": "inside"},
        ],
        "terminateInstructions": [{"elementInstanceKey": key}],
        "reason": "as the customer wished",
    }
    assert call("supervisor").post(f"/process-instances/{case}/modification", body) == (204, b"")
    assert sorted(tasks(call, case)) == ["check", "inside"]
    found = call("owner").found("/variables/search", {"filter": {"processInstanceKey": case}})
    scopes = {one["name"]: one["scopeKey"] == case for one in found}
    assert scopes == {"common": True, "own": False}
    move = {"sourceElementInstruction": {"sourceElementId": "inside"}, "targetElementId": "ask"}
    assert call("supervisor").post(f"/process-instances/{case}/modification", {"moveInstructions": [move]})[0] == 204
    assert sorted(tasks(call, case)) == ["ask", "check"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"activateInstructions": [{"elementId": "ghost"}]}, 422),
        ({"activateInstructions": [{"elementId": "ask", "ancestorElementInstanceKey": "17"}]}, 404),
        ({"terminateInstructions": [{"elementId": "check"}]}, 404),
        ({"terminateInstructions": [{"elementInstanceKey": "5"}]}, 404),
        ({"terminateInstructions": [{}]}, 400),
        ({"moveInstructions": [{"targetElementId": "ask"}]}, 400),
        ({"activateInstructions": [{"elementId": "ask", "variableInstructions": [{"variables": {}, "scopeId": "x"}]}]},
         400),
        ({"activateInstructions": "ask"}, 400),
    ],
)  # fmt: skip
def test_wrong_modifications_are_refused_and_change_nothing(call: As, case: str, body: dict, status: int) -> None:
    answer, problem = call("supervisor").post(f"/process-instances/{case}/modification", body)
    assert answer == status, problem
    assert problem["detail"]
    assert list(tasks(call, case)) == ["ask"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"targetProcessDefinitionKey": "17"}, 404),
        ({"targetProcessDefinitionKey": 17}, 400),
        ({"targetProcessDefinitionKey": "17", "renew": ["everything"]}, 400),
        ({"targetProcessDefinitionKey": "17", "reason": ""}, 400),
    ],
)
def test_wrong_migrations_are_refused(call: As, case: str, body: dict, status: int) -> None:
    answer, problem = call("supervisor").post(f"/process-instances/{case}/migration", body)
    assert answer == status, problem
    assert problem["detail"]
