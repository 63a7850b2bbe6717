"""Running cases moved in a real browser: a token to another step, and cases to another version."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app import engine
from app.engine.models import ProcessInstance
from app.engine.queries import search
from tests.browser.guard import accessible
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.cockpit.test_migrating import newest, three_cases
from tests.cockpit.test_moving import STEPS
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.engine.diagrams import END, START, bpmn, chain

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
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


@pytest.fixture
def moving(company: Company) -> list[int]:
    """Three cases on the first of two versions; the last one stands at a step that the second does not have."""
    return three_cases(company)


def test_a_process_owner_moves_three_running_cases(
    page: Page, address: str, moving: list[int], company: Company
) -> None:
    show(page, address, "/cockpit/instances?process=versions")
    for key in moving:
        page.locator(f"#instance-{key} input[type=checkbox]").check()
    page.get_by_role("button", name="迁移到另一版本…").click()
    expect(page.get_by_text("在办案件：3")).to_be_visible()
    expect(page.get_by_text("2 个可迁移")).to_be_visible()
    expect(page.get_by_text("“核对”正在进行，但新版本里没有它。")).to_be_visible()
    accessible(page)
    page.get_by_label("核对").select_option(label="复核")
    expect(page.get_by_text("3 个可迁移")).to_be_visible()
    expect(page.get_by_label("核对")).to_have_value("new")
    expect(page.get_by_text("“核对”继续作为“复核”进行。")).to_be_visible()
    page.get_by_label("原因").fill("新规定")
    page.get_by_role("button", name="迁移这些案件").click()
    expect(page.locator("#batch-progress")).to_have_text("0 / 3 个案件")
    engine.run_due(company.app)
    expect(page.locator("#batch-progress")).to_have_text("3 / 3 个案件")
    expect(page.get_by_text("已完成").first).to_be_visible()
    accessible(page)
    page.get_by_role("link", name=re.compile("^SR-|^\\d+$")).first.click()
    expect(page.locator(".fl-tag").get_by_text("v2")).to_be_visible()


def test_chosen_cases_stay_chosen_while_the_list_refreshes(page: Page, address: str, moving: list[int]) -> None:
    page.clock.install()
    show(page, address, "/cockpit/instances?process=versions")
    box = page.locator(f"#instance-{moving[1]} input[type=checkbox]")
    box.check()
    with page.expect_response(lambda answer: "/instances/rows" in answer.url):
        page.clock.fast_forward(61_000)
    expect(box).to_be_checked()


@pytest.mark.parametrize("name", ["choose", "verdict", "batch", "batches"])
def test_pictures_of_moving_cases(
    new_page: Callable[..., Page], address: str, moving: list[int], company: Company, name: str
) -> None:
    lead, plan = company.person("supervisor"), engine.MigrationPlan(newest())
    chosen = search.instances(lead).where(ProcessInstance.key.in_(moving))
    batch = engine.order_migration(lead, chosen, plan, "新规定") if name.startswith("batch") else 0
    engine.run_due(company.app)
    paths = {
        "choose": "/cockpit/instances?process=versions",
        "verdict": "/cockpit/migrate?process=versions&version=1",
        "batch": f"/cockpit/batches/{batch}",
        "batches": "/cockpit/batches",
    }
    shots(new_page, f"moving-{name}", lambda page: show(page, address, paths[name]))
