"""The inbox is tried in the small company."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.inbox.scene import hand_in
from tests.play import Play

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

HERE = Peer("127.0.0.1", "tests", loopback=True)
As = Callable[..., FlaskClient]


@pytest.fixture
def browse(company: Company) -> As:
    """Return a function that opens a signed-in browser for somebody of the company."""
    company.app.config["WTF_CSRF_ENABLED"] = False

    def open_browser(username: str, language: str = "en") -> FlaskClient:
        client = company.app.test_client()
        with client.session_transaction() as session:
            session[COOKIE_KEY] = start_session(company.person(username).id, HERE, method="password").token
            session["language"] = language
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        return client

    return open_browser


@pytest.fixture
def slip(play: Play) -> int:
    """A handset at the counter of HZ1: its slip waits for the receptionists. Returns the task's key."""
    hand_in(play)
    return play.task("s020_fill_slip").key
