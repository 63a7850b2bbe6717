"""The workers of a process: woken by commits, stopped without dropping what they hold."""

import threading
import time

import sqlalchemy as sa

from app import engine
from app.clock import SystemClock
from app.db import db
from app.engine import workers as sweeping
from app.engine.handling import run_job
from app.engine.models import Job, UserTask
from tests.conftest import both_databases
from tests.engine.conftest import ANNA
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, service, user

pytestmark = both_databases

WORK = bpmn("work", chain(START, service("do", "test.do"), user("after"), END))


def wait_for(condition, seconds: float = 30) -> bool:
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
    workers._look_every = 600
    workers.start()
    try:
        time.sleep(0.2)
        engine.start_instance(ANNA, "work")
        assert wait_for(lambda: tasks() == 1)
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


def test_house_is_kept_by_the_minute_and_by_the_day(app, clock, monkeypatch):
    swept: dict[str, list[float]] = {}

    def note(name):
        return lambda: swept.setdefault(name, []).append(time.monotonic())

    monkeypatch.setattr(sweeping, "MINUTE", 0)
    monkeypatch.setattr(sweeping, "HOUSEKEEPING", ((note("often"), 0.05), (note("once"), 3_600)))
    workers = engine.Workers(app)
    workers.start()
    try:
        assert wait_for(lambda: len(swept.get("often", [])) >= 3)
        assert len(swept["once"]) == 1
    finally:
        workers.stop()


def test_a_sweep_that_fails_comes_again(app, monkeypatch):
    tried = []

    def sweep():
        tried.append(1)
        raise ValueError

    monkeypatch.setattr(sweeping, "MINUTE", 0)
    monkeypatch.setattr(sweeping, "HOUSEKEEPING", ((sweep, 0.05),))
    workers = engine.Workers(app)
    workers.start()
    try:
        assert wait_for(lambda: len(tried) >= 2)
    finally:
        workers.stop()


def test_a_timer_fires_when_it_is_due_and_not_at_the_next_look(app, deploy, monkeypatch):
    monkeypatch.setitem(app.extensions, "clock", SystemClock())
    deploy(("soon.bpmn", bpmn("soon", chain(START, catch_timer("pause", "PT1S"), user("after"), END))))
    workers = engine.Workers(app)
    workers._look_every = 600
    workers.start()
    try:
        time.sleep(0.2)
        engine.start_instance(ANNA, "soon")
        assert wait_for(lambda: tasks() == 1)
    finally:
        workers.stop()


def test_jobs_that_somebody_else_had_in_hand_are_looked_at_again(app, deploy, monkeypatch):
    """A process that found all due jobs locked went to sleep and left them until something else woke it."""
    monkeypatch.setitem(app.extensions, "clock", SystemClock())
    engine.register_handler(app, "test.do", lambda context: {})
    deploy(("work.bpmn", WORK))
    engine.start_instance(ANNA, "work")
    tries = []
    monkeypatch.setattr(sweeping, "run_job", lambda key: tries.append(key) or (len(tries) > 1 and run_job(key)))
    workers = engine.Workers(app)
    workers._look_every = 600
    workers.start()
    try:
        assert wait_for(lambda: tasks() == 1)
    finally:
        workers.stop()
    assert len(tries) == 2


def test_an_error_between_two_jobs_leaves_none_of_them_behind(app, deploy, monkeypatch):
    """Jobs a thread had taken stayed taken for ever when the database broke between two of them."""
    engine.register_handler(app, "test.do", lambda context: {})
    deploy(("work.bpmn", WORK))
    for _ in range(3):
        engine.start_instance(ANNA, "work")
    broken = []

    def run_or_break(key):
        if not broken:
            broken.append(key)
            raise sa.exc.OperationalError("", {}, Exception())
        return run_job(key)

    monkeypatch.setattr(sweeping, "run_job", run_or_break)
    monkeypatch.setattr(sweeping, "AWAY", 0.05)
    workers = engine.Workers(app)
    workers.start()
    try:
        assert wait_for(lambda: tasks() == 3)
    finally:
        workers.stop()
    assert workers._in_hand == set()


def test_an_idle_worker_sends_one_statement_per_look(app, deploy, statements):
    engine.register_handler(app, "test.do", lambda context: {})
    deploy(("later.bpmn", bpmn("later", chain(START, catch_timer("pause", "PT1H"), END))))
    engine.start_instance(ANNA, "later")
    db.session.rollback()
    workers = engine.Workers(app)
    statements.clear()
    assert workers._guarded(workers._fire_all) is not None
    assert len(statements) == 1, statements
