"""Every job type does what the reference promises."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app.db import db
from app.desk.models import (
    Case,
    CaseNote,
    Contact,
    Customer,
    Document,
    NewNeed,
    Notice,
    PartStock,
    PenaltyRecord,
    ResponsibilityLink,
    StockMovement,
)
from app.errors import FirstlineError, Invalid
from tests.company import HANDSET_A, HANDSET_B, IMEI_A, PHONE, SERVER_S, SHANGHAI
from tests.conftest import both_databases
from tests.desk.conftest import Desk

pytestmark = both_databases


def test_case_changes_header_status_and_times(desk: Desk) -> None:
    case_id = desk.open()
    done = desk.do(
        "desk.case",
        case_id,
        {
            "changes": {
                "status": "in_progress", "priority": "P2", "serial_no": "ec900 a-100", "sla_clock": "working",
                "response_due": "2024-06-03T18:00:00+08:00", "first_responder": "agent", "in_warranty": True,
            },
            "note": "客户很急",
        },
    )  # fmt: skip
    case = desk.case(case_id)
    assert (case.status, case.priority, case.serial_no, case.in_warranty) == ("in_progress", "P2", HANDSET_A, True)
    assert case.asset_id == desk.company.asset(HANDSET_A).id
    assert case.customer_id == desk.company.customer("李娜").id
    assert case.response_due == dt.datetime(2024, 6, 3, 18, tzinfo=SHANGHAI)
    assert case.extra == {"sla_clock": "working"}
    assert done["first_responder"] == "agent"
    assert [note.text for note in db.session.scalars(sa.select(CaseNote))] == ["客户很急"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"colour": "red"}, "desk.unknown_case_field"),
        ({"first_responder": "nobody_at_all"}, "desk.no_such_user"),
        ({"response_due": "tomorrow"}, "desk.not_a_time"),
        ({"response_due": "2024-06-03T18:00:00"}, "desk.not_a_time"),
        ({"customer_id": "x"}, "desk.no_such_record"),
        ({"unit": "MOON"}, "desk.no_such_unit"),
    ],
)
def test_case_refuses_what_cannot_be_stored_and_changes_nothing(desk: Desk, changes: dict[str, str], code: str) -> None:
    case_id = desk.open()
    with pytest.raises(FirstlineError) as refused:
        desk.do("desk.case", case_id, {"changes": {"priority": "P1", **changes}})
    assert refused.value.code == code
    assert desk.case(case_id).priority is None


def test_case_leaves_the_outcome_to_the_caller_of_a_called_process(desk: Desk) -> None:
    case_id = desk.open()
    desk.do("desk.case", case_id, {"changes": {"status": "in_progress"}})
    ended = {"status": "resolved", "close_code": "repaired", "charge_basis": "free"}
    desk.do("desk.case", case_id, {"changes": ended}, called=True)
    case = desk.case(case_id)
    assert (case.status, case.close_code, case.charge_basis) == ("in_progress", None, "free")
    desk.do("desk.case", case_id, {"changes": ended})
    assert (desk.case(case_id).status, desk.case(case_id).close_code) == ("resolved", "repaired")


def test_case_refuses_a_status_that_no_way_leads_to(desk: Desk) -> None:
    case_id = desk.open()
    desk.do("desk.case", case_id, {"changes": {"status": "closed"}})
    with pytest.raises(FirstlineError) as refused:
        desk.do("desk.case", case_id, {"changes": {"status": "in_progress"}})
    assert refused.value.code == "desk.status_not_allowed"


def test_document_draws_a_number_once_and_keeps_every_state(desk: Desk) -> None:
    case_id = desk.open(process="complaint_handling")
    lines = {"lines": [1], "total": 100}
    number = desk.do(
        "desk.document", case_id, {"document_no": None, "content": lines}, kind="quotation", state="priced"
    )
    assert number == {"document_no": "QT-20240603-0001"}
    desk.do(
        "desk.document", case_id, {**number, "content": {"sent": "fax"}, "changes": {"serial_no": HANDSET_A}},
        kind="quotation", state="sent", case_status="waiting_customer",
    )  # fmt: skip
    (quote,) = db.session.scalars(sa.select(Document))
    assert quote.content == {"lines": [1], "total": 100, "sent": "fax"}
    assert [step["state"] for step in quote.history] == ["priced", "sent"]
    assert (desk.case(case_id).status, desk.case(case_id).serial_no) == ("waiting_customer", HANDSET_A)


def test_document_gives_a_counter_case_its_own_number_as_slip_number(desk: Desk) -> None:
    case_id = desk.open()
    slip: dict[str, object] = {"document_no": None, "content": {}}
    assert desk.do("desk.document", case_id, slip, kind="repair_slip", state="signed") == {
        "document_no": desk.case(case_id).case_no
    }
    assert desk.do("desk.document", case_id, slip, kind="repair_slip", state="signed") == {
        "document_no": "RO-20240603-0002"
    }


def test_document_keeps_the_number_finance_typed_and_refuses_that_of_another_case(desk: Desk) -> None:
    first, second = desk.open(), desk.open()
    invoice = {"document_no": "INV-7", "content": {"amount": 100}}
    desk.do("desk.document", first, invoice, kind="invoice", state="issued")
    with pytest.raises(Invalid) as refused:
        desk.do("desk.document", second, invoice, kind="invoice", state="issued")
    assert (refused.value.code, refused.value.params) == ("desk.document_of_another_case", {"number": "INV-7"})
    with pytest.raises(Invalid) as unknown:
        desk.do("desk.document", second, {"content": {}}, kind="poem", state="written")
    assert unknown.value.code == "desk.unknown_document"


def test_price_takes_the_list_then_the_hand_then_what_was_agreed(desk: Desk) -> None:
    lines = [
        {"kind": "part", "code": "SPK", "quantity": 2, "price": 1},
        {"kind": "part", "code": "RARE", "quantity": 1},
        {"kind": "part", "code": "ODD", "quantity": 1, "price": 12.5},
        {"kind": "labour", "code": "F-AUDIO", "quantity": 1},
    ]
    agreed = [{"kind": "part", "code": "RARE", "price": 1200}]
    priced = desk.do("desk.price", desk.open(), {"lines": lines, "basis": "quote_all", "agreed": agreed})["priced"]
    assert [(line["price"], line["listed"], line["amount"]) for line in priced["lines"]] == [
        (40, True, 80), (1200, False, 1200), (12.5, False, 12.5), (60, True, 60),
    ]  # fmt: skip
    assert (priced["total"], priced["unpriced_items"], priced["hand_priced"]) == (1352.5, 2, 1212.5)


@pytest.mark.parametrize(
    ("basis", "total"), [("quote_all", 100), ("quote_parts", 40), ("quote_labour", 60), ("free", 0)]
)
def test_price_charges_what_the_basis_says(desk: Desk, basis: str, total: int) -> None:
    lines = [{"kind": "part", "code": "SPK", "quantity": 1}, {"kind": "labour", "code": "F-AUDIO", "quantity": 1}]
    assert desk.do("desk.price", desk.open(), {"lines": lines, "basis": basis})["priced"]["total"] == total


def test_stock_goes_down_once_per_job_and_what_the_books_lacked_is_a_difference(desk: Desk) -> None:
    case_id = desk.open()
    parts = [
        {"code": "SPK", "quantity": 8, "old_part_kept": True},
        {"code": "SPK", "quantity": 4},
        {"code": "GHOST", "quantity": 1},
    ]
    for _ in range(2):
        desk.do("desk.stock", case_id, {"site": "HZ1", "parts": parts}, action="use", job_key=77)
    assert desk.company.on_hand("SPK") == 0
    assert desk.company.on_hand("SPK", "HZ2") == 10
    moved = sa.select(StockMovement).where(StockMovement.bucket == "on_hand").order_by(StockMovement.id)
    assert [(movement.quantity, movement.reason) for movement in db.session.scalars(moved)] == [
        (2, "count_difference"), (-12, "repair"),
    ]  # fmt: skip
    kept = sa.select(sa.func.sum(PartStock.old_parts_on_hand)).where(PartStock.site == "HZ1")
    assert db.session.scalar(kept) == 8
    assert [(note.kind, note.text) for note in db.session.scalars(sa.select(CaseNote))] == [("unknown_parts", "GHOST")]


def test_stock_of_a_site_that_never_had_the_part_stays_at_nothing(desk: Desk) -> None:
    desk.do("desk.stock", desk.open(), {"site": "NJ1", "parts": [{"code": "LCD", "quantity": 1}]}, action="use")
    assert desk.company.on_hand("LCD", "NJ1") == 0


def test_stock_refuses_a_quantity_below_one(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.do("desk.stock", desk.open(), {"site": "HZ1", "parts": [{"code": "SPK", "quantity": -1}]}, action="use")
    assert refused.value.code == "desk.quantity_not_positive"


def test_notices_go_to_customer_people_and_roles_once_each(desk: Desk) -> None:
    case_id = desk.open(serial_no=HANDSET_A)
    to = ["customer", "user:agent", "role:outlet_supervisor@HZ1", None, "user:agent", "user:"]
    told = desk.do("notice.send", case_id, {"to": to, "params": {"case_no": "X"}}, template="collect_unit")
    assert told == {"told": ["customer", "user:agent", "role:outlet_supervisor@HZ1"]}
    rows = db.session.scalars(sa.select(Notice).order_by(Notice.id))
    assert [(row.recipient_kind, row.recipient, row.channel, row.template) for row in rows] == [
        ("customer", "李娜", "phone", "collect_unit"),
        ("user", "agent", "in_app", "collect_unit"),
        ("role", "outlet_supervisor@HZ1", "in_app", "collect_unit"),
    ]
    with pytest.raises(Invalid) as refused:
        desk.do("notice.send", case_id, {"to": ["everybody"]}, template="collect_unit")
    assert refused.value.code == "desk.no_such_recipient"


def test_lookup_prefers_the_device_and_names_the_calling_contact(desk: Desk) -> None:
    case_id = desk.open()
    (by_serial,) = desk.do("desk.lookup", case_id, {"serial_no": "mt70-b-200", "phone": PHONE})["matches"]
    assert (by_serial["name"], by_serial["serial_no"], by_serial["contact_id"]) == ("赵敏", HANDSET_B, None)
    (by_phone,) = desk.do("desk.lookup", case_id, {"serial_no": "?", "phone": f"+86 {PHONE}"})["matches"]
    assert (by_phone["name"], by_phone["contact_name"], by_phone["serial_no"]) == ("李娜", "李娜", HANDSET_A)
    (by_name,) = desk.do("desk.lookup", case_id, {"name": "海星"})["matches"]
    assert (by_name["asset_id"], by_name["contact_id"]) == (None, None)
    assert desk.do("desk.lookup", case_id, {"phone": "13700000000"}) == {"matches": []}


def test_customer_register_finds_doubles_before_it_saves(desk: Desk) -> None:
    case_id = desk.open()
    new = {"name": "钱多多", "phone": "137 0000 0001", "kind": "person"}
    first = desk.do("desk.customer_register", case_id, new)
    again = desk.do("desk.customer_register", case_id, {**new, "phone": "+8613700000001"})
    assert (first["customer_id"], first["contact_id"]) == (again["customer_id"], again["contact_id"])
    assert first["facts"]["contract_active"]["value"] is False
    namesake = desk.do("desk.customer_register", case_id, {**new, "name": "钱小多"})
    assert namesake["customer_id"] != first["customer_id"]
    saved = db.session.get(Customer, namesake["customer_id"])
    assert saved is not None
    assert saved.duplicate_flag is True


def test_anonymous_callers_share_one_customer_and_get_no_notice(desk: Desk) -> None:
    case_id = desk.open()
    first = desk.do("desk.customer_register", case_id, {"anonymous": True})
    assert desk.do("desk.customer_register", case_id, {"anonymous": True})["customer_id"] == first["customer_id"]
    people = {"customer_id": first["customer_id"], "contact_id": first["contact_id"]}
    desk.do("desk.case", case_id, {"changes": people})
    assert desk.do("notice.send", case_id, {"to": ["customer"]}, template="request_accepted") == {"told": []}


def test_contact_register_adds_a_person_once(desk: Desk) -> None:
    case_id, customer = desk.open(), desk.company.customer("李娜")
    person = {"customer_id": customer.id, "name": "李雷", "phone": "136 0000 0000", "preferred_channel": "sms"}
    first = desk.do("desk.contact_register", case_id, person)
    assert desk.do("desk.contact_register", case_id, person) == first
    saved = db.session.get(Contact, first["contact_id"])
    assert saved is not None
    assert (saved.phone, saved.preferred_channel) == ("13600000000", "sms")


def test_case_note_merges_a_case_into_another(desk: Desk) -> None:
    kept, merged = desk.open(), desk.open()
    number = desk.case(kept).case_no
    inputs = {"case_no": number, "text": "又坏了"}
    desk.do("desk.case_note", merged, inputs, kind="repeated_request", merge="true", message="msg_case_note")
    assert (desk.case(merged).status, desk.case(merged).close_code) == ("cancelled", "merged")
    assert desk.case(merged).parent_case_id == kept
    assert desk.moved == [(kept, desk.case(kept).unit_id)]
    (note,) = db.session.scalars(sa.select(CaseNote))
    assert (note.case_id, note.kind, note.text, note.author) == (kept, "repeated_request", "又坏了", "agent")
    with pytest.raises(Invalid):
        desk.do("desk.case_note", kept, inputs, kind="repeated_request", merge="true")


def test_task_log_keeps_step_kind_and_reason(desk: Desk) -> None:
    desk.do("desk.task_log", desk.open(), {"step": "s130_handle", "note": "录入太晚"}, kind="rehandling")
    (note,) = db.session.scalars(sa.select(CaseNote))
    assert (note.kind, note.step, note.text) == ("rehandling", "s130_handle", "录入太晚")


def test_new_need_is_kept_for_each_department_and_told_to_it(desk: Desk) -> None:
    routes = [
        {"topic": "terminal_wish", "department": "quality", "role": "department_complaint_handler"},
        {"topic": "terminal_wish", "department": "marketing", "role": "department_complaint_handler"},
    ]
    need = {"source_process": "return_visit", "kind": "terminal_wish", "text": "天线更长", "routes": routes}
    done = desk.do("desk.new_need", desk.open(), need, message="msg_new_need")
    assert done == {"need_nos": ["ND-20240603-0001", "ND-20240603-0002"]}
    assert {need.department for need in db.session.scalars(sa.select(NewNeed))} == {"quality", "marketing"}
    assert {notice.recipient for notice in db.session.scalars(sa.select(Notice))} == {
        "department_complaint_handler@quality",
        "department_complaint_handler@marketing",
    }


def test_penalty_proposal_waits_for_people_and_flags_the_case(desk: Desk) -> None:
    case_id = desk.open()
    inputs = {"rule_id": "T27.visit_missing", "amount": 10, "debtor_role": "return_visitor", "responsible": None}
    desk.do("desk.penalty_proposal", case_id, inputs, flag="visit_missing")
    (record,) = db.session.scalars(sa.select(PenaltyRecord))
    assert (record.status, int(record.amount), record.debtor_role) == ("proposed", 10, "return_visitor")
    assert desk.case(case_id).return_visit_state == "visit_missing"


def test_responsibility_links_open_are_accepted_returned_and_closed(desk: Desk) -> None:
    case_id = desk.open()
    desk.do("desk.case", case_id, {"changes": {"unit": "HZ1"}})
    opened = {"kind": "escalation", "layer": "middle", "area": "region", "role": "processing_agent",
              "answers_to": "agent", "reason": "skill", "note": "查不出"}  # fmt: skip
    first = desk.do("desk.responsibility_link", case_id, opened, called=True, action="open")
    assert first == {"link_seq": 1, "unit": "EAST"}
    assert (desk.case(case_id).status, desk.case(case_id).current_layer) == ("escalated", "middle")
    named = {"seq": 1, "handler": "middle_east"}
    assert desk.do("desk.responsibility_link", case_id, named, action="accept") == {"handler": "middle_east"}
    desk.do("desk.responsibility_link", case_id, {"seq": 1, "result": "wrong_level", "note": "不归我"}, action="return")
    desk.do("desk.responsibility_link", case_id, {**opened, "area": "national"}, action="open")
    desk.do("desk.responsibility_link", case_id, {"result": "solved", "note": "好了"}, action="close")
    links = db.session.scalars(sa.select(ResponsibilityLink).order_by(ResponsibilityLink.seq)).all()
    assert [(link.seq, link.result, link.note) for link in links] == [
        (1, "wrong_level", "不归我"),
        (2, "solved", "好了"),
    ]
    assert desk.case(case_id).status == "in_progress"
    with pytest.raises(Invalid) as missing:
        desk.do("desk.responsibility_link", case_id, {"seq": 9}, action="return")
    assert missing.value.code == "desk.no_such_link"


def test_a_transfer_needs_somebody_who_accepted(desk: Desk) -> None:
    case_id = desk.open()
    moved = {"kind": "guided_transfer", "answers_to": "agent", "handler": "caller", "reason": "duty"}
    assert desk.do("desk.responsibility_link", case_id, moved, action="transfer")["handler"] == "caller"
    assert desk.case(case_id).first_responder_id == desk.company.person("caller").id
    with pytest.raises(Invalid) as nobody:
        desk.do("desk.responsibility_link", case_id, {**moved, "handler": None}, action="transfer", person="s040_x")
    assert nobody.value.code == "desk.nobody_accepted"


def test_a_job_without_case_says_so(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.do("desk.case", None, {"changes": {}})
    assert refused.value.code == "desk.no_case"
    assert desk.open()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 1


def test_facts_of_a_device_in_warranty_come_with_source_and_date(desk: Desk) -> None:
    case_id = desk.open(serial_no=HANDSET_A)
    facts = desk.do("desk.facts", case_id, {"serial_no": "ec900 a-100", "imei": IMEI_A, "received_on": "2024-06-03"})[
        "facts"
    ]
    assert facts["warranty_days_left"] == {"value": 221, "source": "sale_record", "date": "2024-06-03"}
    assert facts["warranty_end"]["value"] == "2025-01-10"
    assert (facts["proof"]["value"], facts["identity_ok"]["value"]) == ("record", True)
    assert (facts["owner"]["value"], facts["model"]["value"]) == ("李娜", "E-900")
    assert (facts["repeat_days"]["value"], facts["contract_active"]["value"]) == (-1, False)
    assert facts["contacts"]["value"][0]["name"] == "李娜"
    assert facts["assets"]["value"][0]["serial_no"] == HANDSET_A


def test_facts_of_a_device_under_contract(desk: Desk) -> None:
    facts = desk.do("desk.facts", desk.open(), {"serial_no": SERVER_S})["facts"]
    assert facts["warranty_end"]["value"] == "2027-02-01"
    assert (facts["contract_active"]["value"], facts["contract_hours"]["value"]) == (True, 4)
    assert (facts["free_parts"]["value"], facts["contract"]["value"]) == (False, "SC-2024-01")
    assert facts["contract"]["source"] == "contract"


def test_facts_of_a_device_that_is_not_on_file_put_nothing_into_warranty(desk: Desk) -> None:
    inputs = {"serial_no": "NOBODY1", "sale_date": "2024-05-01", "model": "E-900"}
    known = desk.do("desk.facts", desk.open(), inputs)["facts"]
    assert (known["proof"]["value"], known["identity_ok"]["value"]) == ("none", True)
    assert known["warranty_end"] == {"value": "2025-05-01", "source": "slip", "date": "2024-06-03"}
    bare = desk.do("desk.facts", desk.open(), {"serial_no": "NOBODY1"})["facts"]
    assert (bare["warranty_days_left"]["value"], bare["product_line"]["source"]) == (-1, "none")


def test_facts_tell_another_imei_apart(desk: Desk) -> None:
    facts = desk.do("desk.facts", desk.open(), {"serial_no": HANDSET_A, "imei": "490154203237526"})["facts"]
    assert facts["identity_ok"]["value"] is False


def test_facts_count_days_since_the_last_repair_of_the_same_fault(desk: Desk) -> None:
    repaired = desk.open(serial_no=HANDSET_A)
    content = {"labour_code": "F-AUDIO", "fault_found": "没有声音"}
    desk.do("desk.document", repaired, {"content": content}, kind="repair_list", state="issued")
    desk.company.clock.advance(days=30)
    again = desk.open(serial_no=HANDSET_A)
    days = {
        code: desk.do("desk.facts", again, {"serial_no": HANDSET_A, "fault_code": code})["facts"]["repeat_days"]
        for code in ("F-AUDIO", "F-DISPLAY", None)
    }
    assert {code: fact["value"] for code, fact in days.items()} == {"F-AUDIO": 30, "F-DISPLAY": -1, None: 30}
    assert (days[None]["date"], days[None]["fault"]) == ("2024-06-03", "没有声音")


def test_facts_list_open_cases_of_thirty_days_and_the_last_services(desk: Desk) -> None:
    asset = desk.company.asset(HANDSET_A)
    old = desk.open(asset_id=asset.id, fault_description="旧的")
    desk.company.clock.advance(days=29)
    closed = desk.open(asset_id=asset.id)
    desk.do("desk.case", closed, {"changes": {"status": "closed", "close_code": "repaired"}})
    desk.company.clock.advance(days=1)
    own = desk.open(asset_id=asset.id)
    facts = desk.do("desk.facts", own, {"asset_id": asset.id})["facts"]
    assert facts["open_cases"]["value"] == [{"case_no": desk.case(old).case_no, "fault": "旧的", "days_open": 30}]
    assert [service["result"] for service in facts["recent_services"]["value"]] == ["repaired"]
    desk.company.clock.advance(days=1)
    assert desk.do("desk.facts", own, {"asset_id": asset.id})["facts"]["open_cases"]["value"] == []


def test_facts_measure_how_often_an_outlets_repairs_come_back(desk: Desk) -> None:
    asset = desk.company.asset(HANDSET_A)
    for _ in range(2):
        case_id = desk.open(asset_id=asset.id)
        desk.do("desk.case", case_id, {"changes": {"unit": "HZ1", "status": "resolved", "close_code": "repaired"}})
        desk.company.clock.advance(days=10)
    facts = desk.do("desk.facts", case_id, {"asset_id": asset.id}, figures="true")["facts"]
    assert facts["outlet_return_rate"]["value"] == 50.0
    assert facts["area"]["value"] == "province"
    assert facts["days_open"]["value"] == 10


def test_facts_flag_records_that_somebody_thinks_are_doubles(desk: Desk) -> None:
    customer = desk.company.customer("赵敏")
    desk.do("desk.facts", desk.open(), {"duplicate_customers": [customer.id]})
    db.session.rollback()
    assert desk.company.customer("赵敏").duplicate_flag is True
