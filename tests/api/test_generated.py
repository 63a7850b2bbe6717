"""Requests made up from the OpenAPI document: whatever comes, the API answers as the document says and never breaks."""

import base64
import itertools
import typing as t
from collections.abc import Iterator, Mapping

import pytest
import schemathesis
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from app import engine
from app.api.routes import jobs
from app.db import db
from app.engine import File
from app.engine.models import ElementInstance, Incident, Job, ProcessDefinition, ProcessInstance, UserTask
from app.people import SYSTEM
from tests.api import diagram
from tests.api.conftest import As
from tests.company import PASSWORD
from tests.engine.diagrams import START, bpmn, catch_message, flow, message, script, service, user

CHECKS = [not_a_server_error, response_schema_conformance]
EACH = {"agent": 30, "owner": 20}
"""Requests per operation, by who sends them; the same ones in every run."""
RUNNING = 8
EVERYTHING = (
    user("ask", groups="repair_receptionist@HZ1", form="api_form"),
    service("check", "outside.check"),
    script("price", "=assert(rate, rate != null)", "total"),
    catch_message("answer", "msg_made_up"),
)
LIVING: Mapping[str, type[t.Any]] = {
    "/user-tasks": UserTask,
    "/jobs": Job,
    "/incidents": Incident,
    "/process-instances": ProcessInstance,
    "/process-definitions": ProcessDefinition,
    "/element-instances": ElementInstance,
}


@pytest.fixture
def keys(call: As) -> dict[str, Iterator[int]]:
    """Keys of things that are there, by the beginning of their paths, over and over."""
    flows = "".join(flow("start", name) for name in ("ask", "check", "price", "answer"))
    drawing = bpmn("made_up", START + "".join(EVERYTHING) + flows, outside=message("msg_made_up", "=&quot;1&quot;"))
    engine.deploy(SYSTEM, [File("made_up.bpmn", drawing), File("api.form", diagram.form())])
    for _ in range(RUNNING):
        engine.start_instance(SYSTEM, "made_up")
    found = {path: itertools.cycle(db.session.scalars(sa.select(row.key)).all()) for path, row in LIVING.items()}
    db.session.remove()
    return found


def signed_in(username: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{PASSWORD}".encode()).decode()}


def failures_of(operation: t.Any, username: str, keys: Mapping[str, Iterator[int]]) -> str:
    """Call one operation with made-up requests and return what went wrong. Half of them are about something there."""
    there = next((keys[path] for path in keys if path in operation.path), None)
    turns = itertools.cycle((True, False))

    @seed(EACH[username])
    @settings(
        max_examples=EACH[username],
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        if there is not None and "key" in (case.path_parameters or {}) and next(turns):
            case.path_parameters["key"] = next(there)
        case.call_and_validate(headers=signed_in(username), checks=CHECKS)

    try:
        ask()
    except BaseExceptionGroup as found:
        return f"{operation.label}: {found}"
    return ""


@pytest.mark.parametrize("username", EACH)
def test_made_up_requests_never_break_the_api(
    username: str, app: Flask, keys: dict[str, Iterator[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LONGEST_WAIT", 0.0)
    document = schemathesis.openapi.from_wsgi("/v2/openapi.json", app, headers=signed_in(username))
    operations = [one.ok() for one in document.get_all_operations()]
    assert len(operations) > 30
    assert [failure for one in operations if (failure := failures_of(one, username, keys))] == []
