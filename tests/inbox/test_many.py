"""Many tasks at once: put off, prioritise, complete, run a macro; a result for each and a way back where there is one."""

import datetime as dt
import re

import pytest

from app import engine
from app.db import db
from app.engine.models import UserTask
from tests.company import HANDSET_B, SHANGHAI, Company
from tests.inbox.conftest import As
from tests.inbox.scene import hand_in
from tests.inbox.test_acts import filled, task
from tests.play import Play


@pytest.fixture
def two(play: Play, company: Company, slip: int) -> tuple[int, int]:
    """Two slips the agent is working on; the first one is filled in as far as it has to be."""
    hand_in(play, HANDSET_B)
    other = db.session.query(UserTask).filter(UserTask.key != slip, UserTask.state == "created").one().key
    agent = company.person("agent")
    for key in (slip, other):
        engine.claim_task(agent, key)
    engine.save_draft(agent, slip, filled(company, slip))
    return slip, other


def bulk(browse: As, username: str, keys: tuple[int, ...], **data: str) -> str:
    answer = browse(username).post("/inbox/bulk", data={"chosen": list(keys), **data})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def undo(browse: As, username: str, page: str) -> str:
    """Press “Undo” below the results."""
    before = re.findall(r'name="before" value="([^"]+)"', page)
    return browse(username).post("/inbox/bulk/undo", data={"before": before}).get_data(as_text=True)


def test_many_are_put_off_and_brought_back(browse: As, company: Company, two: tuple[int, int]) -> None:
    page = bulk(browse, "agent", two, act="follow-up", until="2024-06-04T09:00")
    assert "2 of 2 done" in page
    assert task(two[1]).follow_up_at == dt.datetime(2024, 6, 4, 9, tzinfo=SHANGHAI)
    assert "2 of 2 undone" in undo(browse, "agent", page)
    assert task(two[1]).follow_up_at is None


def test_a_priority_is_set_by_those_who_lead_and_marked_in_the_list(browse: As, two: tuple[int, int]) -> None:
    assert "0 of 2 done" in bulk(browse, "agent", two, act="priority", priority="75")
    page = bulk(browse, "supervisor", two, act="priority", priority="75", reason="VIP")
    assert "2 of 2 done" in page
    assert browse("agent").get("/inbox").get_data(as_text=True).count('<span class="fl-tag">High</span>') == 2
    assert "2 of 2 undone" in undo(browse, "supervisor", page)
    assert task(two[0]).priority == 50


def test_those_are_completed_whose_form_is_filled_in_and_the_others_say_what_is_missing(
    browse: As, two: tuple[int, int]
) -> None:
    page = bulk(browse, "agent", two, act="complete")
    assert "1 of 2 done" in page
    assert "Its form has to be filled in:" in page
    assert "Undo" not in page
    assert (task(two[0]).state, task(two[1]).state) == ("completed", "created")


@pytest.mark.parametrize("act", ["claim", "assign", "follow-up", "priority", "complete", "macro", "nonsense"])
def test_strangers_do_nothing_with_tasks_they_do_not_see(browse: As, two: tuple[int, int], act: str) -> None:
    bulk(browse, "stranger", two, act=act, assignee="stranger", until="2024-06-04T09:00", priority="1", macro="1")
    for key in two:
        found = task(key)
        assert (found.state, found.assignee, found.follow_up_at, found.priority) == ("created", "agent", None, 50)


@pytest.mark.parametrize("before", ["x", "1:assignee", ":assignee:agent", "{key}:state:completed", "{key}:priority:x"])
def test_an_undoing_that_the_page_did_not_write_changes_nothing(browse: As, two: tuple[int, int], before: str) -> None:
    sent = before.format(key=two[0])
    assert browse("supervisor").post("/inbox/bulk/undo", data={"before": sent}).status_code == 200
    assert (task(two[0]).state, task(two[0]).assignee, task(two[0]).priority) == ("created", "agent", 50)
