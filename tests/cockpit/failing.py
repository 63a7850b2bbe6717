"""A small process, drawn by the layout program, whose expression fails on a wrong variable."""

from app import engine
from app.layout import layout
from tests.engine.diagrams import END, START, bpmn, chain, script, user

COUNT = "=due(now(), time_allowed)"


def failing_files() -> list[engine.File]:
    """The process: count the parts, then check them."""
    count = script("s010_due", COUNT, "due_at").replace('name="s010_due"', 'name="计算期限"')
    check = user("s020_check", name="检查配件", groups="repair_supervisor")
    body = chain(START.replace('id="start"', 'id="start" name="收到"'), count, check, END)
    return [engine.File("count_parts.bpmn", layout(bpmn("count_parts", body, name="清点配件")))]
