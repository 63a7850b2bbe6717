"""Trying a draft in a real browser: fill in, jump, step back, record; then a broken draft is not published."""

import typing as t
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from app.errors import Invalid
from app.studio import saving, versions
from tests.browser.guard import Guard, accessible
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, postgres_company, sqlite_company
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, user

__all__ = ["clock", "company", "database", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

SLOW = 90_000
"""Milliseconds until the first page of a trial is there: the company it is played in is founded first."""
ASK = user("ask", name="问一问", groups="repair_receptionist")
REST = catch_timer("rest", "PT2H")
TOLD = user("tell", name="告诉他", groups="repair_receptionist")
TRIED = bpmn("tried", chain(START, ASK, REST, TOLD, END), name="试一试").decode()
BROKEN = bpmn("tried", chain(START, ASK, REST, END), name="试一试").decode()


@pytest.fixture(autouse=True)
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


def guard_of(page: Page) -> Guard:
    return t.cast(Guard, page.guard)  # type: ignore[attr-defined]


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def complete(page: Page) -> None:
    page.locator(".fl-island--form[data-mounted='1']").wait_for(timeout=SLOW)
    press(page, "办完")


def test_a_draft_is_tried_recorded_and_guarded_by_what_was_recorded(page: Page, address: str, company: Company) -> None:
    owner = company.person("owner")
    saving.save(owner, "process", "tried", TRIED, base=0, note="第一版")
    page.set_default_timeout(SLOW)
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/studio/process/tried/v1")
    press(page, "试运行")
    page.locator(".fl-viewer[data-mounted='1']").wait_for(timeout=SLOW)
    page.get_by_label("由谁发起").select_option("repair_receptionist")
    press(page, "开始流程")
    complete(page)
    press(page, "跳到此时")
    expect(page.locator("#clock")).to_have_text("2024-06-03 11:30", timeout=SLOW)
    expect(page.locator('[data-element-id="tell"].is-here')).to_have_count(1)
    press(page, "退回一步")
    expect(page.locator("#clock")).to_have_text("2024-06-03 09:30", timeout=SLOW)
    press(page, "前进一步")
    complete(page)
    expect(page.get_by_text("流程已结束")).to_be_visible(timeout=SLOW)
    accessible(page)
    press(page, "录制为情景")
    page.get_by_label("中文名").fill("问过并告诉")
    press(page, "保存为情景")
    expect(page.get_by_text("R01", exact=True)).to_be_visible(timeout=SLOW)
    press(page, "全部运行")
    expect(page.get_by_text("符合预期", exact=True)).to_be_visible(timeout=SLOW)
    accessible(page)
    with pytest.raises(Invalid, match="scenarios_fail"):
        saving.save(owner, "process", "tried", BROKEN, base=1, note="不等了")
    assert versions.newest(owner, "process", "tried").number == 1
