"""X29 and the way of a request from the telephone to the right process."""

import sqlalchemy as sa

from app.db import db
from app.desk import queries
from app.desk.models import Case, Customer
from tests.company import HANDSET_A, PHONE, Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases

REQUEST = {"channel": "phone", "severity": "degraded", "fault_description": "没有声音"}


def test_x29_a_second_report_of_the_same_fault_joins_the_open_case(play: Play, company: Company) -> None:
    open_case = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    play.wait(days=3)
    play.start("service_request_intake", "caller", caller_number="+86 138-0571-0001")
    number = play.case(open_case).case_no
    assert (number, play.open_elements()[-1]) == ("RO-20240603-0001", "s050_confirm_data")
    contact = play.variables("service_request_intake")["match"]["contact_id"]
    play.do("s050_confirm_data", "caller", contact_id=contact)
    play.do("s090_record_request", "caller", **REQUEST, request_class="fault", merge_into=number)

    play.went("service_request_intake", "10-20-30-50-70-90")
    assert play.end("service_request_intake") == "end_merged"
    assert play.instance("service_request_intake").case_id == open_case
    assert ("repeated_request", "没有声音") in play.notes(open_case)
    assert play.case(open_case).status == "new"
    asset = company.asset(HANDSET_A)
    counted = sa.select(Case.case_no).where(Case.asset_id == asset.id, Case.close_code.is_distinct_from("merged"))
    assert list(db.session.scalars(counted)) == [number]
    merged = db.session.scalars(sa.select(Case).where(Case.close_code == "merged")).one()
    assert (merged.status, merged.parent_case_id) == ("cancelled", open_case)
    assert play.incidents() == []


def test_a_known_caller_is_routed_to_repair_in_one_form_and_the_case_keeps_its_number(
    play: Play, company: Company
) -> None:
    case_id = play.start("service_request_intake", "caller", caller_number=PHONE)
    contact = play.variables("service_request_intake")["match"]["contact_id"]
    play.do("s050_confirm_data", "caller", contact_id=contact)
    play.do("s090_record_request", "caller", **REQUEST, request_class="fault")
    assert play.end("service_request_intake") == "end_routed"
    case = play.case(case_id)
    assert (case.case_no, case.status, case.priority) == ("SR-20240603-0001", "accepted", "P3")
    assert case.first_responder_id == company.person("caller").id
    assert case.response_due is not None
    assert play.notices(case_id) == [("request_accepted", "customer:李娜")]
    assert play.instance("outlet_intake_repair").case_id == case_id
    assert play.open_elements() == ["s020_fill_slip"]
    assert play.incidents() == []


def test_a_caller_who_is_not_on_file_is_registered_and_known_the_next_time(play: Play) -> None:
    play.start("service_request_intake", "caller", caller_number="13900000000", caller_name="钱多多")
    play.do(
        "s060_register_customer", "caller", customer_name="钱多多", customer_kind="person",
        customer_phone="139 0000 0000",
    )  # fmt: skip
    play.do("s090_record_request", "caller", **REQUEST, request_class="fault", product_line="handset")
    play.went("service_request_intake", "10-20-30-60-70-90")
    play.start("service_request_intake", "caller", caller_number="+86 13900000000")
    assert play.variables("service_request_intake")["match"]["name"] == "钱多多"
    query = sa.select(sa.func.count()).select_from(Customer).where(Customer.phone == "13900000000")
    assert db.session.scalar(query) == 1


def test_an_anonymous_caller_is_heard_without_a_customer_record_of_their_own(play: Play) -> None:
    case_id = play.start("service_request_intake", "caller", caller_number="13900000009")
    play.do("s060_register_customer", "caller", anonymous=True)
    play.do(
        "s090_record_request", "caller", channel="phone", severity="question", fault_description="建议延长营业时间",
        anonymous_class="suggestion", need_topic="centre_service",
    )  # fmt: skip
    case = play.case(case_id)
    assert play.end("service_request_intake") == "end_routed"
    assert (case.status, case.close_code) == ("closed", "suggestion_passed")
    assert [template for template, _ in play.notices(case_id)] == ["new_need"]
    assert play.incidents() == []


def test_a_process_that_is_not_in_the_library_yet_leaves_an_incident_and_the_case_open(
    play: Play, company: Company
) -> None:
    case_id = play.start("service_request_intake", "caller", caller_number=PHONE)
    contact = play.variables("service_request_intake")["match"]["contact_id"]
    play.do("s050_confirm_data", "caller", contact_id=contact)
    play.do("s090_record_request", "caller", **REQUEST, request_class="training")
    assert [(code, params["process"]) for _, code, params in play.incidents()] == [
        ("engine.nothing_to_start", "product_training")
    ]
    assert play.case(case_id).status == "accepted"
    told = queries.story_of(company.person("caller"), case_id)
    assert [incident.code for incident in told.incidents] == ["engine.nothing_to_start"]
    assert "stuck" in {entry.code for entry in told.timeline}
