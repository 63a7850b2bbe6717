"""The inbox in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests import company_fixtures
from tests.browser.guard import accessible, mounted
from tests.browser.server import serving
from tests.browser.shots import shots
from tests.company import Company
from tests.inbox import scene
from tests.play import Play

pytestmark = pytest.mark.browser

clock = company_fixtures.clock
company = company_fixtures.company
database = company_fixtures.database
play = company_fixtures.play
sqlite_company = company_fixtures.sqlite_company

HERE = Peer("127.0.0.1", "tests", loopback=True)
Enter = Callable[..., Page]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def enter(company: Company, address: str, new_page: Callable[..., Page]) -> Enter:
    """Return a function that opens an address of the inbox for somebody who is signed in."""

    def open_page(username: str, path: str = "/inbox", page: Page | None = None, **options: object) -> Page:
        page = page or new_page(**options)
        page.context.add_cookies([{"name": company.app.config["SESSION_COOKIE_NAME"], "value": cookie_of(company, username), "url": address}])
        page.goto(address + path)
        return page

    return open_page


def cookie_of(company: Company, username: str) -> str:
    """The cookie of somebody who has just signed in; the sign-in page has tests of its own."""
    token = start_session(company.person(username).id, HERE, method="password").token
    client = company.app.test_client()
    with client.session_transaction() as session:
        session[COOKIE_KEY] = token
    cookie = client.get_cookie(company.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return cookie.value


def test_pictures_for_people(play: Play, enter: Enter, new_page: Callable[..., Page]) -> None:
    judging = scene.morning(play)

    def task(page: Page) -> None:
        enter("agent", f"/inbox?task={judging}", page=page)
        mounted(page)

    def lists(page: Page) -> None:
        enter("agent", "/inbox?view=team", page=page)

    shots(new_page, "inbox-task", task)
    shots(new_page, "inbox-list", lists)
