"""Stories of complaints: told by telephone, investigated, sent on, escalated, followed up."""

import random
from collections.abc import Mapping
from typing import Any

from app.demo import words
from app.demo.acts import TODAY, Do, Path, Start
from app.demo.cast import Device
from app.demo.stories_repair import GENUINE, MISUSE, collected, judged, listed, repaired, slip_filled
from app.demo.worktime import DAY, HOUR

COMPLAINT, TRACKING = "complaint_handling", "complaint_service_tracking"
Answers = Mapping[str, Any]


def recorded(dice: random.Random, device: Device, text: str, subject: str, **more: Any) -> Path:
    """The receptionist takes the complaint down."""
    channel = dice.choice(("phone", "phone_800", "web", "counter"))
    start = {
        "customer_id": device.customer_id, "contact_id": device.contact_id, "serial_no": device.serial_no,
        "unit": device.unit, "channel": channel, "complaint_text": text, "fault_description": text,
    }  # fmt: skip
    yield Start(by="complaint_receptionist", process=COMPLAINT, variables=start)
    record = {
        "channel": channel, "subject": subject, "product_line": device.line, "severity": "degraded",
        "complaint_text": text, "serial_no": device.serial_no, **more,
    }  # fmt: skip
    yield Do(element="s020_record_complaint", answers=record, after=dice.randint(5, 30))


def settled(dice: random.Random, cause: str, measure: str, *, major: str = "no") -> Path:
    """Checked, reported, approved and answered."""
    yield Do(element="s155_daily_check", answers={"proper": "yes"}, after=dice.randint(HOUR, 4 * HOUR))
    report = {"cause": cause, "measure_taken": measure, "report": f"{measure}，客户已接受处理意见"}
    yield Do(element="s160_settle", answers=report, after=dice.randint(HOUR, 4 * HOUR))
    approval = {"approved": "yes", "major": major}
    yield Do(element="s170_approve", answers=approval, after=dice.randint(HOUR, 5 * HOUR))
    if major == "yes":
        return
    outcome = {"cause_code": cause.upper()[:3] + "-01", "final_measure": measure, "cost": 0}
    yield Do(element="s195_update_database", answers=outcome, after=dice.randint(20, 2 * HOUR))
    answer = {"answer_channel": "phone", "answer_text": f"已向客户说明：{measure}", "customer_reaction": "accepts"}
    yield Do(element="s200_answer_customer", answers=answer, after=dice.randint(20, 2 * HOUR))


def satisfied(dice: random.Random) -> Path:
    """Two working days later the follow-up clerk calls and hears good news."""
    said = {
        "reached": "yes",
        "satisfied": "yes",
        "score": dice.choice((4, 5)),
        "feedback": dice.choice(words.FEEDBACK_GOOD),
    }
    yield Do(element="s020_contact", answers=said, after=2 * DAY + HOUR)
    yield Do(element="s040_ask_needs", answers={"has_need": "no"}, after=5)


def misuse_by_telephone(dice: random.Random, device: Device) -> Path:
    yield from recorded(dice, device, dice.choice(words.COMPLAINTS), "fault")
    yield Do(element="s050_judge_misuse", answers=MISUSE, after=dice.randint(10, HOUR))
    explained = {"handling_result": dice.choice(words.GUIDANCE), "customer_reaction": "satisfied"}
    yield Do(element="s070_explain_use", answers=explained, after=dice.randint(5, 30))
    yield from settled(dice, "customer_use", "电话指导使用，无需维修")
    yield from satisfied(dice)


def repaired_at_the_outlet(dice: random.Random, device: Device) -> Path:
    """The complaint is about a real fault; the device is repaired within the complaint's own case."""
    fault = words.fault(dice)
    yield from recorded(dice, device, fault.said_en if device.english else fault.said, "repair_quality")
    yield Do(element="s050_judge_misuse", answers=GENUINE, after=dice.randint(10, HOUR))
    told = {"outlet_km": 6, "outlet": device.unit, "customer_told": "请携带机器和购机凭证到最近的网点，优先安排"}
    yield Do(element="s080_pass_to_outlet", answers=told, after=dice.randint(5, 30))
    yield from slip_filled(dice, device)
    yield from judged(dice, fault, GENUINE)
    yield from repaired(dice, device, fault)
    yield listed(dice, fault)
    yield collected(dice)
    result = {"handling_result": fault.done, "customer_reaction": "satisfied"}
    yield Do(element="s090_enter_result", answers=result, after=dice.randint(HOUR, 4 * HOUR))
    yield from settled(dice, "repair", "重新维修并延长保修九十天")
    yield from satisfied(dice)


