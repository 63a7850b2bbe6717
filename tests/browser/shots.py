"""Pictures for people to look at: each page in both languages, light and dark, on a desk and on a phone.

Taken only when FIRSTLINE_SHOTS names a folder: `FIRSTLINE_SHOTS=var/shots make test ARGS="tests/browser"`.
"""

import itertools
import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

SIZES = {"desk": (1440, 900), "phone": (390, 844)}


def shots(new_page: Callable[..., Page], name: str, show: Callable[[Page], None]) -> None:
    """Take eight pictures; `show` brings a fresh page to what is to be seen (signing in included)."""
    folder = os.environ.get("FIRSTLINE_SHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for language, dark, size in itertools.product(("zh", "en"), (False, True), SIZES):
        width, height = SIZES[size]
        page = new_page(language=language, dark=dark, width=width, height=height)
        show(page)
        theme = "dark" if dark else "light"
        # Hiding the caret would leave inline styles behind, which the guard finds when htmx passes them on.
        page.screenshot(path=Path(folder) / f"{name}-{language}-{theme}-{size}.png", caret="initial")
