"""The cockpit in a real browser: a supervisor finds what is stuck and gets it going."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app import engine
from tests.browser.guard import accessible, mounted
from tests.browser.server import company_served
from tests.browser.session import sign_in
from tests.browser.shots import shots
from tests.cockpit.failing import asking_files, failing_files
from tests.company import HANDSET_A, PASSWORD, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company
from tests.play import Play

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)  # begun before every page, so that no page outlives its server
def address(company: Company) -> Iterator[str]:
    with company_served(company) as url:
        yield url


@pytest.fixture
def stuck(company: Company, play: Play) -> int:
    """A case whose expression failed a day ago, beside ordinary ones. Returns the instance's key."""
    engine.deploy(company.person("owner"), failing_files())
    fault = {"serial_no": HANDSET_A, "fault_description": "没有声音", "channel": "counter"}
    started = engine.start_instance(company.person("agent"), "count_parts", {"time_allowed": "soon", **fault})
    play.start("outlet_intake_repair", "agent", **fault)
    company.clock.advance(days=1, hours=3)
    play.settle()
    return started.key


@pytest.fixture
def asking(company: Company) -> int:
    """A case whose condition names a variable that is not there. Returns the instance's key."""
    engine.deploy(company.person("owner"), asking_files())
    known = {"days_left": 12, "customer": {"level": "VIP"}, "parts": ["LCD", "battery", "x" * 300], "limit": 5}
    return engine.start_instance(company.person("agent"), "ask_warranty", known).key


def test_a_supervisor_adds_the_variable_that_was_not_there(page: Page, address: str, asking: int) -> None:
    show(page, address, f"/cockpit/instances/{asking}")
    failure = page.locator(".fl-failure")
    expect(page.locator(".fl-why__t")).to_contain_text("“保修内”的条件得到空值（null）")
    expect(page.locator(".fl-why__t")).to_contain_text("是否想写“days_left”？")
    expect(failure.locator("mark")).to_have_text("day_left")
    expect(failure.get_by_role("row", name="day_left")).to_contain_text("不存在")
    expect(failure.get_by_role("row", name="customer.level")).to_contain_text('"VIP"')
    failure.get_by_role("button", name="添加 day_left").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("变量名")).to_have_value("day_left")
    expect(dialog.get_by_label("值（JSON）")).to_be_focused()
    dialog.get_by_label("值（JSON）").fill("12")
    dialog.get_by_label("原因").fill("流程图里写错了名称")
    dialog.get_by_role("button", name="写入变量").click()
    expect(page.get_by_text("“day_left”已更正")).to_be_visible()
    page.wait_for_load_state()  # The page is a new one, whose buttons do nothing before its scripts have run.
    page.get_by_role("button", name="重试…").first.click()
    dialog.get_by_label("原因").fill("变量已补上")
    dialog.get_by_role("button", name="重试", exact=True).click()
    expect(page.get_by_text("已重试，从这一步继续")).to_be_visible()
    expect(page.locator(".fl-failure")).to_have_count(0)


def test_a_supervisor_corrects_the_variable_retries_and_sees_the_token_move(
    page: Page, address: str, stuck: int
) -> None:
    sign_in(page, address, "supervisor", PASSWORD)
    page.get_by_role("link", name="监控").first.click()
    page.get_by_role("link", name="看案件").click()
    page.locator(f"#instance-{stuck} a").first.click()
    expect(page.locator(".fl-why__t")).to_contain_text("已等 1 天 3 时")
    mounted(page)
    expect(page.locator('[data-element-id="s010_due"].is-stuck')).to_have_count(1)
    expect(page.locator(".fl-token--bad")).to_have_text("1")

    failure = page.locator(".fl-failure")
    expect(failure.locator("mark")).to_have_text("due")
    expect(failure.get_by_role("row", name="time_allowed")).to_contain_text('"soon"')
    failure.get_by_role("button", name="更正 time_allowed").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("变量名")).to_have_value("time_allowed")
    dialog.get_by_label("值（JSON）").fill('"4 wh')
    dialog.get_by_label("原因").fill("期限写错了")
    page.guard.allow("status of 422")  # type: ignore[attr-defined]
    dialog.get_by_role("button", name="更正变量").click()
    expect(dialog.get_by_text("不是 JSON")).to_be_visible()
    dialog.get_by_label("值（JSON）").fill('"4 wh"')
    expect(dialog.locator(".fl-change")).to_contain_text('- "soon"')
    expect(dialog.locator(".fl-change")).to_contain_text('+ "4 wh"')
    dialog.get_by_role("button", name="更正变量").click()
    expect(page.get_by_text("“time_allowed”已更正")).to_be_visible()

    expect(page.locator(".fl-failure").get_by_role("row", name="time_allowed")).to_contain_text('现在 "4 wh"')
    page.get_by_role("button", name="重试…").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("原因")).to_be_focused()
    dialog.get_by_label("原因").fill("期限已更正")
    dialog.get_by_role("button", name="重试", exact=True).click()
    expect(page.get_by_text("已重试，从这一步继续")).to_be_visible()
    expect(page.locator(".fl-why__t")).to_contain_text("“检查配件”还没人领取")
    mounted(page)
    expect(page.locator('[data-element-id="s020_check"].is-here')).to_have_count(1)
    expect(page.locator('[data-element-id="s010_due"].is-done')).to_have_count(1)
    expect(page.locator(".fl-token--bad")).to_have_count(0)
    taken = page.locator('.djs-connection.is-done[data-element-id="f_s010_due_s020_check"] > .djs-visual > path')
    expect(taken).to_have_css("stroke-width", "3px")
    page.get_by_role("tab", name="审计").click()
    expect(page.locator("#audit")).to_contain_text("期限已更正")
    expect(page.locator("#audit")).to_contain_text("time_allowed")


