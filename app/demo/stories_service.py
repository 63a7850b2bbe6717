"""Stories of the telephone, of escalations and of return visits."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from app.demo import words
from app.demo.acts import Do, Path, Request, Start
from app.demo.cast import Device
from app.demo.stories_repair import GENUINE, collected, judged, listed, repaired, slip_filled
from app.demo.worktime import DAY, HOUR

INTAKE, ESCALATION, VISIT = "service_request_intake", "first_responder_escalation", "return_visit"
Answers = Mapping[str, Any]
Telling = Callable[[random.Random, Device], Path]


def telephoned(dice: random.Random, device: Device, text: str) -> Path:
    """A known customer calls; the agent finds customer and device and confirms what is on file."""
    values = {
        "process": INTAKE, "asset_id": str(device.asset_id), "customer_id": str(device.customer_id),
        "contact_id": str(device.contact_id), "unit": device.unit, "channel": "phone_800",
        "request_class": "fault", "fault_description": text,
    }  # fmt: skip
    yield Request(by="call_agent", values=values)
    confirmed = {"contact_id": device.contact_id}
    yield Do(element="s050_confirm_data", answers=confirmed, by="call_agent", after=dice.randint(2, 8))


def requested(dice: random.Random, device: Device, text: str, wanted: str = "fault", **more: Any) -> Do:
    answers = {
        "channel": "phone_800", "request_class": wanted, "severity": "degraded", "product_line": device.line,
        "fault_description": text, "own_duty": "yes", **more,
    }  # fmt: skip
    return Do(element="s090_record_request", answers=answers, by="call_agent", after=dice.randint(3, 15))


def called_and_repaired(dice: random.Random, device: Device) -> Path:
    """The call becomes an outlet repair with the same case number."""
    fault = words.fault(dice)
    said = fault.said_en if device.english else fault.said
    yield from telephoned(dice, device, said)
    yield requested(dice, device, said)
    yield from slip_filled(dice, device)
    yield from judged(dice, fault, GENUINE)
    yield from repaired(dice, device, fault)
    yield listed(dice, fault)
    yield collected(dice)


def asked_for_training(dice: random.Random, device: Device) -> Path:
    """What the caller wants has no process in the library yet: an incident of the message that would start it."""
    text = "新到两台服务器，希望安排管理员培训"
    yield from telephoned(dice, device, text)
    yield requested(dice, device, text, "training")


def called_the_wrong_window(dice: random.Random, device: Device) -> Path:
    """Not the agent's duty: the caller is guided to whoever accepts."""
    text = dice.choice(words.SERVER_FAULTS)
    yield from telephoned(dice, device, text)
    yield requested(dice, device, text, own_duty="no", product_line="handset")
    guide = {"target_role": "repair_receptionist", "guide_note": "客户在线等候，机器在网点附近", "warm_transfer": True}
    yield Do(element="s030_guide", answers=guide, after=dice.randint(3, 20))
    yield Do(element="s040_accept_or_decline", answers={"accepted": "yes"}, after=dice.randint(2, 10))
    yield from slip_filled(dice, device)


def guided_by(role: str, text: str) -> Telling:
    """Somebody whose duty it is not hears a request and stays responsible until a handler accepts."""

    def story(dice: random.Random, device: Device) -> Path:
        start = {
            "kind": "guided_transfer", "reason": "duty", "note": text, "fault_description": text,
            "customer_id": device.customer_id, "serial_no": device.serial_no, "unit": device.unit,
        }  # fmt: skip
        yield Start(by=role, process=ESCALATION, variables=start)
        guide = {"target_role": "call_agent", "guide_note": text, "warm_transfer": True}
        yield Do(element="s030_guide", answers=guide, after=dice.randint(10, HOUR))
        yield Do(element="s040_accept_or_decline", answers={"accepted": "yes"}, after=dice.randint(3, 20))

    return story


