"""Acts on many instances through the API: the filter of the search chooses, the workers do it, the items say how."""

import pytest

from app import engine
from app.db import db
from tests.api.conftest import As
from tests.api.test_interventions import versions
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import user

__all__ = ["versions"]

pytestmark = both_databases
FILTER = {"processDefinitionId": "api_moving", "processDefinitionVersion": 1}


@pytest.fixture
def cases(call: As, versions) -> list[str]:
    """Three cases; the last one stands at a step that the second version does not have."""
    versions(user("ask", name="Ask"), user("check", name="Check"))
    started = [call("agent").post("/process-instances", {"processDefinitionId": "api_moving"})[1] for _ in range(3)]
    keys = [one["processInstanceKey"] for one in started]
    move = {"sourceElementInstruction": {"sourceElementId": "ask"}, "targetElementId": "check"}
    assert call("supervisor").post(f"/process-instances/{keys[2]}/modification", {"moveInstructions": [move]})[0] == 204
    return keys


@pytest.fixture
def order(call: As, cases: list[str], versions) -> dict:
    """The supervisor's order to move them."""
    return {"filter": FILTER, "migrationPlan": {"targetProcessDefinitionKey": versions(user("ask"), user("other"))}}


def work(company: Company) -> None:
    """Let the workers do what is due; requests of a test share a session, which then has to look anew."""
    engine.run_due(company.app)
    db.session.rollback()


def test_an_order_is_done_by_the_workers_and_its_items_say_what_became_of_each(
    call: As, cases: list[str], order: dict, company: Company
) -> None:
    lead = call("supervisor")
    status, created = lead.post("/process-instances/migration", order)
    assert (status, created["batchOperationType"]) == (200, "MIGRATE_PROCESS_INSTANCE")
    key = created["batchOperationKey"]
    assert lead.get(f"/batch-operations/{key}")[1]["state"] == "ACTIVE"
    work(company)
    _, done = lead.get(f"/batch-operations/{key}")
    assert (done["state"], done["actorId"], done["reason"]) == ("COMPLETED", "supervisor", "API")
    counts = ("operationsTotalCount", "operationsCompletedCount", "operationsFailedCount")
    assert [done[name] for name in counts] == [3, 2, 1]
    items = lead.found("/batch-operation-items/search", {"filter": {"batchOperationKey": key}})
    assert {one["processInstanceKey"]: one["state"] for one in items} == dict(
        zip(cases, ("COMPLETED", "COMPLETED", "FAILED"), strict=True)
    )
    (failed,) = (one for one in items if one["state"] == "FAILED")
    assert failed["errorMessage"].startswith("“Check” is at work and is not in the new version.")
    moved = lead.found("/process-instances/search", {"filter": FILTER})
    assert [one["processInstanceKey"] for one in moved] == [cases[2]]


def test_an_order_is_stopped_and_goes_on(call: As, order: dict, company: Company) -> None:
    lead = call("owner")
    key = lead.post("/process-instances/migration", order)[1]["batchOperationKey"]
    assert lead.post(f"/batch-operations/{key}/suspension")[0] == 204
    work(company)
    assert lead.get(f"/batch-operations/{key}")[1]["state"] == "SUSPENDED"
    assert lead.post(f"/batch-operations/{key}/suspension")[0] == 409
    assert lead.post(f"/batch-operations/{key}/resumption")[0] == 204
    work(company)
    assert lead.get(f"/batch-operations/{key}")[1]["operationsCompletedCount"] == 2
    assert lead.found("/batch-operations/search", {"filter": {"state": "COMPLETED"}})[0]["batchOperationKey"] == key


def test_cancelling_by_filter_ends_the_cases(call: As, cases: list[str], company: Company) -> None:
    body = {"filter": {**FILTER, "processInstanceKey": {"$in": cases[:2]}}, "reason": "the shop closes"}
    assert call("owner").post("/process-instances/cancellation", body)[0] == 403
    status, created = call("supervisor").post("/process-instances/cancellation", body)
    assert (status, created["batchOperationType"]) == (200, "CANCEL_PROCESS_INSTANCE")
    work(company)
    ended = call("owner").found("/process-instances/search", {"filter": {**FILTER, "state": "TERMINATED"}})
    assert sorted(one["processInstanceKey"] for one in ended) == sorted(cases[:2])


@pytest.mark.parametrize("who", ["agent", "colleague", "stranger"])
def test_only_leaders_and_owners_order_and_others_learn_of_no_order(call: As, order: dict, who: str) -> None:
    assert call(who).post("/process-instances/migration", order)[0] == 403
    assert call(who).post("/process-instances/cancellation", {"filter": FILTER})[0] == 403
    key = call("supervisor").post("/process-instances/migration", order)[1]["batchOperationKey"]
    assert call(who).get(f"/batch-operations/{key}")[0] == 404
    assert call(who).post(f"/batch-operations/{key}/suspension")[0] == 404
    assert call(who).found("/batch-operations/search") == []
    assert call(who).found("/batch-operation-items/search") == []
    assert call("owner").get(f"/batch-operations/{key}")[0] == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"filter": {}}, 400),
        ({"filter": FILTER, "migrationPlan": {}}, 400),
        (
            {"filter": {**FILTER, "processDefinitionVersion": 9}, "migrationPlan": {"targetProcessDefinitionKey": "1"}},
            422,
        ),
    ],
)
def test_wrong_orders_are_refused(call: As, cases: list[str], body: dict, status: int) -> None:
    answer, problem = call("supervisor").post("/process-instances/migration", body)
    assert answer == status, problem
    assert problem["detail"]


def test_instances_are_suspended_and_go_on_one_by_one_and_by_filter(
    call: As, cases: list[str], company: Company
) -> None:
    lead, first = call("supervisor"), cases[0]
    assert call("agent").post(f"/process-instances/{first}/suspension")[0] == 403
    assert lead.post(f"/process-instances/{first}/suspension", {"reason": "strike"})[0] == 204
    assert lead.post(f"/process-instances/{first}/suspension")[0] == 409
    assert lead.get(f"/process-instances/{first}")[1]["suspendedDate"] is not None
    status, created = lead.post("/process-instances/suspension", {"filter": FILTER, "reason": "strike"})
    assert (status, created["batchOperationType"]) == (200, "SUSPEND_PROCESS_INSTANCE")
    work(company)
    resting = {"filter": {**FILTER, "suspendedDate": {"$exists": True}}}
    assert len(lead.found("/process-instances/search", resting)) == 3
    assert lead.post(f"/process-instances/{first}/resumption")[0] == 204
    status, created = lead.post("/process-instances/resumption", {"filter": FILTER})
    assert (status, created["batchOperationType"]) == (200, "RESUME_PROCESS_INSTANCE")
    work(company)
    assert lead.get(f"/batch-operations/{created['batchOperationKey']}")[1]["operationsCompletedCount"] == 2
    assert lead.found("/process-instances/search", resting) == []
    nothing = lead.post("/process-instances/incident-resolution", {"filter": FILTER})
    assert nothing[0] in {400, 422}
