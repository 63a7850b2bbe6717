"""Requests made up from the OpenAPI document: whatever comes, the API answers as the document says and never breaks."""

import base64
import typing as t

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from app.api.routes import jobs
from tests.api.conftest import As
from tests.company import PASSWORD

CHECKS = [not_a_server_error, response_schema_conformance]
CREDENTIAL = "Basic " + base64.b64encode(f"owner:{PASSWORD}".encode()).decode()
SIGNED_IN = {"Authorization": CREDENTIAL}
EACH = 5
"""Requests per operation; the same ones in every run."""


def failures_of(operation: t.Any) -> str:
    """Call one operation with made-up requests and return what went wrong."""

    @settings(
        max_examples=EACH,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=SIGNED_IN, checks=CHECKS)

    try:
        ask()
    except BaseExceptionGroup as found:
        return f"{operation.label}: {found}"
    return ""


def test_made_up_requests_never_break_the_api(app: Flask, call: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_WAIT", 0.0)
    document = schemathesis.openapi.from_wsgi("/v2/openapi.json", app, headers=SIGNED_IN)
    operations = [one.ok() for one in document.get_all_operations()]
    assert len(operations) > 30
    assert [failure for one in operations if (failure := failures_of(one))] == []
