"""Stories of the outlets: from the counter to the repaired device, the refused quote, the unpaid bill."""

import random
from collections.abc import Mapping
from typing import Any

from app.demo import words
from app.demo.acts import DUE, TODAY, Act, Data, Do, Path, Record, Remark, Start
from app.demo.cast import Device
from app.demo.worktime import DAY, HOUR

REPAIR = "outlet_intake_repair"
GENUINE = {"fault_reproduced": True, "evidence": "none"}
LIQUID = {"fault_reproduced": True, "evidence": "liquid"}
NOTHING_FOUND = {"fault_reproduced": False, "operation_error": False, "evidence": "none"}
MISUSE = {"fault_reproduced": False, "operation_error": True, "evidence": "none"}
SIGNED = {"customer_signed": True, "handed_over_on": TODAY}
Answers = Mapping[str, Any]


def at_the_counter(dice: random.Random, device: Device, fault: words.Fault, **slip: Any) -> Path:
    """The unit is handed in and its slip filled in and signed."""
    said = fault.said_en if device.english else fault.said
    start = {"serial_no": device.serial_no, "unit": device.unit, "channel": "counter", "fault_description": said}
    yield Start(by=f"receptionist_{device.unit.lower()}", process=REPAIR, variables=start)
    yield from slip_filled(dice, device, **slip)
    if dice.random() < 0.4:
        text = words.REMARK_EN if device.english else dice.choice(words.REMARKS)
        yield Remark(by="repair_receptionist", text=text, after=5)


def slip_filled(dice: random.Random, _device: Device, **slip: Any) -> Path:
    answers = {
        "outer_condition": dice.choice(words.CONDITIONS), "wished_return": "counter", "data_loss_consent": True,
        "both_signed": True, "copy_given": True, "accessories": dice.choice((["battery"], ["battery", "charger"], [])),
        **slip,
    }  # fmt: skip
    yield Do(element="s020_fill_slip", answers=answers, after=dice.randint(6, 20))


def judged(dice: random.Random, fault: words.Fault, finding: Answers, repair_here: str = "yes", **more: Any) -> Path:
    """Misuse and warranty are judged at the counter, the damage at the bench."""
    yield Do(element="s030_judge_misuse", answers=finding, after=dice.randint(5, 30))
    yield Do(element="s060_judge_warranty", after=dice.randint(3, 15))
    found = {**finding, "fault_code": fault.code, "fault_text": fault.found, "repair_here": repair_here, **more}
    photo = "photos" if finding["evidence"] == "liquid" else ""
    yield Do(element="s065_inspect_damage", answers=found, photo=photo, after=dice.randint(HOUR, 4 * HOUR))


def quoted(dice: random.Random, device: Device, fault: words.Fault) -> Path:
    """A quote of list prices is made and handed over."""
    lines = [
        {"kind": "part", "code": device.part(fault.part), "quantity": 1},
        {"kind": "labour", "code": fault.labour, "quantity": 1},
    ]
    yield Do(element="s020_price_quote", answers={"lines": lines}, after=dice.randint(20, 2 * HOUR))
    yield Do(
        element="s060_send_quote", answers={"sent_by": dice.choice(("hand", "phone"))}, after=dice.randint(20, HOUR)
    )


def repaired(dice: random.Random, device: Device, fault: words.Fault, *, passed: bool = True) -> Path:
    """The analyst repairs and tests."""
    parts = [{"code": device.part(fault.part), "quantity": 1, "old_part_kept": True}]
    work = {"fault_code": fault.code, "work_done": fault.done, "parts": parts}
    yield Do(element="s100_repair", answers=work, after=dice.randint(2 * HOUR, DAY))
    result: Answers = {"test_passed": True, "note": "连续测试三十分钟无异常"}
    if not passed:
        result = {"test_passed": False, "repair_here": "yes", "note": "故障重现，需重新检查焊点"}
    yield Do(element="s110_own_test", answers=result, after=dice.randint(20, 90))


def listed(dice: random.Random, fault: words.Fault) -> Act:
    work = {"fault_found": fault.found, "work_done": fault.done}
    return Do(element="s130_hand_to_reception", answers=lambda data: {**work, **_kept(data)}, after=dice.randint(5, 40))


def _kept(data: Data) -> Answers:
    """What the list already says stays as it is."""
    return {name: value for name, value in data.items() if value is not None}


def collected(dice: random.Random) -> Act:
    return Do(element="s150_give_to_customer", answers=SIGNED, after=dice.randint(2 * HOUR, 2 * DAY))


def free_repair(dice: random.Random, device: Device) -> Path:
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, GENUINE)
    yield from repaired(dice, device, fault)
    yield listed(dice, fault)
    yield collected(dice)


def repaired_twice(dice: random.Random, device: Device) -> Path:
    """The first repair does not pass the test."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, GENUINE)
    yield from repaired(dice, device, fault, passed=False)
    yield from repaired(dice, device, fault)
    yield listed(dice, fault)
    yield collected(dice)


def guided(dice: random.Random, device: Device) -> Path:
    """Nothing is broken; the customer is shown how to use it."""
    yield from at_the_counter(dice, device, words.fault(dice))
    yield Do(element="s030_judge_misuse", answers=MISUSE, after=dice.randint(5, 30))
    yield Do(element="s050_explain_use", answers={"explained": dice.choice(words.GUIDANCE)}, after=dice.randint(5, 30))


def nothing_found(dice: random.Random, device: Device) -> Path:
    """The fault cannot be shown; the unit goes back with a test note."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield Do(element="s030_judge_misuse", answers=NOTHING_FOUND, after=dice.randint(5, 30))
    yield Do(element="s060_judge_warranty", after=dice.randint(3, 15))
    found = {**NOTHING_FOUND, "fault_code": "F-NONE", "fault_text": "连续测试两小时未见故障", "repair_here": "yes"}
    yield Do(element="s065_inspect_damage", answers=found, after=dice.randint(HOUR, 4 * HOUR))
    yield collected(dice)


