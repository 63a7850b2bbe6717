"""Working time and responsibility in a real browser: a day is closed, a case changes hands."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from app import calendars
from app.people.units import unit_tree
from tests.browser import test_desk
from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_desk import Enter
from tests.company import HANDSET_A, Company
from tests.play import Play

pytestmark = pytest.mark.browser

clock, company, database = test_desk.clock, test_desk.company, test_desk.database
play, sqlite_company = test_desk.play, test_desk.sqlite_company
address, enter = test_desk.address, test_desk.enter

YEAR = "/desk/calendar?unit=HZ1&year=2024"


def hand_in(play: Play) -> str:
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    return play.case(case_id).case_no


def test_a_supervisor_closes_a_day_by_clicking_on_it(enter: Enter, company: Company) -> None:
    page = enter("supervisor", YEAR, language="en")
    page.get_by_role("link", name="12 works").filter(has_text="12").nth(5).click()
    first = page.locator("#first")
    expect(first).not_to_have_value("")
    day = dt.date.fromisoformat(first.input_value())
    page.locator("#name_en").fill("Stock-taking")
    page.get_by_role("button", name="Set the days").click()
    expect(page.get_by_role("region", name="Own days")).to_contain_text("Stock-taking")
    path = ("", *unit_tree().by_code["HZ1"].above)
    assert not calendars.keeper().at(path).shifts_on(day)


def test_a_case_changes_hands_between_two_browsers(enter: Enter, play: Play) -> None:
    case_no = hand_in(play)
    agent = enter("agent", f"/cases/{case_no}", language="en")
    agent.get_by_role("link", name="Hand over or escalate").click()
    agent.locator("#to").fill("colleague")
    agent.locator("#reason").fill("my shift ends")
    agent.get_by_role("button", name="Ask to take over").click()
    expect(agent.locator("#handover")).to_contain_text("has not answered")
    colleague = enter("colleague", "/cases/mine", language="en")
    colleague.get_by_role("link", name="Look at it and answer").click()
    colleague.get_by_role("button", name="Take it over").click()
    expect(colleague.locator(".fl-toast, .fl-note").first).to_be_visible()
    colleague.goto(colleague.url.split("/cases/")[0] + "/cases/mine")
    expect(colleague.locator(f"#mine-{case_no}")).to_contain_text("first responder")


@pytest.mark.parametrize(("dark", "width"), [(False, 1440), (True, 390)])
def test_the_pages_are_accessible(enter: Enter, play: Play, dark: bool, width: int) -> None:
    case_no = hand_in(play)
    pages = [
        ("supervisor", YEAR), ("agent", "/cases/mine"), ("supervisor", "/cases/stuck"),
        ("agent", f"/cases/{case_no}/move"), ("agent", f"/cases/{case_no}/responsibility"),
    ]  # fmt: skip
    for username, path in pages:
        accessible(enter(username, path, language="en", dark=dark, width=width))


def test_pictures(enter: Enter, new_page: object, play: Play) -> None:
    case_no = hand_in(play)
    for name, username, path in (
        ("calendar", "supervisor", YEAR), ("responsibilities", "agent", "/cases/mine"),
        ("stuck", "supervisor", "/cases/stuck"), ("move", "agent", f"/cases/{case_no}/move"),
    ):  # fmt: skip
        shots(new_page, name, lambda page, who=username, where=path: enter(who, where, page=page))
