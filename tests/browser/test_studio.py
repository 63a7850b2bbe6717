"""The studio in a real browser: a process owner changes what the next case will follow."""

import re
import typing as t
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app import engine
from app.db import db
from app.desk.service_tasks import SERVICE_TASKS
from app.engine import queries
from app.engine.models import ElementInstance
from app.studio import saving, versions
from tests.browser.guard import Guard, accessible
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.company import HANDSET_A, PASSWORD, ROOT, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.play import Play

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

TABLE = "/studio/decision/warranty_eligibility"
IN_WARRANTY = "warranty_eligibility_rule_4_out_1"
PROCESS = "/studio/process/payment_collection"
EDITORS = ".fl-editor__in, #panel"


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


def show(page: Page, address: str, path: str, username: str = "owner") -> None:
    """Sign in and open a page; wait for its editor."""
    sign_in(page, address, username, PASSWORD, page.evaluate("navigator.language")[:2])
    page.goto(address + path)
    if page.locator("#frame").count():
        page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)


def guard_of(page: Page) -> Guard:
    return t.cast(Guard, page.guard)  # type: ignore[attr-defined]


def pick(page: Page, element_id: str) -> None:
    """Select an element of the drawing."""
    page.locator(f'[data-element-id="{element_id}"] .djs-hit').first.click()


def type_into(page: Page, cell: str, text: str) -> None:
    """Write into a cell of a decision table."""
    page.locator(f'[data-element-id="{cell}"]').first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.locator(".decision-table-name").first.click()


def publish(page: Page, note: str) -> None:
    page.get_by_role("textbox", name="改了什么").fill(note)
    page.get_by_role("button", name="发布", exact=True).click()


def version(company: Company, kind: t.Any, identifier: str) -> versions.Version:
    return versions.newest(company.person("owner"), kind, identifier)


def at_the_warranty_question(play: Play) -> None:
    """A handset has been handed in, no misuse, and the warranty is to be judged."""
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音", channel="counter")
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, accessories=["battery"],
    )  # fmt: skip
    play.do("s030_judge_misuse", "agent", fault_reproduced=True, evidence="none")


def test_the_next_case_follows_the_changed_table_and_a_running_one_keeps_its_own(
    page: Page, address: str, company: Company, play: Play
) -> None:
    at_the_warranty_question(play)
    show(page, address, TABLE)
    expect(page.get_by_role("button", name="发布", exact=True)).to_be_disabled()
    type_into(page, IN_WARRANTY, "false")
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    publish(page, "试点：全部按保修外收费")
    expect(page.get_by_text("第 2 版已发布，新案件按它办。")).to_be_visible()
    expect(page.locator("[data-version-of]")).to_have_text("v2")
    page.goto(f"{address}{TABLE}/versions")
    expect(page.get_by_role("row").nth(1)).to_contain_text("试点：全部按保修外收费")

    play.do("s060_judge_warranty", "agent")
    at_the_warranty_question(play)
    play.do("s060_judge_warranty", "agent")
    assert play.incidents() == []
    running, following = play.variables("outlet_intake_repair", 0), play.variables("outlet_intake_repair", 1)
    assert (running["warranty"]["in_warranty"], following["warranty"]["in_warranty"]) == (True, False)
    used = sa.select(ElementInstance.resolved).where(ElementInstance.element_id == "s060b_decide_warranty")
    assert [one["version"] for one in db.session.scalars(used.order_by(ElementInstance.key)) if one] == [1, 2]


def test_a_cell_that_is_no_feel_is_said_while_one_types_and_refused(page: Page, address: str, company: Company) -> None:
    guard_of(page).allow("status of 422")
    show(page, address, TABLE)
    expect(page.locator("[data-verdict-of]")).to_have_text("检查通过")
    type_into(page, IN_WARRANTY, "true or")
    expect(page.locator(".fl-lint--err")).to_have_count(1)
    expect(page.locator(".fl-lint__d")).to_have_text("第 4 条规则，保修内")
    expect(page.locator(".fl-lint__x")).to_have_text("true or ")
    expect(page.locator(".fl-lint__x .fl-fault")).to_be_visible()
    expect(page.locator("[data-verdict-of]")).to_have_text("1 处要改，改好才能发布")
    expect(page.locator(f'td[data-element-id="{IN_WARRANTY}"]')).to_have_css("box-shadow", re.compile("inset"))
    publish(page, "写错了")
    expect(page.get_by_role("alert")).to_contain_text("没有发布：有 1 处要改。")
    assert version(company, "decision", "warranty_eligibility").number == 1


