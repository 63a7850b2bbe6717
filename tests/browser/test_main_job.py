"""The main job, as people do it in the browser, from the first word of the customer to the closed case."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import engine
from tests import company_fixtures
from tests.browser.guard import mounted
from tests.browser.server import serving
from tests.browser.test_desk import PICTURE, Enter, enter
from tests.company import HANDSET_A, Company
from tests.play import Play

pytestmark = pytest.mark.browser

clock = company_fixtures.clock
company = company_fixtures.company
database = company_fixtures.database
play = company_fixtures.play
sqlite_company = company_fixtures.sqlite_company
__all__ = ["enter"]

FAULT = "掉进水里，擦干后没有声音"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def working(app: Flask) -> Iterator[None]:
    """The engine's workers run beside the server, as in the product."""
    workers = engine.Workers(app)
    workers.start()
    yield
    workers.stop()


class Staff:
    """People of the company at their own browsers."""

    def __init__(self, enter: Enter, play: Play) -> None:
        self.enter = enter
        self.play = play
        self.pages: dict[str, Page] = {}

    def page(self, username: str, path: str) -> Page:
        """Somebody's browser at an address."""
        page = self.pages[username] = self.enter(username, path, self.pages.get(username))
        # A verdict asked for in the very moment in which its task is completed comes too late, which nobody sees.
        page.guard.allow("/verdict")  # type: ignore[attr-defined]
        return page

    def opens(self, username: str, element: str) -> Page:
        """Some minutes later somebody claims the open task of an element and has its form in front of them."""
        self.play.wait(minutes=4)
        self.settle(element)
        page = self.page(username, f"/inbox?task={self.play.task(element).key}")
        if self.play.task(element).assignee is None:
            page.keyboard.press("c")
            expect(page.locator(".fl-toast").first).to_be_visible()
        mounted(page)
        return page

    def completes(self, page: Page) -> None:
        """The form is submitted; the page says whose turn it is."""
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("已办完")).to_be_visible(timeout=15_000)

    def settle(self, element: str) -> None:
        for _look in range(40):
            if element in self.play.open_elements():
                return
            self.play.settle()
        raise AssertionError(f"{element} was not reached: {self.play.open_elements()} {self.play.incidents()}")


def choose(page: Page, label: str, option: str) -> None:
    """Choose from one of the form's selects."""
    field = page.locator(".fjs-form-field-select", has_text=label)
    field.locator(".fjs-select-display, .fjs-input-group").first.click()
    page.locator(".fjs-dropdownlist-item", has_text=option).click()


def field(page: Page, label: str) -> object:
    return page.locator(".fjs-form").get_by_role("textbox", name=label)


def test_from_the_call_to_the_refused_quotation(
    enter: Enter, working: None, play: Play, company: Company, tmp_path: Path
) -> None:
    staff = Staff(enter, play)

    # A call agent takes the request by serial number.
    page = staff.page("caller", "/desk")
    page.keyboard.type(HANDSET_A)
    expect(page.get_by_role("heading", name="李娜")).to_be_visible()
    expect(page.get_by_text(re.compile("在保，还有"))).to_be_visible()
    page.get_by_label("客户怎么说").fill(FAULT)
    page.locator("#unit").select_option("HZ1")
    page.get_by_role("button", name="开始流程").click()
    expect(page.get_by_role("heading", name="核对资料")).to_be_visible(timeout=15_000)
    mounted(page)
    staff.completes(page)
    page = staff.opens("caller", "s090_record_request")
    expect(page.get_by_label("故障或请求描述")).to_have_value(FAULT)
    choose(page, "严重程度", "功能丧失")
    page.get_by_label("是", exact=True).check()
    staff.completes(page)

    # A receptionist fills the slip and judges.
    page = staff.opens("agent", "s020_fill_slip")
    page.get_by_label("外观状况").fill("屏幕完好，听筒有水渍")
    page.get_by_label("到店取机").check()
    for label in ("用户知道数据可能丢失", "双方已签字", "副本已交送修人"):
        page.get_by_label(label).check()
    staff.completes(page)
    page = staff.opens("agent", "s030_judge_misuse")
    page.get_by_label("故障可以重现").check()
    choose(page, "损坏痕迹", "进液")
    staff.completes(page)
    page = staff.opens("agent", "s060_judge_warranty")
    staff.completes(page)

    # An analyst opens the device, finds liquid and prices the repair.
    play.do(
        "s065_inspect_damage", "analyst", fault_reproduced=True, evidence="liquid", photos=[{"documentId": "d1"}],
        fault_code="F-AUDIO", fault_text="喇叭无声", repair_here="yes",
    )  # fmt: skip
    lines = [{"kind": "part", "code": "SPK", "quantity": 1}, {"kind": "labour", "code": "F-AUDIO", "quantity": 1}]
    play.do("s020_price_quote", "analyst", lines=lines)
    number = play.case(play.instance("repair_quotation_payment").case_id or 0).case_no
    page = staff.page("analyst", f"/cases/{number}")
    photo = tmp_path / "主板.png"
    photo.write_bytes(PICTURE)
    page.locator("#files input[type=file]").first.set_input_files(photo)
    expect(page.get_by_role("img", name="主板.png")).to_be_visible()

    # The receptionist hands the quotation over; the customer refuses it, which is recorded from the case page.
    page = staff.opens("agent", "s060_send_quote")
    page.get_by_label("当面").check()
    staff.completes(page)
    page = staff.page("agent", f"/cases/{number}")
    page.get_by_role("link", name="记录答复").click()
    mounted(page)
    page.get_by_label("拒绝").check()
    page.get_by_role("button", name="记录答复").click()
    expect(page.get_by_text("已记录")).to_be_visible()

    # The analyst puts it together again and the customer takes it back.
    staff.completes(staff.opens("analyst", "s085_reassemble"))
    staff.settle("s090_return_unit")
    play.do("s090_return_unit", "agent", customer_signed=True, handed_over_on="2024-06-03")

    # The case page tells the whole story to everybody it concerns.
    for username in ("caller", "agent", "analyst", "supervisor"):
        page = staff.page(username, f"/cases/{number}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(FAULT)
        story = page.locator("#story")
        for told in (
            "登记服务请求",
            "填写送修单",
            "判断保修政策",
            "报价单",
            "已答复",
            "装机，通知接待员交还",
            "主板.png",
            "已结案",
        ):
            expect(story.get_by_text(told).first).to_be_visible()
    expect(page.get_by_text("未修退回").first).to_be_visible()
    expect(page.locator(".fl-verdict")).to_contain_text("人为损坏")
    case = play.case(play.instance("outlet_intake_repair").case_id or 0)
    assert (case.status, case.close_code) == ("closed", "returned_unrepaired")
    assert case.first_responder_id == company.person("caller").id
    assert play.incidents() == []
