"""Tokens put and taken by hand: the preview says what the act then does, and both are for those who may."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance, ProcessInstance
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel import Placement
from app.people.audit import AuditEntry
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, LEAD, OUTSIDER, OWNER, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, catch_timer, chain, flow, script, user
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases
INNER = chain(
    '<startEvent id="in"/>',
    user("inside", groups="clerk"),
    user("beside", groups="clerk"),
    '<endEvent id="out"/>',
)
BODY = (
    chain(
        START,
        user("ask", groups="clerk"),
        f'<subProcess id="sub">{INNER}</subProcess>',
        script("sum", "=amount + 1", "total"),
        user("check", groups="clerk"),
        END,
    )
    + '<boundaryEvent id="late" attachedToRef="ask"><timerEventDefinition>'
    "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>" + flow("late", "check")
)


@pytest.fixture
def case(deploy):
    deploy(("byhand.bpmn", bpmn("byhand", BODY)))
    return engine.start_instance(ANNA, "byhand", {"amount": 1}).key


def move(*cancel: int, to: str = "", **more) -> engine.Modification:
    return engine.Modification(cancel, [Placement(to, **more)] if to else [])


def done(key: int, modification: engine.Modification) -> engine.Consequences:
    """Preview, then do it; what the preview said is what the rows say afterwards."""
    before = steps_of(key)
    said = engine.preview_modification(LEAD, key, modification)
    assert steps_of(key) == before
    engine.modify_instance(LEAD, key, modification, "as agreed")
    assert_rows_follow_the_state()
    after = steps_of(key)
    new = {token: step for token, step in after.items() if token not in before and step[0] != "byhand"}
    ended = [before[token][0] for token in before if before[token][1] == "active" != after[token][1]]
    assert sorted(name for name in ended if name != "byhand") == sorted(said.taken)
    begun = sorted(name for name, state in new.values() if state == "active")
    assert begun == sorted([*said.begun, *(one.element_id for one in said.failing)])
    assert sorted(name for name, state in new.values() if state != "active") == sorted(said.passed)
    assert (state_of(key) != "active") == said.over
    return said


def steps_of(key: int) -> dict[int, tuple[str, str]]:
    db.session.rollback()
    query = sa.select(ElementInstance.token, ElementInstance.element_id, ElementInstance.state)
    return {
        row.token: (row.element_id, row.state)
        for row in db.session.execute(query.where(ElementInstance.instance_key == key))
    }


def state_of(key: int) -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(ProcessInstance.state).where(ProcessInstance.key == key)).one()


def token_at(key: int, element: str) -> int:
    return open_tasks(key)[element].token


def test_a_token_is_moved_to_a_later_step(case):
    said = done(case, move(token_at(case, "ask"), to="check"))
    assert (said.taken, said.begun, said.over) == (("ask",), ("check",), False)


def test_a_token_put_before_a_script_runs_it_and_waits_behind(case):
    said = done(case, move(token_at(case, "ask"), to="sum"))
    assert (said.passed, said.begun) == (("sum",), ("check",))


def test_a_token_put_into_a_sub_process_opens_it(case):
    said = done(case, move(token_at(case, "ask"), to="beside"))
    assert said.begun == ("sub", "beside")
    assert [step.element_id for step in engine.live_steps(LEAD, case)] == ["sub", "beside"]


def test_a_second_token_is_put_beside_the_first_with_variables_of_its_own(case):
    done(case, move(to="check", variables={"note": "look twice"}))
    assert sorted(open_tasks(case)) == ["ask", "check"]
    task = open_tasks(case)["check"]
    assert engine.queries.detail.task_variables(LEAD, task)["note"] == "look twice"


def test_what_fails_at_once_is_foretold_with_its_sentence(deploy):
    deploy(("byhand.bpmn", bpmn("byhand", chain(START, user("ask"), user("pay", due="=amount"), END))))
    key = engine.start_instance(ANNA, "byhand", {"amount": "much"}).key
    said = done(key, move(token_at(key, "ask"), to="pay"))
    assert [one.element_id for one in said.failing] == ["pay"]
    assert said.begun == ()


def test_the_last_token_taken_away_ends_the_case(case):
    assert done(case, move(token_at(case, "ask"))).over
    assert state_of(case) == "completed"


def test_what_is_called_ends_with_its_token(deploy):
    deploy(("inner.bpmn", bpmn("inner", chain(START, user("u", groups="clerk"), END))))
    deploy(("byhand.bpmn", bpmn("byhand", chain(START, call("c", "inner"), user("check", groups="clerk"), END))))
    key = engine.start_instance(ANNA, "byhand").key
    (step,) = engine.live_steps(LEAD, key)
    assert done(key, move(step.token, to="check")).calls == 1
    assert list(open_tasks(key)) == ["check"]


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("nowhere", "kernel.unknown_element_id"),
        ("late", "kernel.no_beginning"),
        ("", "engine.nothing_to_move"),
    ],
)
def test_where_no_token_can_be_put_is_said_and_nothing_changes(case, to, code):
    before = steps_of(case)
    for act in (engine.preview_modification, lambda *given: engine.modify_instance(*given, "try")):
        with pytest.raises(Invalid) as refused:
            act(LEAD, case, move(to=to))
        assert refused.value.code == code
    assert steps_of(case) == before


def test_only_elements_that_nobody_else_begins_are_offered(case):
    version = engine.models.ProcessDefinition
    db.session.rollback()
    (row,) = db.session.scalars(sa.select(version).where(version.process_id == "byhand"))
    model = engine.catalogue.process_model(db.session, row.sha256, "byhand")
    offered = [one.id for one in engine.beginnings(model.elements.values())]
    assert sorted(offered) == ["ask", "beside", "check", "end", "inside", "out", "sub", "sum"]
    for name in offered:
        assert engine.preview_modification(LEAD, case, move(to=name)), name


def test_a_case_that_has_moved_on_since_it_was_looked_at_stays_as_it_is(case):
    token = token_at(case, "ask")
    seen = db.session.get(ProcessInstance, case).version
    engine.set_variables(LEAD, case, {"amount": 2})
    with pytest.raises(Conflict):
        engine.modify_instance(LEAD, case, move(token, to="check"), "late", seen=seen)
    engine.complete_task(ANNA, open_tasks(case)["ask"].key, {})
    with pytest.raises(Conflict):
        engine.modify_instance(LEAD, case, move(token, to="check"), "late")
    assert list(open_tasks(case)) == ["inside"]


def test_moving_by_hand_needs_the_right_and_a_reason_and_is_on_the_record(case):
    modification = move(token_at(case, "ask"), to="check")
    for who in (ANNA, OUTSIDER):
        with pytest.raises(Forbidden):
            engine.preview_modification(who, case, modification)
        with pytest.raises(Forbidden):
            engine.modify_instance(who, case, modification, "because")
    with pytest.raises(Invalid):
        engine.modify_instance(LEAD, case, modification, " ")
    with pytest.raises(NotFound):
        engine.modify_instance(ADMIN, 17, modification, "because")
    engine.modify_instance(OWNER, case, modification, "the customer cannot wait")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.instance_key == case)).one()
    assert (entry.action, entry.username, entry.reason) == (
        "engine:instance:modified", "owner", "the customer cannot wait",
    )  # fmt: skip
    assert entry.detail["started"] == ["check"]
    engine.complete_task(ANNA, open_tasks(case)["check"].key, {})
    with pytest.raises(Conflict):
        engine.modify_instance(LEAD, case, move(to="ask"), "too late")


def test_the_timers_of_a_step_that_is_taken_away_are_gone(app, deploy, clock):
    deploy(("byhand.bpmn", bpmn("byhand", chain(START, catch_timer("wait", "PT1H"), user("check"), END))))
    key = engine.start_instance(ANNA, "byhand").key
    (step,) = engine.live_steps(LEAD, key)
    done(key, move(step.token, to="check"))
    clock.advance(hours=2)
    engine.run_due(app)
    assert list(open_tasks(key)) == ["check"]
