"""A change from start to finish in a real browser: compared, planned or looked at, published, the cases under way seen."""

import dataclasses
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app import engine
from app.db import db
from app.engine import File
from app.studio import drafts, versions
from tests.browser.guard import accessible
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

PROCESS, TABLE, FORM = "repair_quotation_payment", "warranty_eligibility", "damage_check"


@pytest.fixture(autouse=True)
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


def changed_process(company: Company) -> str:
    """The newest version with another role at its first task, and without its last flow's name."""
    source = versions.source(versions.newest(company.person("owner"), "process", PROCESS)).decode()
    return re.sub(r'candidateGroups="[^"]*"', 'candidateGroups="repair_analyst"', source, count=1)


def publish(company: Company, kind: str, identifier: str, source: str) -> None:
    version = versions.newest(company.person("owner"), kind, identifier)  # type: ignore[arg-type]
    engine.deploy(company.person("owner"), [File(version.file, source.encode())], note="分析员来看")


def test_two_drawings_move_together_and_the_list_leads_into_them(page: Page, address: str, company: Company) -> None:
    publish(company, "process", PROCESS, changed_process(company))
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/studio/process/{PROCESS}/versions")
    page.get_by_role("link", name="比较…").click()
    page.locator("#compare[data-mounted='1']").wait_for(timeout=30_000)
    expect(page.locator("[data-side='old'] .djs-element.is-changed")).to_have_count(1)
    entry = page.locator(".fl-diff button").first
    expect(entry).to_contain_text("候选角色")
    expect(entry).to_contain_text("repair_analyst")
    entry.click()
    expect(page.locator("[data-side='new'] .djs-element.is-shown")).to_have_count(1)
    place = "(({ a, e, f }) => [a * 100, e, f].map(Math.round).join())"
    views = (
        "() => [...document.querySelectorAll('[data-side] .viewport')]"
        f".map((one) => {place}(one.transform.baseVal.consolidate().matrix))"
    )
    before = page.evaluate(views)
    page.locator("[data-side='old']").hover()
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"(before) => ({views})()[1] !== before[1]", arg=before)
    old, new = page.evaluate(views)
    assert old == new
    accessible(page)


def test_a_draft_is_compared_looked_at_by_a_second_person_and_published(
    new_page: Callable[..., Page], address: str, company: Company
) -> None:
    settings = company.app.extensions["settings"]
    studio = dataclasses.replace(settings.studio, review="required")
    company.app.extensions["settings"] = dataclasses.replace(settings, studio=studio)
    key = drafts.begin(company.person("owner"), "process", PROCESS, changed_process(company), base=1)
    mine, theirs = new_page(), new_page(language="en")
    sign_in(mine, address, "owner", PASSWORD)
    mine.goto(f"{address}/studio/drafts/{key}")
    mine.get_by_role("button", name="送复核…").click()
    dialog = mine.get_by_role("dialog")
    dialog.get_by_label("改了什么").fill("分析员来看")
    dialog.get_by_role("button", name="送复核").click()
    expect(mine.get_by_role("heading", name="待第二人复核")).to_be_visible()
    expect(mine.get_by_role("button", name="批准…")).to_have_count(0)
    accessible(mine)
    sign_in(theirs, address, "administrator", PASSWORD, "en")
    theirs.goto(f"{address}/studio/drafts/{key}")
    theirs.get_by_role("link", name="Compare…").click()
    expect(theirs.locator(".fl-diff button").first).to_contain_text("repair_analyst")
    theirs.go_back()
    theirs.get_by_role("button", name="Approve…").click()
    theirs.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(theirs.locator("[data-version-of]")).to_have_text("v2")
    db.session.rollback()
    assert versions.newest(company.person("owner"), "process", PROCESS).note == "分析员来看"


def test_a_draft_saves_itself_and_an_earlier_state_comes_back(page: Page, address: str, company: Company) -> None:
    source = versions.source(versions.newest(company.person("owner"), "decision", TABLE)).decode()
    sign_in(page, address, "owner", PASSWORD)
    page.goto(f"{address}/studio/decision/{TABLE}")
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    page.get_by_role("button", name="存为草稿").click()
    page.wait_for_url(re.compile(r"/studio/drafts/\d+/edit"))
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    key = int(page.url.split("/")[-2])
    cell = page.locator("#editor td.output-cell [contenteditable]").first
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("true")
    page.keyboard.press("Tab")
    expect(page.locator("[data-state-of]")).to_have_text("已保存", timeout=20_000)
    owner = company.person("owner")
    db.session.rollback()
    assert next(iter(drafts.states(owner, key))).automatic
    page.goto(f"{address}/studio/drafts/{key}")
    page.get_by_role("button", name="恢复").last.click()
    expect(page.get_by_text("草稿已恢复到第 1 次保存的内容。")).to_be_visible()
    db.session.rollback()
    assert drafts.find(owner, key).text == source


def test_the_pages_are_looked_at(new_page: Callable[..., Page], address: str, company: Company) -> None:
    publish(company, "process", PROCESS, changed_process(company))
    publish(company, "decision", TABLE, table_changed(company))
    key = drafts.begin(company.person("owner"), "process", PROCESS, changed_process(company), base=2)

    def show(path: str, ready: str) -> Callable[[Page], None]:
        def open_page(page: Page) -> None:
            sign_in(page, address, "owner", PASSWORD, page.evaluate("navigator.language")[:2])
            page.goto(f"{address}{path}")
            page.locator(ready).first.wait_for()

        return open_page

    shots(new_page, "compare-process", show(f"/studio/process/{PROCESS}/compare", "#compare[data-mounted='1']"))
    shots(new_page, "compare-decision", show(f"/studio/decision/{TABLE}/compare", "#compare[data-mounted='1']"))
    shots(new_page, "compare-form", show(f"/studio/form/{FORM}/compare", "#compare[data-mounted='1']"))
    shots(new_page, "draft", show(f"/studio/drafts/{key}", "#states"))


def table_changed(company: Company) -> str:
    source = versions.source(versions.newest(company.person("owner"), "decision", TABLE)).decode()
    return source.replace("[0..90]", "[0..60]")
