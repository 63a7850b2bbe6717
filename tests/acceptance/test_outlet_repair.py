"""X01–X04 of the catalogue: a handset at the counter."""

import typing as t

import pytest

from tests.company import HANDSET_A, HANDSET_B, IMEI_A, Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases

LIQUID = {"fault_reproduced": True, "evidence": "liquid"}
GENUINE = {"fault_reproduced": True, "evidence": "none"}
PHOTO = [{"documentId": "d1"}]


def handed_in(play: Play, serial_no: str, fault: str) -> int:
    """A unit at the counter, its slip filled in and signed."""
    case = play.start("outlet_intake_repair", "agent", serial_no=serial_no, fault_description=fault, channel="counter")
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, accessories=["battery"],
    )  # fmt: skip
    return case


def judged(play: Play, finding: dict[str, t.Any]) -> None:
    """Misuse and warranty judged, damage inspected."""
    play.do("s030_judge_misuse", "agent", **finding)
    play.do("s060_judge_warranty", "agent")
    photos = {"photos": PHOTO} if finding["evidence"] == "liquid" else {}
    play.do(
        "s065_inspect_damage", "analyst", **finding, **photos,
        fault_code="F-AUDIO", fault_text="Loudspeaker silent", repair_here="yes",
    )  # fmt: skip


def quoted(play: Play) -> str:
    """The quote is priced and sent; returns its number."""
    lines = [{"kind": "part", "code": "SPK", "quantity": 1}, {"kind": "labour", "code": "F-AUDIO", "quantity": 1}]
    play.do("s020_price_quote", "analyst", lines=lines)
    play.do("s060_send_quote", "agent", sent_by="hand")
    number: str = play.variables("repair_quotation_payment")["quote"]["no"]
    return number


def repaired(play: Play, part: str, *, passed: bool) -> None:
    parts = [{"code": part, "quantity": 1, "old_part_kept": True}]
    play.do("s100_repair", "analyst", work_done="Loudspeaker changed", parts=parts)
    result = {"test_passed": True} if passed else {"test_passed": False, "repair_here": "yes"}
    play.do("s110_own_test", "analyst", **result, note="tested")


def test_x01_human_damage_in_warranty_is_quoted_refused_and_returned(play: Play, company: Company) -> None:
    case_id = handed_in(play, HANDSET_A, "没有声音")
    judged(play, LIQUID)
    number = quoted(play)
    assert play.case(case_id).status == "waiting_customer"
    play.answer("s070b_answered", "agent", answer="refused")
    play.do("s085_reassemble", "analyst")
    play.do("s090_return_unit", "agent", customer_signed=True, handed_over_on="2024-06-03")

    play.went("outlet_intake_repair", "10-20-30-40-60-65-70-80-85")
    play.went("repair_quotation_payment", "10-20-30-60-70-80-85-90")
    assert play.end("outlet_intake_repair") == "end_returned_unrepaired"
    assert play.end("repair_quotation_payment") == "end_refused"
    case = play.case(case_id)
    assert (case.in_warranty, case.charge_basis, case.close_code) == (True, "quote_all", "returned_unrepaired")
    assert (case.status, case.first_responder_id) == ("closed", company.person("agent").id)
    assert play.variables("outlet_intake_repair")["finding"] == "human_damage"
    (quote,) = play.documents(case_id, "quotation")
    assert (quote.document_no, quote.state, quote.content["answer"]) == (number, "answered", "refused")
    assert [step["state"] for step in quote.history] == ["priced", "sent", "answered"]
    assert not play.documents(case_id, "invoice")
    assert company.on_hand("SPK") == 10
    assert play.incidents() == []


def test_x02_a_keypad_lock_is_explained_and_counted_as_guided(play: Play, company: Company) -> None:
    case_id = handed_in(play, HANDSET_A, "按键无反应")
    play.do("s030_judge_misuse", "agent", operation_error=True, evidence="none")
    play.do("s050_explain_use", "agent", explained="键盘锁")

    play.went("outlet_intake_repair", "10-20-30-40-50")
    assert play.end("outlet_intake_repair") == "end_guided"
    assert play.case(case_id).close_code == "guided"
    assert play.case(case_id).status == "closed"
    assert [paper.kind for paper in play.documents(case_id)] == ["repair_slip"]
    assert company.on_hand("KBD") == 10
    assert play.incidents() == []


