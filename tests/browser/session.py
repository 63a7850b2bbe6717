"""Signing in as people do."""

from playwright.sync_api import Page, expect


def sign_in(page: Page, address: str, username: str, password: str, language: str = "zh") -> None:
    """Sign in on the sign-in page; fails when the page does not let the person in."""
    page.goto(f"{address}/sign-in")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.get_by_role("button", name={"zh": "登录", "en": "Sign in"}[language], exact=True).click()
    expect(page.locator(".fl-app")).to_be_visible()
