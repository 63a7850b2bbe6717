"""Jobs of listeners through the API, told apart as Camunda 8 has it."""

import pytest

from app import engine
from tests.api.conftest import As
from tests.company import Company
from tests.engine.diagrams import END, START, bpmn, chain, service
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
