"""A real browser for page tests. Pages run with the clock and company of the tests, never with demonstration data."""

import os
import shutil
import typing as t
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.guard import Guard
from tests.browser.server import serving

# Small containers have no room in /dev/shm and no GPU; --no-sandbox because the tests run as root there.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium, or the one that CHROMIUM names."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not executable:
        pytest.fail("No chromium: apt-get install chromium fonts-noto-cjk, or set CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def live_server() -> Iterator[Callable[[Flask], str]]:
    """Return a function that serves an app until the module's tests are over and returns its address."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(serving(app))


@pytest.fixture
def app_address(app: Flask) -> Iterator[str]:
    """The address of the test's own application (fixture `app`), served while the test runs."""
    with serving(app) as address:
        yield address


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a guarded page in its own context (own cookies, language, scheme and size)."""
    with ExitStack() as stack:

        def open_page(
            *, language: str = "zh", dark: bool = False, width: int = 1440, height: int = 900, **options: t.Any
        ) -> Page:
            context = browser.new_context(
                locale={"zh": "zh-CN", "en": "en-GB"}[language],
                color_scheme="dark" if dark else "light",
                viewport={"width": width, "height": height},
                reduced_motion="reduce",
                **options,
            )
            page = context.new_page()
            guard = Guard(page)
            page.guard = guard  # type: ignore[attr-defined]

            def close() -> None:
                try:
                    guard.check()
                finally:
                    context.close()

            stack.callback(close)
            return page

        yield open_page


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A guarded Chinese page at desk size."""
    return new_page()
