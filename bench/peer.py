"""The peer's workload, as it was measured there: a form of five fields, a gateway, an approval, a script, a closing.

start → register → amount > 100? → approve → total = amount × 1.2 → close → end. The long way is always taken.
"""

import json
import typing as t
from collections.abc import Mapping

from app.engine import File
from tests.engine.diagrams import END, START, bpmn, chain, flow, script, user
from tests.forms.building import component, source

PROCESS_ID = "repair_approval"
STEPS = ("register", "approve", "close")
CASE: Mapping[str, t.Any] = {
    "customer": "ACME Ltd", "serial": "SN-0042-1187", "amount": 250, "priority": "high", "purchase_date": "2026-03-01",
}  # fmt: skip
ANSWER: Mapping[str, t.Any] = {"approved": True, "note": "ok"}
SENT: Mapping[str, bytes] = {
    step: json.dumps({"variables": CASE if step == "register" else ANSWER}).encode() for step in STEPS
}
"""Step → body of its completion."""
START_BODY = json.dumps({"processDefinitionId": PROCESS_ID, "variables": {}}).encode()


def answers(step: str, number: int) -> dict[str, t.Any]:
    """What is filled in at a step, with texts that no other case has."""
    if step == "register":
        return {**CASE, "customer": f"ACME {number} Ltd", "serial": f"SN-{number:04d}-1187"}
    return {**ANSWER, "note": f"ok, case {number} looks good"}


def files(role: str) -> list[File]:
    """The diagram, its tasks offered to one role, and its forms."""
    return [File("repair_approval.bpmn", _process(role)), *_forms()]


def _process(role: str) -> bytes:
    register, approve, close = (user(step, groups=role, form=step) for step in STEPS)
    return bpmn(
        PROCESS_ID,
        chain(START, register, '<exclusiveGateway id="large" default="f_large_small"/>')
        + chain(approve, script("calculate", "=amount * 1.2", "total"), close, END)
        + '<endEvent id="small"/>'
        + flow("large", "approve", "=amount &gt; 100")
        + flow("large", "small"),
        name="Repair approval",
    )


def _forms() -> list[File]:
    needed = {"required": True}
    levels = [{"label": level, "value": level} for level in ("low", "normal", "high")]
    register = (
        component("textfield", "customer", label="Customer", validate=needed),
        component("textfield", "serial", label="Serial number", validate=needed),
        component("number", "amount", label="Amount", validate=needed),
        component("select", "priority", label="Priority", values=levels),
        component("datetime", "purchase_date", label="Purchase date", subtype="date", dateLabel="Purchase date"),
    )

    def answer() -> tuple[dict[str, t.Any], ...]:
        return (
            component("checkbox", "approved", label="Approved"),
            component("textfield", "note", label="Note"),
        )

    parts = {"register": register, "approve": answer(), "close": answer()}
    return [File(f"{step}.form", source(*fields, id=step).encode()) for step, fields in parts.items()]
