"""Registers in a real browser: typing narrows a list, a name is proposed, a sheet comes in."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.desk.models import Product
from app.desk.registers import REGISTERS, saving
from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_desk import Enter, address, clock, company, database, enter, play, sqlite_company
from tests.company import PHONE, Company

__all__ = ["address", "clock", "company", "database", "enter", "play", "sqlite_company"]
pytestmark = pytest.mark.browser
SHEET = "model,name,line,warranty_months\nE-960,折叠手机,手机,12\nE-900,改名,手机,24\nE-970,,茶壶,很久\n"


def test_a_list_follows_what_is_typed_and_its_address_says_it(enter: Enter) -> None:
    page = enter("agent", "/desk/customers")
    page.keyboard.press("/")
    page.keyboard.type("138 0571 0010")
    expect(page.get_by_role("link", name="李娜")).to_be_visible()
    expect(page.locator("#register-q")).to_be_focused()
    expect(page).to_have_url(re.compile("q=138"))
    expect(page.locator("a[data-follows]").first).to_have_attribute("href", re.compile("q=138"))
    accessible(page)
    page.locator("#register-q").fill("没有这个人")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()


def test_a_name_is_proposed_while_one_types_it(enter: Enter) -> None:
    page = enter("agent", "/desk/contacts/new")
    page.get_by_label("客户").first.fill("李娜")
    expect(page.locator(f'#customer_id-choices option[value="李娜 / {PHONE}"]')).to_be_attached()
    page.get_by_label("姓名").fill("小李")
    accessible(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已保存").first).to_be_visible()


def test_a_sheet_is_looked_at_and_comes_in(enter: Enter, tmp_path: Path) -> None:
    page = enter("owner", "/desk/products/import")
    accessible(page)
    sheet = tmp_path / "新产品.csv"
    sheet.write_text(SHEET, "utf-8")
    page.locator("#file").set_input_files(sheet)
    page.get_by_role("button", name="先查看").click()
    expect(page.get_by_text("E-970")).to_be_visible()
    expect(page.get_by_text("产品线：只能填写以下之一")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_text("已导入").first).to_be_visible()
    page.goto(page.url.partition("/desk")[0] + "/desk/products?q=E-960")
    expect(page.get_by_text("折叠手机")).to_be_visible()


def test_shots(enter: Enter, company: Company, new_page: object, tmp_path: Path) -> None:
    """Pictures of every kind of page, when they are asked for."""
    agent, customers = company.person("agent"), REGISTERS["customers"]
    saving.save(agent, customers, {"name": "李 娜", "phone": PHONE[:-1] + "2", "address": "杭州"})
    known, device = company.customer("李娜").id, company.asset("EC900A100").id
    sheet = tmp_path / "products.csv"
    sheet.write_text(SHEET, "utf-8")

    def look(path: str, who: str = "supervisor"):  # type: ignore[no-untyped-def]
        return lambda page: enter(who, path, page)

    def plan(page: Page) -> None:
        enter("owner", "/desk/products/import", page)
        page.locator("#file").set_input_files(sheet)
        page.locator("button[type=submit].fl-btn--primary").click()
        page.wait_for_url("**/import/*")

    for name, show in {
        "registers": look("/desk/records"), "customers": look("/desk/customers"), "customer": look(f"/desk/customers/{known}"),
        "device": look(f"/desk/devices/{device}"), "form": look(f"/desk/customers/{known}/edit"),
        "prices": look("/desk/prices"), "import": look("/desk/products/import", "owner"), "plan": plan,
    }.items():  # fmt: skip
        shots(new_page, name, show)  # type: ignore[arg-type]
    assert Product
