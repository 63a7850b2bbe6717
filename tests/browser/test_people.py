"""Sign-in, the own account and the administrator's pages, in a real browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.guard import accessible
from tests.browser.server import serving
from tests.browser.shots import shots
from tests.people.cast import PASSWORD, Cast, people_the_small_company

pytestmark = pytest.mark.browser

PAGES = {
    "account": "/account",
    "users": "/admin/users",
    "user-new": "/admin/users/new",
    "user": "/admin/users/supervisor",
    "roles": "/admin/roles",
    "role": "/admin/roles/repair_receptionist",
    "units": "/admin/units",
    "unit": "/admin/units/HZ1",
}


@pytest.fixture
def cast(app: Flask) -> Cast:
    return people_the_small_company(app)


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(app: Flask, cast: Cast) -> Iterator[str]:
    with serving(app) as url:
        yield url


def sign_in(page: Page, address: str, username: str, password: str = PASSWORD, to: str = "/account") -> None:
    page.goto(f"{address}/sign-in?next={to}")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{to}")


def test_a_typing_error_is_said_beside_the_field_and_the_second_try_leads_on(page: Page, address: str) -> None:
    page.guard.allow("status of 401")  # type: ignore[attr-defined]
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in?next=/account")
    expect(page.get_by_label("账号")).to_be_focused()
    page.keyboard.type("agent")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("账号或密码不对，还可以试 4 次")).to_be_visible()
    expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#password")).to_be_focused()
    accessible(page)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}/account")
    expect(page.get_by_role("heading", name="李梅")).to_be_visible()


def test_the_sign_in_page_switches_language_and_keeps_the_way_back(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in?next=/account")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Account").fill("agent")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{address}/account")
    expect(page.get_by_role("heading", name="Agent")).to_be_visible()


def test_signing_out_from_the_menu_ends_at_the_sign_in_page(page: Page, address: str) -> None:
    sign_in(page, address, "agent")
    page.get_by_label("李梅").first.click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.goto(f"{address}/account")
    expect(page).to_have_url(f"{address}/sign-in?next=/account")


def test_an_administrator_hires_and_the_new_person_takes_over_the_account(
    new_page: Callable[..., Page], address: str
) -> None:
    chief = new_page()
    sign_in(chief, address, "administrator", to="/admin/users")
    chief.get_by_role("link", name="新用户").click()
    chief.get_by_label("账号").fill("zhao.min")
    chief.get_by_label("初始密码").fill("a first password")
    chief.get_by_label("中文名").fill("赵敏")
    chief.get_by_role("button", name="建账号").click()
    expect(chief.get_by_role("heading", name="赵敏")).to_be_visible()
    chief.locator("#role").select_option("repair_receptionist")
    chief.locator("#unit").select_option("HZ2")
    chief.get_by_role("button", name="加角色").click()
    expect(chief.get_by_text("角色已加上")).to_be_visible()

    newcomer = new_page()
    sign_in(newcomer, address, "zhao.min", "a first password")
    expect(newcomer.get_by_text("维修接待员")).to_be_visible()
    expect(newcomer.get_by_role("link", name="设置")).to_have_count(0)
    newcomer.get_by_label("现在的密码").fill("a first password")
    newcomer.get_by_label("新密码").fill("a password of my own")
    newcomer.get_by_role("button", name="改密码").click()
    expect(newcomer.get_by_text("密码已改")).to_be_visible()
    sign_in(new_page(), address, "zhao.min", "a password of my own")


def test_deactivating_asks_for_a_reason_and_throws_the_person_out(new_page: Callable[..., Page], address: str) -> None:
    agent, chief = new_page(), new_page()
    sign_in(agent, address, "agent")
    sign_in(chief, address, "administrator", to="/admin/users/agent")
    chief.get_by_role("button", name="停用…").click()
    dialog = chief.get_by_role("dialog")
    dialog.get_by_label(re.compile("原因|理由")).fill("离职")
    dialog.get_by_role("button", name="停用", exact=True).click()
    expect(chief.get_by_text("账号已停用")).to_be_visible()
    agent.goto(f"{address}/account")
    expect(agent).to_have_url(f"{address}/sign-in?next=/account")


def test_a_token_is_shown_once(page: Page, address: str) -> None:
    sign_in(page, address, "supervisor")
    page.get_by_label("用途").fill("报表程序")
    page.get_by_role("button", name="生成令牌").click()
    expect(page.locator("#token-secret")).to_have_text(re.compile(r"^flt_.{43}$"))
    page.goto(f"{address}/account")
    expect(page.locator("#token-secret")).to_have_count(0)
    expect(page.get_by_text("报表程序")).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk-light", "phone-dark"])
def test_every_page_is_accessible_and_fits(new_page: Callable[..., Page], address: str, width: int, dark: bool) -> None:
    page = new_page(width=width, dark=dark)
    page.goto(f"{address}/sign-in")
    accessible(page)
    sign_in(page, address, "administrator")
    for path in PAGES.values():
        page.goto(address + path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_pictures(new_page: Callable[..., Page], address: str) -> None:
    shots(new_page, "people-sign-in", lambda page: page.goto(f"{address}/sign-in") and None)
    for name, path in PAGES.items():
        shots(new_page, f"people-{name}", lambda page, path=path: sign_in(page, address, "administrator", to=path))
