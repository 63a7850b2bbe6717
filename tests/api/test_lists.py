"""Every list takes the same filters, sorts and pages, and shows only what the person may see."""

import pytest
from flask import Flask

from app import engine
from app.api.routes import BLUEPRINTS
from tests.api.conftest import As
from tests.api.diagram import PROCESS, form, process
from tests.company import Company
from tests.conftest import both_databases

SEARCHES = (
    "/process-definitions/search",
    "/process-instances/search",
    "/element-instances/search",
    "/user-tasks/search",
    "/variables/search",
    "/message-subscriptions/search",
    "/incidents/search",
)


@pytest.fixture
def rounds(company: Company) -> list[int]:
    """Three waiting instances."""
    owner = company.person("owner")
    engine.deploy(owner, [engine.File("round.bpmn", process()), engine.File("round.form", form())])
    agent = company.person("agent")
    return [engine.start_instance(agent, PROCESS, {"number": number}).key for number in range(3)]


@both_databases
@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_without_body_finds_with_totals(call: As, rounds: list[int], path: str) -> None:
    status, answer = call("administrator").post(path, {})
    assert status == 200, answer
    assert answer["page"]["totalItems"] >= len(answer["items"]) >= 0
    assert answer["page"]["hasMoreTotalItems"] is False


@both_databases
def test_pages_follow_each_other_by_cursor_without_gaps_or_doubles(call: As, rounds: list[int]) -> None:
    caller, seen, after = call("agent"), [], None
    for _ in range(4):
        page = {"limit": 1} | ({"after": after} if after else {})
        status, answer = caller.post(
            "/process-instances/search",
            {
                "filter": {"processDefinitionId": PROCESS},
                "sort": [{"field": "startDate", "order": "DESC"}],
                "page": page,
            },
        )
        assert status == 200
        assert answer["page"]["totalItems"] == 3
        seen += [int(item["processInstanceKey"]) for item in answer["items"]]
        after = answer["page"]["endCursor"] or after
    assert sorted(seen) == sorted(rounds)


@both_databases
@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ({"processDefinitionId": PROCESS}, 3),
        ({"processDefinitionId": {"$like": "api*"}}, 3),
        ({"processDefinitionId": {"$like": "api\\*"}}, 0),
        ({"processDefinitionId": PROCESS, "state": "ACTIVE"}, 3),
        ({"processDefinitionId": PROCESS, "state": {"$neq": "ACTIVE"}}, 0),
        ({"processDefinitionId": PROCESS, "state": {"$in": ["COMPLETED", "TERMINATED"]}}, 0),
        ({"processDefinitionId": PROCESS, "parentProcessInstanceKey": {"$exists": False}}, 3),
        ({"processDefinitionId": PROCESS, "hasIncident": False}, 3),
        (
            {
                "processDefinitionId": PROCESS,
                "startDate": {"$gte": "2024-01-01T00:00:00Z", "$lt": "2024-02-01T00:00:00Z"},
            },
            0,
        ),
        ({"processDefinitionId": PROCESS, "elementId": "ask"}, 3),
        ({"processDefinitionId": PROCESS, "businessId": {"$like": "SR-*"}}, 3),
        ({"$or": [{"processDefinitionId": PROCESS}, {"processDefinitionId": "other"}]}, 3),
        ({"tenantId": "elsewhere"}, 0),
    ],
)
def test_instances_are_found_by_their_properties(
    call: As, rounds: list[int], filter_: dict[str, object], count: int
) -> None:
    assert len(call("agent").found("/process-instances/search", {"filter": filter_})) == count


@both_databases
@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ({"state": "CREATED", "elementId": "ask"}, 3),
        ({"candidateGroup": "repair_receptionist@HZ1"}, 3),
        ({"candidateGroup": {"$in": ["repair_receptionist@HZ1", "nobody"]}}, 3),
        ({"candidateGroup": "repair_receptionist@HZ2"}, 0),
        ({"assignee": {"$exists": True}}, 0),
        ({"priority": {"$gte": 50}}, 3),
        ({"dueDate": {"$exists": False}, "elementId": "ask"}, 3),
    ],
)
def test_tasks_are_found_by_their_properties(
    call: As, rounds: list[int], filter_: dict[str, object], count: int
) -> None:
    assert len(call("agent").found("/user-tasks/search", {"filter": filter_})) == count


def test_one_instance_and_its_elements_and_variables(call: As, rounds: list[int]) -> None:
    caller, key = call("agent"), str(rounds[1])
    status, instance = caller.get(f"/process-instances/{key}")
    assert status == 200
    assert instance["processDefinitionName"] == "接口一圈"
    assert instance["rootProcessInstanceKey"] == key
    elements = caller.found("/element-instances/search", {"filter": {"processInstanceKey": key}})
    assert {element["type"] for element in elements} >= {"START_EVENT", "USER_TASK"}
    variables = caller.found("/variables/search", {"filter": {"processInstanceKey": key, "name": "number"}})
    assert [(one["value"], one["scopeKey"]) for one in variables] == [("1", key)]


def test_a_stranger_does_not_find_the_outlets_tasks(call: As, rounds: list[int]) -> None:
    assert call("stranger").found("/user-tasks/search", {"filter": {"elementId": "ask"}}) == []
    task = call("agent").found("/user-tasks/search", {"filter": {"elementId": "ask"}})[0]
    status, problem = call("stranger").get(f"/user-tasks/{task['userTaskKey']}")
    assert status == 404
    assert problem["type"] == "about:blank"
    assert problem["status"] == 404


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"processInstanceKey": 5}},
        {"filter": {"startDate": "yesterday"}},
        {"filter": {"startDate": "2024-01-01T00:00:00"}},
        {"filter": {"state": "SLEEPING"}},
        {"filter": {"state": {"$between": [1, 2]}}},
        {"sort": [{"field": "moonPhase"}]},
        {"page": {"limit": -1}},
        {"page": {"limit": 100_000}},
        {"page": {"after": "nonsense"}},
        {"page": {"after": "x", "before": "y"}},
        {"filter": []},
        [],
    ],
)
def test_a_search_that_makes_no_sense_gets_400_and_a_reason(call: As, rounds: list[int], body: object) -> None:
    status, problem = call("agent").post("/process-instances/search", body)
    assert status == 400, problem
    assert problem["detail"]


@pytest.mark.parametrize("path", SEARCHES)
def test_without_credential_nothing_is_shown(call: As, path: str) -> None:
    status, problem = call(None).post(path, {})
    assert (status, problem["status"]) == (401, 401)


def test_the_openapi_document_names_every_route(app: Flask, call: As) -> None:
    status, document = call("agent").get("/openapi.json")
    assert status == 200
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    served = {
        (rule.rule.replace("<int:key>", "{key}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api_")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {one for one in described if one[1] != "parameters"} == served
    assert {(f"/v2{path}", "post") for path in SEARCHES} <= served
    assert len(BLUEPRINTS) == 14
    assert document["components"]["schemas"]["UserTaskResult"]["properties"]["userTaskKey"]["pattern"]
