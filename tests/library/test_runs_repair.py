"""Runs of the catalogue's acceptance matrix through outlet repair, quotation and collection."""

from typing import Any

from tests.library.shop import Shop, fact

PHOTO = [{"documentId": "d1"}]
LIQUID = {"fault_reproduced": True, "evidence": "liquid"}
GENUINE = {"fault_reproduced": True, "evidence": "none"}
LINES = [
    {"kind": "part", "code": "SPK", "quantity": 1},
    {"kind": "labour", "code": "F-AUDIO", "quantity": 1},
]


def outlet(**known: Any) -> Shop:
    shop = Shop("outlet_intake_repair", "repair_quotation_payment", "payment_collection", known=known)
    shop.start({}, "outlet_intake_repair")
    shop.submit(
        "s020_fill_slip",
        {
            "model": "E-900", "outer_condition": "good", "wished_return": "counter", "data_loss_consent": True,
            "copy_given": True, "both_signed": True, "imei": "490154203237518",
        },
    )  # fmt: skip
    return shop


def inspected(finding: dict[str, Any], **known: Any) -> Shop:
    """A unit past misuse, warranty and damage."""
    shop = outlet(**known)
    shop.submit("s030_judge_misuse", finding)
    shop.submit("s060_judge_warranty")
    more = {"fault_code": "F-AUDIO", "fault_text": "Loudspeaker silent", "repair_here": "yes"}
    shop.submit("s065_inspect_damage", finding | more | ({"photos": PHOTO} if "liquid" in finding.values() else {}))
    return shop


def quoted(shop: Shop, lines: list[dict[str, Any]] = LINES) -> None:
    shop.submit("s020_price_quote", {"lines": lines})


def sent(shop: Shop) -> str:
    shop.submit("s060_send_quote", {"sent_by": "fax"})
    quote: str = shop.variables(shop.instance("repair_quotation_payment"))["quote"]["no"]
    return quote


def answered(shop: Shop, answer: str) -> None:
    number = sent(shop)
    assert shop.publish("msg_quote_answer", number, {"answer": answer, "note": None})


def repaired(shop: Shop, *, passed: bool, part: str = "SPK") -> None:
    parts = [{"code": part, "quantity": 1, "old_part_kept": True}]
    shop.submit("s100_repair", {"work_done": "Loudspeaker changed", "parts": parts})
    result = {"test_passed": True} if passed else {"test_passed": False, "repair_here": "yes"}
    shop.submit("s110_own_test", result | {"note": "tested"})


def listed(shop: Shop) -> None:
    shop.submit("s130_hand_to_reception")


def test_x01_human_damage_is_quoted_refused_and_returned_unrepaired() -> None:
    shop = inspected(LIQUID)
    quoted(shop)
    answered(shop, "refused")
    shop.submit("s085_reassemble")
    shop.submit("s090_return_unit", {"customer_signed": True, "handed_over_on": "2024-06-04"})
    assert shop.steps("outlet_intake_repair") == ["20", "30", "60", "65", "80"]
    assert shop.steps("repair_quotation_payment") == ["20", "30", "60", "85", "90"]
    assert shop.path("outlet_intake_repair")[-1] == "end_returned_unrepaired"
    result = shop.variables(1)
    assert result["warranty"]["in_warranty"] is True
    assert (result["finding"], result["charge_basis"]) == ("human_damage", "quote_all")
    assert result["result"] == "returned_unrepaired"
    assert not shop.written("desk.stock")
    assert shop.all_incidents() == []


def test_x02_keypad_lock_is_explained_and_nothing_repaired() -> None:
    shop = outlet()
    shop.submit("s030_judge_misuse", {"operation_error": True, "evidence": "none"})
    shop.submit("s050_explain_use", {"explained": "Keypad lock"})
    assert shop.path("outlet_intake_repair")[-1] == "end_guided"
    assert shop.variables(1)["result"] == "guided"
    assert not [seen for seen in shop.written("desk.document") if "work_done" in seen["content"]]


def test_x03_second_repair_passes_its_test_and_parts_are_deducted_once_per_use() -> None:
    shop = inspected(GENUINE)
    repaired(shop, passed=False, part="LCD")
    repaired(shop, passed=True)
    listed(shop)
    shop.submit("s150_give_to_customer", {"customer_signed": True, "handed_over_on": "2024-06-05"})
    assert shop.steps("outlet_intake_repair") == ["20", "30", "60", "65", *["100", "110"] * 2, "130", "150"]
    taken = [[part["code"] for part in seen["parts"]] for seen in shop.written("desk.stock")]
    assert taken == [["LCD"], ["SPK"]]
    assert [part["code"] for part in shop.variables(1)["repair_list"]["parts"]] == ["LCD", "SPK"]
    closed = shop.published[-1]
    assert (closed.name, closed.variables["result"], closed.variables["fee"]) == ("msg_repair_closed", "repaired", 0)
    assert shop.all_incidents() == []


