"""X22–X24: a complaint by telephone, a rude clerk, and a customer who is called until satisfied."""

import typing as t

from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases

RECORD = {"channel": "phone", "product_line": "handset", "severity": "degraded"}


def complained(play: Play, company: Company, **record: t.Any) -> int:
    customer = company.customer("李娜")
    case_id = play.start("complaint_handling", "complaint_desk", customer_id=customer.id, serial_no=HANDSET_A)
    play.do("s020_record_complaint", "complaint_desk", **RECORD, **record)
    return case_id


def settled(play: Play, checker: str) -> None:
    """From the report to the answer."""
    play.do("s160_settle", checker, cause="customer_use", measure_taken="已指导", report="已处理")
    play.do("s170_approve", "director", approved="yes", major="no")
    play.do("s195_update_database", checker, cause_code="U1", final_measure="已指导", cost=0)
    play.do("s200_answer_customer", "complaint_desk", answer_text="已说明", customer_reaction="satisfied")


def test_x22_misuse_found_by_telephone_needs_no_repair_order_and_is_tracked(play: Play, company: Company) -> None:
    case_id = complained(play, company, subject="fault", complaint_text="手机死机")
    play.do("s050_judge_misuse", "supervisor", operation_error=True, evidence="none")
    play.do("s070_explain_use", "supervisor", handling_result="键盘锁", customer_reaction="satisfied")
    play.do("s155_daily_check", "manager", proper="yes")
    settled(play, "manager")

    play.went("complaint_handling", "10-20-30-40-50-60-70-155-160-170-180-195-200-210")
    assert play.end("complaint_handling") == "end_answered"
    case = play.case(case_id)
    assert (case.case_no, case.status, case.closed_at) == ("CP-20240603-0001", "awaiting_visit", None)
    assert case.responded_at is not None
    assert case.first_responder_id == company.person("complaint_desk").id
    assert not play.documents(case_id, "repair_slip")
    assert play.instance("complaint_service_tracking").case_id == case_id
    assert ("outcome", "已指导") in play.notes(case_id)
    assert play.incidents() == []


def test_x23_a_late_entry_goes_back_to_its_step_with_the_reason(play: Play, company: Company) -> None:
    case_id = complained(play, company, subject="attitude", complaint_text="店员态度恶劣", department="terminal_sales")
    play.do("s120_name_specialist", "complaint_lead", specialist="investigator", department="terminal_sales")
    play.do("s125_investigate", "investigator", facts_found="属实", person_statement="当天很忙")
    play.do("s127_support", "sales_head", department_statement="配合调查")
    measure = {"measure": "道歉", "handling_result": "已道歉"}
    play.do("s130_handle", "complaint_lead", **measure)
    play.do("s155_daily_check", "complaint_lead", proper="no", return_reason="录入太晚")
    assert play.open_elements() == ["s130_handle"]
    play.do("s130_handle", "complaint_lead", **measure)
    play.do("s155_daily_check", "complaint_lead", proper="yes")
    settled(play, "complaint_lead")

    play.went("complaint_handling", "120-125-127-130-155-130-155-160-170-180-195-200-210", start="s120")
    assert play.variables("complaint_handling")["rehandling"] == 1
    assert ("rehandling", "录入太晚") in play.notes(case_id)
    assert play.end("complaint_handling") == "end_answered"
    assert play.incidents() == []


def test_x24_two_departments_answer_and_the_second_call_finds_a_satisfied_customer(
    play: Play, company: Company
) -> None:
    customer = company.customer("李娜")
    case_id = play.start("complaint_service_tracking", "follower", customer_id=customer.id, serial_no=HANDSET_A)
    assert play.open_elements() == []
    play.wait(days=2)
    play.do("s020_contact", "follower", reached="yes", satisfied="no", score=2, feedback="屏幕又坏了")
    play.do(
        "s080_record_dissatisfaction", "follower", topics=["repair_quality", "purchased_parts"],
        dissatisfaction="维修质量和外购件都不好",
    )  # fmt: skip
    assert sorted(play.open_elements()) == ["s110_previous_handling", "s120_department_looks"]
    looked = {"previous_handling": "换过屏幕", "assessment": "焊接不良"}
    play.do("s120_department_looks", "purchasing_desk", **looked)
    play.do("s110_previous_handling", "investigator", **looked)
    play.do("s112_improve", "manager", topic_result="重新培训")
    assert play.open_elements() == ["s122_department_improves"]
    play.do("s122_department_improves", "purchasing_head", topic_result="更换供应商")
    play.do("s130_gather", "follower", summary="已改进")
    play.wait(days=1)
    play.do("s020_contact", "follower", reached="yes", satisfied="yes", score=5, feedback="好了")
    play.do("s040_ask_needs", "follower", has_need="no")

    play.went("complaint_service_tracking", "10-20-30-80-90-100-130-140-20-30-40-50-75")
    inner = {visit.element for visit in play.visits("complaint_service_tracking", inner=True)}
    assert {"s110_previous_handling", "s112_improve", "s120_department_looks", "s122_department_improves"} <= inner
    assert play.end("complaint_service_tracking") == "end_satisfied"
    assert play.variables("complaint_service_tracking")["rounds"] == 2
    case = play.case(case_id)
    assert (case.status, case.satisfaction, case.close_code) == ("closed", "5", "satisfied")
    assert play.incidents() == []
