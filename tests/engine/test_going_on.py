"""A command that goes on does jobs of ours itself: in its own transaction, or not at all."""

import dataclasses

import pytest
import sqlalchemy as sa

from app import engine
from app.config import Engine
from app.db import db
from app.engine.models import ElementInstance, Job, ProcessInstance, UserTask, Variable
from tests.conftest import both_databases, settings_for
from tests.engine.conftest import ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow, service, user
from tests.engine.test_jobs import jobs
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases
ALLOWED = 5
WORK = bpmn(
    "work", chain(START, user("before"), service("one", "test.one"), service("two", "test.two"), user("after"), END)
)
ROUND = bpmn(
    "round",
    START
    + '<exclusiveGateway id="again"/>'
    + service("one", "test.one")
    + flow("start", "again")
    + flow("again", "one")
    + flow("one", "again"),
)


@pytest.fixture
def settings(database, tmp_path):
    return dataclasses.replace(settings_for(tmp_path, database), engine=Engine(jobs_at_once=ALLOWED))


def complete(key: int) -> None:
    engine.complete_task(ANNA, open_tasks(key)["before"].key, {"n": 1})


def history(key: int) -> list[tuple[str, str, str | None]]:
    db.session.rollback()
    query = sa.select(ElementInstance.element_id, ElementInstance.state, ElementInstance.actor)
    rows = db.session.execute(query.where(ElementInstance.instance_key == key).order_by(ElementInstance.token))
    return [tuple(row) for row in rows]


def variables(key: int) -> dict[str, str]:
    query = sa.select(Variable.name, Variable.value).where(Variable.instance_key == key)
    return dict(db.session.execute(query).all())


def test_jobs_that_follow_are_done_in_the_commit_of_the_act_and_see_what_it_wrote(app, deploy, statements):
    def one(context):
        done = sa.select(UserTask.ended_by).where(UserTask.instance_key == context.instance.key)
        return {"by": context.session.execute(done.where(UserTask.state == "completed")).scalar()}

    engine.register_handler(app, "test.one", one)
    engine.register_handler(app, "test.two", lambda context: {"said": f"{context.variables['by']} did it"})
    deploy(("work.bpmn", WORK))
    key = engine.start_instance(ANNA, "work").key
    task = open_tasks(key)["before"].key
    statements.clear()
    engine.complete_task(ANNA, task, {})
    assert statements.count("COMMIT") == 1
    assert list(open_tasks(key)) == ["after"]
    assert variables(key) == {"by": '"anna"', "said": '"anna did it"'}
    assert jobs() == []
    assert engine.run_due(app) == 0
    assert_rows_follow_the_state()


def test_what_is_left_behind_is_the_same_as_with_a_command_for_each_job(app, deploy):
    for name in ("test.one", "test.two"):
        engine.register_handler(app, name, lambda context: {context.element: len(context.variables)})
    deploy(("work.bpmn", WORK))
    left = []
    for allowed in (ALLOWED, 0):
        app.extensions["settings"] = dataclasses.replace(
            app.extensions["settings"], engine=Engine(jobs_at_once=allowed)
        )
        key = engine.start_instance(ANNA, "work").key
        complete(key)
        engine.run_due(app)
        left.append((history(key), variables(key)))
    assert left[0] == left[1]


def test_a_job_that_fails_on_the_way_is_left_to_the_workers_and_takes_nothing_with_it(app, deploy, clock):
    def two(context):
        context.session.execute(sa.update(ProcessInstance).values(end_reason="half done"))
        raise ValueError("no")

    engine.register_handler(app, "test.one", lambda context: {"one": True})
    engine.register_handler(app, "test.two", two)
    deploy(("work.bpmn", WORK))
    key = engine.start_instance(ANNA, "work").key
    complete(key)
    assert [(job.element_id, job.attempts) for job in jobs()] == [("one", 0)]
    assert variables(key) == {"n": "1"}
    engine.run_due(app)
    assert [(job.element_id, job.attempts, job.error) for job in jobs()] == [("two", 1, "ValueError: no")]
    assert db.session.get(ProcessInstance, key, populate_existing=True).end_reason is None
    assert_rows_follow_the_state()


def test_an_error_for_the_diagram_is_thrown_by_the_workers(app, deploy):
    def one(context):
        raise engine.BpmnError("NO_STOCK")

    caught = bpmn(
        "work",
        chain(START, user("before"), service("one", "test.one"), END)
        + '<boundaryEvent id="failed" attachedToRef="one"><errorEventDefinition errorRef="e1"/></boundaryEvent>'
        + user("repair")
        + flow("failed", "repair"),
        outside='<error id="e1" errorCode="NO_STOCK"/>',
    )
    engine.register_handler(app, "test.one", one)
    deploy(("work.bpmn", caught))
    key = engine.start_instance(ANNA, "work").key
    complete(key)
    engine.run_due(app)
    assert list(open_tasks(key)) == ["repair"]


def test_a_process_that_feeds_itself_leaves_a_job_behind(app, deploy):
    done = []
    engine.register_handler(app, "test.one", lambda context: done.append(context.job_key) or {})
    deploy(("round.bpmn", ROUND))
    engine.start_instance(ANNA, "round")
    assert len(done) == len(set(done)) == ALLOWED
    assert len(jobs()) == 1
    assert_rows_follow_the_state()


def test_a_job_whose_token_is_taken_away_by_another_one_is_not_done(app, deploy):
    done = []
    ends = bpmn(
        "ends",
        START
        + '<parallelGateway id="fork"/>'
        + service("one", "test.one")
        + service("two", "test.two")
        + '<endEvent id="stop"><terminateEventDefinition/></endEvent>'
        + flow("start", "fork")
        + flow("fork", "one")
        + flow("fork", "two")
        + flow("one", "stop"),
    )
    engine.register_handler(app, "test.one", lambda context: {})
    engine.register_handler(app, "test.two", lambda context: done.append(1) or {})
    deploy(("ends.bpmn", ends))
    engine.start_instance(ANNA, "ends")
    assert done == []
    assert db.session.execute(sa.select(Job.key)).all() == []
    assert_rows_follow_the_state()
