"""What starting and completing cost over HTTP, sign-in included: statements, commits, and nothing that grows with age."""

import typing as t

import pytest
from flask import Flask

from app import engine
from app.api.fields import ApiSchema
from app.api.routes.process_instances import Creation
from app.people.organisation import add_membership
from app.people.person import SYSTEM
from bench import peer
from tests.api.conftest import As
from tests.company import Company
from tests.conftest import both_databases

ROLE = "repair_receptionist"


@pytest.fixture
def deployed(company: Company) -> None:
    engine.deploy(company.person("owner"), peer.files(ROLE))
    for username in ("agent", "colleague"):
        add_membership(SYSTEM, company.person(username).id, ROLE)


@pytest.fixture
def case(call: As, deployed: None) -> t.Callable[[], t.Iterator[tuple[str, str]]]:
    """Play the peer's case; yields each step and the key of its open task."""

    def play() -> t.Iterator[tuple[str, str]]:
        created = start(call)
        for step in peer.STEPS:
            wanted = {"processInstanceKey": created["processInstanceKey"], "elementId": step}
            yield step, call("agent").found("/user-tasks/search", {"filter": wanted})[0]["userTaskKey"]

    return play


def start(call: As) -> t.Any:
    status, created = call("agent").post("/process-instances", {"processDefinitionId": peer.PROCESS_ID})
    assert status == 200, created
    return created


def complete(call: As, step: str, key: str) -> None:
    body = {"variables": peer.answers(step, 1)}
    status, answer = call("colleague" if step == "approve" else "agent").post(f"/user-tasks/{key}/completion", body)
    assert status == 204, answer


def spent(statements: list[str]) -> tuple[int, int]:
    """Statements and commits."""
    commits = statements.count("COMMIT")
    return len(statements) - commits, commits


@both_databases
def test_starting_takes_nine_statements_and_one_commit(call: As, deployed: None, statements: list[str]) -> None:
    start(call)
    statements.clear()
    assert start(call)["businessId"].startswith("SR-")
    assert spent(statements) == (9, 1), "\n".join(statements)


@both_databases
def test_completing_takes_at_most_ten_statements_and_one_commit_even_when_it_closes_the_case(
    call: As, case: t.Callable[[], t.Iterator[tuple[str, str]]], statements: list[str]
) -> None:
    for step, key in case():
        complete(call, step, key)
    taken = {}
    for step, key in case():
        statements.clear()
        complete(call, step, key)
        taken[step] = spent(statements)
    # The approval looks up who has acted in the case before; the last step ends the instance and closes the case.
    assert taken == {"register": (9, 1), "approve": (10, 1), "close": (10, 1)}


@pytest.mark.parametrize("schema", [Creation])
def test_reading_requests_does_not_cost_more_with_every_request(app: Flask, schema: type[ApiSchema]) -> None:
    before = [len(field.validators) for field in schema().fields.values()]
    for _ in range(3):
        schema()
    assert [len(field.validators) for field in schema().fields.values()] == before