def test_a_process_with_an_error_shows_it_on_the_element_and_is_not_stored(
    page: Page, address: str, company: Company
) -> None:
    guard_of(page).allow("status of 422")
    show(page, address, PROCESS)
    pick(page, "s100_book")
    page.locator("input[name=formId]").wait_for()
    page.locator("input[name=formId]").fill("no_such_form")
    page.keyboard.press("Tab")
    expect(page.locator(".fl-finding").first).to_be_visible()
    marked = page.locator(".djs-overlays", has=page.locator(".fl-finding"))
    expect(marked).to_have_attribute("data-container-id", "s100_book")
    expect(page.locator(".fl-lint--err")).to_contain_text("no_such_form")
    expect(page.locator(".fl-lint__d")).to_have_text("入账")
    publish(page, "换表单")
    expect(page.get_by_role("alert")).to_contain_text("没有发布")
    assert version(company, "process", "payment_collection").number == 1


def test_every_service_task_stands_in_the_menu_and_brings_its_fields(page: Page, address: str) -> None:
    show(page, address, PROCESS)
    pick(page, "s100_book")
    page.locator('.djs-context-pad [data-action="append"]').click()
    ours = page.locator(".djs-popup .entry[data-id*='firstline.']:not([data-id*='.step.'])")
    expect(ours).to_have_count(len(SERVICE_TASKS))
    ours.filter(has_text="写单据").click()
    kind = page.locator("#panel select").filter(has=page.locator("option[value=quotation]"))
    expect(kind).to_be_visible()
    kind.select_option("quotation")
    expect(page.locator("#panel")).to_contain_text("单据号")


def test_forms_are_offered_by_name_where_one_is_linked(page: Page, address: str) -> None:
    show(page, address, PROCESS)
    pick(page, "s100_book")
    page.locator("input[name=formId]").click()
    options = page.locator("#linked-formId option")
    expect(options).to_have_count(len(list((ROOT / "forms").rglob("*.form"))))
    assert "book_payment" in options.evaluate_all("all => all.map((one) => one.value)")


def test_the_second_of_two_who_save_is_told_who_was_first_and_keeps_the_work(
    page: Page, address: str, company: Company
) -> None:
    guard_of(page).allow("status of 409")
    show(page, address, TABLE)
    other = versions.source(version(company, "decision", "warranty_eligibility")).decode().replace("90", "60")
    saving.save(company.person("administrator"), "decision", "warranty_eligibility", other, base=1, note="改成 60 天")
    type_into(page, IN_WARRANTY, "false")
    publish(page, "我的改动")
    alert = page.locator("[data-conflict-of] [role=alert]")
    expect(alert).to_contain_text(re.compile("administrator 今天 09:30 已发布“warranty_eligibility”第 2 版"))
    expect(alert.get_by_role("link", name="打开最新版")).to_be_visible()
    with page.expect_download() as mine:
        alert.get_by_role("button", name="下载我的文件").click()
    assert mine.value.suggested_filename == "warranty_eligibility.dmn"
    assert version(company, "decision", "warranty_eligibility").number == 2


def test_a_note_is_asked_for_and_ctrl_s_publishes(page: Page, address: str, company: Company) -> None:
    guard_of(page).allow("status of 422")
    show(page, address, TABLE)
    type_into(page, IN_WARRANTY, "false")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("textbox", name="改了什么")).to_be_focused()
    page.keyboard.type("收紧")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-version-of]")).to_have_text("v2")
    assert version(company, "decision", "warranty_eligibility").note == "收紧"


def test_unsaved_work_is_not_left_by_accident(page: Page, address: str) -> None:
    show(page, address, TABLE)
    type_into(page, IN_WARRANTY, "false")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{address}/studio")
    assert asked == ["beforeunload"]


def test_a_form_is_edited_and_the_next_task_shows_it(page: Page, address: str, company: Company) -> None:
    show(page, address, "/studio/form/start_repair")
    page.locator(".fjs-editor-container").get_by_text("备注").first.click(force=True)
    page.locator("[data-group-id=group-general] .bio-properties-panel-group-header").click()
    label = page.locator("#bio-properties-panel-label")
    label.fill("给分析员的话")
    label.blur()
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    publish(page, "说清楚写给谁")
    expect(page.locator("[data-version-of]")).to_have_text("v2")
    stored = versions.source(version(company, "form", "start_repair")).decode()
    assert "给分析员的话" in stored
    assert '"label:en": "Note"' in stored


