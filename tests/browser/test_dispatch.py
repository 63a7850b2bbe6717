"""The board of field visits in a real browser: dragging, the keyboard, and how it looks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import test_inbox
from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_inbox import Enter
from tests.company import Company
from tests.desk import test_dispatch
from tests.desk.test_dispatch import accepted, order
from tests.play import Play

pytestmark = pytest.mark.browser

address = test_inbox.address
clock = test_inbox.clock
company = test_inbox.company
database = test_inbox.database
engineers = test_dispatch.engineers
enter = test_inbox.enter
play = test_inbox.play
sqlite_company = test_inbox.sqlite_company


@pytest.mark.usefixtures("engineers")
def test_a_visit_is_dragged_to_somebody_else_with_a_reason(enter: Enter, play: Play) -> None:
    found = accepted(play, at="14:00")
    page = enter("dispatcher", "/dispatch?day=2024-06-03")
    page.locator(f"#visit-{found.key}").drag_to(page.locator('.fl-lane[data-staff="analyst"]'))
    dialog = page.get_by_role("dialog", name="这次上门谁去？")
    expect(dialog.get_by_role("radio", checked=True)).to_have_value("analyst")
    accessible(page)
    dialog.get_by_label("原因").fill("手上的活拖住了")
    dialog.get_by_role("button", name="改派").click()
    expect(page.locator(f'.fl-lane[data-staff="analyst"] #visit-{found.key}')).to_be_visible()
    assert play.task("s090_serve").assignee == "analyst"


@pytest.mark.usefixtures("engineers")
def test_a_visit_is_assigned_with_the_keyboard_alone(enter: Enter, play: Play) -> None:
    found = order(play)
    page = enter("dispatcher", "/dispatch?day=2024-06-03")
    page.locator(f"#visit-{found.key} [data-move]").focus()
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog", name="这次上门谁去？")
    expect(dialog.get_by_text(re.compile("那天空着")).first).to_be_visible()
    dialog.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已派工")).to_be_visible()
    play.settle()
    assert play.task("s060_accept").assignee == "service_staff"


@pytest.mark.usefixtures("engineers")
def test_the_week_and_the_days_are_walked_by_key(enter: Enter, play: Play) -> None:
    accepted(play, planned_on="2024-06-04")
    page = enter("dispatcher", "/dispatch?day=2024-06-03")
    expect(page.locator(".fl-visit")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.locator(".fl-visit")).to_have_count(1)
    page.get_by_role("link", name="周", exact=True).click()
    expect(page.locator('[data-day="2024-06-04"] .fl-visit')).to_have_count(1)
    accessible(page)


@pytest.mark.usefixtures("engineers")
def test_a_phone_lists_the_day_of_each(enter: Enter, play: Play) -> None:
    order(play)
    accepted(play, at="14:00")
    page = enter("dispatcher", "/dispatch?day=2024-06-03", width=390, height=844)
    expect(page.locator(".fl-visit")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(page)


@pytest.mark.usefixtures("engineers")
def test_pictures_for_people(enter: Enter, new_page: Callable[..., Page], company: Company, play: Play) -> None:
    order(play, content="交换机端口时通时断", address="文三路90号")
    accepted(play, at="10:00", address="滨江路8号")
    accepted(play, at="11:45", address="文三路1号", content="更换电源模块")
    accepted(play, at="15:00", address="庆春路3号", staff="analyst", content="巡检")
    moving = accepted(play, at="15:30", address="延安路2号", staff="analyst", content="硬盘告警")
    accepted(play, planned_on="2024-06-05", content="升级固件")

    def shot(path: str, then: Callable[[Page], None] = lambda _page: None) -> Callable[[Page], None]:
        def show(page: Page) -> None:
            enter("dispatcher", path, page=page)
            then(page)

        return show

    def choose(page: Page) -> None:
        page.locator(f"#visit-{moving.key} [data-move]").click()
        page.locator("#move [type=radio]").first.wait_for()

    shots(new_page, "dispatch-day", shot("/dispatch?day=2024-06-03"))
    shots(new_page, "dispatch-week", shot("/dispatch?day=2024-06-03&span=week"))
    shots(new_page, "dispatch-move", shot("/dispatch?day=2024-06-03", choose))
