"""The workers of a process: woken by commits, stopped without dropping what they hold."""

import datetime as dt
import threading
import time

import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import workers as sweeping
from app.engine.models import Job, UserTask
from app.people.models import SignInGuard
from tests.conftest import both_databases
from tests.engine.conftest import ANNA
from tests.engine.diagrams import END, START, bpmn, chain, service, user

pytestmark = both_databases

WORK = bpmn("work", chain(START, service("do", "test.do"), user("after"), END))


def wait_for(condition, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.005)
    return False


def tasks() -> int:
    db.session.rollback()
    return db.session.execute(sa.select(sa.func.count(UserTask.key))).scalar_one()


def test_a_commit_wakes_the_workers_at_once(app, deploy):
    engine.register_handler(app, "test.do", lambda context: {})
    deploy(("work.bpmn", WORK))
    workers = engine.Workers(app)
    workers.start()
    try:
        time.sleep(0.2)
        engine.start_instance(ANNA, "work")
        begun = time.monotonic()
        assert wait_for(lambda: tasks() == 1)
        assert time.monotonic() - begun < 0.8
    finally:
        workers.stop()


def test_stopping_lets_the_work_in_hand_end_and_leaves_the_rest(app, deploy):
    begun, may_end = threading.Event(), threading.Event()

    def handler(context):
        begun.set()
        may_end.wait(5)
        return {}

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WORK))
    for _ in range(3):
        engine.start_instance(ANNA, "work")
    db.session.rollback()
    workers = engine.Workers(app)
    workers.start()
    assert begun.wait(5)
    stopper = threading.Thread(target=workers.stop)
    stopper.start()
    time.sleep(0.05)
    may_end.set()
    stopper.join(10)
    assert not stopper.is_alive()
    assert tasks() == 1
    assert db.session.execute(sa.select(sa.func.count(Job.key))).scalar() == 2


def test_one_poison_job_does_not_stop_the_others(app, deploy):
    def handler(context):
        if context.variables["n"] == 1:
            raise MemoryError
        return {}

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WORK))
    for number in range(3):
        engine.start_instance(ANNA, "work", {"n": number})
    engine.run_due(app)
    assert tasks() == 2


def test_a_handler_that_starts_or_calls_others_does_it_in_its_own_transaction(app, deploy):
    def handler(context):
        if context.variables.get("stop"):
            return {}
        engine.start_instance(None, "work", {"stop": True})
        return {"started": True}

    engine.register_handler(app, "test.do", handler)
    deploy(("work.bpmn", WORK))
    engine.start_instance(ANNA, "work")
    engine.run_due(app)
    assert tasks() == 2


def test_a_handler_may_wake_the_instance_it_works_for(app, deploy):
    waits = bpmn(
        "both",
        START
        + '<parallelGateway id="fork"/>'
        + service("do", "test.do")
        + '<intermediateCatchEvent id="wait"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
        + user("after")
        + "".join(
            f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
            for n, (a, b) in enumerate([("start", "fork"), ("fork", "do"), ("fork", "wait"), ("wait", "after")])
        ),
        outside='<message id="m" name="go"><extensionElements>'
        '<zeebe:subscription correlationKey="=&quot;k&quot;"/></extensionElements></message>',
    )
    engine.register_handler(app, "test.do", lambda context: engine.publish_message(None, "go", "k") and {})
    deploy(("both.bpmn", waits))
    engine.start_instance(ANNA, "both")
    engine.run_due(app)
    assert tasks() == 1


def test_what_people_no_longer_need_is_forgotten_once_a_day(app, clock, monkeypatch):
    def left_after_housekeeping(name: str) -> int:
        db.session.add(SignInGuard(name=name, failures=1, failed_at=clock.now() - dt.timedelta(days=1)))
        db.session.commit()
        workers._keep_house()
        return db.session.execute(sa.select(sa.func.count(SignInGuard.name))).scalar_one()

    workers = engine.Workers(app)
    assert left_after_housekeeping("today") == 0
    assert left_after_housekeeping("today, an hour later") == 1
    monkeypatch.setattr(sweeping, "FORGETTING", 0)
    assert left_after_housekeeping("tomorrow") == 0
