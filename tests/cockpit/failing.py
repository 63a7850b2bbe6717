"""A small process, drawn by the layout program, whose expression fails on a wrong variable."""

from app import engine
from app.layout import layout
from tests.engine.diagrams import END, START, bpmn, chain, flow, script, user

COUNT = "=due(now(), time_allowed)"
FREE = (
    '<sequenceFlow id="f_free" name="保修内" sourceRef="s010_ask" targetRef="s020_repair"><extensionElements>'
    '<zeebe:properties><zeebe:property name="name:en" value="Under warranty"/></zeebe:properties></extensionElements>'
    '<conditionExpression xsi:type="tFormalExpression">=day_left &gt; 0 and customer.level = "VIP"\n'
    "  and count(parts) &lt; limit</conditionExpression></sequenceFlow>"
)
"""A condition with a slip of the pen: the variable is called `days_left`."""


def failing_files() -> list[engine.File]:
    """The process: count the parts, then check them."""
    count = script("s010_due", COUNT, "due_at").replace('name="s010_due"', 'name="计算期限"')
    check = user("s020_check", name="检查配件", groups="repair_supervisor")
    body = chain(START.replace('id="start"', 'id="start" name="收到"'), count, check, END)
    return [engine.File("count_parts.bpmn", layout(bpmn("count_parts", body, name="清点配件")))]


def asking_files() -> list[engine.File]:
    """A process that asks a question nobody can answer."""
    ask = '<exclusiveGateway id="s010_ask" name="免费吗？" default="f_s010_ask_s030_quote"/>'
    repair, quote = user("s020_repair", name="维修"), user("s030_quote", name="报价")
    body = (
        START
        + ask
        + repair
        + quote
        + END
        + FREE
        + "".join(
            flow(*pair.split())
            for pair in ("start s010_ask", "s010_ask s030_quote", "s020_repair end", "s030_quote end")
        )
    )
    return [engine.File("ask_warranty.bpmn", layout(bpmn("ask_warranty", body, name="问保修")))]
