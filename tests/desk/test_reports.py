"""When half of the time of a step has passed, and twice of it, those whom it concerns are told once."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk import reports
from app.engine import task_rows
from app.engine.models import UserTask
from app.engine.queries import inbox
from app.people.audit import AuditEntry
from app.people.models import User
from app.people.notifications import Notification
from tests.company import MONDAY, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.desk.test_working_time import deploy, start, with_deadline

FOUR_HOURS = '<zeebe:taskSchedule dueDate="=due(now(), &quot;4 wh&quot;)"/>'


def told(company: Company) -> dict[str, set[str]]:
    """Who was told what, by the last word of the code."""
    db.session.rollback()
    rows = db.session.query(Notification.template, User.username).join(User, User.id == Notification.user_id)
    found: dict[str, set[str]] = {}
    for template, username in rows.filter(Notification.template.startswith("desk.report.")):
        found.setdefault(template.rpartition(".")[2], set()).add(username)
    return found


@both_databases
def test_at_half_time_the_holder_and_who_answers_for_the_case_are_told_once(company: Company) -> None:
    deploy(company, with_deadline(FOUR_HOURS))
    task = start(company)
    engine.assign_task(company.person("supervisor"), task.key, "colleague")
    company.clock.advance(minutes=119)
    assert reports.sweep() == 0
    company.clock.advance(minutes=1)
    assert (reports.sweep(), reports.sweep()) == (1, 0)
    assert told(company) == {"half_time": {"agent", "colleague"}}


def test_a_task_that_nobody_has_is_told_to_those_it_is_offered_to(company: Company) -> None:
    deploy(company, with_deadline(FOUR_HOURS))
    start(company)
    company.clock.advance(hours=2)
    reports.sweep()
    assert told(company)["half_time"] >= {"agent", "colleague"}
    assert "stranger" not in told(company)["half_time"]


def test_half_of_the_time_is_half_of_the_working_time(company: Company) -> None:
    company.clock.set(dt.datetime(2024, 6, 7, 17, tzinfo=MONDAY.tzinfo))
    deploy(company, with_deadline(FOUR_HOURS))
    # One hour on Friday, a long weekend, and one more on Tuesday.
    assert start(company).report_at == dt.datetime(2024, 6, 11, 10, tzinfo=MONDAY.tzinfo)


@both_databases
def test_at_twice_the_time_the_nearest_supervisors_are_told(company: Company) -> None:
    deploy(company, with_deadline(FOUR_HOURS))
    start(company)
    company.clock.advance(hours=2)
    reports.sweep()
    company.clock.set(MONDAY + dt.timedelta(hours=23, minutes=30))
    assert reports.sweep() == 0, "eight hours of work are over on Tuesday at half past nine"
    company.clock.advance(minutes=30)
    assert reports.sweep() == 1
    assert told(company)["take_over"] == {"outlet_head"}
    company.clock.advance(days=30)
    assert reports.sweep() == 0


def late(company: Company, username: str | None = None) -> UserTask:
    """A task that has taken twice its time, in somebody's hands or nobody's."""
    deploy(company, with_deadline(FOUR_HOURS))
    task = start(company)
    if username:
        engine.assign_task(company.person("supervisor"), task.key, username)
    company.clock.advance(days=3)
    assert reports.sweep() == 1
    db.session.expire_all()
    return task


def offered_to(company: Company, username: str) -> list[int]:
    return [row.key for row in inbox.offered_tasks((company.person(username),), claimed=None)]


@both_databases
def test_what_took_twice_its_time_stands_in_the_lists_of_the_supervisors_until_it_is_done(company: Company) -> None:
    task = late(company)
    assert offered_to(company, "outlet_head") == [task.key]
    assert offered_to(company, "colleague") == [task.key], "those who had it before still have it"
    assert engine.claim_task(company.person("outlet_head"), task.key)
    engine.complete_task(company.person("outlet_head"), task.key, {})
    assert offered_to(company, "outlet_head") == []
    (line,) = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.endswith("offered_for_take_over")))
    assert (line.case_id, line.detail["to"]) == (task.case_id, ["outlet_head"])


def test_a_supervisor_takes_over_what_somebody_has_and_says_why(browse: As, company: Company) -> None:
    task = late(company, "colleague")
    address = f"/inbox?view=team&task={task.key}"
    assert "Take over…" not in browse("colleague").get(address).text
    page = browse("outlet_head").get(address).text
    assert "Take over…" in page
    assert f'id="task-{task.key}"' in page, "it stands in the list as well"
    done = {"assignee": "outlet_head", "reason": "the customer has waited long enough"}
    assert browse("outlet_head").post(f"/inbox/tasks/{task.key}/assign", data=done).status_code == 303
    db.session.expire_all()
    assert task.assignee == "outlet_head"
    assert "Take over…" not in browse("outlet_head").get(address).text


def test_a_task_that_is_everybodys_stays_everybodys(company: Company) -> None:
    task = late(company)
    task.candidates, task.candidate_users = [], None
    task_rows.offer_also(db.session, task, ["outlet_head"])
    assert task.candidate_users is None


def test_who_was_away_is_told_only_what_still_helps(company: Company) -> None:
    deploy(company, with_deadline(FOUR_HOURS))
    start(company)
    company.clock.advance(days=3)
    assert reports.sweep() == 1
    assert set(told(company)) == {"take_over"}


@pytest.mark.parametrize("ended", [True, False])
def test_nobody_is_told_of_a_task_that_is_over_or_has_no_deadline(company: Company, ended: bool) -> None:
    deploy(company, with_deadline(FOUR_HOURS if ended else ""))
    task = start(company)
    if ended:
        engine.complete_task(company.person("agent"), task.key, {})
    company.clock.advance(days=30)
    assert reports.sweep() == 0


def test_a_deadline_that_moves_is_told_anew(company: Company) -> None:
    deploy(company, with_deadline(FOUR_HOURS))
    task = start(company)
    company.clock.advance(hours=2)
    reports.sweep()
    engine.update_task(company.person("supervisor"), task.key, due_at=MONDAY + dt.timedelta(days=2))
    db.session.expire_all()
    assert db.session.get(UserTask, task.key).reported == 0
    company.clock.advance(days=1)
    assert reports.sweep() == 1
