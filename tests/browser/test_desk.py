"""The desk in a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import engine
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests import company_fixtures
from tests.browser.guard import accessible, mounted
from tests.browser.server import serving
from tests.browser.shots import shots
from tests.company import HANDSET_A, HANDSET_B, IMEI_A, Company
from tests.play import Play

pytestmark = pytest.mark.browser

clock = company_fixtures.clock
company = company_fixtures.company
database = company_fixtures.database
play = company_fixtures.play
sqlite_company = company_fixtures.sqlite_company

HERE = Peer("127.0.0.1", "tests", loopback=True)
Enter = Callable[..., Page]
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000157a5"
    "7c560000000049454e44ae426082"
)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture
def enter(company: Company, address: str, new_page: Callable[..., Page]) -> Enter:
    """Return a function that opens an address for somebody who is signed in."""

    def open_page(username: str, path: str = "/desk", page: Page | None = None, **options: object) -> Page:
        page = page or new_page(**options)
        token = start_session(company.person(username).id, HERE, method="password").token
        client = company.app.test_client()
        with client.session_transaction() as session:
            session[COOKIE_KEY] = token
        name = company.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
        page.goto(address + path)
        return page

    return open_page


@pytest.fixture
def working(app: Flask) -> Iterator[None]:
    """The engine's workers run beside the server, as in the product."""
    workers = engine.Workers(app)
    workers.start()
    yield
    workers.stop()


def repaired_halfway(play: Play) -> str:
    """A handset with liquid inside, quoted, waiting for the customer's answer; returns the case number."""
    fault = "掉进水里，擦干后开不了机，充电也没反应"
    case = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description=fault, channel="counter")
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, accessories=["battery"],
    )  # fmt: skip
    liquid = {"fault_reproduced": True, "evidence": "liquid"}
    play.wait(minutes=12)
    play.do("s030_judge_misuse", "agent", **liquid)
    play.do("s060_judge_warranty", "agent")
    play.wait(hours=20)
    play.do(
        "s065_inspect_damage", "analyst", **liquid, photos=[{"documentId": "d1"}], fault_code="F-AUDIO",
        fault_text="Loudspeaker silent", repair_here="yes",
    )  # fmt: skip
    lines = [{"kind": "part", "code": "SPK", "quantity": 1}, {"kind": "labour", "code": "F-AUDIO", "quantity": 1}]
    play.do("s020_price_quote", "analyst", lines=lines)
    play.wait(minutes=30)
    play.do("s060_send_quote", "agent", sent_by="hand")
    place = engine.Place(case_id=case)
    engine.add_comment(play.company.person("agent"), place, "客户催问，答应下午给答复 @analyst")
    engine.attach(play.company.person("analyst"), place, "主板进水.png", PICTURE)
    return play.case(case).case_no


def test_typing_a_number_shows_everything_without_a_new_page_and_one_press_starts(
    enter: Enter, working: None, play: Play
) -> None:
    page = enter("agent")
    box = page.get_by_label("序列号、IMEI、电话或客户名")
    expect(box).to_be_focused()
    page.evaluate("window.__same = true")
    page.keyboard.type("12")
    expect(page.get_by_text("再输几位")).to_be_visible()
    box.fill("999999999")
    expect(page.get_by_text("没有查到")).to_be_visible()
    box.fill(IMEI_A)
    expect(page.get_by_text("李娜").first).to_be_visible()
    expect(page.get_by_text(re.compile("在保，还有 .* 天"))).to_be_visible()
    assert page.evaluate("window.__same")
    accessible(page)
    page.get_by_label("客户怎么说").fill("没有声音")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/inbox\?.*task="), timeout=15_000)
    assert play.task("s020_fill_slip").assignee == "agent"


