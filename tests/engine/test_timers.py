"""Timers: found by index, fired once, never in a burst."""

import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.engine.models import ElementInstance, ProcessInstance, StartSubscription, Timer
from app.engine.timers import TOGETHER, fire_due
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, flow, user

pytestmark = both_databases


def count(model) -> int:
    db.session.rollback()
    return db.session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def test_a_timer_fires_once_when_its_time_has_come(app, deploy, clock):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    key = engine.start_instance(ANNA, "slow").key
    clock.advance(minutes=59)
    assert engine.run_due(app) == 0
    clock.advance(minutes=2)
    assert engine.run_due(app) == 1
    assert list(open_tasks(key)) == ["after"]
    assert count(Timer) == 0
    assert engine.run_due(app) == 0


def test_timers_due_together_share_the_statements_and_the_commit_of_one_command(app, deploy, clock, statements):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    taken = []
    for many in (1, 1, TOGETHER):
        for _ in range(many):
            engine.start_instance(ANNA, "slow", {"n": many})
        clock.advance(hours=2)
        statements.clear()
        assert fire_due() == many
        assert statements.count("COMMIT") == 1
        taken.append(len([one for one in statements if not one.startswith("UPDATE process_instance")]))
    assert taken[2] == taken[1], "only the instances themselves are written one by one"
    assert count(Timer) == 0


def test_a_timer_that_cannot_be_fired_stops_none_of_those_beside_it_and_is_tried_again_later(app, deploy, clock):
    deploy(("slow.bpmn", bpmn("slow", chain(START, catch_timer("wait", "PT1H"), user("after"), END))))
    started = [engine.start_instance(ANNA, "slow").key for _ in range(4)]
    with transaction() as session:
        broken = sa.update(ProcessInstance).where(ProcessInstance.key == started[1]).values(state_blob=b"{")
        session.execute(broken)
    clock.advance(hours=2)
    assert fire_due() == 3
    assert [list(open_tasks(key)) for key in started] == [["after"], [], ["after"], ["after"]]
    left = db.session.execute(sa.select(Timer.due_at)).scalar_one()
    assert left > clock.now()
    assert fire_due() == 0


def test_timers_of_one_instance_fire_one_after_the_other_in_their_order(app, deploy, clock):
    late, later = (
        f'<boundaryEvent id="{name}" attachedToRef="work" cancelActivity="false"><timerEventDefinition>'
        f'<timeDuration xsi:type="tFormalExpression">{span}</timeDuration></timerEventDefinition></boundaryEvent>'
        + user(f"after_{name}")
        + flow(name, f"after_{name}")
        for name, span in (("late", "PT1H"), ("later", "PT2H"))
    )
    deploy(("two.bpmn", bpmn("two", chain(START, user("work"), END) + later + late)))
    for _ in range(2):
        engine.start_instance(ANNA, "two")
    clock.advance(hours=3)
    assert fire_due() == 2
    assert count(Timer) == 2
    assert fire_due() == 2
    fired = sa.select(ElementInstance.element_id).where(ElementInstance.element_id.in_(("late", "later")))
    assert db.session.scalars(fired.order_by(ElementInstance.key)).all() == ["late", "late", "later", "later"]


def test_a_cycle_skips_what_it_missed(app, deploy, clock):
    body = (
        chain(START, user("work"), END)
        + '<boundaryEvent id="tick" attachedToRef="work" cancelActivity="false"><timerEventDefinition>'
        + '<timeCycle xsi:type="tFormalExpression">R/PT10M</timeCycle></timerEventDefinition></boundaryEvent>'
        + user("remind")
        + flow("tick", "remind")
    )
    deploy(("cycle.bpmn", bpmn("cycle", body)))
    engine.start_instance(ANNA, "cycle")
    clock.advance(minutes=35)
    assert engine.run_due(app) == 1
    db.session.rollback()
    due = db.session.execute(sa.select(Timer.due_at)).scalar_one()
    assert (due - clock.now()).total_seconds() == 300


def test_finishing_the_task_disarms_its_timer(app, deploy, clock):
    body = (
        chain(START, user("work"), END)
        + '<boundaryEvent id="late" attachedToRef="work"><timerEventDefinition>'
        + '<timeDuration xsi:type="tFormalExpression">PT1H</timeDuration></timerEventDefinition></boundaryEvent>'
        + user("escalate")
        + flow("late", "escalate")
    )
    deploy(("deadline.bpmn", bpmn("deadline", body)))
    done = engine.start_instance(ANNA, "deadline").key
    late = engine.start_instance(ANNA, "deadline").key
    engine.complete_task(ANNA, open_tasks(done)["work"].key, {})
    clock.advance(hours=2)
    assert engine.run_due(app) == 1
    assert list(open_tasks()) == ["escalate"]
    assert list(open_tasks(late)) == ["escalate"]


def test_a_clock_starts_the_newest_version_and_counts_its_repeats(app, deploy, clock):
    def timed(name: str) -> bytes:
        start = (
            '<startEvent id="begin"><timerEventDefinition><timeCycle xsi:type="tFormalExpression">R2/PT1H</timeCycle>'
            "</timerEventDefinition></startEvent>"
        )
        return bpmn("nightly", chain(start, user("look", name=name), END))

    deploy(("nightly.bpmn", timed("one")))
    deploy(("nightly.bpmn", timed("two")))
    assert count(StartSubscription) == 1
    for _ in range(4):
        clock.advance(hours=1)
        engine.run_due(app)
    assert count(ProcessInstance) == 2
    assert open_tasks()["look"].names["zh"] == "two"
    assert count(StartSubscription) == 0


def test_a_cron_expression_starts_instances_by_the_clock_of_the_company(app, deploy, clock):
    begin = (
        '<startEvent id="begin"><timerEventDefinition><timeCycle xsi:type="tFormalExpression">0 0 9 * * MON-FRI'
        "</timeCycle></timerEventDefinition></startEvent>"
    )
    deploy(("daily.bpmn", bpmn("daily", chain(begin, user("look"), END))))
    zone = app.extensions["engine_zone"]
    for _ in range(14 * 24):
        clock.advance(hours=1)
        engine.run_due(app)
    db.session.rollback()
    moments = db.session.scalars(sa.select(ProcessInstance.started_at)).all()
    assert len(moments) == 10
    assert {(at.astimezone(zone).hour, at.astimezone(zone).isoweekday() < 6) for at in moments} == {(9, True)}
    # Nobody looked for a week: what was missed is skipped.
    clock.advance(days=7)
    assert engine.run_due(app) == 1
    assert count(ProcessInstance) == 11
