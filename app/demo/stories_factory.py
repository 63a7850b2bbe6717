"""Stories of the factory and the warehouse: difficult units, pagers, swaps, spare parts that are ordered."""

import random

from app.demo import words
from app.demo.acts import Do, Path, Record, Start
from app.demo.cast import Device
from app.demo.organisation import OUTLETS
from app.demo.stories_repair import GENUINE, at_the_counter, collected, judged
from app.demo.worktime import DAY, HOUR

INTAKE, REPLENISHMENT = "factory_intake", "spare_part_replenishment"
SENDER = "西湖通讯行"
OUTLET_NAMES = {outlet.code: outlet.zh for outlet in OUTLETS}
BOARD = words.Fault(
    "开机后几分钟自动关机", "It switches itself off after some minutes", "F-BOARD", "主板电源管理芯片虚焊", "MBD",
    "L-BOARD", "更换主板，写号并校准",
)  # fmt: skip
ACCEPTED = {"slip_present": True, "sender_registered": True, "product_supported": True, "identity_readable": True}


def to_the_factory(dice: random.Random, device: Device) -> Path:
    """A difficult unit goes from its outlet to the factory, which has still to count it in."""
    yield from at_the_counter(dice, device, BOARD)
    yield from judged(dice, BOARD, GENUINE, repair_here="difficult", note="主板多处虚焊，网点无返修台")


def repaired_at_the_factory(dice: random.Random, device: Device) -> Path:
    """The factory exchanges the main board, tests twice and sends the unit back to the outlet."""
    yield from to_the_factory(dice, device)
    yield from taken_in(dice, device, "handset", OUTLET_NAMES[device.unit], BOARD.found, after=2 * DAY)
    identity = {"label_number": device.imei, "board_number": device.imei, "identity_ok": True}
    yield Do(
        element="s020_identity", answers={**identity, "fault_code": BOARD.code}, after=dice.randint(HOUR, 3 * HOUR)
    )
    opened = {"fault_reproduced": True, "evidence": "none", "fault_text": BOARD.found, "needs_parts": True}
    yield Do(element="s050_teardown", answers=opened, after=dice.randint(20, 90))
    boards = {"fault_point": "U301", "components": [{"code": device.part(BOARD.part), "quantity": 1}]}
    yield Do(element="s100_components", answers=boards, after=dice.randint(10, 40))
    yield Do(element="s110_to_worker", answers={"worker_name": "方勇"}, after=dice.randint(5, 20))
    yield Do(element="s120_issue", answers={"issue": "issue"}, after=dice.randint(20, 2 * HOUR))
    yield Do(element="s130_exchange", answers={"work_done": BOARD.done}, after=dice.randint(HOUR, 4 * HOUR))
    for test in ("s140_test", "s150_qa"):
        passed = {"outcome": "pass", "remarks": "开机老化两小时，射频指标合格"}
        yield Do(element=test, answers=passed, after=dice.randint(HOUR, 3 * HOUR))
    yield Do(element="s160_list", after=dice.randint(10, 40))
    yield Do(element="s150_return", answers={"lists_enclosed": True}, after=dice.randint(HOUR, DAY))
    yield collected(dice)


def swapped_by_the_factory(dice: random.Random, device: Device) -> Path:
    """The same fault for the third time: the customer gets another unit."""
    yield from to_the_factory(dice, device)
    yield from taken_in(dice, device, "handset", OUTLET_NAMES[device.unit], BOARD.found, after=DAY, request="SR")
    again = {"finding": "genuine_fault", "identity_ok": True, "complete": True, "repairs_same_fault": 2}
    yield Do(element="s010c_examine", answers=again, after=dice.randint(HOUR, 3 * HOUR))
    yield Do(element="s040_swap", after=HOUR)


