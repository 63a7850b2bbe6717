"""The inbox in a real browser."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app import engine
from app.db import db
from app.engine import Answer
from app.engine.models import MessageSubscription
from app.errors import Invalid
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests import company_fixtures
from tests.browser.guard import accessible, mounted
from tests.browser.server import serving
from tests.browser.shots import shots
from tests.company import Company
from tests.inbox import scene, test_checked
from tests.play import Play

pytestmark = pytest.mark.browser

clock = company_fixtures.clock
company = company_fixtures.company
database = company_fixtures.database
play = company_fixtures.play
sqlite_company = company_fixtures.sqlite_company
checked = test_checked.checked

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
        page.context.add_cookies(
            [{"name": company.app.config["SESSION_COOKIE_NAME"], "value": cookie_of(company, username), "url": address}]
        )
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


@pytest.fixture
def judging(play: Play) -> int:
    """A task the agent is in the middle of, in a morning with more work."""
    return scene.morning(play)


def note(page: Page) -> Locator:
    """The note of the form."""
    return page.locator(".fjs-form").get_by_role("textbox", name="备注")


def test_a_task_opens_beside_the_list_and_the_address_leads_back_to_it(enter: Enter, judging: int) -> None:
    page = enter("agent")
    page.locator(f"#open-task-{judging}").click()
    expect(page.get_by_role("heading", name="判断是否使用不当")).to_be_visible()
    mounted(page)
    expect(page).to_have_url(re.compile(rf"task={judging}"))
    expect(page.locator(f"#open-task-{judging}")).to_have_attribute("aria-current", "true")
    accessible(page, outside=(".fjs-container",))
    page.reload()
    expect(page.get_by_role("heading", name="判断是否使用不当")).to_be_visible()


def test_a_draft_is_there_after_a_reload(enter: Enter, judging: int) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    note(page).fill("客户说昨天摔过")
    expect(page.locator("[data-draft-of]")).to_contain_text("草稿已存")
    page.reload()
    mounted(page)
    expect(note(page)).to_have_value("客户说昨天摔过")


def test_the_verdict_follows_what_is_chosen_with_its_reasons(enter: Enter, judging: int) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.get_by_label("故障可以重现").check()
    choose(page, "损坏痕迹", "进液")
    expect(page.locator(".fjs-form .fl-verdict__head")).to_contain_text("人为损坏：收费")
    expect(page.locator(".fjs-form .fl-verdict")).to_contain_text("损坏痕迹：进液")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from one of the form's selects."""
    page.locator(".fjs-form-field-select", has_text=label).locator(
        ".fjs-select-display, .fjs-input-group"
    ).first.click()
    page.locator(".fjs-dropdownlist-item", has_text=option).click()


def test_what_the_server_refuses_stands_at_its_field(
    enter: Enter, judging: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise Invalid("engine.submission_refused", fields={"note": [("engine.overrule_needs_reason", {})]})

    monkeypatch.setattr(engine, "complete_task", refuse)
    page = enter("agent", f"/inbox?task={judging}")
    page.guard.allow("status of 422")  # type: ignore[attr-defined]
    mounted(page)
    choose(page, "损坏痕迹", "无痕迹")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".fjs-form-field-textarea", has_text="备注").locator(".fjs-form-field-error")).to_be_visible()


def test_completing_says_whose_turn_it_is_and_goes_on(enter: Enter, judging: int) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.get_by_label("操作错误或设置不当").check()
    choose(page, "损坏痕迹", "无痕迹")
    expect(page.locator(".fjs-form .fl-verdict__head")).to_contain_text("使用不当")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("“判断是否使用不当”已办完。")).to_be_visible()
    expect(page.locator(f"#open-task-{judging}")).to_have_count(0)
    accessible(page)


def test_whoever_claims_too_late_reads_who_was_first(enter: Enter, company: Company, play: Play) -> None:
    scene.hand_in(play)
    slip = play.task("s020_fill_slip").key
    page = enter("agent", f"/inbox?view=unclaimed&task={slip}")
    expect(page.get_by_role("button", name="领取", exact=False).last).to_be_visible()
    engine.claim_task(company.person("colleague"), slip)
    page.keyboard.press("c")
    expect(page.get_by_role("alert")).to_contain_text("colleague 09:30 已领取")
    expect(page.get_by_text("colleague 正在办")).to_be_visible()