def investigated(dice: random.Random, device: Device) -> Path:
    """A rude clerk: a specialist looks into it while the department helps."""
    yield from recorded(dice, device, dice.choice(words.ATTITUDES), "attitude", department="terminal_sales")
    named = {
        "specialist": "complaint_specialist", "department": "terminal_sales",
        "delegation_note": "请向当班人员了解经过并调取监控",
    }  # fmt: skip
    yield Do(element="s120_name_specialist", answers=named, after=dice.randint(20, 3 * HOUR))
    facts = {
        "facts_found": "监控显示客户等候四十二分钟，期间两个窗口关闭",
        "person_statement": "当天只有一人当班，语气不好，愿意道歉",
    }
    yield Do(element="s127_support", answers={"department_statement": "同意调查，已要求当班人员说明"}, after=3 * HOUR)
    yield Do(element="s125_investigate", answers=facts, after=dice.randint(2 * HOUR, DAY))
    measure = {
        "measure": "当班人员电话道歉，网点增设叫号提示",
        "handling_result": "客户接受道歉",
        "customer_reaction": "accepts",
    }
    yield Do(element="s130_handle", answers=measure, after=dice.randint(HOUR, 5 * HOUR))
    yield from settled(dice, "conduct", "道歉并改进排班")


def investigated_and_content(dice: random.Random, device: Device) -> Path:
    yield from investigated(dice, device)
    yield from satisfied(dice)


def still_unhappy(dice: random.Random, device: Device) -> Path:
    """The follow-up call finds a customer who is not content with two departments."""
    yield from investigated(dice, device)
    said = {"reached": "yes", "satisfied": "no", "score": 2, "feedback": dice.choice(words.FEEDBACK_BAD)}
    yield Do(element="s020_contact", answers=said, after=2 * DAY + HOUR)
    topics = {"topics": ["repair_quality", "purchased_parts"], "dissatisfaction": "换件质量不好，等待时间太长"}
    yield Do(element="s080_record_dissatisfaction", answers=topics, after=dice.randint(10, HOUR))
    looked = {"previous_handling": "换过一次屏幕，未更换排线", "assessment": "外购屏批次不良率偏高"}
    yield Do(element="s110_previous_handling", answers=looked, after=dice.randint(HOUR, 4 * HOUR))
    yield Do(element="s120_department_looks", answers=looked, after=dice.randint(HOUR, 4 * HOUR))
    better = {"topic_result": "退回该批次，加抽检一道工序"}
    yield Do(element="s112_improve", answers=better, after=dice.randint(HOUR, DAY))
    yield Do(element="s122_department_improves", answers=better, after=dice.randint(HOUR, DAY))
    yield Do(
        element="s130_gather", answers={"summary": "两部门均已改进，第三天回访"}, after=dice.randint(HOUR, 3 * HOUR)
    )
    yield from satisfied(dice)


def sent_on(dice: random.Random, device: Device) -> Path:
    """A question of price goes to the department that can answer it."""
    yield from recorded(dice, device, dice.choice(words.PRICES), "price")
    topic = {"topic": "price_promotion", "forward_note": "请市场部在三个工作日内答复"}
    yield Do(element="s135_forward", answers=topic, after=dice.randint(20, 3 * HOUR))
    answer = {"department_answer": "网点价含工时与九十天保修，短信内容已更正"}
    yield Do(element="s135c_department_answers", answers=answer, after=dice.randint(3 * HOUR, DAY))
    yield from settled(dice, "process", "说明收费依据并更正短信")
    yield from satisfied(dice)


def told_to_a_department(dice: random.Random, device: Device) -> Path:
    """A salesperson hears the complaint and solves it by the list."""
    start = {
        "customer_id": device.customer_id, "contact_id": device.contact_id, "serial_no": device.serial_no,
        "unit": device.unit, "channel": "dept_forward", "department": "terminal_sales",
        "complaint_text": dice.choice(words.PRICES),
    }  # fmt: skip
    yield Start(by="department_staff", process=COMPLAINT, variables=start, event="s012_department_complaint")
    result = {
        "department": "terminal_sales", "list_item": "price", "department_result": "已当面解释价格构成",
        "department_solved": True, "department_agreed": True, "complaint_text": start["complaint_text"],
    }  # fmt: skip
    yield Do(element="s014_department_help", answers=result, after=dice.randint(HOUR, 4 * HOUR))
    record = {"channel": "dept_forward", "subject": "price", "product_line": device.line, "severity": "question"}
    yield Do(element="s020_record_complaint", answers=record, after=dice.randint(10, HOUR))
    yield from settled(dice, "process", "部门已当面解释")
    yield from satisfied(dice)


