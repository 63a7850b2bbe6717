"""The tools of the cockpit in a real browser: a version is suspended by filter after a trial, and goes on."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app import engine
from tests.browser.guard import accessible
from tests.browser.server import company_served
from tests.browser.shots import shots
from tests.browser.test_moving import show
from tests.cockpit.test_acting import WAITING, start
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


@pytest.fixture
def cases(company: Company) -> list[int]:
    return start(company, WAITING, "waiting", 3)


def test_a_supervisor_suspends_a_version_after_a_trial_and_lets_it_go_on(
    page: Page, address: str, cases: list[int], company: Company
) -> None:
    show(page, address, "/cockpit/instances?process=waiting&version=1")
    page.get_by_text("对案件操作…").click()
    page.get_by_role("button", name="暂停办理…").click()
    expect(page.get_by_text("在办案件：3")).to_be_visible()
    page.get_by_role("button", name="先试行").click()
    expect(page.get_by_text("3 个可以执行")).to_be_visible()
    accessible(page)
    page.get_by_label("原因").fill("价格表有误")
    page.get_by_role("button", name="暂停办理", exact=True).click()
    expect(page.locator("#batch-progress")).to_have_text("0 / 3 个案件")
    engine.run_due(company.app)
    expect(page.locator("#batch-progress")).to_have_text("3 / 3 个案件")
    accessible(page)
    page.goto(f"{address}/cockpit/instances/{cases[0]}")
    expect(page.get_by_text("恢复之前不会推进")).to_be_visible()
    accessible(page)
    page.go_back()
    page.get_by_role("link", name="撤回：恢复办理…").click()
    page.get_by_label("原因").fill("已更正")
    page.get_by_role("button", name="恢复办理", exact=True).click()
    engine.run_due(company.app)
    expect(page.locator("#batch-progress")).to_have_text("3 / 3 个案件")
    page.goto(f"{address}/cockpit/instances/{cases[0]}")
    expect(page.get_by_text("恢复之前不会推进")).to_have_count(0)
    page.get_by_role("tab", name="审计").click()
    expect(page.locator("#audit")).to_contain_text("已更正")


@pytest.mark.parametrize("name", ["list", "suspend", "assign", "resting"])
def test_pictures_of_acting(
    new_page: Callable[..., Page], address: str, cases: list[int], company: Company, name: str
) -> None:
    engine.suspend_instance(company.person("supervisor"), cases[1], "价格表有误")
    paths = {
        "list": "/cockpit/instances?process=waiting",
        "suspend": "/cockpit/act/suspend?process=waiting",
        "assign": "/cockpit/act/assign?process=waiting",
        "resting": f"/cockpit/instances/{cases[1]}",
    }

    def look(page: Page) -> None:
        show(page, address, paths[name])
        if name == "suspend":
            page.locator("[hx-post*=trial]").click()
            expect(page.locator("#outlook-title")).to_be_visible()

    shots(new_page, f"acting-{name}", look)