def test_a_form_with_mistakes_keeps_what_was_typed_and_says_what_is_right(enter: Enter) -> None:
    page = enter("agent", "/desk?q=13800000007&customer=new&asset=new")
    page.guard.allow("status of 422")  # type: ignore[attr-defined]
    expect(page.locator("#customer_phone")).to_have_value("13800000007")
    page.locator("#customer_name").fill("钱多多")
    page.locator("#device_product_id").select_option(index=1)
    page.locator("#device_serial_no").fill("NEW-0001")
    page.locator("#device_imei").fill("123")
    page.get_by_label("客户怎么说").fill("按键不灵")
    page.get_by_role("button", name="开始流程").click()
    expect(page.get_by_text("IMEI 是 15 位数字，现在有 3 位")).to_be_visible()
    expect(page.get_by_label("客户怎么说")).to_have_value("按键不灵")
    accessible(page)


def test_a_repeated_report_joins_the_open_case(enter: Enter, play: Play) -> None:
    case = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_B, fault_description="没有声音")
    number = play.case(case).case_no
    page = enter("agent", f"/desk?q={HANDSET_B}")
    expect(page.get_by_text("这台设备还有未结案件")).to_be_visible()
    page.get_by_role("button", name="并入这个案件…").click()
    page.get_by_label("客户这次怎么说").fill("还是没有声音")
    page.get_by_role("button", name="并入案件", exact=True).click()
    expect(page).to_have_url(re.compile(f"/cases/{number}$"))
    expect(page.get_by_text("还是没有声音")).to_be_visible()


def test_the_case_page_takes_remarks_and_files_and_shows_where_it_is(enter: Enter, play: Play, tmp_path: Path) -> None:
    page = enter("agent", f"/cases/{repaired_halfway(play)}")
    mounted(page, "[data-island='viewer']")
    page.get_by_label("备注", exact=True).fill("已电话通知 @analyst")
    page.locator("#story").get_by_role("button").first.click()
    expect(page.locator(".fl-mention", has_text="@analyst").first).to_be_visible()
    photo = tmp_path / "板.png"
    photo.write_bytes(PICTURE)
    page.locator("#files input[type=file]").first.set_input_files(photo)
    expect(page.get_by_role("img", name="板.png")).to_be_visible()
    page.locator("#story").get_by_role("link", name="备注").click()
    expect(page.locator("#story .fl-ev")).to_have_count(4)
    accessible(page)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk-light", "phone-dark"])
def test_every_page_is_accessible_and_fits(enter: Enter, play: Play, company: Company, width: int, dark: bool) -> None:
    number = repaired_halfway(play)
    page = enter("agent", "/desk", width=width, dark=dark)
    asset = company.asset(HANDSET_A)
    for path in (
        "/desk", f"/desk?q={HANDSET_A}", "/desk?customer=new&asset=new", f"/cases/{number}", "/cases", "/desk/customers",
        f"/desk/customers/{asset.customer_id}", "/desk/devices", f"/desk/devices/{asset.id}", "/desk/parts",
        "/desk/prices", "/desk/contracts",
    ):  # fmt: skip
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_finder_opens_what_it_finds(enter: Enter, play: Play) -> None:
    number = repaired_halfway(play)
    page = enter("agent", "/cases")
    page.keyboard.press("Control+k")
    page.keyboard.type(IMEI_A)
    page.locator("#palette").get_by_role("link", name=re.compile(number)).click()
    expect(page).to_have_url(re.compile(f"/cases/{number}$"))


def test_pictures(enter: Enter, new_page: Callable[..., Page], play: Play, company: Company) -> None:
    number = repaired_halfway(play)
    asset = company.asset(HANDSET_A)
    for name, path in {
        "desk-empty": "/desk",
        "desk-found": f"/desk?q={HANDSET_A}",
        "desk-new": "/desk?q=13800000007&customer=new&asset=new",
        "case": f"/cases/{number}",
        "cases": "/cases",
        "customer": f"/desk/customers/{asset.customer_id}",
        "device": f"/desk/devices/{asset.id}",
        "parts": "/desk/parts",
    }.items():

        def show(page: Page, path: str = path) -> None:
            enter("agent", path, page)
            if "/cases/" in path:
                mounted(page, "[data-island='viewer']")

        shots(new_page, name, show)