PLACES = {
    "overview": "/cockpit",
    "list": "/cockpit/instances?state=active",
    "instance": "/cockpit/instances/{stuck}",
    "asking": "/cockpit/instances/{asking}",
    "waiting": "/cockpit/instances/{waiting}",
}
SLIP = {
    "outer_condition": "good",
    "wished_return": "counter",
    "data_loss_consent": True,
    "both_signed": True,
    "copy_given": True,
    "accessories": ["battery"],
}


@pytest.fixture
def places(stuck: int, asking: int, play: Play) -> dict[str, str]:
    """The pages, with a case that has come some way and waits for somebody."""
    play.do("s020_fill_slip", "agent", **SLIP)
    play.do("s030_judge_misuse", "agent", operation_error=False, evidence="none")
    waiting = play.instance("outlet_intake_repair").key
    return {name: path.format(stuck=stuck, waiting=waiting, asking=asking) for name, path in PLACES.items()}


def show(page: Page, address: str, path: str) -> None:
    language = page.evaluate("navigator.language")[:2]
    sign_in(page, address, "supervisor", PASSWORD, language)
    page.goto(address + path)
    if page.locator("[data-island]").count():
        mounted(page)


def test_refreshing_shows_what_others_did_and_leaves_an_open_dialog_and_the_open_tab_alone(
    page: Page, address: str, stuck: int, company: Company
) -> None:
    page.clock.install()
    show(page, address, f"/cockpit/instances/{stuck}")
    page.get_by_role("tab", name="变量").click()
    page.get_by_role("button", name="取消流程…").click()
    reason = page.get_by_role("dialog").get_by_label("原因")
    reason.fill("客户不修了")
    engine.set_variables(company.person("manager"), stuck, {"added_by_others": 7}, reason="补上")
    page.clock.fast_forward(11_000)
    expect(page.locator("#variables")).to_contain_text("added_by_others")
    expect(reason).to_have_value("客户不修了")
    expect(reason).to_be_focused()
    expect(page.get_by_role("tab", name="变量")).to_have_attribute("aria-selected", "true")
    page.get_by_role("dialog").get_by_role("button", name="取消流程", exact=True).click()
    expect(page.get_by_text("结束原因：客户不修了")).to_be_visible()
    expect(page.get_by_role("button", name="取消流程…")).to_have_count(0)


def test_a_supervisor_filters_the_list_and_sees_why_a_decision_came_out(
    page: Page, address: str, places: dict[str, str]
) -> None:
    show(page, address, "/cockpit/instances")
    page.get_by_role("button", name="加条件…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("流程").select_option("outlet_intake_repair")
    dialog.get_by_label("状态").select_option("active")
    dialog.get_by_role("button", name="显示", exact=True).click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.locator("#rows a.fl-code").click()
    mounted(page)  # a click before the page's scripts run would be lost
    page.get_by_role("button", name="为什么这样决定").first.click()
    expect(page.get_by_role("dialog").get_by_text("符合第").first).to_be_visible()
    accessible(page, outside=[".fl-island"])


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["desk-light", "phone-dark"])
def test_every_page_is_accessible_and_fits(
    new_page: Callable[..., Page], address: str, places: dict[str, str], width: int, dark: bool
) -> None:
    page = new_page(width=width, dark=dark, language="en" if dark else "zh")
    for number, path in enumerate(places.values()):
        if number:
            page.goto(address + path)
        else:
            show(page, address, path)
        accessible(page, outside=[".fl-island"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    for tab in page.get_by_role("tab").all():
        tab.click()
        accessible(page, outside=[".fl-island"])


@pytest.mark.parametrize("name", PLACES)
def test_pictures(new_page: Callable[..., Page], address: str, places: dict[str, str], name: str) -> None:
    shots(new_page, f"cockpit-{name}", lambda page: show(page, address, places[name]))


@pytest.mark.parametrize(
    ("name", "opener"),
    [
        ("correct", ".fl-failure [data-open]"),
        ("retry", "[data-open=retry]"),
        ("variables", "#tab-variables"),
        ("cancel", "[data-open=cancel]"),
    ],
)
def test_pictures_of_what_opens(
    new_page: Callable[..., Page], address: str, stuck: int, name: str, opener: str
) -> None:
    def look(page: Page) -> None:
        show(page, address, f"/cockpit/instances/{stuck}")
        page.locator(opener).first.click()
        page.wait_for_timeout(400)

    shots(new_page, f"cockpit-{name}", look)
