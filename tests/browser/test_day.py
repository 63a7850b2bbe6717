"""A day in the company, as issue and catalogue want it: what comes in the morning is answered for in the evening.

Steps that other tests fill in by hand are done by the engine in the people's names; what a person looks at in order to
know where things stand is looked at in the browser.
"""

import datetime as dt
import re
import typing as t
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.db import db
from app.desk import links
from app.desk.models import Case, ResponsibilityLink
from tests import outlet
from tests.browser.test_desk import Enter, address, enter
from tests.company import HANDSET_A, HANDSET_B, MONDAY, SERVER_S, Company
from tests.company_fixtures import clock, company, database, play, sqlite_company
from tests.play import Play

pytestmark = pytest.mark.browser

__all__ = ["address", "clock", "company", "database", "enter", "play", "sqlite_company"]

CALLS = {
    "installation": ("057188880000", "新服务器到货，请安装"),
    "training": ("057188880000", "新员工需要培训"),
    "upgrade": ("057188880000", "想升级固件"),
    "inquiry": ("13805710001", "电池多少钱"),
    "suggestion": ("13905710002", "建议延长营业时间"),
    "exchange": ("13905710002", "上周买的手机想换一台"),
    "on_site_service": ("057188880000", "服务器风扇异响"),
}
"""What is asked for by telephone: class of request → the caller and the words."""


class Day:
    """The day, part by part."""

    def __init__(self, play: Play, company: Company, enter: Enter, new_page: Callable[..., Page], address: str) -> None:
        self.play, self.company, self.enter, self.new_page, self.address = play, company, enter, new_page, address

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Let time pass."""
        self.play.until(MONDAY.replace(hour=hour, minute=minute) + dt.timedelta(days=days))

    def call(self, request_class: str, number: str, words: str) -> None:
        """A customer who is on file calls; the agent writes down what is wanted and the request goes its way."""
        more = {"product_line": "server"} if number.startswith("0571") else {"product_line": "handset"}
        if request_class == "suggestion":
            more["need_topic"] = "centre_service"
        self.play.start("service_request_intake", "caller", unit="ZJ", caller_number=number)
        match = self.play.variables("service_request_intake")["match"]
        self.play.do("s050_confirm_data", "caller", contact_id=match["contact_id"])
        self.play.do(
            "s090_record_request", "caller", channel="phone", severity="question", fault_description=words,
            request_class=request_class, **more,
        )  # fmt: skip

    def customer(self, case_id: int, purpose: str) -> Page:
        """The customer's telephone, with the link that the outlet gave."""
        link = links.give(self.company.person("agent"), self.play.case(case_id).case_no, purpose)
        page = self.new_page(language="zh", width=390, height=844)
        page.goto(f"{self.address}/p/{links.token_of(link)}")
        return page


@pytest.fixture
def day(play: Play, company: Company, enter: Enter, new_page: Callable[..., Page], address: str) -> Day:
    return Day(play, company, enter, new_page, address)


