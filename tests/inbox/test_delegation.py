"""A task that somebody else does for its assignee, and how it comes back."""

import contextlib
import datetime as dt
import typing as t

import pytest

from app import engine
from app.engine.delegating import return_due
from app.errors import Conflict, FirstlineError, Forbidden, Invalid
from tests.company import Company
from tests.conftest import both_databases
from tests.inbox.conftest import As
from tests.inbox.test_acts import filled, post, task
from tests.inbox.test_told import told


@pytest.fixture
def own(company: Company, slip: int) -> int:
    """A slip the agent is working on."""
    engine.claim_task(company.person("agent"), slip)
    return slip


@both_databases
def test_a_delegated_task_is_with_the_other_and_its_owner_sees_it(browse: As, company: Company, own: int) -> None:
    page = post(
        browse, "agent", f"/inbox/tasks/{own}/delegate", assignee="analyst", until="2024-06-03T17:00", reason="电话"
    )
    assert "Delegated to analyst" in page.replace("Analyst", "analyst")
    assert (task(own).assignee, task(own).delegated_by) == ("analyst", "agent")
    assert told(company, "analyst") == ["delegated_because"]
    assert f'id="task-{own}"' in browse("agent").get("/inbox?view=delegated").get_data(as_text=True)
    assert f'id="task-{own}"' in browse("agent").get("/inbox?view=delegated&sort=case").get_data(as_text=True)
    assert "does it for" in browse("agent").get(f"/inbox/tasks/{own}").get_data(as_text=True)
    theirs = browse("analyst").get(f"/inbox/tasks/{own}").get_data(as_text=True)
    assert "You do this for" in theirs
    assert 'data-open="give-back"' in theirs


def test_what_the_delegate_completes_is_done_for_the_owner_and_the_story_says_so(
    browse: As, company: Company, own: int
) -> None:
    engine.delegate_task(company.person("agent"), own, "colleague")
    engine.complete_task(company.person("colleague"), own, filled(company, own))
    assert (task(own).state, task(own).ended_by) == ("completed", "colleague")
    assert told(company, "agent") == ["done_for_you"]
    story = browse("agent").get(f"/inbox/tasks/{own}").get_data(as_text=True)
    assert "Fill the slip, both sign (for agent)" in story.replace("Agent", "agent")


def test_a_delegate_gives_it_back_with_what_was_typed(browse: As, company: Company, own: int) -> None:
    engine.delegate_task(company.person("agent"), own, "colleague")
    engine.save_draft(company.person("colleague"), own, {"scratches": "half done"})
    post(browse, "colleague", f"/inbox/tasks/{own}/give-back", remark="no time")
    assert (task(own).assignee, task(own).delegated_by) == ("agent", None)
    assert told(company, "agent") == ["given_back_because"]
    assert engine.open_form(company.person("agent"), own).draft == {"scratches": "half done"}


def test_handing_it_back_gives_it_to_its_owner_not_to_everybody(company: Company, own: int) -> None:
    engine.delegate_task(company.person("agent"), own, "colleague")
    engine.release_task(company.person("colleague"), own, "lunch")
    assert task(own).assignee == "agent"


@pytest.mark.parametrize(
    ("username", "may"), [("agent", True), ("supervisor", True), ("administrator", True), ("stranger", False)]
)
def test_the_owner_and_those_who_lead_take_it_back(company: Company, own: int, username: str, may: bool) -> None:
    engine.delegate_task(company.person("agent"), own, "colleague")
    with contextlib.nullcontext() if may else pytest.raises(FirstlineError):
        engine.return_task(company.person(username), own)
    assert task(own).assignee == ("agent" if may else "colleague")
    assert ("taken_back" in told(company, "colleague")) is may


@both_databases
def test_when_time_is_up_it_comes_back_by_itself_and_once(company: Company, own: int) -> None:
    until = company.clock.now() + dt.timedelta(hours=2)
    engine.delegate_task(company.person("agent"), own, "colleague", until=until)
    company.clock.advance(hours=1, minutes=59)
    assert return_due() == 0
    company.clock.advance(minutes=1)
    assert (return_due(), return_due()) == (1, 0)
    assert (task(own).assignee, task(own).delegated_by) == ("agent", None)
    assert told(company, "agent") == ["time_up"]
    assert told(company, "colleague")[-1] == "time_up_for_you"


def test_assigning_it_to_a_third_ends_the_delegation(company: Company, own: int) -> None:
    engine.delegate_task(company.person("agent"), own, "analyst")
    engine.assign_task(company.person("supervisor"), own, "colleague", reason="urgent")
    assert (task(own).assignee, task(own).delegated_by) == ("colleague", None)


@pytest.mark.parametrize(
    ("username", "to", "hours", "error"),
    [
        ("colleague", "analyst", 1, Forbidden),
        ("stranger", "analyst", 1, FirstlineError),
        ("agent", "nobody", 1, Invalid),
        ("agent", "agent", 1, Invalid),
        ("agent", "colleague", -1, Invalid),
        ("agent", "colleague", 24 * 500, Invalid),
    ],
)
def test_what_cannot_be_delegated_stays(
    company: Company, own: int, username: str, to: str, hours: int, error: type[FirstlineError]
) -> None:
    until = company.clock.now() + dt.timedelta(hours=hours)
    with pytest.raises(error):
        engine.delegate_task(company.person(username), own, to, until=until)
    assert (task(own).assignee, task(own).delegated_by) == ("agent", None)


def test_a_delegate_neither_delegates_nor_assigns_further(company: Company, own: int) -> None:
    engine.delegate_task(company.person("agent"), own, "colleague")
    with pytest.raises(Conflict):
        engine.delegate_task(company.person("colleague"), own, "analyst")
    with pytest.raises(Forbidden):
        engine.assign_task(company.person("colleague"), own, "supervisor")
    assert task(own).assignee == "colleague"


def test_a_delegation_that_was_ended_elsewhere_says_so(browse: As, company: Company, own: int) -> None:
    assert "not delegated any more" in post(browse, "agent", f"/inbox/tasks/{own}/give-back")


def test_everybody_of_the_staff_is_offered_but_oneself(browse: As, own: int) -> None:
    page: t.Any = browse("agent").get(f"/inbox/tasks/{own}/delegates").get_data(as_text=True)
    assert '<option value="analyst">' in page
    assert '<option value="agent">' not in page
    assert browse("stranger").get(f"/inbox/tasks/{own}/delegates").status_code == 404
