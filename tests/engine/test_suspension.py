"""Suspended instances keep everything and move by nothing; going on, they do once what came due meanwhile."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.engine import held
from app.engine.models import Job, Message, ProcessInstance, Timer, UserTask
from app.engine.queries import search
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel import Placement
from app.people.audit import AuditEntry
from app.people.models import User
from tests.clock import NOON
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, LEAD, OUTSIDER, OWNER, open_tasks
from tests.engine.diagrams import (
    END,
    START,
    bpmn,
    call,
    catch_message,
    catch_timer,
    chain,
    flow,
    message,
    service,
    user,
)
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases
WAITS = bpmn(
    "waits", chain(START, catch_message("wait", "answer"), user("after"), END), outside=message("answer", "=order")
)
TICKS = bpmn(
    "ticks",
    chain(START, user("work"), END)
    + '<boundaryEvent id="tick" attachedToRef="work" cancelActivity="false"><timerEventDefinition>'
    + '<timeCycle xsi:type="tFormalExpression">R/PT10M</timeCycle></timerEventDefinition></boundaryEvent>'
    + user("remind")
    + flow("tick", "remind"),
)


def one(model, key: int):
    db.session.rollback()
    return db.session.scalars(sa.select(model).where(model.instance_key == key)).one()


def tasks_at(key: int, element: str) -> int:
    db.session.rollback()
    query = sa.select(sa.func.count()).where(UserTask.instance_key == key, UserTask.element_id == element)
    return db.session.scalar(query)


def test_a_step_of_a_suspended_case_is_marked_and_cannot_be_completed_until_it_goes_on(deploy, statements):
    deploy(("plain.bpmn", bpmn("plain", chain(START, user("u"), user("v"), END))))
    key = engine.start_instance(ANNA, "plain").key
    engine.suspend_instance(LEAD, key, "wrong price list")
    task = open_tasks(key)["u"]
    assert task.suspended_at is not None
    with pytest.raises(Conflict) as refused:
        engine.complete_task(ANNA, task.key, {})
    assert refused.value.code == "engine.instance_suspended"
    engine.save_draft(ANNA, task.key, {"x": 1})
    engine.resume_instance(LEAD, key, "corrected")
    assert open_tasks(key)["u"].suspended_at is None
    statements.clear()
    assert engine.complete_task(ANNA, task.key, {})
    assert len(statements) <= 10
    acts = db.session.execute(sa.select(AuditEntry.action, AuditEntry.reason).where(AuditEntry.instance_key == key))
    assert [tuple(row) for row in acts.all()][:2] == [
        ("engine:instance:suspended", "wrong price list"),
        ("engine:instance:resumed", "corrected"),
    ]
    assert_rows_follow_the_state()


def test_a_timer_that_came_due_meanwhile_fires_once_on_going_on(app, deploy, clock):
    deploy(("ticks.bpmn", TICKS))
    key = engine.start_instance(ANNA, "ticks").key
    engine.suspend_instance(LEAD, key, "strike")
    clock.advance(minutes=35)
    assert engine.run_due(app) == 0
    assert tasks_at(key, "remind") == 0
    engine.resume_instance(LEAD, key, "over")
    assert engine.run_due(app) == 1
    assert tasks_at(key, "remind") == 1
    assert (one(Timer, key).due_at - clock.now()).total_seconds() == 300


def test_a_timer_that_is_not_due_yet_keeps_its_moment(app, deploy, clock):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    key = engine.start_instance(ANNA, "slow").key
    due = one(Timer, key).due_at
    engine.suspend_instance(LEAD, key, "strike")
    clock.advance(minutes=20)
    engine.resume_instance(LEAD, key, "over")
    assert one(Timer, key).due_at == due
    assert engine.run_due(app) == 0


def test_jobs_are_not_handed_out_but_what_a_program_has_in_hand_may_be_reported(app, deploy, clock):
    deploy(("jobs.bpmn", bpmn("jobs", chain(START, service("a", "outside"), service("b", "outside"), END))))
    first, second = (engine.start_instance(ANNA, "jobs").key for _ in range(2))
    engine.suspend_instance(LEAD, first, "strike")
    handed = engine.activate_jobs(ANNA, "outside", "w", 60)
    assert [one.job.instance_key for one in handed] == [second]
    engine.suspend_instance(LEAD, second, "strike")
    engine.complete_job(ANNA, handed[0].job.key, {})
    job = one(Job, second)
    assert (job.element_id, job.suspended_at is not None) == ("b", True)
    clock.advance(minutes=5)
    assert engine.activate_jobs(ANNA, "outside", "w", 60) == []
    engine.resume_instance(LEAD, first, "over")
    engine.resume_instance(LEAD, second, "over")
    assert {one.job.element_id for one in engine.activate_jobs(ANNA, "outside", "w", 60)} == {"a", "b"}
    assert_rows_follow_the_state()


def test_a_failed_attempt_and_a_longer_lease_leave_a_job_put_off(app, deploy, clock):
    deploy(("jobs.bpmn", bpmn("jobs", chain(START, service("a", "outside"), END))))
    key = engine.start_instance(ANNA, "jobs").key
    (handed,) = engine.activate_jobs(ANNA, "outside", "w", 60)
    engine.suspend_instance(LEAD, key, "strike")
    engine.extend_lease(ANNA, handed.job.key, 120)
    engine.fail_job(ANNA, handed.job.key, back_off=10)
    clock.advance(minutes=5)
    assert engine.activate_jobs(ANNA, "outside", "w", 60) == []
    engine.resume_instance(LEAD, key, "over")
    assert len(engine.activate_jobs(ANNA, "outside", "w", 60)) == 1


def test_a_message_waits_in_the_buffer_as_long_as_it_lives(app, deploy, clock):
    deploy(("waits.bpmn", WAITS))
    kept, lost = (engine.start_instance(ANNA, "waits", {"order": name}).key for name in ("kept", "lost"))
    for key in (kept, lost):
        engine.suspend_instance(LEAD, key, "strike")
    for order, ttl in (("kept", 600), ("lost", 60)):
        assert engine.publish_message(ANNA, "answer", order, {}, ttl=ttl).woken == ()
    with pytest.raises(Conflict) as refused:
        engine.correlate_message(ANNA, "answer", "kept")
    assert refused.value.code == "engine.receiver_suspended"
    with pytest.raises(NotFound):
        engine.correlate_message(ANNA, "answer", "nobody")
    assert engine.run_due(app) == 0
    clock.advance(minutes=2)
    for key in (kept, lost):
        engine.resume_instance(LEAD, key, "over")
    assert list(open_tasks(kept)) == ["after"]
    assert list(open_tasks(lost)) == []
    db.session.rollback()
    assert db.session.scalars(sa.select(Message.delivered_to).where(Message.correlation_key == "kept")).all() == [
        ["waits"]
    ]


def test_a_case_rests_and_goes_on_with_everything_it_called(deploy):
    inner = bpmn("inner", chain(START, user("u"), END))
    deploy(("inner.bpmn", inner), ("outer.bpmn", bpmn("outer", chain(START, call("c", "inner"), user("v"), END))))
    key = engine.start_instance(ANNA, "outer").key
    called = open_tasks(key)["u"].instance_key
    with pytest.raises(Conflict) as refused:
        engine.suspend_instance(LEAD, called, "strike")
    assert refused.value.params == {"root": key}
    engine.suspend_instance(LEAD, key, "strike")
    with pytest.raises(Conflict):
        engine.complete_task(ANNA, open_tasks(key)["u"].key, {})
    engine.resume_instance(LEAD, key, "over")
    engine.complete_task(ANNA, open_tasks(key)["u"].key, {})
    assert list(open_tasks(key)) == ["v"]


def test_what_begins_by_hand_in_a_suspended_case_rests_as_well_and_cancelling_ends_it(app, deploy, clock):
    deploy(("slow.bpmn", bpmn("slow", chain(START, user("u"), catch_timer("wait", "PT1H"), END))))
    key = engine.start_instance(ANNA, "slow").key
    engine.suspend_instance(LEAD, key, "strike")
    move = engine.Modification([open_tasks(key)["u"].token], [Placement("wait")])
    engine.modify_instance(LEAD, key, move, "further")
    assert one(Timer, key).suspended_at is not None
    clock.advance(hours=2)
    assert engine.run_due(app) == 0
    engine.cancel_instance(LEAD, key, "gone")
    db.session.rollback()
    row = db.session.get(ProcessInstance, key)
    assert (row.state, row.suspended_at) == ("cancelled", None)
    assert_rows_follow_the_state()


def test_what_a_restore_holds_stays_held_and_is_not_released_while_its_case_rests(app, deploy, clock):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    key = engine.start_instance(ANNA, "slow").key
    clock.advance(hours=2)
    with transaction() as session:
        held.hold(session, clock.now())
    engine.suspend_instance(LEAD, key, "strike")
    assert held.held(ADMIN) == []
    assert held.release(ADMIN, ["timer"], reason="all") == 0
    engine.resume_instance(LEAD, key, "over")
    assert engine.run_due(app) == 0
    assert held.release(ADMIN, ["timer"], reason="not happened") == 1
    assert engine.run_due(app) == 1


def test_it_needs_the_right_a_reason_and_a_case_that_can(deploy):
    deploy(("plain.bpmn", bpmn("plain", chain(START, user("u"), END))))
    key = engine.start_instance(ANNA, "plain").key
    for who in (ANNA, OUTSIDER):
        with pytest.raises(Forbidden):
            engine.suspend_instance(who, key, "strike")
    with pytest.raises(Invalid):
        engine.suspend_instance(OWNER, key, " ")
    with pytest.raises(Conflict) as refused:
        engine.resume_instance(LEAD, key, "over")
    assert refused.value.code == "engine.not_suspended"
    engine.suspend_instance(OWNER, key, "strike")
    with pytest.raises(Conflict) as refused:
        engine.suspend_instance(OWNER, key, "strike")
    assert refused.value.code == "engine.suspended_already"


@pytest.fixture
def accounts(app):
    with transaction() as session:
        session.add(User(username="lead", names={}, created_at=NOON, staff=True, supervisor=True))


def test_a_version_is_suspended_and_resumed_by_order(app, deploy, accounts):
    deploy(("plain.bpmn", bpmn("plain", chain(START, user("u"), END))))
    keys = [engine.start_instance(ANNA, "plain").key for _ in range(3)]
    engine.suspend_instance(LEAD, keys[0], "this one only")
    query = search.instances(LEAD).where(ProcessInstance.process_version == 1)
    trials = engine.try_batch(LEAD, "suspend", query)
    assert [(one.key, one.refusal) for one in trials] == [(key, None) for key in keys[1:]]
    assert resting(keys) == keys[:1], "a trial leaves nothing behind"
    engine.order_batch(LEAD, "suspend", query, "wrong rule")
    assert engine.run_due(app) == 2
    assert resting(keys) == keys
    engine.order_batch(LEAD, "resume", query, "corrected")
    engine.run_due(app)
    assert resting(keys) == []


def resting(keys: list[int]) -> list[int]:
    db.session.rollback()
    query = sa.select(ProcessInstance.key).where(
        ProcessInstance.key.in_(keys), ProcessInstance.suspended_at.is_not(None)
    )
    return list(db.session.scalars(query.order_by(ProcessInstance.key)))
