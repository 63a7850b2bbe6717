"""What people do together in the inbox, in a real browser: naming colleagues, saved views, delegation, macros, many at once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app import engine
from app.db import transaction
from app.engine import task_rows
from app.engine.models import UserTask
from app.inbox import macros, saved_views
from app.inbox.selection import Selection
from tests.browser import test_inbox
from tests.browser.guard import accessible, mounted
from tests.browser.shots import shots
from tests.browser.test_inbox import Enter
from tests.company import Company
from tests.inbox import scene
from tests.inbox.test_acts import task
from tests.play import Play

pytestmark = pytest.mark.browser

address = test_inbox.address
clock = test_inbox.clock
company = test_inbox.company
database = test_inbox.database
enter = test_inbox.enter
judging = test_inbox.judging
play = test_inbox.play
sqlite_company = test_inbox.sqlite_company

OPENED_BY = {
    "A": "assign",
    "B": "hand-back",
    "D": "delegate",
    "F": "follow-up",
    "T": "macros",
    "/": "filter",
    "S": "save-view",
}
"""Keys that open a dialog, and which."""


def test_a_colleague_is_chosen_from_those_offered_and_hears_the_bell(
    enter: Enter, judging: int, new_page: Callable[..., Page]
) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.locator("#task-title").focus()
    page.keyboard.press("m")
    page.keyboard.type("麻烦 @coll")
    expect(page.get_by_role("option")).to_have_count(1)
    accessible(page, outside=(".fjs-container",))
    page.keyboard.press("Enter")
    expect(page.locator("[data-comment-text]")).to_have_value("麻烦 @colleague ")
    page.keyboard.type("看一下")
    page.get_by_role("button", name="写下").click()
    expect(page.locator("#p-story .fl-mention").first).to_have_text("@colleague")
    theirs = enter("colleague", page=new_page())
    expect(theirs.locator("#bell")).to_contain_text("1")
    theirs.keyboard.press("n")
    expect(theirs.get_by_role("heading", name="收到的提醒")).to_be_visible()
    accessible(theirs)
    theirs.get_by_role("link", name=re.compile("提到了你")).click()
    expect(theirs.locator("#task-title")).to_have_text("判断是否使用不当")
    expect(theirs.locator("#bell")).not_to_contain_text("1")


def test_the_bell_rings_on_a_page_that_is_open_already(enter: Enter, judging: int, company: Company) -> None:
    page = enter("colleague")
    expect(page.locator("#bell")).not_to_contain_text("1")
    engine.add_comment(company.person("agent"), engine.Place(task_key=judging), "@colleague")
    page.keyboard.press("r")
    expect(page.locator("#bell")).to_contain_text("1")


@pytest.mark.parametrize(("key", "dialog"), OPENED_BY.items())
def test_every_key_of_the_sheet_that_opens_a_dialog_does(enter: Enter, judging: int, key: str, dialog: str) -> None:
    page = enter("agent", f"/inbox?view=mine&due=overdue&task={judging}")
    mounted(page)
    page.locator("#task-title").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys").get_by_text(key, exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press(key.lower())
    expect(page.locator(f"#{dialog}")).to_be_visible()
    expect(page.locator(f"#{dialog} [data-close]").last).to_be_visible()
    accessible(page, outside=(".fjs-container",))


def test_keys_that_act_at_once_do(enter: Enter, judging: int, company: Company) -> None:
    saved_views.save_view(company.person("agent"), "团队", Selection(folder="team"))
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.locator("#task-title").focus()
    page.keyboard.press("w")
    expect(page.locator("#watch")).to_have_text("已关注")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("1")
    expect(page).to_have_url(re.compile("view=team"))


def test_a_filtered_list_is_saved_and_shared(enter: Enter, judging: int, new_page: Callable[..., Page]) -> None:
    page = enter("agent", "/inbox?view=team&due=overdue")
    page.keyboard.press("s")
    page.get_by_label("视图名称").fill("超时")
    page.get_by_label("谁能看到").select_option("HZ1")
    page.get_by_role("button", name="存视图").click()
    expect(page.locator(".fl-views .fl-view.is-on")).to_contain_text("超时")
    for place in (".fl-views", "#folder-menu"):
        expect(page.locator(f"{place} .fl-view.is-on .fl-view__n")).to_have_text("2")
    theirs = enter("colleague", page=new_page())
    theirs.locator(".fl-views").get_by_role("link", name="超时 共享").click()
    expect(theirs.locator("#rows [data-row]")).to_have_count(2)


def test_a_task_is_delegated_and_given_back(enter: Enter, judging: int, new_page: Callable[..., Page]) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    page.get_by_role("button", name="委托…").click()
    page.locator("#delegate-people #delegate-who").fill("colleague")
    page.locator("#delegate").get_by_role("button", name="委托", exact=True).click()
    expect(page.get_by_text(re.compile("在替 agent 办"))).to_be_visible()
    theirs = enter("colleague", f"/inbox?task={judging}", page=new_page())
    expect(theirs.get_by_text(re.compile("你在替 agent 办"))).to_be_visible()
    theirs.get_by_role("button", name="交还…").click()
    theirs.get_by_role("button", name="交还", exact=True).click()
    expect(theirs.get_by_text("已回到原办理人手上")).to_be_visible()
    assert task(judging).assignee == "agent"


def test_a_macro_is_made_of_what_is_filled_in_and_run(enter: Enter, judging: int, play: Play) -> None:
    page = enter("agent", f"/inbox?task={judging}")
    mounted(page)
    test_inbox.note(page).fill("已核对外观")
    expect(page.locator("[data-draft-of]")).to_contain_text("草稿已存")
    page.get_by_role("button", name="宏").click()
    page.get_by_role("button", name="新建宏…").click()
    page.get_by_label("宏的名称").fill("外观完好")
    page.get_by_label(re.compile("已核对外观")).check()
    page.get_by_role("button", name="保存宏").click()
    expect(page.get_by_text("已存为“外观完好”")).to_be_visible()
    mounted(page)
    test_inbox.note(page).fill("")
    expect(page.locator("[data-draft-of]")).to_contain_text("草稿已存")
    page.get_by_role("button", name=re.compile("^宏")).click()
    page.locator("#macros").get_by_role("button", name="外观完好", exact=True).click()
    expect(page.get_by_text("宏已执行")).to_be_visible()
    mounted(page)
    expect(test_inbox.note(page)).to_have_value("已核对外观")


def test_others_who_look_are_named(enter: Enter, judging: int, new_page: Callable[..., Page]) -> None:
    enter("colleague", f"/inbox?task={judging}", page=new_page()).locator("#presence").wait_for(state="attached")
    page = enter("agent", f"/inbox?task={judging}")
    expect(page.locator("#presence")).to_be_attached()
    page.reload()
    expect(page.locator("#presence")).to_contain_text("也在看这个任务")


def test_many_are_put_off_from_the_menu(enter: Enter, judging: int) -> None:
    page = enter("agent")
    page.locator("[data-choose]").click()
    page.get_by_role("button", name="本页全选").click()
    page.locator("#bulk summary").click()
    page.get_by_role("button", name="到期再办…").first.click()
    page.locator("#bulk-follow-up [type=submit]").click()
    expect(page.locator("#bulk-result")).to_contain_text("办了 2 件，共 2 件")
    expect(page.locator("#rows [data-row]")).to_have_count(0)


def test_pictures_for_people(
    enter: Enter, new_page: Callable[..., Page], company: Company, judging: int, play: Play
) -> None:
    agent = company.person("agent")
    saved_views.save_view(agent, "赵敏的手机", Selection(folder="team", filters=(("customer", "赵敏"),)), "HZ1")
    saved_views.save_view(agent, "超时", Selection(folder="team", filters=(("due", "overdue"),)))
    macros.save_macro(agent, judging, name="外观完好，照常收下", unit="HZ1", remark="外观完好", act="complete")
    macros.save_macro(agent, judging, name="明天再看", remark="等客户来电", act="put_off")
    scene.hand_in(play, fault="喇叭沙沙响")
    engine.add_comment(
        company.person("colleague"), engine.Place(task_key=judging), "@agent 客户下午三点来取，请先看这台"
    )
    slip = next(row.key for row in engine.queries.inbox.assigned_tasks([agent]) if row.key != judging)
    engine.assign_task(company.person("supervisor"), slip, "colleague", reason="agent 去开会")
    engine.assign_task(company.person("supervisor"), slip, "agent", reason="会议取消")

    def shot(
        path: str, then: Callable[[Page], None] = lambda _page: None, username: str = "agent"
    ) -> Callable[[Page], None]:
        def show(page: Page) -> None:
            enter(username, path, page=page)
            then(page)

        return show

    def opened(dialog: str) -> Callable[[Page], None]:
        def show(page: Page) -> None:
            mounted(page)
            buttons = page.locator(f".fl-task__foot [data-open={dialog}]")
            if not buttons.first.is_visible():
                page.locator(".fl-task__foot summary").click()
            buttons.filter(visible=True).first.click()
            page.locator(f"#{dialog} [type=submit]").first.wait_for()

        return show

    def choosing(page: Page) -> None:
        page.locator("[data-choose]").click()
        page.locator("[data-choose-all]").click()
        page.locator("#bulk summary").click()

    def counted(page: Page) -> None:
        page.locator(".fl-views [id^=view] .fl-view__n").first.wait_for(state="attached")
        if page.locator(".fl-switch").is_visible():
            page.locator(".fl-switch summary").click()

    shots(new_page, "together-told", shot("/inbox/notifications"))
    shots(new_page, "together-view", shot("/inbox?view=team&customer=赵敏", counted))
    shots(new_page, "together-macros", shot(f"/inbox?task={judging}", opened("macros")))
    shots(new_page, "together-delegate", shot(f"/inbox?task={judging}", opened("delegate")))
    with transaction() as session:
        task_rows.offer_also(session, session.get(UserTask, judging), ["supervisor"])
    shots(new_page, "together-take-over", shot(f"/inbox?task={judging}", opened("take-over"), "supervisor"))
    shots(new_page, "together-bulk", shot("/inbox?view=team", choosing))
    engine.delegate_task(agent, judging, "colleague", reason="去开会")
    shots(new_page, "together-delegated", shot(f"/inbox?view=delegated&task={judging}"))
    shots(new_page, "together-for-another", shot(f"/inbox?task={judging}", username="colleague"))
