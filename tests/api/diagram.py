"""A process that touches every kind of wait: a task with a form, an outside job, a message, an expression that can fail."""

import json

from tests.engine.diagrams import END, START, bpmn, catch_message, chain, message, script, service, user

PROCESS = "api_round"
FORM = {
    "type": "default",
    "id": "api_form",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "c_name", "key": "who", "label": "名字", "validate": {"required": True}},
        {"type": "number", "id": "c_amount", "key": "amount", "label": "金额", "validate": {"min": 1}},
    ],
}


def process(groups: str = "repair_receptionist@HZ1") -> bytes:
    """The diagram; its task is offered to the outlet's receptionists."""
    body = chain(
        START,
        user("ask", name="问一下", groups=groups, form="api_form"),
        service(
            "check",
            "outside.check",
            headers='<zeebe:taskHeaders><zeebe:header key="kind" value="credit"/></zeebe:taskHeaders>',
        ),
        script(
            "price", "=if is defined(rate) and rate != null then amount * rate else assert(rate, rate != null)", "total"
        ),
        catch_message("answer", "msg_api_answer"),
        END,
    )
    return bpmn(PROCESS, body, outside=message("msg_api_answer", "=who"), name="接口一圈")


def form() -> bytes:
    return json.dumps(FORM, ensure_ascii=False).encode()
