"""Jobs: our own handlers, workers outside, failures and errors."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance, Incident, Job, ProcessInstance
from app.errors import NotFound
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow, service, user

pytestmark = both_databases

WITH_JOB = bpmn("work", chain(START, service("do", "test.do"), user("after"), END))
WITH_ERROR = bpmn(
    "work",
    chain(START, service("do", "test.do"), user("after"), END)
    + '<boundaryEvent id="failed" attachedToRef="do"><errorEventDefinition errorRef="e1"/></boundaryEvent>'
    + user("repair")
    + flow("failed", "repair"),
    outside='<error id="e1" errorCode="NO_STOCK"/>',
)


def jobs() -> list[Job]:
    db.session.rollback()
    query = sa.select(Job).order_by(Job.key).execution_options(populate_existing=True)
    return list(db.session.execute(query).scalars())


def test_a_handler_runs_after_the_commit_and_its_outputs_are_variables(app, deploy):
    seen = []

    def handler(context):
        seen.append((context.element, context.variables["n"], context.headers))
        return {"result": context.variables["n"] + 1}

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WITH_JOB))
    started = engine.start_instance(ANNA, "work", {"n": 4})
    assert open_tasks() == {}
    assert engine.run_due(app) == 1
    assert seen == [("do", 4, {})]
    assert "after" in open_tasks(started.key)
    assert jobs() == []


def test_what_a_failing_handler_wrote_is_undone_and_the_attempt_counted(app, deploy, clock):
    def handler(context):
        context.session.execute(sa.update(ProcessInstance).values(end_reason="half done"))
        raise ValueError("no")

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WITH_JOB))
    key = engine.start_instance(ANNA, "work").key
    engine.run_due(app)
    (job,) = jobs()
    assert (job.retries, job.attempts, job.error) == (2, 1, "ValueError: no")
    assert db.session.get(ProcessInstance, key).end_reason is None
    assert engine.run_due(app) == 0
    clock.advance(seconds=11)
    assert engine.run_due(app) == 1


def test_exhausted_attempts_become_an_incident_and_a_retry_makes_a_new_job(app, deploy, clock):
    good = []

    def handler(context):
        if not good:
            raise RuntimeError("printer on fire")
        return {}

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WITH_JOB))
    key = engine.start_instance(ANNA, "work").key
    for _ in range(3):
        engine.run_due(app)
        clock.advance(hours=2)
    db.session.rollback()
    incident = db.session.execute(sa.select(Incident)).scalar_one()
    assert (incident.code, incident.element_id, incident.params["attempts"]) == ("engine.job_failed", "do", 3)
    assert db.session.get(ProcessInstance, key, populate_existing=True).incidents == 1
    good.append(1)
    assert engine.resolve_incident(ADMIN, incident.key, "new printer")
    engine.run_due(app)
    assert "after" in open_tasks(key)
    assert db.session.get(ProcessInstance, key, populate_existing=True).incidents == 0


def test_an_error_of_a_handler_is_caught_by_the_diagram_and_its_effect_undone(app, deploy):
    def handler(context):
        context.session.execute(sa.update(ProcessInstance).values(end_reason="half done"))
        raise engine.BpmnError("NO_STOCK", {"missing": "screen"})

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WITH_ERROR))
    key = engine.start_instance(ANNA, "work").key
    engine.run_due(app)
    assert list(open_tasks(key)) == ["repair"]
    assert db.session.get(ProcessInstance, key, populate_existing=True).end_reason is None


def test_a_leased_job_is_not_given_out_twice_until_its_lease_is_over(deploy, clock):
    deploy(("work.bpmn", WITH_JOB))
    engine.start_instance(ANNA, "work", {"a": 1, "b": 2})
    (first,) = engine.activate_jobs(ANNA, "test.do", "w1", 60, fetch=["a"])
    assert (first.job.worker, dict(first.variables)) == ("w1", {"a": 1})
    assert engine.activate_jobs(ANNA, "test.do", "w2", 60) == []
    clock.advance(seconds=61)
    (second,) = engine.activate_jobs(ANNA, "test.do", "w2", 60)
    assert second.job.key == first.job.key
    engine.complete_job(ANNA, second.job.key, {"done": True})
    with pytest.raises(NotFound):
        engine.complete_job(ANNA, first.job.key, {})
    assert "after" in open_tasks()


def test_a_worker_may_throw_an_error_and_set_the_retries(deploy):
    deploy(("work.bpmn", WITH_ERROR))
    engine.start_instance(ANNA, "work")
    key = jobs()[0].key
    engine.fail_job(ANNA, key, retries=1, message="busy")
    assert (jobs()[0].retries, jobs()[0].error) == (1, "busy")
    engine.throw_job_error(ANNA, key, "NO_STOCK")
    assert list(open_tasks()) == ["repair"]
    states = dict(db.session.execute(sa.select(ElementInstance.element_id, ElementInstance.state)).all())
    assert (states["do"], states["failed"], states["repair"]) == ("cancelled", "completed", "active")


def test_jobs_of_one_crowded_instance_do_not_keep_others_waiting(app, deploy):
    order = []
    engine.register_handler(app, "test.do", lambda context: order.append(context.instance.key) or {})
    many = (
        '<serviceTask id="do"><extensionElements><zeebe:taskDefinition type="test.do"/></extensionElements>'
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/></extensionElements>'
        "</multiInstanceLoopCharacteristics></serviceTask>"
    )
    deploy(("many.bpmn", bpmn("many", chain(START, many, END))), ("work.bpmn", WITH_JOB))
    crowd = engine.start_instance(ANNA, "many", {"items": list(range(20))}).key
    small = engine.start_instance(ANNA, "work").key
    engine.run_due(app)
    assert order.index(small) < 3
    assert order.count(crowd) == 20