def test_a_day_in_the_company(day: Day, enter: Enter, play: Play) -> None:
    # Half past nine: two devices come over the counter, the telephone rings.
    repaired = outlet.handed_in(play, HANDSET_A, "没有声音")
    outlet.judged(play, outlet.GENUINE)
    quoted = outlet.handed_in(play, HANDSET_B, "掉进水里")
    outlet.judged(play, outlet.LIQUID)
    for request_class, (number, words) in CALLS.items():
        day.call(request_class, number, words)
    complaint = complain(play)
    escalated = play.start(
        "first_responder_escalation", "caller", kind="escalation", reason="skill", current_layer="window",
        current_area="province", serial_no=SERVER_S, note="服务器死机",
    )  # fmt: skip
    requests = 2 + len(CALLS) + 1
    assert requests == 10
    page = enter("caller", "/inbox")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    # Eleven: three levels take the server's case over, one after the other, and each answers to the one above.
    day.at(11)
    escalate(play)
    page = enter("caller", f"/cases/{play.case(escalated).case_no}/responsibility", page)
    for handler in ("middle_zj", "back_zj", "middle_east"):
        expect(page.get_by_text(handler).first).to_be_visible()

    # Noon: the quotation is priced; the customer reads it on the telephone and agrees.
    outlet.quoted(play)
    phone = day.customer(quoted, links.QUOTE)
    phone.get_by_role("textbox", name="签名（姓名）").fill("赵敏")
    phone.get_by_label(re.compile("我已看过报价")).check()
    phone.get_by_role("button", name=re.compile("同意维修，")).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("您已答复")
    play.settle()
    assert play.case(quoted).status != "waiting_customer"

    # Afternoon: the loudspeaker is changed; parts run out and the search for more begins.
    day.at(14)
    outlet.repaired(play, "SPK", passed=True)
    play.publish("msg_part_shortage", "SP-9", part="RARE", quantity=11, site="HZ1", requisition_no="SP-9")
    assert play.instance("spare_part_allocation").state == "active"

    # Six in the evening: the day's records are checked, and the complaint is being followed up.
    day.at(18, 30)
    assert play.instance("service_record_compliance").state == "completed"
    assert play.case(complaint).status == "awaiting_visit"

    # Next morning: the supervisor sees what did not move, and the managers' checks are open.
    day.at(9, days=1)
    page = enter("supervisor", "/cases/stuck", page)
    expect(page.locator(".fl-tr").first).to_be_visible()
    assert "s040_review" in play.open_elements()
    page = enter("agent", f"/cases/{play.case(repaired).case_no}", page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有声音")

    # Whatever was asked for is a case, and whatever does not go on waits for somebody.
    db.session.rollback()
    asked = db.select(db.func.count()).select_from(Case).where(Case.request_time < MONDAY.replace(hour=11))
    assert db.session.scalar(asked) > requests
    assert play.incidents() == []


def complain(play: Play) -> int:
    """A complaint that turns out to be misuse, answered the same morning (X22)."""
    case_id = play.start("complaint_handling", "complaint_desk", serial_no=HANDSET_A, unit="ZJ")
    play.do(
        "s020_record_complaint", "complaint_desk", channel="phone", product_line="handset", severity="degraded",
        subject="fault", complaint_text="手机死机",
    )  # fmt: skip
    steps: list[tuple[str, str, dict[str, t.Any]]] = [
        ("s050_judge_misuse", "supervisor", {"operation_error": True, "evidence": "none"}),
        ("s070_explain_use", "supervisor", {"handling_result": "键盘锁", "customer_reaction": "satisfied"}),
        ("s155_daily_check", "manager", {"proper": "yes"}),
        ("s160_settle", "manager", {"cause": "customer_use", "measure_taken": "已指导", "report": "已处理"}),
        ("s170_approve", "director", {"approved": "yes", "major": "no"}),
        ("s195_update_database", "manager", {"cause_code": "U1", "final_measure": "已指导", "cost": 0}),
        ("s200_answer_customer", "complaint_desk", {"answer_text": "已说明", "customer_reaction": "satisfied"}),
    ]
    for element, by, answers in steps:
        play.do(element, by, **answers)
    return case_id


def escalate(play: Play) -> None:
    """Two levels cannot help, the third can; the answer goes back the way it came (X19)."""
    for handler in ("middle_zj", "back_zj"):
        play.do("s120_accept_request", handler)
        play.do("s130_handle", handler, outcome="unable", unable_reason="skill", handling_note="查不出")
    play.do("s120_accept_request", "middle_east")
    play.do("s130_handle", "middle_east", outcome="solved", solution="换用新固件")
    for handler in ("back_zj", "middle_zj", "caller"):
        play.do("s150_verify", handler, verified="yes")
    play.do("s160_answer_customer", "caller", answer_text="已解决", customer_reaction="satisfied")
    handlers = [link.handler_id for link in db.session.scalars(db.select(ResponsibilityLink))]
    assert len(handlers) == 3
