"""Listeners of user tasks in the engine: people wait for them, and what they say stands in the rows."""

import datetime as dt

import flask
import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import Answer, asking
from app.engine.models import Draft, ElementInstance, Incident, ProcessInstance, UserTask, UserTaskCandidate
from app.errors import Conflict, Uncertain
from app.people.audit import AuditEntry
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, BEN, LEAD, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow, user
from tests.engine.test_jobs import WITH_JOB, jobs
from tests.kernel.draw import listener, listening

pytestmark = both_databases

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)
STOPPED = '<boundaryEvent id="b" attachedToRef="a"><signalEventDefinition signalRef="sig"/></boundaryEvent>'


def asked(*events: str, assignee: str = "") -> bytes:
    """A process with one user task for clerks, each listener's type named after its event."""
    named = f'<zeebe:assignmentDefinition candidateGroups="clerk"{f" assignee={assignee!r}" if assignee else ""}/>'
    task = user("a").replace(
        "<extensionElements>",
        "<extensionElements>"
        + named
        + listening(*(listener(event, f"test.{event}") for event in events), holder="task"),
    )
    body = chain(START, task, user("z"), END) + STOPPED + user("r") + flow("b", "r")
    return bpmn("asked", body, outside='<signal id="sig" name="stop"/>')


@pytest.fixture
def start(app, deploy):
    """Start a process whose task has listeners for these events; the key of the instance."""

    def act(*events, **more):
        deploy(("asked.bpmn", asked(*events, **more)))
        return engine.start_instance(ANNA, "asked").key

    return act


@pytest.fixture
def reply(app):
    """Let handlers give these answers, one after the other, and run what is due; what they were asked."""

    def act(event, *answers):
        seen, left = [], list(answers)

        def handler(context):
            seen.append(context)
            return left.pop(0)

        engine.register_handler(app, f"test.{event}", handler)
        engine.run_due(app)
        return seen

    return act


def the_task() -> UserTask:
    return open_tasks()["a"]


def test_a_task_appears_when_its_creation_is_agreed_with_what_was_corrected(start, reply):
    start("creating", assignee="anna")
    assert open_tasks() == {}
    (context,) = reply("creating", Answer(corrections={"candidate_groups": ["boss"], "due_date": NOON, "priority": 7}))
    assert (context.event, context.task.action, context.task.key) == ("creating", "create", None)
    assert (context.task.assignee, context.task.candidate_groups) == ("anna", ("clerk",))
    task = the_task()
    assert (task.assignee, task.candidates, task.due_at, task.priority) == ("anna", [["boss", ""]], NOON, 7)


def test_a_claim_is_pending_until_it_is_agreed_and_nobody_else_can_claim_meanwhile(start, reply):
    start("assigning")
    engine.claim_task(ANNA, the_task().key)
    task = the_task()
    assert (task.assignee, task.pending["event"], task.pending["by"]) == (None, "assigning", "anna")
    with pytest.raises(Conflict) as busy:
        engine.claim_task(BEN, task.key)
    assert busy.value.code == "engine.task_busy"
    (context,) = reply("assigning", None)
    assert (context.task.action, context.task.assignee, context.task.changed) == ("claim", "anna", ("assignee",))
    task = the_task()
    assert (task.assignee, task.pending, task.claimed_at is not None) == ("anna", None, True)
    assert db.session.scalars(sa.select(UserTaskCandidate.claimed)).all() == [True]
    engine.release_task(ANNA, task.key, "lunch")
    assert the_task().assignee == "anna"


def test_a_denied_claim_says_why_until_the_next_try(start, reply):
    start("assigning")
    engine.claim_task(ANNA, the_task().key)
    reply("assigning", Answer(denied=True, reason="on holiday"), None)
    task = the_task()
    assert (task.assignee, task.pending) == (None, None)
    assert (task.denied["event"], task.denied["by"], task.denied["reason"]) == ("assigning", "anna", "on holiday")
    last = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.reason) == ("engine:user_task:denied", "on holiday")
    engine.claim_task(BEN, task.key)
    assert the_task().denied is None


@pytest.mark.parametrize(("reason", "told"), [("on holiday", "on holiday"), ("", "没有说明原因")])
def test_whoever_waits_for_the_verdict_learns_it(start, reply, monkeypatch, reason, told):
    monkeypatch.setattr(asking, "PATIENCE", 0.0)
    start("assigning")
    key = the_task().key
    engine.claim_task(ANNA, key)
    with pytest.raises(Uncertain):
        engine.await_verdict(key)
    reply("assigning", Answer(denied=True, reason=reason), None)
    with pytest.raises(Conflict) as denied:
        engine.await_verdict(key)
    assert (denied.value.code, denied.value.params["reason"]) == ("engine.task_denied", told)
    engine.claim_task(BEN, key)
    engine.run_due(flask.current_app)
    engine.await_verdict(key)
    assert the_task().assignee == "ben"


