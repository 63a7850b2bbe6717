"""Running cases moved in a real browser: a token to another step, and cases to another version."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app import engine
from app.db import transaction
from app.people.models import User
from app.people.passwords import hash_password
from tests.browser.guard import accessible
from tests.browser.server import serving
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.cockpit.test_moving import STEPS
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.engine.diagrams import END, START, bpmn, chain

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(company: Company) -> Iterator[str]:
    with transaction() as session:
        session.execute(sa.update(User).values(password_hash=hash_password(PASSWORD)))
    with serving(company.app) as url:
        yield url


@pytest.fixture
def case(company: Company) -> int:
    """A case at its first step."""
    source = bpmn("by_hand", chain(START, *STEPS, END), name="人工移动")
    engine.deploy(company.person("owner"), [engine.File("by_hand.bpmn", source)])
    return engine.start_instance(company.person("agent"), "by_hand", {"when": None}).key


def show(page: Page, address: str, path: str) -> None:
    language = page.evaluate("navigator.language")[:2]
    sign_in(page, address, "supervisor", PASSWORD, language)
    page.goto(address + path)


def test_a_supervisor_sees_what_would_come_of_a_move_then_moves_the_token(page: Page, address: str, case: int) -> None:
    show(page, address, f"/cockpit/instances/{case}")
    page.get_by_role("button", name="移动令牌…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("问客户").select_option(label="移到“查库存”")
    expect(dialog.get_by_text("开始：备件、查库存。")).to_be_visible()
    dialog.get_by_label("问客户").select_option(label="移走")
    expect(dialog.get_by_text("案件就此结束")).to_be_visible()
    dialog.get_by_label("问客户").select_option(label="移到“核对”")
    expect(dialog.get_by_text("开始：核对。")).to_be_visible()
    accessible(page)
    dialog.get_by_label("原因").fill("客户已经答复")
    dialog.get_by_role("button", name="移动令牌", exact=True).click()
    expect(page.get_by_text("已移动，原因记入审计")).to_be_visible()
    expect(page.locator("#live-here")).to_contain_text("核对")
    page.get_by_role("tab", name="审计").click()
    expect(page.locator("#audit")).to_contain_text("客户已经答复")


def test_pictures_of_moving_a_token(new_page: Callable[..., Page], address: str, case: int) -> None:
    def look(page: Page) -> None:
        show(page, address, f"/cockpit/instances/{case}")
        page.locator("[data-open=move-dialog]").click()
        page.locator("#move-body select").first.select_option("inside")
        expect(page.locator("#move-said h3")).to_be_visible()

    shots(new_page, "moving-token", look)
