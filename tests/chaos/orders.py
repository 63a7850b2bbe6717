"""What runs while the storm blows: orders that wait at every kind of wait, and errands that only workers move."""

import typing as t

from tests.engine.diagrams import (
    END,
    START,
    bpmn,
    call,
    catch_message,
    chain,
    flow,
    message,
    script,
    user,
)

ORDER, CHILD, ERRAND = "storm_order", "storm_child", "storm_errand"
STARTS, ANSWERS = "storm_starts", "storm_answers"
OUTSIDE = "storm.outside"
REMINDERS = 2


def noted(element_id: str) -> str:
    """A job of ours whose effect can be counted: one note of this kind in the case."""
    return (
        f'<serviceTask id="{element_id}" name="{element_id}"><extensionElements>'
        f'<zeebe:taskDefinition type="desk.case_note"/>'
        f'<zeebe:taskHeaders><zeebe:header key="kind" value="{element_id}"/></zeebe:taskHeaders>'
        f'<zeebe:ioMapping><zeebe:input source="=case.case_no" target="case_no"/>'
        f'<zeebe:input source="=&quot;done&quot;" target="text"/></zeebe:ioMapping>'
        f"</extensionElements></serviceTask>"
    )


def pause(element_id: str) -> str:
    """A timer as long as the variable `pause` says, in seconds."""
    return (
        f'<intermediateCatchEvent id="{element_id}" name="{element_id}"><timerEventDefinition>'
        f'<timeDuration xsi:type="tFormalExpression">=duration("PT" + string(pause) + "S")</timeDuration>'
        f"</timerEventDefinition></intermediateCatchEvent>"
    )


OUTSIDE_JOB = (
    f'<serviceTask id="outside" name="outside"><extensionElements>'
    f'<zeebe:taskDefinition type="{OUTSIDE}" retries="50"/></extensionElements></serviceTask>'
)
REMIND = (
    '<boundaryEvent id="late" name="late" attachedToRef="close" cancelActivity="false"><timerEventDefinition>'
    f'<timeCycle xsi:type="tFormalExpression">R{REMINDERS}/PT1S</timeCycle></timerEventDefinition></boundaryEvent>'
)
ORDER_FILE = bpmn(
    ORDER,
    '<startEvent id="start"><messageEventDefinition messageRef="m_storm_starts"/></startEvent>'
    + flow("start", "taken")
    + noted("taken")
    + flow("taken", "check")
    + user("check")
    + flow("check", "fork")
    + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    + chain(pause("pause"), noted("rested"))
    + flow("fork", "pause")
    + flow("rested", "join")
    + flow("fork", "outside")
    + OUTSIDE_JOB
    + flow("outside", "join")
    + flow("fork", "answer")
    + catch_message("answer", ANSWERS)
    + flow("answer", "join")
    + chain(script("sum", "=checked + booked", "total"), call("child", CHILD), user("close"), END)
    + flow("join", "sum")
    + REMIND
    + chain(noted("reminded"), '<endEvent id="end_reminded"/>')
    + flow("late", "reminded"),
    outside=message(STARTS) + message(ANSWERS, "=string(order)"),
)
CHILD_FILE = bpmn(CHILD, chain(START, noted("in_child"), script("triple", "=order * 3", "tripled"), END))
ERRAND_FILE = bpmn(
    ERRAND, chain(START, pause("pause"), noted("begun"), script("count", "=n * n", "square"), noted("ended"), END)
)
FILES = {"storm_order.bpmn": ORDER_FILE, "storm_child.bpmn": CHILD_FILE, "storm_errand.bpmn": ERRAND_FILE}

ONCE = {
    ORDER: ("start", "taken", "check", "fork", "pause", "rested", "outside", "answer", "sum", "child", "close", "end"),
    CHILD: ("start", "in_child", "triple", "end"),
    ERRAND: ("start", "pause", "begun", "count", "ended", "end"),
}
"""Elements that every finished instance has completed exactly once."""
NOTES = {ORDER: ("taken", "rested", "in_child"), ERRAND: ("begun", "ended")}
"""Notes that the case of every finished root instance holds exactly once."""


def checked(order: int) -> int:
    """What the person who checks an order enters."""
    return order * 2


def booked(order: int) -> int:
    """What the program outside answers."""
    return order + 1_000_000


def expected(order: int) -> dict[str, t.Any]:
    """The variables of a finished order."""
    return {
        "order": order,
        "checked": checked(order),
        "booked": booked(order),
        "answer": f"a{order}",
        "total": checked(order) + booked(order),
        "tripled": order * 3,
        "closed": True,
    }