def test_x04_out_of_warranty_is_signed_repaired_paid_and_invoiced_before_hand_over() -> None:
    shop = inspected(GENUINE, warranty_days_left=fact(-30))
    quoted(shop)
    answered(shop, "accepted")
    shop.submit("s100_sign_quote", {"signer": "Li Na", "returned_by": "fax"})
    shop.submit("s110_start_repair")
    repaired(shop, passed=True)
    listed(shop)
    shop.submit("s120_ask_payment", {"told_by": "phone"})
    payment = shop.instance("repair_quotation_payment")
    number = shop.variables(payment)["quote"]["no"]
    paid = {"amount": 100, "method": "cash", "paid_on": "2024-06-06", "reference": "V1"}
    assert shop.publish("msg_payment_received", number, paid)
    shop.submit("s100_book", {"account": "6001", "booked_on": "2024-06-06"})
    shop.submit("s150_invoice", {"invoice_no": "INV-1", "payer_name": "Li Na", "issued_on": "2024-06-06"})
    shop.submit("s160_hand_over", {"invoice_registered": True, "handed_over_on": "2024-06-06"})
    assert shop.steps("repair_quotation_payment") == ["120", "130", "140", "150", "160"]
    assert shop.path("outlet_intake_repair")[-2:] == ["s140b_payment", "end_repaired"]
    assert shop.variables(1)["fee"] == 100
    assert shop.all_incidents() == []


def test_x05_after_three_failed_tests_the_factory_repairs_and_the_customer_sees_one_case() -> None:
    shop = inspected(GENUINE)
    for _ in range(3):
        repaired(shop, passed=False)
    assert shop.open(1) == []
    shop.do(shop.instance("factory_intake"), "complete", shop._task("u")[1].token, {"result": "repaired"})
    assert shop.open(1) == ["s150_give_to_customer"]


def test_x14_a_hand_price_above_the_supervisors_limit_goes_to_the_repair_manager() -> None:
    shop = inspected(GENUINE, warranty_days_left=fact(-30))
    quoted(shop, [{"kind": "part", "code": "RARE", "quantity": 1, "price": 1200}, *LINES])
    assert shop.groups("s040_fix_price") == ("repair_manager@outlet-1",)
    shop.submit("s040_fix_price")
    shop.submit("s050_give_quote")
    assert shop.steps("repair_quotation_payment") == ["20", "30", "40", "50"]
    registered = shop.written("desk.document")[-1]["content"]
    assert (registered["price_fixed_by"], registered["total"]) == ("repair_manager", 1300)
    assert shop.groups("s060_send_quote") == ("repair_receptionist@outlet-1",)


def test_whoever_fixes_a_price_above_his_limit_needs_the_next_one() -> None:
    shop = inspected(GENUINE, warranty_days_left=fact(-30))
    quoted(shop, [{"kind": "part", "code": "RARE", "quantity": 1, "price": 900}])
    assert shop.groups("s040_fix_price") == ("repair_supervisor@outlet-1",)
    child = shop.instance("repair_quotation_payment")
    lines = shop.variables(child)["quote_lines"]
    shop.submit("s040_fix_price", {"lines": [{**lines[0], "price": 6000}]})
    assert shop.groups("s040_fix_price") == ("ccs_general_manager@outlet-1",)


def test_x15_without_an_answer_the_customer_is_reminded_on_day_three_and_the_quote_lapses_on_day_fourteen() -> None:
    shop = inspected(LIQUID)
    quoted(shop)
    sent(shop)
    shop.wait(days=3, minutes=1)
    reminders = [seen for kind, element, seen, _ in shop.jobs if element == "s070d_remind"]
    assert len(reminders) == 1
    assert reminders[0]["to"] == ["customer"]
    shop.wait(days=10)
    assert shop.open(shop.instance("repair_quotation_payment")) == []
    shop.wait(days=1)
    shop.submit("s085_reassemble")
    shop.submit("s090_return_unit", {"customer_signed": True, "handed_over_on": "2024-06-18"})
    assert shop.steps("repair_quotation_payment") == ["20", "30", "60", "85", "90"]
    assert shop.path("repair_quotation_payment")[-1] == "end_lapsed"
    assert shop.variables(1)["quote_result"] == "lapsed"
    assert len([job for job in shop.jobs if job[1] == "s070d_remind"]) == 1


def test_a_price_above_the_signed_quote_needs_a_second_signature_and_without_it_the_first_price_stands() -> None:
    for answer, due in (("accepted", 400), ("refused", 100)):
        shop = inspected(GENUINE, warranty_days_left=fact(-30))
        quoted(shop)
        answered(shop, "accepted")
        shop.submit("s100_sign_quote", {"signer": "Li Na", "returned_by": "hand"})
        shop.submit("s110_start_repair")
        repaired(shop, passed=False, part="LCD")
        repaired(shop, passed=True)
        listed(shop)
        shop.submit("s120_ask_payment", {"told_by": "phone"})
        quoted(shop, [*LINES, {"kind": "part", "code": "LCD", "quantity": 1}])
        answered(shop, answer)
        if answer == "accepted":
            shop.submit("s100_sign_quote", {"signer": "Li Na", "returned_by": "hand"})
        number = shop.variables(shop.instance("repair_quotation_payment"))["quote"]["no"]
        assert shop.publish("msg_payment_received", number, {"amount": due, "method": "cash", "paid_on": "2024-06-06"})
        assert shop.variables(shop.instance("payment_collection"))["amount_paid"] == due
        assert shop.open(shop.instance("payment_collection")) == ["s100_book"]