def foreign_number(dice: random.Random, device: Device) -> Path:
    """The IMEI on the slip is not the one on file."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault, imei="490154203237526")
    yield Do(element="s030_judge_misuse", answers=GENUINE, after=dice.randint(5, 30))
    yield Do(element="s060_judge_warranty", after=dice.randint(3, 15))
    grounds = {"identity_accepted": "yes", "note": "主板上月由本网点更换，机号随之改变"}
    yield Do(element="s060d_review_identity", answers=grounds, after=HOUR)


def refused(dice: random.Random, device: Device) -> Path:
    """Water damage in warranty; the customer refuses the quote and takes the unit back."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, LIQUID)
    yield from quoted(dice, device, fault)
    yield Record(
        element="s070b_answered",
        answers={"answer": "refused", "note": "客户认为不值得修"},
        after=dice.randint(HOUR, DAY),
    )
    yield Do(element="s085_reassemble", after=dice.randint(HOUR, 3 * HOUR))
    yield Do(element="s090_return_unit", answers=SIGNED, after=dice.randint(HOUR, DAY))


def unanswered(dice: random.Random, device: Device) -> Path:
    """Nobody answers the quote: a reminder after three days, after fourteen it lapses."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, GENUINE)
    yield from quoted(dice, device, fault)
    yield Do(element="s085_reassemble", after=11 * DAY)
    yield Do(element="s090_return_unit", answers=SIGNED, after=dice.randint(HOUR, DAY))


def paid(dice: random.Random, device: Device) -> Path:
    """Out of warranty: quoted, signed, repaired, paid, invoiced."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, GENUINE)
    yield from quoted(dice, device, fault)
    yield from accepted_and_paid(dice, device, fault)


def changed_and_paid(dice: random.Random, device: Device) -> Path:
    """The customer asks for a cheaper way first."""
    fault = words.fault(dice)
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, GENUINE)
    yield from quoted(dice, device, fault)
    wish = {"answer": "change", "note": "请问能不能只换件、不换机壳"}
    yield Record(element="s070b_answered", answers=wish, after=dice.randint(2 * HOUR, DAY))
    yield from quoted(dice, device, fault)
    yield from accepted_and_paid(dice, device, fault)


def priced_by_hand(dice: random.Random, device: Device) -> Path:
    """The main board has no list price: the supervisor fixes it."""
    fault = words.Fault(
        "不开机，进过维修店", "It does not switch on", "F-BOARD", "主板电源管理损坏", "MBD", "L-BOARD", "更换主板并写号"
    )
    yield from at_the_counter(dice, device, fault)
    yield from judged(dice, fault, GENUINE)
    lines = [
        {"kind": "part", "code": device.part("MBD"), "quantity": 1, "price": 680},
        {"kind": "labour", "code": "L-BOARD", "quantity": 1},
    ]
    yield Do(element="s020_price_quote", answers={"lines": lines}, after=HOUR)
    yield Do(element="s040_fix_price", after=dice.randint(HOUR, 3 * HOUR))
    yield Do(element="s050_give_quote", after=dice.randint(10, HOUR))
    yield Do(element="s060_send_quote", answers={"sent_by": "fax"}, after=dice.randint(20, HOUR))
    yield from accepted_and_paid(dice, device, fault)


def accepted_and_paid(dice: random.Random, device: Device, fault: words.Fault) -> Path:
    """From the yes to the invoice."""
    yield Record(element="s070b_answered", answers={"answer": "accepted"}, after=dice.randint(HOUR, 2 * DAY))
    signed = {"signer": device.customer, "returned_by": "hand"}
    yield Do(element="s100_sign_quote", answers=signed, after=dice.randint(10, 2 * HOUR))
    yield Do(element="s110_start_repair", after=dice.randint(5, 30))
    yield from repaired(dice, device, fault)
    yield listed(dice, fault)
    yield Do(element="s120_ask_payment", answers={"told_by": "phone"}, after=dice.randint(10, HOUR))
    method = dice.choice(("cash", "card", "wechat", "alipay"))
    payment = {"amount": DUE, "method": method, "paid_on": TODAY, "reference": "收据已存"}
    yield Record(element="s130_pays", answers=payment, after=dice.randint(2 * HOUR, DAY))
    booked = {"account": "6001 维修收入", "booked_on": TODAY}
    yield Do(element="s100_book", answers=booked, after=dice.randint(20, 3 * HOUR))
    invoice = {"invoice_no": f"{dice.randrange(10**8):08d}", "payer_name": device.customer, "issued_on": TODAY}
    yield Do(element="s150_invoice", answers=invoice, after=dice.randint(10, 2 * HOUR))
    handed = {"invoice_registered": True, "handed_over_on": TODAY}
    yield Do(element="s160_hand_over", answers=handed, after=dice.randint(10, 3 * HOUR))