def major(dice: random.Random, device: Device) -> Path:
    """The general manager calls it a major issue; departments commit themselves."""
    yield from reported_as_major(dice, device)
    judged_ = {"major": "yes", "authority": "within", "departments": ["terminal_production", "quality"]}
    yield Do(element="s030_judge", answers=judged_, after=dice.randint(HOUR, 4 * HOUR))
    promise = {"commitment": "本月内完成该批次电源模块更换", "commitment_date": TODAY}
    yield Do(element="s050_solve_together", answers=promise, at="quality", after=dice.randint(HOUR, 4 * HOUR))
    yield Do(
        element="s050_solve_together", answers=promise, at="terminal_production", after=dice.randint(HOUR, 4 * HOUR)
    )
    yield Do(element="s060_record_decision", answers={"decision": "批量更换电源模块，公开致歉"}, after=2 * HOUR)
    done = {"actions_done": "已通知全部网点，客户机器优先更换", "customer_informed": "yes"}
    yield Do(element="s100_carry_out", answers=done, after=dice.randint(2 * HOUR, DAY))


def major_for_the_board(dice: random.Random, device: Device) -> Path:
    """A major issue beyond the general manager's authority."""
    yield from reported_as_major(dice, device)
    yield Do(element="s030_judge", answers={"major": "yes", "authority": "beyond"}, after=dice.randint(HOUR, 3 * HOUR))
    opinion = {"gm_opinion": "建议公司层面召回并统一补偿", "consulted": ["finance", "production"]}
    yield Do(element="s070_report_to_vp", answers=opinion, after=dice.randint(HOUR, 3 * HOUR))
    yield Do(
        element="s080b_consult", answers={"statement": "财务可承担，建议分两季度列支"}, at="other_vp", after=2 * HOUR
    )
    yield Do(element="s080b_consult", answers={"statement": "产能可支持"}, at="other_vp", after=HOUR)
    decided = {"vp_answer": "accepted", "decision": "同意召回，费用由终端销售承担"}
    yield Do(element="s080_settle", answers=decided, after=3 * HOUR)


def reported_as_major(dice: random.Random, device: Device) -> Path:
    yield from recorded(dice, device, "手机充电时冒烟，家里有小孩，非常危险", "attitude", hazard=True)
    named = {"specialist": "complaint_specialist", "department": "quality"}
    yield Do(element="s120_name_specialist", answers=named, after=dice.randint(20, 2 * HOUR))
    yield Do(element="s127_support", answers={"department_statement": "质量部已取回样机"}, after=2 * HOUR)
    facts = {"facts_found": "电源模块过热，同批次已有三起", "person_statement": "接待时未记录序列号"}
    yield Do(element="s125_investigate", answers=facts, after=dice.randint(2 * HOUR, 5 * HOUR))
    measure = {"measure": "先行更换新机", "handling_result": "客户同意配合检测", "customer_reaction": "accepts"}
    yield Do(element="s130_handle", answers=measure, after=dice.randint(HOUR, 3 * HOUR))
    yield from settled(dice, "product", "先行更换并送检", major="yes")
    report = {
        "evidence": "三起过热记录与样机照片", "cause": "电源模块批次缺陷",
        "proposal": "批量更换电源模块", "amount": 3000,
    }  # fmt: skip
    yield Do(element="s020_write_report", answers=report, after=dice.randint(HOUR, 3 * HOUR))


def project_followed(dice: random.Random, device: Device) -> Path:
    """The service monitor calls a customer at a milestone of a project."""
    start = {
        "project_no": f"PJ-{dice.randrange(1000):03d}", "customer_id": device.customer_id,
        "contact_id": device.contact_id, "serial_no": device.serial_no, "unit": device.unit,
        "fault_description": "机房改造项目初验节点回访",
    }  # fmt: skip
    yield Start(by="service_monitor", process=TRACKING, variables=start)
    yield from satisfied(dice)