def test_a_new_process_is_drawn_published_and_can_be_started(page: Page, address: str, company: Company) -> None:
    show(page, address, "/studio")
    page.get_by_role("link", name="新建流程").click()
    page.get_by_label("中文名").fill("试一试")
    page.get_by_label("英文名").fill("Try it")
    page.get_by_role("textbox", name="编号").fill("try_it")
    page.get_by_label("领域").select_option("repair")
    page.get_by_role("button", name="开始").click()
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    publish(page, "第一版")
    expect(page.locator("[data-version-of]")).to_have_text("v1")
    assert version(company, "process", "try_it").file == "bpmn/repair/try_it.bpmn"
    started = engine.start_instance(company.person("owner"), "try_it", {})
    assert queries.detail.get_instance(company.person("owner"), started.key).state == "completed"


def test_tidying_draws_the_process_anew(page: Page, address: str, company: Company) -> None:
    show(page, address, "/studio/new/process?id=tidy_me&name=整理")
    place = "() => document.querySelector('[data-element-id=end_done]').getAttribute('transform')"
    before = page.evaluate(place)
    page.get_by_role("button", name="整理图").click()
    expect(page.get_by_text("重新排好了")).to_be_visible(timeout=60_000)
    assert page.evaluate(place) != before
    publish(page, "排过的")
    expect(page.locator("[data-version-of]")).to_have_text("v1")


def test_an_old_version_is_brought_back(page: Page, address: str, company: Company) -> None:
    old = versions.source(version(company, "decision", "warranty_eligibility"))
    changed = old.decode().replace("90", "60")
    saving.save(company.person("owner"), "decision", "warranty_eligibility", changed, base=1, note="改成 60 天")
    show(page, address, f"{TABLE}/versions")
    page.get_by_role("link", name="恢复…").click()
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    publish(page, "退回 90 天")
    expect(page.locator("[data-version-of]")).to_have_text("v3")


def test_a_supervisor_looks_and_finds_no_button_to_change(page: Page, address: str) -> None:
    show(page, address, "/studio", "outlet_head")
    expect(page.get_by_role("link", name="新建流程")).to_have_count(0)
    page.get_by_role("link", name="网点接收与维修流程", exact=True).click()
    page.locator("[data-island=viewer][data-mounted='1']").wait_for()
    expect(page.locator("[data-saves]")).to_have_count(0)
    page.goto(address + TABLE)
    expect(page.get_by_role("cell", name="[0..90]")).to_be_visible()


def test_searching_filters_while_one_types(page: Page, address: str) -> None:
    show(page, address, "/studio/decisions")
    page.get_by_role("searchbox", name="查流程库").fill("warranty")
    expect(page.locator("tbody .fl-tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("保修判断")


PICTURES = {
    "library": "/studio",
    "decisions": "/studio/decisions",
    "forms": "/studio/forms",
    "tasks": "/studio/service-tasks",
    "process": "/studio/process/repair_quotation_payment",
    "table": TABLE,
    "form": "/studio/form/repair_slip",
    "versions": "/studio/process/outlet_intake_repair/versions",
    "version": "/studio/process/outlet_intake_repair/v1",
    "table-version": f"{TABLE}/v1",
    "form-version": "/studio/form/repair_slip/v1",
    "new": "/studio/new/process",
    "upload": "/studio/upload",
}


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk-light", "phone-dark"])
def test_every_page_is_accessible_and_fits(new_page: Callable[..., Page], address: str, width: int, dark: bool) -> None:
    page = new_page(width=width, dark=dark)
    sign_in(page, address, "owner", PASSWORD)
    for path in PICTURES.values():
        page.goto(address + path)
        if width > 720 and page.locator("#frame").count():
            page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
        accessible(page, outside=[".fl-editor__in", "#panel", "[data-island=form]", "[data-island=viewer]"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(new_page: Callable[..., Page], address: str, name: str) -> None:
    def look(page: Page) -> None:
        sign_in(page, address, "owner", PASSWORD, page.evaluate("navigator.language")[:2])
        page.goto(address + PICTURES[name])
        page.wait_for_timeout(500)
        for place in page.locator("[data-island]").all():
            place.and_(page.locator("[data-mounted='1']")).wait_for(state="attached", timeout=30_000)
        page.wait_for_timeout(700)

    shots(new_page, f"studio-{name}", look)


def test_pictures_of_a_cell_that_is_no_feel(new_page: Callable[..., Page], address: str) -> None:
    def look(page: Page) -> None:
        sign_in(page, address, "owner", PASSWORD, page.evaluate("navigator.language")[:2])
        page.goto(address + TABLE)
        if page.locator("#editor").count():
            page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
            type_into(page, IN_WARRANTY, "days_left > = 3")
            page.locator(".fl-lint--err").wait_for()

    shots(new_page, "studio-broken", look)