def escalated(by: str, levels: int, layer: str = "window", area: str = "province", reason: str = "skill") -> Telling:
    """A request climbs some levels until somebody solves it; the answer walks back down the chain."""

    def story(dice: random.Random, device: Device) -> Path:
        text = dice.choice(words.SERVER_FAULTS)
        start = {
            "kind": "escalation", "reason": reason, "current_layer": layer, "current_area": area, "note": text,
            "fault_description": text, "customer_id": device.customer_id, "serial_no": device.serial_no,
            "unit": device.unit, "severity": "function_lost",
        }  # fmt: skip
        yield Start(by=by, process=ESCALATION, variables=start)
        for level in range(1, levels + 1):
            yield Do(element="s120_accept_request", after=dice.randint(10, 90))
            solved = {"outcome": "solved", "solution": "升级控制器固件并更换电源模块，观察一夜正常"}
            unable = {"outcome": "unable", "unable_reason": "skill", "handling_note": "日志无法定位，请上一级协助"}
            answers = solved if level == levels else unable
            yield Do(element="s130_handle", answers=answers, after=dice.randint(HOUR, 3 * HOUR))
        for _ in range(levels):
            yield Do(element="s150_verify", answers={"verified": "yes"}, after=dice.randint(10, HOUR))
        answer = {"answer_channel": "phone", "answer_text": "已解决并说明原因", "customer_reaction": "satisfied"}
        yield Do(element="s160_answer_customer", answers=answer, after=dice.randint(10, HOUR))

    return story


def reported_upwards(dice: random.Random, device: Device) -> Path:
    """The last level cannot solve it: the service manager reports a major issue."""
    yield from escalated_to_the_top(dice, device)
    report = {"evidence": "全省三十起同类故障", "cause": "电源设计余量不足", "proposal": "更换电源型号", "amount": 2000}
    yield Do(element="s020_write_report", answers=report, after=2 * HOUR)
    judged_ = {"major": "yes", "authority": "within", "departments": ["terminal_production"]}
    yield Do(element="s030_judge", answers=judged_, after=2 * HOUR)


def escalated_to_the_top(dice: random.Random, device: Device) -> Path:
    start = {
        "kind": "escalation", "reason": "skill", "current_layer": "middle", "current_area": "national",
        "note": "全省多台服务器电源故障", "fault_description": "全省多台服务器电源故障", "unit": device.unit,
        "customer_id": device.customer_id, "serial_no": device.serial_no,
    }  # fmt: skip
    yield Start(by="call_agent", process=ESCALATION, variables=start)
    yield Do(element="s120_accept_request", after=dice.randint(10, HOUR))
    unable = {"outcome": "unable", "unable_reason": "skill", "handling_note": "属设计问题，须公司决定"}
    yield Do(element="s130_handle", answers=unable, after=dice.randint(HOUR, 3 * HOUR))


def visited(dice: random.Random, device: Device) -> Path:
    """Two working days after a service the visitor calls."""
    yield _visit(device)
    said = {
        "reached": "yes", "solved": "yes", "score": dice.choice((4, 5)), "conduct": 5, "fee_confirmed": "no_fee",
        "visit_text": dice.choice(words.FEEDBACK_GOOD),
    }  # fmt: skip
    yield Do(element="s030_visit", answers=said, after=2 * DAY + HOUR)


def not_reached(dice: random.Random, device: Device) -> Path:
    """Three calls nobody answers; the supervisor has to agree."""
    yield _visit(device)
    for call in range(3):
        yield Do(
            element="s030_visit", answers={"reached": "no"}, after=(2 if call == 0 else 1) * DAY + dice.randint(20, 90)
        )
    agreed = {"unreachable": "agree", "unreachable_note": "三次均无人接听，已发短信"}
    yield Do(element="s050_accept_unreachable", answers=agreed, after=dice.randint(HOUR, DAY))


def visit_on_an_unreadable_day(_dice: random.Random, device: Device) -> Path:
    """Another system asked for a visit on a day that is none; a supervisor corrects `planned` in the cockpit."""
    yield _visit(device, {"visit_due": "下周三上午"})


def _visit(device: Device, day: Answers | None = None) -> Start:
    start = {
        "reason": "repair", **(day or {"due_delay": 2}), "responsible_visitor": "return_visitor", "unit": device.unit,
        "customer_id": device.customer_id, "contact_id": device.contact_id, "serial_no": device.serial_no,
        "fault_description": "维修后回访",
    }  # fmt: skip
    return Start(by="service_supervisor", process=VISIT, variables=start)
