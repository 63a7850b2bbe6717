"""Papers as a browser prints them."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.desk.models import Case, Document
from tests import outlet
from tests.browser.guard import accessible
from tests.browser.shots import shots
from tests.browser.test_desk import Enter, address, enter
from tests.company import HANDSET_B
from tests.company_fixtures import clock, company, database, play, sqlite_company
from tests.desk.test_papers import address as paper_address
from tests.desk.test_papers import written
from tests.play import Play

pytestmark = pytest.mark.browser

__all__ = ["address", "clock", "company", "database", "enter", "play", "sqlite_company"]

LONG = {
    "lines": [
        {
            "code": f"PART-{number:03d}",
            "description": "扬声器组件（含密封圈）",
            "quantity": 1,
            "price": 12,
            "amount": 12,
        }
        for number in range(90)
    ],
    "total": 1080,
    "fault": {"text": "机内有进水痕迹，主板可以修复，数据预计可保留。"},
    "valid_until": "2024-06-17T09:30:00+08:00",
}


@pytest.fixture
def case(play: Play) -> Case:
    return play.case(outlet.handed_in(play, HANDSET_B, "掉进水里，没有声音"))


def printed(page: Page, name: str) -> bytes:
    content = page.pdf(prefer_css_page_size=True)
    if folder := os.environ.get("FIRSTLINE_SHOTS"):
        Path(folder, f"{name}.pdf").write_bytes(content)
    return content


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_slip_fits_on_one_page_and_a_long_list_goes_on_over_several(enter: Enter, case: Case, play: Play) -> None:
    (slip,) = play.documents(case.id, "repair_slip")
    page = enter("agent", paper_address(case, slip), language="zh")
    accessible(page)
    assert pages_of(printed(page, "repair_slip")) == 1
    page = enter("agent", paper_address(case, written(case, "quotation", LONG)), language="zh")
    assert pages_of(printed(page, "quotation")) > 2


def test_pictures(enter: Enter, new_page: Callable[..., Page], case: Case, play: Play) -> None:
    (slip,) = play.documents(case.id, "repair_slip")

    def show(paper: Document) -> Callable[[Page], object]:
        return lambda page: enter("agent", paper_address(case, paper), page)

    shots(new_page, "paper-slip", show(slip))
    shots(new_page, "paper-quotation", show(written(case, "quotation", {**LONG, "lines": LONG["lines"][:4]})))
