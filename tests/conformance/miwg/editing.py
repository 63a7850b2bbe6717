"""Opening and saving in the real editor: once untouched, once with one activity renamed.

Untouched, the stored file must stay the same, byte for byte. With one name changed, everything else must still be
there: elements, ids, attributes, references, texts, coordinates, and what is of other vendors.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from lxml import etree
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from app.db import db
from app.engine import File
from app.kernel.xml import ACTIVITIES, bpmn
from app.studio import drafts
from tests.browser.conftest import FLAGS
from tests.browser.server import serving
from tests.browser.session import sign_in
from tests.conformance.miwg.comparison import differences
from tests.conformance.miwg.installation import OWNER, PASSWORD, owner
from tests.conformance.suite import CorpusBroken

NEW_NAME = "Renamed by the conformance run"
SAVED = "Draft saved."
VIEW: ViewportSize = {"width": 1440, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of our own. Raises CorpusBroken without one."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not executable:
        raise CorpusBroken("There is no chromium to open the models in: make browser.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


def round_trips(app: Flask, browser: Browser, paths: Sequence[Path], advance: Callable[[], None]) -> list[list[str]]:
    """For every model what differs after it was opened and saved; nothing for a model that came through."""
    found = []
    with serving(app) as address, browser.new_context(locale="en-GB", viewport=VIEW) as context:
        page = context.new_page()
        sign_in(page, address, OWNER, PASSWORD, "en")
        for path in paths:
            found.append(_round_trip(page, address, path))
            advance()
    return found


def _round_trip(page: Page, address: str, path: Path) -> list[str]:
    content = path.read_bytes()
    (kept,) = drafts.keep(owner(), [File(path.name, content)])
    assert kept.key is not None
    renamed = _first_shown_activity(content)
    page.goto(f"{address}/studio/drafts/{kept.key}/edit#at={renamed}")
    page.locator("#editor[data-mounted='1']").wait_for(timeout=30_000)
    _save(page)
    if _stored(kept.key) != content:
        return ["saved without a change, the file is another one"]
    name = page.locator("#bio-properties-panel-name")
    name.fill(NEW_NAME)
    name.blur()
    _save(page)
    return differences(content, _stored(kept.key), renamed, NEW_NAME)


def _first_shown_activity(content: bytes) -> str:
    """The id of an activity on the page that the editor opens, the first of the file.

    The library draws the processes of the page's pools. It leaves out what vendors draw into a called process, which
    belongs to none of them.
    """
    root = etree.fromstring(content)
    page = next(root.iter("{*}BPMNPlane"))
    drawn = {shape.get("bpmnElement") for shape in page.iter("{*}BPMNShape")}
    pools = {pool.get("processRef") for pool in root.iter(bpmn("participant")) if pool.get("id") in drawn}
    processes = [one for one in root.iter(bpmn("process")) if one.get("id") in {page.get("bpmnElement"), *pools}]
    kinds = [bpmn(name) for name in sorted(ACTIVITIES)]
    return next(str(one.get("id")) for process in processes for one in process.iter(*kinds) if one.get("id") in drawn)


def _save(page: Page) -> None:
    page.keyboard.press("Control+s")
    said = page.get_by_text(SAVED).last
    expect(said).to_be_visible(timeout=30_000)
    page.evaluate("document.getElementById('toasts')?.replaceChildren()")


def _stored(key: int) -> bytes:
    db.session.rollback()
    db.session.expire_all()
    return drafts.find(owner(), key).content
