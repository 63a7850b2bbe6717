"""The handbook in a real browser: the diagram as a picture that can be read on paper, and sheets to print."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guard import accessible
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser

VERSION = "/studio/process/outlet_intake_repair/v1"


@pytest.fixture
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


def open_handbook(page: Page, address: str) -> None:
    page.goto(f"{address}{VERSION}")
    page.get_by_role("link", name=re.compile("流程手册|Handbook")).click()
    page.locator("#handbook-drawing[data-mounted='1']").wait_for(timeout=30_000)


def test_a_long_diagram_stands_in_strips_as_wide_as_the_sheet(page: Page, address: str) -> None:
    sign_in(page, address, "outlet_head", PASSWORD)
    open_handbook(page, address)
    strips = page.locator(".fl-picture__strip svg")
    assert strips.count() > 1
    page.emulate_media(media="print")
    widths = {round(box["width"]) for strip in strips.all() if (box := strip.bounding_box())}
    assert len(widths) == 1
    expect(strips.first.locator("[data-element-id='s020_fill_slip']")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.emulate_media(media="screen")
    accessible(page)


def test_a_step_leads_to_the_next_one_in_either_language(page: Page, address: str) -> None:
    sign_in(page, address, "owner", PASSWORD)
    open_handbook(page, address)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Outlet intake and repair")).to_be_visible()
    link = page.locator(".fl-book__ways a").first
    number = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f"#{number}")).to_be_in_viewport()


def test_pictures(new_page: Callable[..., Page], address: str) -> None:
    def show(page: Page) -> None:
        sign_in(page, address, "owner", PASSWORD, page.evaluate("navigator.language.slice(0, 2)"))
        open_handbook(page, address)

    shots(new_page, "handbook", show)
