"""X14 and X15: a quote with a hand price, and a quote that nobody answers."""

import sqlalchemy as sa

from app.db import db
from app.engine.models import ElementInstance, UserTask
from tests.company import HANDSET_B, Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases

QUOTE = {
    "phase": "quote", "quote_kind": "personal", "basis": "quote_all", "pay_first": False, "unit_held": True,
    "fault": {"code": "F-AUDIO", "text": "Loudspeaker silent"}, "serial_no": HANDSET_B,
}  # fmt: skip


def test_x14_a_hand_price_above_the_supervisors_limit_is_fixed_by_the_repair_manager(
    play: Play, company: Company
) -> None:
    case_id = play.start("repair_quotation_payment", "analyst", **QUOTE)
    assert play.case(case_id).case_no == "QT-20240603-0001"
    lines = [{"kind": "part", "code": "RARE", "quantity": 1, "price": 1200}, {"kind": "part", "code": "SPK"}]
    play.do("s020_price_quote", "analyst", lines=lines)
    assert play.task("s040_fix_price").candidates == [["repair_manager", "HZ1"]]
    play.do("s040_fix_price", "manager")
    play.do("s050_give_quote", "manager")
    play.do("s060_send_quote", "agent", sent_by="fax")

    play.went("repair_quotation_payment", "20-30-40-50-60")
    (quote,) = play.documents(case_id, "quotation")
    assert quote.document_no == "QT-20240603-0001"
    assert (quote.content["total"], quote.content["price_fixed_by"]) == (1240, "repair_manager")
    assert [(step["state"], step["by"]) for step in quote.history] == [("priced", "manager"), ("sent", "agent")]
    fixed = db.session.scalars(sa.select(UserTask).where(UserTask.element_id == "s040_fix_price")).one()
    assert fixed.ended_by == "manager"
    limits = db.session.scalars(sa.select(ElementInstance).where(ElementInstance.element_id == "s040b_approver"))
    assert {(one.resolved or {}).get("version") for one in limits} == {1}
    assert play.incidents() == []


def test_x15_without_an_answer_the_quote_lapses_after_fourteen_days_and_the_unit_goes_back(play: Play) -> None:
    case_id = play.start("repair_quotation_payment", "analyst", **QUOTE)
    play.do("s020_price_quote", "analyst", lines=[{"kind": "part", "code": "SPK", "quantity": 1}])
    play.do("s060_send_quote", "agent", sent_by="fax")
    play.wait(days=2, hours=23)
    assert play.notices(case_id) == []
    play.wait(hours=1)
    assert play.notices(case_id) == [("quote_reminder", "customer:赵敏")]
    play.wait(days=10, hours=23)
    assert play.open_elements() == []
    play.wait(hours=1)
    play.do("s085_reassemble", "analyst")
    play.do("s090_return_unit", "agent", customer_signed=True, handed_over_on="2024-06-17")

    play.went("repair_quotation_payment", "20-30-60-70-85-90")
    assert play.end("repair_quotation_payment") == "end_lapsed"
    assert play.variables("repair_quotation_payment")["result"] == "lapsed"
    (quote,) = play.documents(case_id, "quotation")
    assert (quote.state, quote.content["answer"]) == ("answered", "lapsed")
    assert [template for template, _ in play.notices(case_id)] == ["quote_reminder"]
    assert play.incidents() == []
