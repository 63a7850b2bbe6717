"""Who else looks at a task, and what has happened to it since it was opened."""

from app import engine
from app.db import db
from app.inbox.models import TaskViewer
from app.inbox.presence import stamp_of
from tests.company import Company
from tests.conftest import both_databases
from tests.inbox.conftest import As
from tests.inbox.test_acts import filled, task


def look(browse: As, company: Company, username: str, key: int, stamp: str = "", minutes_ago: int = 0) -> str:
    since = int(company.clock.now().timestamp()) - 60 * minutes_ago
    query = f"stamp={stamp or stamp_of(task(key))}&since={since}"
    answer = browse(username).get(f"/inbox/tasks/{key}/presence?{query}")
    return answer.get_data(as_text=True) if answer.status_code == 200 else str(answer.status_code)


@both_databases
def test_others_who_have_the_task_open_are_named_until_they_have_left(browse: As, company: Company, slip: int) -> None:
    assert look(browse, company, "agent", slip).strip() == ""
    assert "is looking at this task too" in look(browse, company, "colleague", slip)
    company.clock.advance(seconds=71)
    assert look(browse, company, "colleague", slip).strip() == ""


def test_a_viewer_is_written_down_once_in_forty_seconds(
    browse: As, company: Company, slip: int, statements: list[str]
) -> None:
    stamp = stamp_of(task(slip))
    for _poll in range(2):
        look(browse, company, "agent", slip, stamp)
    statements.clear()
    company.clock.advance(seconds=20)
    look(browse, company, "agent", slip, stamp)
    assert not [sent for sent in statements if "task_viewer" in sent and not sent.startswith("SELECT")]
    company.clock.advance(seconds=20)
    look(browse, company, "agent", slip, stamp)
    assert [sent for sent in statements if sent.startswith("UPDATE task_viewer")]


def test_whoever_looks_is_forgotten_after_a_day(browse: As, company: Company, slip: int) -> None:
    look(browse, company, "agent", slip)
    company.clock.advance(days=1, seconds=1)
    look(browse, company, "colleague", slip)
    names = [row.user_id for row in db.session.query(TaskViewer)]
    assert names == [company.person("colleague").id]


def test_what_somebody_else_has_typed_meanwhile_is_told(browse: As, company: Company, slip: int) -> None:
    engine.save_draft(company.person("colleague"), slip, {"scratches": "x"})
    company.clock.advance(minutes=1)
    assert "saved a draft" in look(browse, company, "agent", slip, minutes_ago=5)
    assert "saved a draft" not in look(browse, company, "agent", slip)


def test_a_task_that_somebody_else_claimed_or_completed_says_so(browse: As, company: Company, slip: int) -> None:
    opened = stamp_of(task(slip))
    data = filled(company, slip)
    engine.claim_task(company.person("colleague"), slip)
    assert "was faster" in look(browse, company, "agent", slip, opened)
    engine.complete_task(company.person("colleague"), slip, data)
    assert "was faster" in look(browse, company, "agent", slip, opened)


def test_strangers_learn_nothing(browse: As, company: Company, slip: int) -> None:
    assert look(browse, company, "stranger", slip) == "404"