def test_who_the_diagram_names_gets_the_task_when_that_is_agreed(start, reply):
    start("assigning", assignee="anna")
    assert (the_task().assignee, the_task().pending["event"]) == (None, "assigning")
    reply("assigning", Answer(corrections={"assignee": "ben"}))
    assert (the_task().assignee, the_task().pending) == ("ben", None)


def test_dates_priority_and_candidates_change_when_that_is_agreed(start, reply):
    start("updating")
    engine.update_task(LEAD, the_task().key, due_at=NOON, priority=80, candidate_groups=["boss"])
    assert (the_task().due_at, the_task().priority) == (None, 50)
    (context,) = reply("updating", Answer(corrections={"priority": 60}))
    assert (context.task.due_date, context.task.priority, context.task.candidate_groups) == (NOON, 80, ("boss",))
    assert set(context.task.changed) == {"due_date", "priority", "candidate_groups"}
    task = the_task()
    assert (task.due_at, task.priority, task.candidates) == (NOON, 60, [["boss", ""]])
    assert db.session.scalars(sa.select(UserTaskCandidate.role)).all() == ["boss"]


def test_a_task_is_completed_by_whoever_asked_when_that_is_agreed(start, reply):
    key = start("completing")
    task = the_task()
    engine.claim_task(ANNA, task.key)
    engine.complete_task(ANNA, task.key, {"ok": True})
    with pytest.raises(Conflict):
        engine.complete_task(ANNA, task.key, {"ok": False})
    (context,) = reply("completing", None)
    assert (context.variables["ok"], context.task.action) == (True, "complete")
    assert list(open_tasks(key)) == ["z"]
    row = db.session.get(UserTask, task.key)
    assert (row.state, row.ended_by, row.pending) == ("completed", "anna", None)
    done = db.session.scalars(sa.select(ElementInstance).where(ElementInstance.element_id == "a")).one()
    assert done.actor == "anna"
    assert engine.queries.detail.task_variables(ANNA, open_tasks(key)["z"])["ok"] is True


def test_what_was_typed_survives_a_denial(start, reply):
    start("completing")
    engine.claim_task(ANNA, the_task().key)
    engine.complete_task(ANNA, the_task().key, {"amount": 900})
    reply("completing", Answer(denied=True, reason="too much"))
    task = the_task()
    assert (task.denied["reason"], task.state, task.assignee) == ("too much", "created", "anna")
    assert db.session.scalars(sa.select(Draft.data)).one() == {"amount": 900}
    assert engine.open_form(ANNA, task.key).draft == {"amount": 900}


@pytest.mark.parametrize("said", [Answer(denied=True), Answer(corrections={"colour": "red"}), {"n": 1}])
def test_a_listener_that_says_what_it_cannot_say_is_an_incident(start, reply, app, said):
    start("creating")
    reply("creating", said, None)
    (incident,) = db.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None)))
    assert (incident.element_id, incident.code) == ("a", "engine.wrong_answer")
    engine.resolve_incident(ADMIN, incident.key)
    engine.run_due(app)
    assert list(open_tasks()) == ["a"]


def test_workers_outside_lease_and_answer_task_listeners(start):
    start("updating")
    engine.update_task(LEAD, the_task().key, priority=80)
    (leased,) = engine.activate_jobs(ANNA, "test.updating", "w", 60)
    assert (leased.job.event, leased.task.priority, leased.task.key) == ("updating", 80, the_task().key)
    with pytest.raises(Conflict):
        engine.complete_job(ANNA, leased.job.key, {"n": 1})
    engine.complete_job(ANNA, leased.job.key, answer=Answer(corrections={"priority": 70}))
    assert (the_task().priority, jobs()) == (70, [])


def test_only_task_listeners_answer(app, deploy):
    deploy(("work.bpmn", WITH_JOB))
    engine.start_instance(ANNA, "work")
    with pytest.raises(Conflict) as refused:
        engine.complete_job(ANNA, jobs()[0].key, answer=Answer(denied=True))
    assert refused.value.code == "engine.only_listeners_answer"


def test_a_cancelled_task_is_gone_at_once_and_the_way_on_opens_after_the_farewell(start, reply):
    key = start("canceling")
    task = the_task()
    engine.broadcast_signal(ADMIN, "stop", {})
    assert (open_tasks(key), db.session.get(UserTask, task.key).state) == ({}, "cancelled")
    assert [job.event for job in jobs()] == ["canceling"]
    (context,) = reply("canceling", None)
    assert (context.task.key, context.element) == (task.key, "a")
    assert list(open_tasks(key)) == ["r"]


def test_a_cancelled_instance_keeps_its_reason_until_the_farewell_is_over(start, reply):
    key = start("canceling")
    engine.cancel_instance(ADMIN, key, "wrong customer")
    assert db.session.get(ProcessInstance, key).state == "active"
    reply("canceling", None)
    db.session.rollback()
    instance = db.session.get(ProcessInstance, key)
    assert (instance.state, instance.end_reason) == ("cancelled", "wrong customer")
