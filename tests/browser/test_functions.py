"""Functions of expressions in a real browser: completed where one writes, looked up, inserted and tried."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_studio import IN_WARRANTY, TABLE, address, guard_of, show, version
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company

__all__ = ["address", "clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

PROCESS = "/studio/process/return_visit"
FORM = "/studio/form/repair_slip"


def condition(page: Page, flow: str = "flow_s050b_agreed__end_unreachable") -> Locator:
    """The condition of a flow in the process editor, empty and ready to be typed."""
    page.locator(f'[data-element-id="{flow}"] .djs-hit').first.dispatch_event("click")
    return emptied(page, page.locator("#panel .cm-content").first)


def cell(page: Page) -> Locator:
    """A cell of the decision table."""
    page.locator(f'[data-element-id="{IN_WARRANTY}"]').first.click()
    return emptied(page, page.locator(f'[data-element-id="{IN_WARRANTY}"] .cm-content'))


def hiding(page: Page) -> Locator:
    """When a field of a form is hidden."""
    page.locator(".fjs-editor-container").get_by_text("机主").first.click(force=True)
    page.locator(".fjs-properties-container .bio-properties-panel-group-header", has_text="条件").click()
    return emptied(page, page.locator(".fjs-properties-container .cm-content:visible").first)


def emptied(page: Page, field: Locator) -> Locator:
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    return field


EDITORS = {"process": (PROCESS, condition), "table": (TABLE, cell), "form": (FORM, hiding)}
each_editor = pytest.mark.parametrize(("path", "field"), EDITORS.values(), ids=EDITORS)
Field = Callable[[Page], Locator]


def offered(page: Page) -> Locator:
    return page.locator(".cm-tooltip-autocomplete li")


@each_editor
def test_our_functions_are_completed_with_signature_and_sentence(
    page: Page, address: str, path: str, field: Field
) -> None:
    show(page, address, path)
    field(page)
    page.keyboard.type("is work")
    expect(offered(page)).to_have_text(["is working day(date: Any)boolean", "is working time(at: Any, clock: string)boolean"])  # fmt: skip
    expect(page.locator(".cm-completionInfo")).to_contain_text("公司这一天是否上班")
    expect(page.locator(".cm-completionInfo")).to_contain_text('is working day(date("2026-10-01")) = false')
    # The panels take a text over some time after the last key; what is chosen while they do would be lost there.
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    expect(page.locator(".cm-content:focus")).to_have_text("is working day(date)")
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)


@each_editor
def test_a_function_is_looked_up_and_inserted_where_one_was_writing(
    page: Page, address: str, path: str, field: Field
) -> None:
    show(page, address, path)
    field(page)
    page.keyboard.type("1 = ")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="函数").click()
    page.get_by_role("searchbox", name="搜索函数").fill("文本 字符数")
    names = page.locator(".fl-fn:visible .fl-fn__name")
    expect(names).to_have_text(["string length"])
    names.click()
    page.get_by_role("button", name="插入 string length").click()
    page.keyboard.type('"a')
    expect(page.locator(".cm-content:focus")).to_have_text('1 = string length("a")')


@each_editor
def test_behind_another_condition_names_are_completed_too(page: Page, address: str, path: str, field: Field) -> None:
    # The library took `5000 and is wo` for the beginning of one name.
    show(page, address, path)
    field(page)
    page.keyboard.type("1 > 5000 and is wo")
    expect(offered(page).first).to_have_text("is working day(date: Any)boolean")


def test_a_process_offers_its_variables_what_forms_ask_and_the_case(page: Page, address: str) -> None:
    show(page, address, "/studio/process/major_issue_escalation")
    field = condition(page, "flow_s040_major_within_authority__s070_report_to_vp")
    about = page.locator(".cm-completionInfo")
    for typed, first, where in (
        ("approv", "approval", "来自“审批权限”"),
        ("autho", "authority", "在“判断”填写"),
        ("cas", "case", "处处可读"),
    ):
        emptied(page, field)
        page.keyboard.type(typed)
        expect(offered(page).first).to_have_text(first)
        expect(about).to_have_text(where)
    page.keyboard.type("e.first")
    expect(offered(page).first).to_have_text("first_responder")


def test_an_english_page_speaks_english(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(language="en")
    show(page, address, TABLE)
    cell(page)
    page.keyboard.type("is work")
    expect(page.locator(".cm-completionInfo")).to_contain_text("Whether the company works on that day")


def test_who_pauses_while_typing_in_the_form_editor_s_panel_goes_on_typing(page: Page, address: str) -> None:
    # The form editor gave the focus to the selected field of the form at every change, a moment after the last key.
    show(page, address, FORM)
    hiding(page)
    page.keyboard.type("1 = ")
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    page.wait_for_timeout(600)
    page.keyboard.type("2")
    expect(page.locator(".cm-content:focus")).to_have_text("1 = 2")


def test_a_function_goes_to_the_clipboard_when_nobody_is_writing(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    show(page, address, TABLE)
    page.get_by_role("tab", name="函数").click()
    page.locator('[data-function="trim"] summary').click()
    page.get_by_role("button", name="插入 trim").click()
    expect(page.get_by_text("已复制。")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "trim()"


def test_an_expression_is_tried_without_the_mouse(page: Page, address: str) -> None:
    guard_of(page).allow("status of 422")
    show(page, address, "/studio/functions")
    page.get_by_label("表达式", exact=True).fill("amount > 5000 and missing")
    page.keyboard.press("Tab")
    page.keyboard.type('{"amount": 6200}')
    page.keyboard.press("Control+Enter")
    answer = page.locator(".fl-trial__answer")
    expect(answer.locator("pre")).to_have_text("null")
    expect(answer).to_contain_text("missing")
    page.get_by_label("变量（JSON）").fill('{"amount": }')
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("变量（JSON）")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#functions-variables-error")).to_contain_text("第 1 行第 12 列")
    page.get_by_label("变量（JSON）").fill("")
    page.locator('[data-function="due"] summary').press("Enter")
    page.get_by_role("button", name='due(date and time("2026-11-20T17:00:00"), "4 wh")').press("Enter")
    expect(answer.locator("pre")).to_have_text('"2026-11-23T12:00:00+08:00"')
    expect(page.locator(".fl-trial .is-bad")).to_have_count(0)


def test_the_reference_is_accessible_and_fits(new_page: Callable[..., Page], address: str) -> None:
    for width in (1024, 390):
        page = new_page(width=width)
        show(page, address, "/studio/functions")
        page.locator('[data-function="get entries"] summary').click()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_condition_with_our_functions_is_published(page: Page, address: str, company: Company) -> None:
    show(page, address, PROCESS)
    condition(page)
    page.keyboard.type("is working day(today()) and get or else(agreed, false)")
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="改了什么").fill("只在工作日")
    expect(page.locator("[data-verdict-of]")).to_have_text("检查通过")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator("[data-version-of]")).to_have_text("v2")
    assert version(company, "process", "return_visit").number == 2


def test_pictures(new_page: Callable[..., Page], address: str) -> None:
    def look(page: Page) -> None:
        show(page, address, "/studio/functions")
        page.locator('[data-function="due"] summary').click()
        page.locator('[data-function="due"] .fl-fn__ex').first.click()
        page.locator(".fl-trial__value").wait_for()

    shots(new_page, "functions", look)
