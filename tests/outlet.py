"""Steps of an outlet repair, for tests that need a case on its way; whole runs are scenarios (bpmn/*/scenarios)."""

import typing as t

from tests.company import HANDSET_B
from tests.play import Play

LIQUID = {"fault_reproduced": True, "evidence": "liquid"}
GENUINE = {"fault_reproduced": True, "evidence": "none"}
PHOTO = [{"documentId": "d1"}]
QUOTE = {
    "phase": "quote", "quote_kind": "personal", "basis": "quote_all", "pay_first": False, "unit_held": True,
    "fault": {"code": "F-AUDIO", "text": "Loudspeaker silent"}, "serial_no": HANDSET_B,
}  # fmt: skip
"""What a quotation of its own starts with."""


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
