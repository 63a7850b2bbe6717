"""The frame of every page and every island, in a real browser, through the sample pages of tests/web."""

import json
import re
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.guard import Guard, accessible, mounted
from tests.browser.shots import shots
from tests.web.pages import build

pytestmark = pytest.mark.browser
Sent = list[tuple[str, t.Any]]


@pytest.fixture(scope="module")
def guide() -> Flask:
    return build()


@pytest.fixture(scope="module")
def address(guide: Flask, live_server: Callable[[Flask], str]) -> str:
    return live_server(guide)


@pytest.fixture
def sent(guide: Flask) -> Sent:
    """What islands have sent in this test: (address, content)."""
    kept: Sent = guide.sent  # type: ignore[attr-defined]
    kept.clear()
    return kept


@pytest.mark.parametrize("place", ["guide", "form", "viewer", "bpmn", "dmn", "form-editor"])
def test_a_page_works_in_english_in_the_dark_and_on_a_phone(
    new_page: Callable[..., Page], address: str, place: str
) -> None:
    def show(page: Page) -> None:
        page.goto(f"{address}/{place}")
        if place != "guide":
            mounted(page)

    page = new_page(language="en", dark=True, width=390, height=844)
    show(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shots(new_page, f"web-{place}", show)


def guard_of(page: Page) -> Guard:
    return page.guard  # type: ignore[attr-defined, no-any-return]


def eventually(page: Page, condition: Callable[[], bool]) -> None:
    """Let the page work until the condition holds, five seconds at most."""
    for _ in range(50):
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("It did not happen within five seconds")


@pytest.mark.parametrize(("dark", "width"), [(False, 1440), (True, 1440), (False, 390), (True, 390)])
def test_every_component_is_accessible(new_page: Callable[..., Page], address: str, *, dark: bool, width: int) -> None:
    page = new_page(dark=dark, width=width)
    page.goto(f"{address}/guide")
    accessible(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_form_and_a_diagram_are_accessible(new_page: Callable[..., Page], address: str, width: int) -> None:
    for place in ("/form", "/viewer"):
        page = new_page(width=width)
        page.goto(address + place)
        mounted(page)
        accessible(page)


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_nothing_sticks_out_of_the_page(new_page: Callable[..., Page], address: str, width: int) -> None:
    for language in ("zh", "en"):
        page = new_page(width=width, language=language)
        page.goto(f"{address}/guide")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_keys_open_the_sheet_the_search_and_press_buttons_but_not_while_typing(page: Page, address: str) -> None:
    page.goto(f"{address}/guide")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.locator("#back")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#serial").focus()
    page.keyboard.type("r?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("3569")
    expect(page.locator("#palette-list")).to_contain_text("3569 · EC680")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#palette-list .fl-menu__item").first).to_be_focused()


def test_tabs_show_their_panel_by_click_and_by_arrow(page: Page, address: str) -> None:
    page.goto(f"{address}/guide")
    page.get_by_role("tab", name="附件").click()
    expect(page.locator("#p-files")).to_be_visible()
    expect(page.locator("#p-story")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#p-story")).to_be_visible()


def test_the_language_changes_on_the_spot(page: Page, address: str) -> None:
    page.goto(f"{address}/guide")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("1 h 20 min left").first).to_be_visible()


def test_the_phone_s_bar_leads_everywhere(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(width=390, height=844)
    page.goto(f"{address}/guide")
    page.get_by_role("button", name="更多").last.click()
    page.locator("#more").get_by_role("link", name="编辑").click()
    expect(page).to_have_url(f"{address}/bpmn")
    mounted(page)


def test_a_diagram_shows_where_the_case_is_and_what_is_stuck(page: Page, address: str) -> None:
    page.goto(f"{address}/viewer")
    mounted(page)
    expect(page.locator('.djs-element.is-here[data-element-id="s020_price"]')).to_have_count(1)
    expect(page.locator(".fl-token--bad")).to_have_text("3")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.evaluate("document.addEventListener('fl:element', (event) => { window.clicked = event.detail; })")
    page.locator('[data-element-id="s050_return"] .djs-hit').click()
    assert page.evaluate("window.clicked") == {"id": "s050_return", "type": "bpmn:UserTask", "name": "退机"}
    before = page.evaluate("document.querySelector('.viewport').getAttribute('transform')")
    page.get_by_role("button", name="放大").click()
    assert page.evaluate("document.querySelector('.viewport').getAttribute('transform')") != before


def test_a_finger_moves_a_diagram_only_when_asked_to(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(width=390, height=844, has_touch=True, is_mobile=True)
    page.goto(f"{address}/viewer")
    mounted(page)
    place = "document.querySelector('.viewport').getAttribute('transform')"
    drag = """() => {
      const box = document.querySelector('.djs-container');
      const at = (type, x, y) => box.dispatchEvent(new PointerEvent(type,
        { pointerId: 5, pointerType: 'touch', clientX: x, clientY: y, bubbles: true }));
      at('pointerdown', 100, 200); at('pointermove', 160, 230); at('pointerup', 160, 230);
    }"""
    before = page.evaluate(place)
    page.evaluate(drag)
    assert page.evaluate(place) == before
    page.get_by_role("button", name="移动图").click()
    page.evaluate(drag)
    assert page.evaluate(place) != before


def test_a_form_keeps_a_draft_asks_for_the_verdict_and_submits(page: Page, address: str, sent: Sent) -> None:
    page.goto(f"{address}/form")
    mounted(page)
    expect(page.locator(".fl-verdict--open")).to_have_count(1)
    page.locator("#task-7").get_by_label("序列号").fill("EC680")
    expect(page.locator(".fl-verdict__head")).to_contain_text("人为损坏：收费")
    expect(page.locator("[data-draft-of]")).to_contain_text("草稿已存")
    assert ("verdict", {"component": "Verdict_warranty", "decision": "warranty", "inputs": {"serial": "EC680"}}) in sent
    assert any(kind == "draft" and content["data"]["serial"] == "EC680" for kind, content in sent)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#toasts")).to_contain_text("已提交")
    assert dict(sent)["submit"]["months"] == 3


def test_a_form_says_at_the_field_what_browser_and_server_refuse(page: Page, address: str, sent: Sent) -> None:
    guard_of(page).allow("status of 422")
    page.goto(f"{address}/form")
    mounted(page)
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".fjs-form-field-textfield.fjs-has-errors").first).to_contain_text("这一项要填")
    assert not [kind for kind, _ in sent if kind == "submit"]
    page.locator("#task-7").get_by_label("序列号").fill("EC680")
    page.locator("#task-7").get_by_label("已用月数").fill("")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".fjs-form-field-number.fjs-has-errors")).to_contain_text("web.test_months")
    expect(page.locator("#toasts")).to_contain_text("web.test_gone")
    expect(page.locator("#task-7").get_by_label("已用月数")).to_be_focused()


def test_a_form_that_somebody_else_completed_becomes_read_only(page: Page, address: str) -> None:
    guard_of(page).allow("status of 409")
    page.goto(f"{address}/form")
    mounted(page)
    page.locator("#task-7").get_by_label("序列号").fill("TAKEN")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#toasts [role=alert]")).to_contain_text("web.test_conflict")
    expect(page.locator("#task-7").get_by_label("序列号")).to_have_attribute("readonly", "")


def test_a_chosen_file_is_uploaded_and_the_document_takes_its_place(
    page: Page, address: str, sent: Sent, tmp_path: Path
) -> None:
    photo = tmp_path / "board.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    page.goto(f"{address}/form")
    mounted(page)
    page.locator("#task-7").get_by_label("序列号").fill("EC680")
    page.locator('input[type="file"]').set_input_files(photo)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#toasts")).to_contain_text("已提交")
    assert ("upload", ("board.png", "Field_photos")) in sent
    assert dict(sent)["submit"]["photos"] == [{"documentId": "doc-1", "metadata": {"fileName": "board.png"}}]


def test_a_form_leaves_the_page_without_a_trace(page: Page, address: str) -> None:
    page.goto(f"{address}/form")
    mounted(page)
    page.evaluate("document.getElementById('task-7').remove()")
    page.wait_for_timeout(100)
    assert page.locator(".fjs-container").count() == 0


NAME = "#bio-properties-panel-name"


def pick(page: Page, element_id: str) -> None:
    page.locator(f'[data-element-id="{element_id}"] .djs-hit').first.click()


def open_editor(page: Page, address: str) -> None:
    page.goto(address)
    mounted(page)


def saved_source(page: Page, sent: Sent) -> str:
    page.keyboard.press("Control+s")
    eventually(page, lambda: any(kind == "save" for kind, _ in sent))
    return str(dict(sent)["save"]["source"])


def test_the_process_editor_marks_findings_and_returns_its_source(page: Page, address: str, sent: Sent) -> None:
    open_editor(page, f"{address}/bpmn")
    expect(page.locator("[data-saves]")).to_be_disabled()
    pick(page, "s040_repair")
    page.locator(NAME).fill("维修并测试")
    expect(page.locator(".fl-finding")).to_have_count(1)
    expect(page.locator(".fl-lint")).to_contain_text("F42b")
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    source = saved_source(page, sent)
    assert 'name="维修并测试"' in source
    assert '<zeebe:property name="name:en" value="Repair"/>' in source
    expect(page.locator("[data-state-of]")).to_have_text("已保存")
    assert dict(sent)["save"]["base"] == 3


def test_on_an_english_page_the_process_editor_edits_the_english_names(
    new_page: Callable[..., Page], address: str, sent: Sent
) -> None:
    page = new_page(language="en")
    open_editor(page, f"{address}/bpmn")
    expect(page.locator('[data-element-id="s040_repair"]').first).to_contain_text("Repair")
    pick(page, "s040_repair")
    page.locator(NAME).fill("Repair and test")
    source = saved_source(page, sent)
    assert 'id="s040_repair" name="维修"' in source
    assert '<zeebe:property name="name:en" value="Repair and test"/>' in source


def test_a_name_still_being_typed_on_the_drawing_is_saved_too(page: Page, address: str, sent: Sent) -> None:
    open_editor(page, f"{address}/bpmn")
    page.locator('[data-element-id="s040_repair"] .djs-hit').first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("修好")
    assert 'id="s040_repair" name="修好"' in saved_source(page, sent)


def test_our_service_tasks_stand_in_the_menus_and_fill_in_their_type(page: Page, address: str, sent: Sent) -> None:
    open_editor(page, f"{address}/bpmn")
    pick(page, "s040_repair")
    page.locator('.djs-context-pad [data-action="append"]').click()
    page.locator(".djs-popup").get_by_text("发通知").click()
    expect(page.get_by_label("模板")).to_be_visible()
    expect(page.locator(".fl-editor__panel")).not_to_contain_text("任务定义")
    source = saved_source(page, sent)
    assert '<zeebe:taskDefinition type="notice.send"/>' in source
    assert 'zeebe:modelerTemplate="firstline.notice.send"' in source


def test_the_editor_shows_what_the_server_refuses(page: Page, address: str, sent: Sent) -> None:
    guard_of(page).allow("status of 422")
    open_editor(page, f"{address}/bpmn")
    pick(page, "s040_repair")
    page.locator(NAME).fill("FORBIDDEN")
    saved_source(page, sent)
    expect(page.locator("#toasts [role=alert]")).to_contain_text("web.test_invalid")
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")


def test_the_decision_editor_opens_the_table_and_returns_its_source(page: Page, address: str, sent: Sent) -> None:
    open_editor(page, f"{address}/dmn")
    expect(page.locator(".bjs-powered-by, .dmn-js-powered-by").first).to_be_visible()
    cell = page.locator('[data-element-id="r1_days"] .content-editable, [data-element-id="r1_days"]').first
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("> 5")
    page.locator(".decision-table-name").first.click()
    eventually(page, lambda: page.locator("[data-state-of]").text_content() == "还没保存")
    assert "&gt; 5" in saved_source(page, sent)


def test_the_form_editor_shows_our_component_and_returns_its_source(page: Page, address: str, sent: Sent) -> None:
    open_editor(page, f"{address}/form-editor")
    expect(page.locator(".fjs-palette-container")).to_contain_text("判定")
    expect(page.locator(".fjs-form-editor, .fjs-editor-container").first).to_contain_text("保修判定")
    page.locator(".fjs-editor-container").get_by_text("保修判定").click()
    page.get_by_label("用这些字段来问").fill("serial, months")
    page.get_by_label("用这些字段来问").blur()
    expect(page.locator("[data-state-of]")).to_have_text("还没保存")
    form = json.loads(saved_source(page, sent))
    verdict = next(component for component in form["components"] if component["type"] == "verdict")
    assert (verdict["decision"], verdict["inputs"]) == ("warranty", ["serial", "months"])


def test_the_process_editor_speaks_chinese_throughout(page: Page, address: str) -> None:
    open_editor(page, f"{address}/bpmn")
    for element in ("end_done", "s030_answer", "s020_price", "start_quote"):
        pick(page, element)
        page.wait_for_timeout(150)
    pick(page, "s020_price")
    page.locator('.djs-context-pad [data-action="replace"]').click()
    expect(page.locator(".djs-popup")).to_contain_text("服务任务")
    page.keyboard.press("Escape")
    page.locator('.djs-context-pad [data-action="append"]').click()
    expect(page.locator(".djs-popup")).to_contain_text("单选网关")
    assert page.evaluate("[...window.__untranslated]") == []


def test_the_decision_and_form_editors_speak_chinese(new_page: Callable[..., Page], address: str) -> None:
    for place, own in (("/dmn", set()), ("/form-editor", {"F08", "TEXTFIELD", "serial"})):
        page = new_page()
        open_editor(page, address + place)
        page.locator(".view-drd, .fjs-element").first.click()
        page.wait_for_timeout(300)
        words = {text for text in page.evaluate("[...window.__untranslated]") if re.search("[A-Za-z]{2}", text)}
        assert words - own == set()


def test_a_polled_list_keeps_focus_typing_and_islands(page: Page, address: str, guide: Flask, sent: Sent) -> None:
    guide.state = 1  # type: ignore[attr-defined]
    page.goto(f"{address}/list")
    mounted(page)
    page.locator("#remark").focus()
    page.keyboard.type("打电话")
    page.evaluate("document.querySelector('#diagram-1 .djs-container').dataset.seen = 'yes'")
    guide.state = 2  # type: ignore[attr-defined]
    expect(page.locator("#task-1")).to_contain_text("第 2 次")
    page.keyboard.type("给客户")
    expect(page.locator("#remark")).to_have_value("打电话给客户")
    expect(page.locator("#diagram-1 .djs-container")).to_have_attribute("data-seen", "yes")
    eventually(page, lambda: sum(tag is not None for kind, tag in sent if kind == "rows") >= 2)


def test_a_hidden_page_does_not_poll(page: Page, address: str, sent: Sent) -> None:
    page.goto(f"{address}/list")
    mounted(page)
    page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.wait_for_timeout(400)
    sent.clear()
    page.wait_for_timeout(1000)
    assert not [kind for kind, _ in sent if kind == "rows"]