def test_g_takes_the_most_urgent_task(enter: Enter, judging: int) -> None:
    page = enter("agent")
    page.keyboard.press("g")
    expect(page.get_by_text("已领取：填写送修单，双方签字")).to_be_visible()
    expect(page.get_by_role("heading", name="填写送修单，双方签字")).to_be_visible()
    expect(page.locator("#folder-mine").first).to_contain_text("3")


def test_a_refresh_keeps_the_focus_the_choice_and_what_is_being_typed(enter: Enter, judging: int, play: Play) -> None:
    page = enter("agent", f"/inbox?view=team&task={judging}")
    mounted(page)
    note(page).fill("还没写完")
    note(page).focus()
    scene.hand_in(play, fault="新来的")
    with page.expect_response(re.compile("/inbox/rows")):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('inbox-changed', {bubbles: true}))")
    expect(page.locator("#rows [data-row]")).to_have_count(5)
    expect(note(page)).to_be_focused()
    expect(note(page)).to_have_value("还没写完")


def test_j_and_k_walk_and_enter_opens(enter: Enter, judging: int) -> None:
    page = enter("agent")
    page.keyboard.press("j")
    expect(page.locator("#rows [data-row]").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#task-title")).to_have_text("判断是否使用不当")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()


def test_several_tasks_are_claimed_with_a_result_each_and_given_back(
    enter: Enter, judging: int, company: Company, play: Play
) -> None:
    page = enter("agent", "/inbox?view=unclaimed")
    page.locator("[data-choose]").click()
    page.get_by_role("button", name="本页全选").click()
    first = int(page.locator("[name=chosen]").first.input_value())
    engine.claim_task(company.person("colleague"), first)
    page.locator("#bulk").get_by_role("button", name="领取").click()
    expect(page.locator("#bulk-result")).to_contain_text("办了 1 件，共 2 件")
    expect(page.locator("#bulk-result")).to_contain_text("colleague")
    expect(page.locator("#rows [data-row]")).to_have_count(0)
    page.locator("#bulk-result").get_by_role("button", name="撤销").click()
    expect(page.locator("#bulk-result")).to_contain_text("撤销了 1 件")
    expect(page.locator("#rows [data-row]")).to_have_count(1)


def test_an_answer_from_the_customer_is_recorded_in_its_form(enter: Enter, judging: int) -> None:
    page = enter("agent", "/inbox?view=answers")
    page.locator("#rows [data-row]").click()
    mounted(page)
    page.get_by_label("拒绝").check()
    page.get_by_role("button", name="记录答复").click()
    expect(page.get_by_text("已记录。")).to_be_visible()
    expect(page.get_by_text("没有在等的答复")).to_be_visible()


def test_a_comment_is_written_with_m_and_a_photo_is_attached(enter: Enter, judging: int, tmp_path: Path) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.locator("#task-title").focus()
    page.keyboard.press("m")
    expect(page.locator("[data-comment-text]")).to_be_focused()
    page.keyboard.type("请 @colleague 看看")
    page.get_by_role("button", name="写下").click()
    expect(page.locator("#p-story .fl-quote").first).to_have_text("请 @colleague 看看")
    photo = tmp_path / "board.png"
    photo.write_bytes(base64.b64decode(PIXEL))
    page.get_by_role("tab", name="附件").click()
    page.locator("#p-files input[type=file]").first.set_input_files(str(photo))
    expect(page.locator("#p-files img")).to_have_attribute("alt", "board.png")


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_the_diagram_shows_where_the_case_is(enter: Enter, judging: int) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.get_by_role("tab", name="流程位置").click()
    mounted(page, "#p-where [data-island]")
    expect(page.locator("#p-where .is-here")).to_have_count(1)


def test_the_page_switches_to_english_and_back(enter: Enter, judging: int) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Judge misuse")).to_be_visible()
    expect(page.get_by_role("button", name="Complete", exact=False)).to_be_visible()
    mounted(page)
    expect(page.get_by_label("Note")).to_be_visible()


def test_a_phone_goes_from_list_to_task_and_back(enter: Enter, judging: int) -> None:
    page = enter("agent", width=390, height=844)
    expect(page.locator("#task")).to_be_hidden()
    page.locator(f"#open-task-{judging}").click()
    expect(page.get_by_role("heading", name="判断是否使用不当")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    mounted(page)
    accessible(page, outside=(".fjs-container",))
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    page.locator("[data-back]").click()
    expect(page.locator("#list")).to_be_visible()
    page.locator(".fl-switch summary").click()
    page.locator(".fl-switch").get_by_role("link", name="未领取").click()
    expect(page.locator("#rows [data-row]")).to_have_count(2)


def test_an_empty_list_says_what_to_do(enter: Enter, judging: int) -> None:
    page = enter("colleague")
    expect(page.get_by_text("手上的活都办完了")).to_be_visible()
    accessible(page)
    page.locator(".fl-empty").get_by_role("button", name="领取下一件").click()
    expect(page.get_by_role("heading", name="填写送修单，双方签字")).to_be_visible()


def test_a_step_that_is_being_checked_says_so_and_then_what_came_of_it(
    enter: Enter, new_page: Callable[..., Page], company: Company, checked: int
) -> None:
    pane = f"/inbox?task={checked}"

    def show(page: Page) -> None:
        enter("agent", pane, page=page)

    engine.claim_task(company.person("agent"), checked)
    test_checked.answer(company, "assigning")
    engine.complete_task(company.person("agent"), checked, {"amount": 900})
    page = enter("agent", pane)
    expect(page.get_by_text("正在由程序核对")).to_be_visible()
    expect(page.locator("#rows [data-row]").get_by_text("核对中")).to_be_visible()
    shots(new_page, "inbox-checking", show)
    page.locator("#tab-p-story").click()
    with page.expect_response("**/checked*"):
        # What is being read stays where it is.
        pass
    expect(page.locator("#p-story")).to_be_visible()
    test_checked.answer(company, "completing", Answer(denied=True, reason="金额超过上限"))
    expect(page.get_by_text("办结没有通过核对：金额超过上限")).to_be_visible()
    accessible(page)
    shots(new_page, "inbox-denied", show)


def test_pictures_for_people(enter: Enter, new_page: Callable[..., Page], judging: int) -> None:
    def shot(
        path: str, island: bool = True, then: Callable[[Page], None] = lambda _page: None
    ) -> Callable[[Page], None]:
        def show(page: Page) -> None:
            enter("agent", path, page=page)
            if island:
                mounted(page)
            then(page)

        return show

    answer = db.session.scalars(
        sa.select(MessageSubscription.key).where(MessageSubscription.record_role.is_not(None))
    ).one()

    def diagram(page: Page) -> None:
        page.locator("#tab-p-where").click()
        mounted(page, "#p-where [data-island]")

    def press(selector: str) -> Callable[[Page], None]:
        return lambda page: page.locator(selector).click()

    def choose_all(page: Page) -> None:
        page.locator("[data-choose]").click()
        page.locator("[data-choose-all]").click()

    def filtered(page: Page) -> None:
        page.keyboard.press("/")
        page.locator("#filter-body select").first.wait_for()

    shots(new_page, "inbox-task", shot(f"/inbox?task={judging}"))
    shots(new_page, "inbox-list", shot("/inbox?view=team&customer=赵敏&sort=-created", island=False, then=choose_all))
    shots(new_page, "inbox-story", shot(f"/inbox?task={judging}", then=press("#tab-p-story")))
    shots(new_page, "inbox-where", shot(f"/inbox?task={judging}", then=diagram))
    shots(new_page, "inbox-back", shot(f"/inbox?task={judging}", then=press("[data-open=hand-back]")))
    shots(new_page, "inbox-answer", shot(f"/inbox?view=answers&answer={answer}"))
    shots(new_page, "inbox-filter", shot("/inbox?view=team", island=False, then=filtered))
    shots(new_page, "inbox-empty", shot("/inbox?view=later", island=False))
