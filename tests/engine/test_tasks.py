"""Starting an instance and what people do with its tasks."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.engine.models import Draft, ElementInstance, ProcessInstance, UserTaskCandidate, Variable
from app.errors import Conflict, Forbidden, Invalid
from app.people.audit import AuditEntry
from app.people.models import Membership, Role, User
from tests.clock import NOON
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, BEN, LEAD, OUTSIDER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, user

pytestmark = both_databases

TWO_STEPS = bpmn("two", chain(START, user("first", groups="clerk"), user("second", groups="clerk@x1"), END))


@pytest.fixture
def two(deploy):
    deploy(("two.bpmn", TWO_STEPS))
    return engine.start_instance(ANNA, "two", {"a": 1}).key


@pytest.fixture
def colleagues(app):
    """Accounts of the people a task can be given to."""
    with transaction() as session:
        session.add_all([Role(id="clerk", names={}), Role(id="cook", names={})])
        for person in (ANNA, BEN, OUTSIDER):
            session.add(User(id=person.id, username=person.username, names={}, created_at=NOON))
        session.flush()
        for person in (ANNA, BEN, OUTSIDER):
            session.add(Membership(user_id=person.id, role_id=person.memberships[0].role))


def test_a_started_instance_waits_at_its_first_task_with_candidates(two):
    task = open_tasks(two)["first"]
    assert task.candidates == [["clerk", ""]]
    assert task.assignee is None
    rows = db.session.execute(sa.select(UserTaskCandidate.role, UserTaskCandidate.unit)).all()
    assert [tuple(row) for row in rows] == [("clerk", "")]


def test_completing_the_last_task_ends_the_instance_and_keeps_variables_and_history(deploy):
    deploy(("one.bpmn", bpmn("one", chain(START, user("only"), END))))
    key = engine.start_instance(ANNA, "one", {"a": 1}).key
    engine.complete_task(ANNA, open_tasks(key)["only"].key, {"b": [1, 2]})
    db.session.rollback()
    instance = db.session.get(ProcessInstance, key, populate_existing=True)
    assert (instance.state, instance.state_blob) == ("completed", None)
    values = {row.name: row.value for row in db.session.execute(sa.select(Variable)).scalars()}
    assert values == {"a": "1", "b": "[1,2]"}
    history = db.session.execute(sa.select(ElementInstance).order_by(ElementInstance.token)).scalars().all()
    assert [(row.element_id, row.state, row.actor) for row in history] == [
        ("one", "completed", None),
        ("start", "completed", None),
        ("only", "completed", "anna"),
        ("end", "completed", None),
    ]


def test_a_second_completion_is_told_who_was_first(two):
    key = open_tasks(two)["first"].key
    engine.complete_task(ANNA, key, {})
    with pytest.raises(Conflict) as caught:
        engine.complete_task(BEN, key, {})
    assert caught.value.code == "engine.task_completed_already"
    assert (caught.value.params["who"], caught.value.params["when"]) == ("anna", "12:00")


def test_only_candidates_may_work_on_a_task(two):
    with pytest.raises(Forbidden):
        engine.complete_task(OUTSIDER, open_tasks(two)["first"].key, {})


def acts() -> list[tuple[str, str, str, bool]]:
    db.session.rollback()
    rows = db.session.execute(sa.select(AuditEntry).order_by(AuditEntry.id)).scalars()
    return [(row.username, row.action, row.reason, row.overruled) for row in rows if "user_task" in row.action]


def test_a_claimed_task_belongs_to_one_person_until_it_is_handed_back_with_a_reason(two):
    key = open_tasks(two)["first"].key
    engine.claim_task(ANNA, key)
    with pytest.raises(Conflict) as caught:
        engine.claim_task(BEN, key)
    assert caught.value.params["who"] == "anna"
    with pytest.raises(Forbidden):
        engine.complete_task(BEN, key, {})
    with pytest.raises(Invalid):
        engine.release_task(ANNA, key, " ")
    engine.release_task(ANNA, key, "going home")
    engine.complete_task(BEN, key, {})
    assert acts() == [
        ("anna", "engine:user_task:claimed", "", False),
        ("anna", "engine:user_task:released", "going home", False),
    ]


def test_a_supervisor_gives_a_task_to_a_candidate_only(two, colleagues):
    key = open_tasks(two)["first"].key
    engine.assign_task(LEAD, key, "anna", reason="knows the customer")
    assert open_tasks(two)["first"].assignee == "anna"
    with pytest.raises(Forbidden):
        engine.assign_task(LEAD, key, "olga")
    with pytest.raises(Forbidden):
        engine.assign_task(BEN, key, "ben")
    engine.assign_task(ANNA, key, "ben", reason="please")
    assert open_tasks(two)["first"].assignee == "ben"
    engine.assign_task(ADMIN, key, "olga")
    with pytest.raises(Invalid):
        engine.assign_task(ADMIN, key, "nobody")


def test_a_draft_is_kept_for_its_writer_until_the_task_is_done(app, two):
    key = open_tasks(two)["first"].key
    engine.save_draft(ANNA, key, {"note": "half"})
    engine.save_draft(ANNA, key, {"note": "whole"})
    engine.save_draft(BEN, key, {"note": "other"})
    assert engine.open_form(ANNA, key).draft == {"note": "whole"}
    engine.complete_task(ANNA, key, {"note": "whole"})
    assert engine.open_form(ANNA, key).draft is None
    with pytest.raises(Conflict):
        engine.save_draft(ANNA, key, {})
    engine.save_draft(ANNA, open_tasks(two)["second"].key, {"next": 1})
    engine.run_due(app)
    db.session.rollback()
    assert db.session.execute(sa.select(Draft.data)).scalars().all() == [{"next": 1}]


def test_dates_and_candidates_are_changed_by_those_who_lead(two, clock):
    key = open_tasks(two)["first"].key
    tomorrow = clock.now() + dt.timedelta(days=1)
    with pytest.raises(Forbidden):
        engine.update_task(ANNA, key, due_at=tomorrow)
    engine.update_task(LEAD, key, due_at=tomorrow, priority=80, candidate_groups=["cook"], reason="holiday")
    task = open_tasks(two)["first"]
    assert (task.due_at, task.due_sort, task.priority) == (tomorrow, tomorrow, 80)
    with pytest.raises(Forbidden):
        engine.complete_task(ANNA, key, {})
    engine.complete_task(OUTSIDER, key, {})


def test_who_asked_may_not_approve_but_an_administrator_may_and_leaves_a_line(deploy):
    body = chain(START, user("s010_ask", groups="clerk"), user("s020_approve_it", groups="clerk"), END)
    deploy(("buy.bpmn", bpmn("buy", body)))
    key = engine.start_instance(ANNA, "buy").key
    engine.complete_task(ANNA, open_tasks(key)["s010_ask"].key, {})
    approve = open_tasks(key)["s020_approve_it"].key
    for act in (engine.claim_task, lambda person, task: engine.complete_task(person, task, {})):
        with pytest.raises(Forbidden) as caught:
            act(ANNA, approve)
        assert caught.value.code == "people.duty.approver_requester"
    engine.complete_task(BEN, approve, {})
    again = engine.start_instance(ADMIN, "buy").key
    engine.complete_task(ADMIN, open_tasks(again)["s010_ask"].key, {})
    engine.complete_task(ADMIN, open_tasks(again)["s020_approve_it"].key, {})
    assert ("admin", "engine:user_task:separation_overruled", "", True) in acts()


def test_a_token_that_may_only_look_changes_nothing(two):
    reader = dataclasses.replace(ANNA, permissions=frozenset(), read_only=True)
    key = open_tasks(two)["first"].key
    for act in (
        lambda: engine.claim_task(reader, key),
        lambda: engine.complete_task(reader, key, {}),
        lambda: engine.save_draft(reader, key, {}),
        lambda: engine.start_instance(reader, "two"),
        lambda: engine.publish_message(reader, "x"),
    ):
        with pytest.raises(Forbidden):
            act()


def _fail_after(act) -> None:
    act()
    raise ZeroDivisionError


def test_a_command_inside_a_transaction_that_fails_leaves_nothing(two):
    key = open_tasks(two)["first"].key
    with pytest.raises(ZeroDivisionError), transaction():
        _fail_after(lambda: engine.complete_task(ANNA, key, {"x": 1}))
    assert list(open_tasks(two)) == ["first"]
    engine.complete_task(ANNA, key, {"x": 2})
    assert list(open_tasks(two)) == ["second"]