def test_x03_the_second_repair_passes_and_parts_are_deducted_once_per_use(play: Play, company: Company) -> None:
    case_id = handed_in(play, HANDSET_A, "没有声音")
    judged(play, GENUINE)
    repaired(play, "LCD", passed=False)
    repaired(play, "SPK", passed=True)
    play.do("s130_hand_to_reception", "analyst")
    play.do("s150_give_to_customer", "agent", customer_signed=True, handed_over_on="2024-06-03")

    play.went("outlet_intake_repair", "10-20-30-40-60-65-70-95-100-110-120-95-100-110-120-130-140-150-160")
    assert play.end("outlet_intake_repair") == "end_repaired"
    case = play.case(case_id)
    assert (case.charge_basis, case.close_code, case.status) == ("free", "repaired", "closed")
    assert (company.on_hand("LCD"), company.on_hand("SPK"), company.on_hand("KBD")) == (9, 9, 10)
    tests = [visit for visit in play.visits("outlet_intake_repair") if visit.element == "s110_own_test"]
    assert len(tests) == 2
    (listed,) = play.documents(case_id, "repair_list")
    assert [part["code"] for part in listed.content["parts"]] == ["LCD", "SPK"]
    assert not play.documents(case_id, "quotation")
    assert play.incidents() == []


def test_x04_out_of_warranty_is_signed_repaired_paid_and_invoiced_before_hand_over(
    play: Play, company: Company
) -> None:
    case_id = handed_in(play, HANDSET_B, "没有声音")
    judged(play, GENUINE)
    number = quoted(play)
    play.answer("s070b_answered", "agent", answer="accepted")
    play.do("s100_sign_quote", "agent", signer="赵敏", returned_by="hand")
    play.do("s110_start_repair", "agent")
    repaired(play, "SPK", passed=True)
    play.do("s130_hand_to_reception", "analyst")
    play.do("s120_ask_payment", "agent", told_by="phone")
    play.answer("s130_pays", "agent", amount=100, method="cash", paid_on="2024-06-03", reference="V-1")
    play.do("s100_book", "clerk", account="6001", booked_on="2024-06-03")
    play.do("s150_invoice", "clerk", invoice_no="INV-1", payer_name="赵敏", issued_on="2024-06-03")
    assert [paper.document_no for paper in play.documents(case_id, "invoice")] == ["INV-1"]
    play.do("s160_hand_over", "agent", invoice_registered=True, handed_over_on="2024-06-03")

    play.went("outlet_intake_repair", "10-20-30-40-60-65-70-80-85-95-100-110-120-130-140-160")
    play.went("repair_quotation_payment", "10-20-30-60-70-80-100-110", which=0)
    play.went("repair_quotation_payment", "120-130-140-150-160", which=1)
    assert play.end("repair_quotation_payment", 0) == "end_accepted"
    assert play.end("repair_quotation_payment", 1) == "end_paid"
    assert play.end("outlet_intake_repair") == "end_repaired"
    case = play.case(case_id)
    assert (case.in_warranty, case.charge_basis, case.close_code) == (False, "quote_all", "repaired")
    (quote,) = play.documents(case_id, "quotation")
    assert (quote.document_no, quote.state, quote.content["signed_total"]) == (number, "signed", 100)
    assert play.variables("outlet_intake_repair")["fee"] == 100
    assert company.on_hand("SPK") == 9
    assert play.incidents() == []


@pytest.mark.parametrize("imei", [IMEI_A, "490154203237526"])
def test_a_slip_with_a_foreign_imei_is_reviewed_by_the_outlet_supervisor(play: Play, imei: str) -> None:
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, imei=imei,
    )  # fmt: skip
    play.do("s030_judge_misuse", "agent", **GENUINE)
    play.do("s060_judge_warranty", "agent")
    foreign = imei != IMEI_A
    assert play.open_elements() == ["s060d_review_identity" if foreign else "s065_inspect_damage"]
