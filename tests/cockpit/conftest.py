"""The cockpit is tried in the small company, with one more process that can fail."""

import typing as t
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app import engine
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests.cockpit.failing import failing_files
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

HERE = Peer("127.0.0.1", "tests", loopback=True)
As = Callable[..., FlaskClient]


@pytest.fixture
def browse(company: Company) -> As:
    """Return a function that opens a signed-in browser for somebody of the company."""

    def open_browser(username: str, language: str = "en") -> FlaskClient:
        client = company.app.test_client()
        company.app.config["WTF_CSRF_ENABLED"] = False
        token = start_session(company.person(username).id, HERE, method="password").token
        with client.session_transaction() as session:
            session[COOKIE_KEY] = token
            session["language"] = language
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        return client

    return open_browser


@pytest.fixture
def failing(company: Company) -> Callable[..., engine.Started]:
    """Deploy the process that fails on a list that is not one; return a function that starts it."""
    engine.deploy(company.person("owner"), failing_files())

    def start(**variables: t.Any) -> engine.Started:
        return engine.start_instance(company.person("agent"), "count_parts", {"parts": "LCD", **variables})

    return start
