"""The small company of the tests and its library, with browsers in which its people are signed in."""

import io
import typing as t
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from app.studio.playground import Playground
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

Enter = Callable[..., FlaskClient]


@pytest.fixture
def enter(company: Company) -> Enter:
    """A function that opens a browser for somebody of the company, or for nobody."""

    def browser(username: str | None, *, language: str = "zh") -> FlaskClient:
        client = company.app.test_client()
        client.environ_base |= {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": language}
        if username:
            here = Peer("127.0.0.1", "tests", loopback=True)
            token = start_session(company.person(username).id, here, method="password").token
            with client.session_transaction() as cookie:
                cookie[COOKIE_KEY] = token
        return client

    return browser


@pytest.fixture(scope="session")
def one_playground() -> Playground:
    return Playground()


@pytest.fixture
def ground(company: Company, one_playground: Playground) -> None:
    """Every company of the tests has the same library, so what is founded to try drafts in is founded once."""
    company.app.extensions["studio_playground"] = one_playground


def token(browser: FlaskClient) -> str:
    page = browser.get("/account").text
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


def upload(browser: FlaskClient, *files: tuple[str, bytes], act: str = "publish", **words: str) -> t.Any:
    """Send files to the studio as its page does."""
    given = {"act": act, "area": "repair", "note": "from outside"} | words
    data = given | {"csrf_token": token(browser), "file": [(io.BytesIO(content), name) for name, content in files]}
    return browser.post("/studio/upload", data=data, content_type="multipart/form-data")
