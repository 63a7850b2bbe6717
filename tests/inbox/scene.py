"""A working morning at the outlet HZ1: enough cases to see lists, deadlines and waits as they really look."""

import datetime as dt

from app import engine
from tests.company import HANDSET_A, HANDSET_B, SERVER_S, SHANGHAI
from tests.play import Play

SLIP = {
    "outer_condition": "good",
    "wished_return": "counter",
    "data_loss_consent": True,
    "both_signed": True,
    "copy_given": True,
    "accessories": ["battery"],
}
"""A slip filled in as it should be."""
LIQUID = {"fault_reproduced": True, "evidence": "liquid"}
QUOTE = [{"kind": "part", "code": "SPK", "quantity": 1}, {"kind": "labour", "code": "F-AUDIO", "quantity": 1}]


def hand_in(play: Play, serial_no: str = HANDSET_A, fault: str = "没有声音") -> int:
    """Bring a unit to the counter; returns the case id."""
    return play.start("outlet_intake_repair", "agent", serial_no=serial_no, fault_description=fault, channel="counter")


def quoted(play: Play, serial_no: str = HANDSET_A) -> int:
    """A case that waits for the customer's answer to a quote."""
    case_id = hand_in(play, serial_no)
    play.do("s020_fill_slip", "agent", **SLIP)
    play.do("s030_judge_misuse", "agent", **LIQUID)
    play.do("s060_judge_warranty", "agent")
    play.do(
        "s065_inspect_damage", "analyst", **LIQUID, photos=[{"documentId": "d1"}],
        fault_code="F-AUDIO", fault_text="进水，喇叭无声", repair_here="yes",
    )  # fmt: skip
    play.do("s020_price_quote", "analyst", lines=QUOTE)
    play.do("s060_send_quote", "agent", sent_by="hand")
    return case_id


def morning(play: Play) -> int:
    """One case waits for its customer, others wait at the counter; returns the task the agent is in the middle of."""
    quoted(play)
    hand_in(play, HANDSET_B, "按键无反应")
    play.do("s020_fill_slip", "agent", **SLIP)
    judging = play.task("s030_judge_misuse").key
    engine.claim_task(play.company.person("agent"), judging)
    play.until(dt.datetime(2024, 6, 3, 10, 20, tzinfo=SHANGHAI))
    hand_in(play, SERVER_S, "开机后报警，风扇不转")
    slip = play.task("s020_fill_slip").key
    engine.claim_task(play.company.person("agent"), slip)
    play.until(dt.datetime(2024, 6, 3, 10, 50, tzinfo=SHANGHAI))
    hand_in(play, HANDSET_A, "充电无反应")
    play.until(dt.datetime(2024, 6, 3, 11, 40, tzinfo=SHANGHAI))
    hand_in(play, HANDSET_B, "屏幕有竖线")
    play.until(dt.datetime(2024, 6, 3, 11, 50, tzinfo=SHANGHAI))
    engine.add_comment(play.company.person("agent"), engine.Place(task_key=judging), "客户下午来取，@analyst 请先看")
    return judging
