"""A customer with a telephone: reads the quotation, draws a signature, agrees; sends a photo; sees how far it is."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.desk import links
from app.desk.models import QuoteSignature
from tests import outlet
from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_desk import Enter, address, enter
from tests.company import Company
from tests.company_fixtures import clock, company, database, play, sqlite_company
from tests.play import Play
from tests.portal.conftest import all_of
from tests.portal.test_giving import png

pytestmark = pytest.mark.browser

__all__ = ["address", "clock", "company", "database", "enter", "play", "sqlite_company"]


def quoted(play: Play) -> str:
    """The number of a case whose quotation waits for the customer."""
    case_id = play.start("repair_quotation_payment", "analyst", **outlet.QUOTE, unit="HZ1")
    outlet.quoted(play)
    return play.case(case_id).case_no


def path(company: Company, case_no: str, purpose: str) -> str:
    return f"/p/{links.token_of(links.give(company.person('agent'), case_no, purpose))}"


def test_a_customer_draws_a_signature_and_agrees_on_a_phone(
    address: str, new_page: Callable[..., Page], company: Company, play: Play
) -> None:
    page = new_page(language="en", width=390, height=844, has_touch=True)
    page.goto(address + path(company, quoted(play), links.QUOTE))
    expect(page.get_by_role("heading", level=1)).to_have_text("Please answer our quotation")
    accessible(page)
    pad = page.locator("[data-draw] svg")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()
    page.get_by_label("Signature (your name)").fill("赵敏")
    page.get_by_label(re.compile("I have read the quotation")).check()
    page.get_by_role("button", name=re.compile("Agree to the repair for ¥")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have answered this quotation")
    (signature,) = all_of(QuoteSignature)
    assert re.fullmatch(r"M\d+ \d+(L\d+ \d+)+", signature.drawing)
    accessible(page)


def test_the_button_says_what_it_does_and_the_language_changes(
    address: str, new_page: Callable[..., Page], company: Company, play: Play
) -> None:
    page = new_page(language="en", width=390, height=844)
    page.goto(address + path(company, quoted(play), links.QUOTE))
    page.get_by_label("No, do not repair it").check()
    expect(page.get_by_role("button", name="Refuse the repair")).to_be_visible()
    expect(page.get_by_label(re.compile("I have read the quotation"))).to_be_hidden()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请答复维修报价")


def test_a_customer_sends_a_photo_from_the_page_about_the_case(
    address: str, new_page: Callable[..., Page], company: Company, play: Play, tmp_path: Path
) -> None:
    (tmp_path / "fault.png").write_bytes(png())
    page = new_page(language="en", width=390, height=844)
    page.goto(address + path(company, quoted(play), links.STATUS))
    page.get_by_label("Choose or take photos").set_input_files(tmp_path / "fault.png")
    page.get_by_role("button", name="Send photos").click()
    expect(page.get_by_alt_text(re.compile("Photo of"))).to_be_visible()
    accessible(page)


def test_staff_give_a_link_on_the_case_page_and_take_it_back(
    address: str, enter: Enter, new_page: Callable[..., Page], play: Play
) -> None:
    page = enter("agent", f"/cases/{quoted(play)}", language="en")
    page.locator("#links summary").click()
    page.get_by_role("button", name="Answer the quotation").click()
    field = page.get_by_label("Link: Answer the quotation")
    expect(field).to_have_value(re.compile("^" + re.escape("http://127.0.0.1:") + r"\d+/p/"))
    customer = new_page(language="en", width=390, height=844)
    customer.goto(address + "/p/" + field.input_value().rpartition("/")[2])
    expect(customer.get_by_role("heading", level=1)).to_have_text("Please answer our quotation")
    page.get_by_role("button", name="Take back…").click()
    page.get_by_label("Reason").fill("wrong number")
    page.get_by_role("button", name="Take the link back").click()
    expect(page.locator("#links")).to_contain_text("taken back")


def test_pictures(address: str, enter: Enter, new_page: Callable[..., Page], company: Company, play: Play) -> None:
    case_no = quoted(play)

    def at(where: str) -> Callable[[Page], object]:
        return lambda page: page.goto(address + where)

    for purpose in (links.QUOTE, links.STATUS, links.PHOTOS):
        shots(new_page, f"portal-{purpose}", at(path(company, case_no, purpose)))

    shots(new_page, "portal-case", lambda page: enter("agent", f"/cases/{case_no}#links", page))
