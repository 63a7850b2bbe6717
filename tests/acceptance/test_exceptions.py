"""What goes otherwise than planned: nobody calls, nobody pays, the customer withdraws or never comes."""

import datetime as dt

import sqlalchemy as sa

from app.db import db
from app.desk.models import PenaltyRecord
from tests.acceptance.test_outlet_repair import GENUINE, handed_in, judged, quoted, repaired
from tests.company import HANDSET_A, HANDSET_B, PHONE, SHANGHAI, Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases


def test_a_visit_nobody_makes_is_flagged_and_a_deduction_proposed(play: Play, company: Company) -> None:
    customer = company.customer("李娜")
    case_id = play.start("return_visit", "service_lead", customer_id=customer.id, due_delay=1, reason="repair")
    assert play.open_elements() == []
    play.until(dt.datetime(2024, 6, 4, 18, 1, tzinfo=SHANGHAI))
    assert play.open_elements() == ["s030_visit"]
    play.until(dt.datetime(2024, 6, 7, 18, 1, tzinfo=SHANGHAI))
    db.session.rollback()
    (record,) = db.session.scalars(sa.select(PenaltyRecord))
    assert (record.rule_id, int(record.amount), record.status) == ("T27.visit_missing", 10, "proposed")
    assert play.open_elements() == ["s030_visit"]
    case = play.case(case_id)
    assert (case.return_visit_state, case.closed_at) == ("visit_missing", None)
    play.do("s030_visit", "visitor", reached="yes", solved="yes", score=5, visit_text="很好", conduct=5)
    assert play.end("return_visit") == "end_satisfied"
    assert ("return_visit", "很好") in play.notes(case_id)
    assert (play.case(case_id).satisfaction, play.case(case_id).return_visit_state) == ("5", "visited")
    assert play.incidents() == []


def test_a_customer_who_withdraws_gets_the_unit_back_and_the_case_is_cancelled(play: Play) -> None:
    case_id = handed_in(play, HANDSET_B, "没有声音")
    judged(play, GENUINE)
    quoted(play)
    play.publish("msg_case_cancelled", play.case(case_id).case_no, reason="买了新的")
    assert play.open_elements() == ["s910_return_unit"]
    play.do("s910_return_unit", "agent", customer_signed=True, handed_over_on="2024-06-03")
    case = play.case(case_id)
    assert (case.status, case.close_code) == ("cancelled", "cancelled")
    assert play.instance("repair_quotation_payment").state == "cancelled"
    assert play.incidents() == []


def test_a_unit_nobody_collects_reminds_the_customer_then_the_outlet_supervisor(play: Play) -> None:
    case_id = handed_in(play, HANDSET_A, "没有声音")
    judged(play, GENUINE)
    repaired(play, "SPK", passed=True)
    play.do("s130_hand_to_reception", "analyst")
    play.wait(days=30)
    assert play.notices(case_id) == [("collect_unit", "customer:李娜")]
    play.wait(days=60)
    assert play.notices(case_id)[1:] == [("unit_not_collected", "role:outlet_supervisor@HZ1")]
    assert play.open_elements() == ["s150_give_to_customer"]
    assert play.incidents() == []


def test_a_higher_price_than_signed_needs_a_second_signature(play: Play) -> None:
    case_id = handed_in(play, HANDSET_B, "没有声音")
    judged(play, GENUINE)
    quoted(play)
    play.answer("s070b_answered", "agent", answer="accepted")
    play.do("s100_sign_quote", "agent", signer="赵敏", returned_by="hand")
    play.do("s110_start_repair", "agent")
    repaired(play, "LCD", passed=False)
    repaired(play, "SPK", passed=True)
    play.do("s130_hand_to_reception", "analyst")
    play.do("s120_ask_payment", "agent", told_by="phone")
    play.do("s020_price_quote", "analyst")
    play.do("s060_send_quote", "agent", sent_by="hand")
    play.answer("s070b_answered", "agent", answer="accepted")
    play.do("s100_sign_quote", "agent", signer="赵敏", returned_by="hand")
    (quote,) = play.documents(case_id, "quotation")
    assert [step["state"] for step in quote.history] == ["priced", "sent", "answered", "signed"] * 2
    assert quote.content["signed_total"] == 400
    play.answer("s130_pays", "agent", amount=150, method="cash", paid_on="2024-06-03", reference="V-1")
    assert play.notices(case_id)[-1] == ("balance_open", "customer:赵敏")
    play.answer("s040_payment", "clerk", amount=260, method="cash", paid_on="2024-06-04", reference="V-2")
    play.do("s100_book", "clerk", account="6001", booked_on="2024-06-04")
    assert [paper.document_no for paper in play.documents(case_id, "receipt")] == ["RC-20240603-0001"]
    (credit,) = play.documents(case_id, "credit_note")
    assert credit.content["amount"] == 10
    assert play.open_elements() == ["s150_invoice"]
    assert play.incidents() == []


def test_a_manager_who_changes_the_severity_moves_the_promise(play: Play) -> None:
    case_id = play.start("service_request_intake", "clerk", caller_number=PHONE)
    contact = play.variables("service_request_intake")["match"]["contact_id"]
    play.do("s050_confirm_data", "caller", contact_id=contact)
    play.do(
        "s090_record_request", "caller", channel="phone", severity="degraded", fault_description="没有声音",
        request_class="fault", own_duty="no",
    )  # fmt: skip
    assert (play.case(case_id).priority, play.open_elements()) == ("P3", ["s030_guide"])
    promised = play.case(case_id).resolve_due
    play.answer("s950b_severity_changed", "service_manager", new_severity="system_down", severity_reason="整个网点停机")
    case = play.case(case_id)
    assert (case.priority, case.severity) == ("P2", "system_down")
    assert case.resolve_due is not None
    assert promised is not None
    assert case.resolve_due < promised
    assert ("note", "整个网点停机") in play.notes(case_id)
    play.do("s030_guide", "caller", target_role="call_agent", guide_note="请接手")
    play.do("s040_accept_or_decline", "caller2", accepted="yes")
    assert play.end("service_request_intake") == "end_routed"
    assert play.case(case_id).first_responder_id == play.company.person("caller2").id
    told = [template for template, who in play.notices(case_id) if who.startswith("customer")]
    assert told == ["request_accepted"]
    assert play.incidents() == []


def test_a_terminal_complaint_that_needs_repair_waits_for_it_and_stays_one_case(play: Play, company: Company) -> None:
    customer = company.customer("李娜")
    case_id = play.start("complaint_handling", "complaint_desk", customer_id=customer.id, serial_no=HANDSET_A)
    play.do(
        "s020_record_complaint", "complaint_desk", channel="phone", product_line="handset", severity="degraded",
        subject="repair_quality", complaint_text="修了又坏",
    )  # fmt: skip
    play.do("s050_judge_misuse", "supervisor", fault_reproduced=True, evidence="none")
    play.do("s080_pass_to_outlet", "supervisor", outlet="HZ1", outlet_km=3, customer_told="yes")
    play.do(
        "s020_fill_slip", "supervisor", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True,
    )  # fmt: skip
    play.do("s030_judge_misuse", "supervisor", operation_error=True, evidence="none")
    play.do("s050_explain_use", "supervisor", explained="键盘锁")
    case = play.case(case_id)
    assert (case.status, case.close_code) == ("in_progress", None)
    assert play.variables("complaint_handling")["repair_result"] == "guided"
    assert play.open_elements() == ["s090_enter_result"]
    assert play.incidents() == []