def pager_repaired(dice: random.Random, device: Device) -> Path:
    """A dealer's pager that neither the technician nor the section chief can judge; the chief engineer can."""
    yield Start(by="receptionist_factory", process=INTAKE, variables={})
    yield from taken_in(dice, device, "pager", SENDER, "收不到信息，屏幕缺笔划", after=20)
    yield Do(element="s010_warranty", after=dice.randint(HOUR, 2 * HOUR))
    yield Do(element="s030_swap", after=dice.randint(20, HOUR))
    unknown = {"identified": False, "note": "静态电流正常，常规测试测不出"}
    yield Do(element="s050_technician", answers=unknown, after=dice.randint(HOUR, 3 * HOUR))
    yield Do(element="s080_section_chief", answers=unknown, after=dice.randint(HOUR, 3 * HOUR))
    known = {"identified": True, "fault_text": "接收板本振虚焊", "fault_code": "F-RADIO", "needs_part": True}
    yield Do(element="s110_chief_engineer", answers=known, after=dice.randint(HOUR, 3 * HOUR))
    parts = [{"code": device.part("ANT"), "quantity": 1, "old_part_kept": True}]
    yield Do(element="s128_solder", answers={"work_done": "补焊本振，更换天线", "parts": parts}, after=2 * HOUR)


def taken_in(
    dice: random.Random, device: Device, kind: str, sender: str, fault: str, *, after: int, request: str = "none"
) -> Path:
    """The factory counts one unit, signs for it, accepts it and gives it to the bench."""
    line = {
        "model": device.model, "serial_no": device.serial_no, "imei": device.imei, "kind": kind, "request": request,
        "fault": fault,
    }  # fmt: skip
    counted = {"sender_kind": "middleman" if sender == SENDER else "outlet", "sender": sender}
    counted |= {"delivery": "in_person", "declared": 1, "lines": [line]}  # type: ignore[dict-item]
    yield Do(element="s020_count", answers=counted, after=after)
    yield Do(element="s040_sign", answers={"both_signed": True, "copy_given": True}, after=dice.randint(5, 15))
    yield Do(element="s070_accept", answers={"lines": [ACCEPTED]}, after=dice.randint(10, 40))
    repairer = {"lines": [{"repairer": "崔建军"}]}
    yield Do(element="s110_name_repairers", answers=repairer, after=dice.randint(10, 40))
    yield Do(element="s120_pack", answers={"packed": True}, after=dice.randint(10, 30))
    handed = {"lines": [{"condition": "外观良好"}], "signed": True}
    yield Do(element="s130_hand_over", answers=handed, after=dice.randint(10, 40))


def ordered_from_the_vendor(dice: random.Random, _device: Device) -> Path:
    """The outlet orders displays itself, is told when they come, counts them in."""
    order = {
        "site": "HZ1", "level": 2, "brand": "motorola", "source": "vendor",
        "lines": [{"code": "MTV70-LCD", "quantity": 6}, {"code": "MTV998-BAT", "quantity": 10}],
    }  # fmt: skip
    yield Start(by="material_dispatcher", process=REPLENISHMENT, variables={"headquarters": "WH", "order": order})
    yield Do(element="s060_ask_vendor", after=dice.randint(20, 2 * HOUR))
    delivered = {"delivery_kind": "delivered", "delivery_no": f"M-{dice.randrange(1000, 9999)}"}
    yield Record(element="s065b_delivery", answers=delivered, after=3 * DAY)
    yield Do(element="s070_receive", after=2 * HOUR)


def supplied_by_headquarters(dice: random.Random, _device: Device) -> Path:
    """Headquarters ships what the outlet is short of; the outlet counts it in."""
    order = {
        "site": "NB1", "level": 3, "brand": "motorola", "source": "headquarters",
        "lines": [{"code": "MTV70-SPK", "quantity": 8}],
    }  # fmt: skip
    yield Start(by="material_dispatcher", process=REPLENISHMENT, variables={"headquarters": "WH", "order": order})
    yield Do(element="s090_ship", answers={"carrier": "顺丰"}, after=dice.randint(HOUR, 3 * HOUR))
    yield Do(element="s130_receive", after=2 * DAY)
