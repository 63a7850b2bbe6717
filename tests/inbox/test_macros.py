"""Macros: a remark, values of the form and an act, done together at one step."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import Comment, UserTask
from app.errors import Conflict, Forbidden
from app.inbox import macros
from app.inbox.models import Macro
from tests.company import HANDSET_B, SHANGHAI, Company
from tests.conftest import both_databases
from tests.inbox.conftest import As
from tests.inbox.scene import SLIP, hand_in
from tests.inbox.test_acts import filled, post, task
from tests.inbox.test_many import bulk
from tests.play import Play


@pytest.fixture
def filled_slip(company: Company, slip: int) -> int:
    """A slip the agent has filled in but not completed."""
    engine.claim_task(company.person("agent"), slip)
    engine.save_draft(company.person("agent"), slip, filled(company, slip))
    return slip


def make(company: Company, key: int, act: str = "complete", unit: str = "HZ1", **more: int) -> int:
    """A macro of everything the agent has filled in."""
    agent = company.person("agent")
    macro = macros.save_macro(
        agent, key, name="照常收下", unit=unit, remark="外观完好", fields=list(SLIP), act=act, **more
    )
    return macro.id


def another(play: Play, key: int) -> int:
    hand_in(play, HANDSET_B)
    return int(db.session.query(UserTask).filter(UserTask.key != key, UserTask.state == "created").one().key)


@both_databases
def test_a_macro_fills_in_remarks_and_completes_at_once(
    browse: As, company: Company, play: Play, filled_slip: int
) -> None:
    macro = make(company, filled_slip)
    other = another(play, filled_slip)
    assert "The macro has run" in post(browse, "colleague", f"/inbox/tasks/{other}/macros/{macro}")
    assert (task(other).state, task(other).ended_by) == ("completed", "colleague")
    assert db.session.scalars(sa.select(Comment.text).where(Comment.task_key == other)).all() == ["外观完好"]


def test_what_it_keeps_is_chosen_from_what_is_filled_in(browse: As, filled_slip: int) -> None:
    form = browse("agent").get(f"/inbox/tasks/{filled_slip}/macros/new").get_data(as_text=True)
    assert 'value="outer_condition"' in form
    data = {"name": "Gut", "fields": ["outer_condition"], "act": "keep", "unit": "", "remark": ""}
    assert "Saved as “Gut”" in post(browse, "agent", f"/inbox/tasks/{filled_slip}/macros", **data)
    assert db.session.scalars(sa.select(Macro)).one().entries == {"outer_condition": "good"}


def test_a_form_that_is_not_complete_by_it_leaves_nothing_half_done(
    company: Company, play: Play, filled_slip: int
) -> None:
    agent, colleague = company.person("agent"), company.person("colleague")
    macro = macros.save_macro(
        agent, filled_slip, name="x", unit="HZ1", remark="r", fields=["outer_condition"], act="complete"
    )
    other = another(play, filled_slip)
    with pytest.raises(Exception, match=r"submission|refused|invalid"):
        macros.apply_macro(colleague, macro.id, other)
    assert (task(other).state, task(other).assignee) == ("created", None)
    assert db.session.scalars(sa.select(Comment)).all() == []


def test_it_puts_off_by_days_or_hands_back(company: Company, filled_slip: int) -> None:
    agent = company.person("agent")
    macros.apply_macro(agent, make(company, filled_slip, act="put_off", days=2), filled_slip)
    assert task(filled_slip).follow_up_at == dt.datetime(2024, 6, 5, 9, tzinfo=SHANGHAI)
    macros.apply_macro(agent, make(company, filled_slip, act="hand_back"), filled_slip)
    assert task(filled_slip).assignee is None


def test_many_tasks_take_one_macro_with_a_result_each(
    browse: As, company: Company, play: Play, filled_slip: int
) -> None:
    macro = make(company, filled_slip)
    other = another(play, filled_slip)
    choice = browse("agent").get(f"/inbox/bulk/macros?chosen={other}").get_data(as_text=True)
    assert f'name="macro" value="{macro}"' in choice
    engine.claim_task(company.person("colleague"), other)
    page = bulk(browse, "agent", (filled_slip, other), act="macro", macro=str(macro))
    assert "1 of 2 done" in page
    assert (task(filled_slip).state, task(other).state) == ("completed", "created")


@pytest.mark.parametrize(
    ("username", "seen"), [("agent", True), ("colleague", True), ("supervisor", True), ("stranger", False)]
)
def test_a_shared_macro_is_offered_to_the_people_of_its_unit(
    company: Company, filled_slip: int, username: str, seen: bool
) -> None:
    make(company, filled_slip)
    assert bool(macros.macros_for(company.person(username), task(filled_slip))) is seen


def test_a_macro_of_ones_own_is_nobody_elses(company: Company, filled_slip: int) -> None:
    make(company, filled_slip, unit="")
    assert macros.macros_for(company.person("colleague"), task(filled_slip)) == []


@pytest.mark.parametrize(
    ("username", "status"), [("agent", 303), ("supervisor", 303), ("colleague", 403), ("stranger", 404)]
)
def test_its_owner_or_a_supervisor_takes_it_away(
    browse: As, company: Company, filled_slip: int, username: str, status: int
) -> None:
    macro = make(company, filled_slip)
    answer = browse(username).post(f"/inbox/tasks/{filled_slip}/macros/{macro}/remove")
    assert answer.status_code == status
    assert (db.session.get(Macro, macro, populate_existing=True) is None) is (status == 303)


def test_a_macro_runs_at_its_own_step_only(company: Company, play: Play, filled_slip: int) -> None:
    macro = make(company, filled_slip, act="keep")
    engine.complete_task(company.person("agent"), filled_slip, filled(company, filled_slip))
    play.settle()
    with pytest.raises(Conflict, match="another_step"):
        macros.apply_macro(company.person("agent"), macro, play.task("s030_judge_misuse").key)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "x", "act": "explode"}, "1 to 60 days"),
        ({"name": "x", "act": "put_off", "days": "0"}, "1 to 60 days"),
        ({"name": "x"}, "a remark, a field or an act"),
        ({"name": "x", "remark": "y" * 1001}, "at most 1000"),
        ({"name": "x", "remark": "y", "unit": "NJ1"}, "your own units only"),
    ],
)
def test_a_macro_that_cannot_be_made_says_why(
    browse: As, filled_slip: int, data: dict[str, str], complaint: str
) -> None:
    assert complaint in post(browse, "agent", f"/inbox/tasks/{filled_slip}/macros", **data)
    assert db.session.scalars(sa.select(Macro)).all() == []


def test_whoever_may_not_have_the_task_may_not_run_a_macro_on_it(company: Company, filled_slip: int) -> None:
    macro = make(company, filled_slip)
    with pytest.raises(Forbidden):
        macros.apply_macro(company.person("colleague"), macro, filled_slip)
    assert task(filled_slip).state == "created"
