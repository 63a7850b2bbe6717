"""The cockpit in a real browser: a supervisor finds what is stuck and gets it going."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app import engine
from app.db import transaction
from app.people.models import User
from app.people.passwords import hash_password
from tests.browser.guard import mounted
from tests.browser.server import serving
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.cockpit.failing import failing_files
from tests.company import HANDSET_A, PASSWORD, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.play import Play

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(company: Company) -> Iterator[str]:
    with transaction() as session:
        session.execute(sa.update(User).values(password_hash=hash_password(PASSWORD)))
    with serving(company.app) as url:
        yield url


@pytest.fixture
def stuck(company: Company, play: Play) -> int:
    """A case whose expression failed a day ago, beside ordinary ones. Returns the instance's key."""
    engine.deploy(company.person("owner"), failing_files())
    fault = {"serial_no": HANDSET_A, "fault_description": "没有声音", "channel": "counter"}
    started = engine.start_instance(company.person("agent"), "count_parts", {"time_allowed": "soon", **fault})
    play.start("outlet_intake_repair", "agent", **fault)
    company.clock.advance(days=1, hours=3)
    play.settle()
    return started.key


def test_a_supervisor_corrects_the_variable_retries_and_sees_the_token_move(
    page: Page, address: str, stuck: int
) -> None:
    sign_in(page, address, "supervisor", PASSWORD)
    page.get_by_role("link", name="监控").first.click()
    page.get_by_role("link", name="看案件").click()
    page.locator(f"#instance-{stuck} a").first.click()
    expect(page.locator(".fl-why__t")).to_contain_text("已等 1 天 3 时")
    mounted(page)
    expect(page.locator('[data-element-id="s010_due"].is-stuck')).to_have_count(1)
    expect(page.locator(".fl-token--bad")).to_have_text("1")

    page.get_by_role("tab", name="变量").click()
    page.get_by_role("button", name="更正 time_allowed").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("变量名")).to_have_value("time_allowed")
    dialog.get_by_label("值（JSON）").fill('"4 wh')
    dialog.get_by_label("原因").fill("期限写错了")
    page.guard.allow("status of 422")  # type: ignore[attr-defined]
    dialog.get_by_role("button", name="更正变量").click()
    expect(dialog.get_by_text("不是 JSON")).to_be_visible()
    dialog.get_by_label("值（JSON）").fill('"4 wh"')
    dialog.get_by_role("button", name="更正变量").click()
    expect(page.get_by_text("“time_allowed”已更正")).to_be_visible()

    page.get_by_role("button", name="重试…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("原因").fill("期限已更正")
    dialog.get_by_role("button", name="重试", exact=True).click()
    expect(page.get_by_text("已重试，从这一步继续")).to_be_visible()
    expect(page.locator(".fl-why__t")).to_contain_text("“检查配件”还没人领取")
    mounted(page)
    expect(page.locator('[data-element-id="s020_check"].is-here')).to_have_count(1)
    expect(page.locator('[data-element-id="s010_due"].is-done')).to_have_count(1)
    expect(page.locator(".fl-token--bad")).to_have_count(0)
    page.get_by_role("tab", name="审计").click()
    expect(page.locator("#audit")).to_contain_text("期限已更正")
    expect(page.locator("#audit")).to_contain_text("time_allowed")


PLACES = {
    "overview": "/cockpit",
    "list": "/cockpit/instances?state=active",
    "instance": "/cockpit/instances/{stuck}",
    "waiting": "/cockpit/instances/{waiting}",
}


@pytest.fixture
def places(stuck: int, play: Play) -> dict[str, str]:
    waiting = play.instance("outlet_intake_repair").key
    return {name: path.format(stuck=stuck, waiting=waiting) for name, path in PLACES.items()}


def show(page: Page, address: str, path: str) -> None:
    language = page.evaluate("navigator.language")[:2]
    sign_in(page, address, "supervisor", PASSWORD, language)
    page.goto(address + path)
    if page.locator("[data-island]").count():
        mounted(page)


@pytest.mark.parametrize("name", PLACES)
def test_pictures(new_page: Callable[..., Page], address: str, places: dict[str, str], name: str) -> None:
    shots(new_page, f"cockpit-{name}", lambda page: show(page, address, places[name]))