def test_a_customer_may_ask_for_three_changes_and_the_fourth_counts_as_a_refusal() -> None:
    shop = inspected(LIQUID)
    for _ in range(4):
        quoted(shop)
        answered(shop, "change")
    assert shop.open(shop.instance("repair_quotation_payment")) == ["s085_reassemble"]


def test_paying_first_collects_before_the_repair_starts() -> None:
    shop = Shop("repair_quotation_payment", "payment_collection")
    asked = {"phase": "quote", "quote_kind": "batch", "basis": "quote_all", "pay_first": True, "unit_held": True}
    shop.start(asked, "repair_quotation_payment")
    quoted(shop)
    answered(shop, "accepted")
    shop.submit("s100_sign_quote", {"signer": "Pager Ltd", "returned_by": "fax"})
    assert shop.open(1) == []
    number = shop.variables(1)["quote"]["no"]
    for amount in (40, 60):
        paid = {"amount": amount, "method": "transfer", "paid_on": "2024-06-06", "reference": None}
        assert shop.publish("msg_payment_received", number, paid)
    shop.submit("s100_book", {"account": "6001", "booked_on": "2024-06-06"})
    shop.submit("s150_invoice", {"invoice_no": "INV-2", "payer_name": "Pager Ltd", "issued_on": "2024-06-06"})
    shop.submit("s110_start_repair")
    assert shop.ended[1].variables["result"] == "accepted"


def test_an_on_site_quote_that_is_refused_hands_nothing_back() -> None:
    shop = Shop("repair_quotation_payment")
    asked = {"phase": "quote", "quote_kind": "on_site", "basis": "quote_all", "pay_first": False, "unit_held": False}
    shop.start(asked, "repair_quotation_payment")
    quoted(shop)
    answered(shop, "refused")
    assert shop.path("repair_quotation_payment")[-1] == "end_refused"


def test_the_same_fault_within_ninety_days_is_repaired_free_although_the_warranty_is_over() -> None:
    for same_fault, basis in ((True, "free"), (False, "quote_all")):
        shop = outlet(warranty_days_left=fact(-30), repeat_days=fact(12))
        shop.submit("s030_judge_misuse", GENUINE)
        shop.submit("s060_judge_warranty", {"same_fault": same_fault})
        more = {"fault_code": "F-AUDIO", "fault_text": "Silent again", "repair_here": "yes"}
        shop.submit("s065_inspect_damage", GENUINE | more)
        assert shop.variables(1)["charge_basis"] == basis


def test_a_mismatched_identity_is_reviewed_by_the_outlet_supervisor() -> None:
    shop = outlet(identity_ok=fact(False))
    shop.submit("s030_judge_misuse", GENUINE)
    shop.submit("s060_judge_warranty")
    assert shop.groups("s060d_review_identity") == ("outlet_supervisor@outlet-1",)
    shop.submit("s060d_review_identity", {"identity_accepted": "yes", "note": "Board changed by us in May"})
    assert shop.variables(1)["warranty"] == {"in_warranty": True, "reason": "overruled_in"}


def test_a_cancelled_case_ends_the_quotation_and_returns_the_unit() -> None:
    shop = inspected(LIQUID)
    assert shop.publish("msg_case_cancelled", "RO-20240603-0001", {"reason": "bought a new one"})
    assert shop.open(1) == ["s910_return_unit"]
    shop.submit("s910_return_unit", {"customer_signed": True, "handed_over_on": "2024-06-04"})
    assert shop.written("desk.case")[-1]["changes"] == {"status": "cancelled", "close_code": "cancelled"}


def test_a_repaired_unit_that_nobody_collects_reminds_the_customer_and_then_the_supervisor() -> None:
    shop = inspected(GENUINE)
    repaired(shop, passed=True)
    listed(shop)
    shop.wait(days=31)
    shop.wait(days=60)
    told = [(seen["to"], headers["template"]) for kind, _, seen, headers in shop.jobs if kind == "notice.send"]
    assert told == [(["customer"], "collect_unit"), (["role:outlet_supervisor@outlet-1"], "unit_not_collected")]
    assert shop.open(1) == ["s150_give_to_customer"]


def test_after_three_reminders_a_payment_counts_as_not_made() -> None:
    shop = Shop("payment_collection")
    due = {"payer": 7, "amount": 100, "due_on": "2024-06-10", "payment_ref": "QT-1", "received": None}
    shop.start(due, "payment_collection")
    for _ in range(5):
        shop.wait(days=8)
    assert len([job for job in shop.jobs if job[1] == "s070_dun"]) == 3
    assert shop.ended[1].variables["result"] == "unpaid"


def test_a_repair_is_due_in_three_working_days() -> None:
    shop = inspected(GENUINE)
    due = shop.due("s100_repair")
    assert due is not None
    assert due.astimezone(shop.port.environment.zone).isoformat() == "2024-06-05T18:00:00+08:00"
