"""Many people and processes at the same moment: nothing is lost and nothing is done twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance, MessageSubscription, ProcessInstance, Timer, UserTask
from app.errors import Conflict, FirstlineError
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, BEN, OWNER, open_tasks
from tests.engine.diagrams import END, START, bpmn, catch_message, catch_timer, chain, flow, message, service, user

pytestmark = both_databases
WAITS = bpmn(
    "waits",
    chain(START, catch_message("wait", "answer"), user("after"), END),
    outside=message("answer", "=order"),
)


def together(app, acts) -> list[object]:
    """Run acts in threads that begin at the same moment; their results or errors in order."""
    gate = threading.Barrier(len(acts))

    def one(act):
        with app.app_context():
            gate.wait()
            try:
                return act()
            except FirstlineError as error:
                return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_two_people_who_complete_the_same_task_one_wins_and_the_other_is_told_who(app, deploy):
    deploy(("one.bpmn", bpmn("one", chain(START, user("only", groups="clerk"), END))))
    for _ in range(200):
        engine.start_instance(ANNA, "one")
    db.session.rollback()
    keys = db.session.execute(sa.select(UserTask.key)).scalars().all()
    db.session.rollback()
    for start in range(0, 200, 4):
        acts = [
            lambda key=key, person=person: engine.complete_task(person, key, {"by": person.username})
            for key in keys[start : start + 4]
            for person in (ANNA, BEN)
        ]
        outcomes = together(app, acts)
        for first, second in zip(outcomes[::2], outcomes[1::2], strict=True):
            losers = [one for one in (first, second) if one is not True]
            assert len(losers) == 1, outcomes
            winner = "anna" if first is True else "ben"
            assert isinstance(losers[0], Conflict)
            assert losers[0].code == "engine.task_completed_already"
            assert losers[0].params["username"] == winner
    db.session.rollback()
    ends = db.session.execute(
        sa.select(sa.func.count()).where(ElementInstance.element_id == "only", ElementInstance.state == "completed")
    ).scalar_one()
    states = db.session.execute(sa.select(ProcessInstance.state).distinct()).scalars().all()
    assert (ends, states) == (200, ["completed"])


def test_branches_of_one_instance_completed_at_the_same_moment_all_arrive_at_the_join(app, deploy):
    branches = [f"b{number}" for number in range(6)]
    body = (
        START
        + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
        + flow("start", "fork")
        + "".join(user(one) + flow("fork", one) + flow(one, "join") for one in branches)
        + user("after")
        + END
        + flow("join", "after")
        + flow("after", "end")
    )
    deploy(("forks.bpmn", bpmn("forks", body)))
    key = engine.start_instance(ANNA, "forks").key
    keys = {name: task.key for name, task in open_tasks(key).items()}
    db.session.rollback()
    acts = [lambda one=one: engine.complete_task(ANNA, keys[one], {one: True}) for one in branches]
    assert together(app, acts) == [True] * 6
    assert list(open_tasks(key)) == ["after"]


def test_only_one_of_many_claims_wins(app, deploy):
    deploy(("one.bpmn", bpmn("one", chain(START, user("only", groups="clerk"), END))))
    engine.start_instance(ANNA, "one")
    key = open_tasks()["only"].key
    db.session.rollback()
    outcomes = together(app, [lambda p=p: engine.claim_task(p, key) for p in (ANNA, BEN)])
    winner = "anna" if outcomes[0] is True else "ben"
    assert sum(one is True for one in outcomes) == 1
    assert open_tasks()["only"].assignee == winner


def test_a_timer_polled_by_everybody_fires_once(app, deploy, clock):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    for _ in range(10):
        engine.start_instance(ANNA, "slow")
    db.session.rollback()
    clock.advance(hours=2)
    fired = together(app, [lambda: engine.run_due(app) for _ in range(4)])
    db.session.rollback()
    assert sum(fired) == 10
    assert db.session.execute(sa.select(sa.func.count(UserTask.key))).scalar() == 10
    assert db.session.execute(sa.select(sa.func.count(Timer.key))).scalar() == 0


def test_a_job_wanted_by_many_workers_is_done_once(app, deploy):
    done: list[int] = []
    engine.register_handler(app, "test.do", lambda context: done.append(context.instance.key) or {})
    deploy(("work.bpmn", bpmn("work", chain(START, service("do", "test.do"), END))))
    for _ in range(20):
        engine.start_instance(ANNA, "work")
    db.session.rollback()
    together(app, [lambda: engine.run_due(app) for _ in range(4)])
    assert sorted(done) == sorted(set(done))
    assert len(done) == 20


def test_a_message_and_its_receiver_in_the_same_moment_find_each_other(app, deploy):
    deploy(("waits.bpmn", WAITS))
    db.session.rollback()
    for number in range(10):
        order = f"o-{number}"
        together(
            app,
            [
                lambda order=order: engine.start_instance(ANNA, "waits", {"order": order}),
                lambda order=order: engine.publish_message(BEN, "answer", order, {}, ttl=60),
            ],
        )
    # No sweep has come by: whoever committed second has seen the other one.
    db.session.rollback()
    assert db.session.execute(sa.select(sa.func.count(UserTask.key))).scalar() == 10


def test_a_kept_message_is_not_given_to_two_instances_that_begin_to_wait_at_once(app, deploy):
    deploy(("waits.bpmn", WAITS))
    db.session.rollback()
    for number in range(10):
        order = f"o-{number}"
        engine.publish_message(BEN, "answer", order, {}, ttl=60)
        db.session.rollback()
        together(app, [lambda order=order: engine.start_instance(ANNA, "waits", {"order": order})] * 3)
    db.session.rollback()
    assert db.session.execute(sa.select(sa.func.count(UserTask.key))).scalar() == 10
    assert db.session.execute(sa.select(sa.func.count(MessageSubscription.key))).scalar() == 20


def test_files_deployed_at_the_same_moment_all_become_versions(app):
    def act(number: int):
        file = engine.File(f"p{number}.bpmn", bpmn("one", chain(START, user("u", name=f"step {number}"), END)))
        return lambda: engine.deploy(OWNER, [file]).definitions[0].version

    assert sorted(together(app, [act(number) for number in range(5)])) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("pairs", [8])
def test_callers_and_children_that_end_at_once_do_not_wait_for_each_other_for_ever(app, deploy, pairs):
    parent = bpmn(
        "parent",
        START
        + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
        + flow("start", "fork")
        + "".join(
            f'<callActivity id="c{n}"><extensionElements><zeebe:calledElement processId="child"/></extensionElements>'
            f"</callActivity>" + flow("fork", f"c{n}") + flow(f"c{n}", "join")
            for n in range(pairs)
        )
        + END
        + flow("join", "end"),
    )
    deploy(("parent.bpmn", parent), ("child.bpmn", bpmn("child", chain(START, user("inside"), END))))
    key = engine.start_instance(ANNA, "parent").key
    db.session.rollback()
    keys = db.session.execute(sa.select(UserTask.key)).scalars().all()
    db.session.rollback()
    assert together(app, [lambda k=k: engine.complete_task(ANNA, k, {}) for k in keys]) == [True] * pairs
    db.session.rollback()
    assert db.session.get(ProcessInstance, key, populate_existing=True).state == "completed"
