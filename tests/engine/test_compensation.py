"""Undoing in the engine: handlers are tasks like others, what they read survives, and calls are undone too."""

import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ProcessInstance, Variable, VariableChange
from app.engine.queries import search
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, chain, user

pytestmark = both_databases

UNDO = '<intermediateThrowEvent id="undo"><compensateEventDefinition/></intermediateThrowEvent>'
PAID = (
    '<boundaryEvent id="paid" attachedToRef="pay"><compensateEventDefinition/></boundaryEvent>'
    + user("refund", inputs='<zeebe:input source="=compensated.amount" target="amount_paid"/>').replace(
        'id="refund"', 'id="refund" isForCompensation="true"'
    )
    + '<association id="by" sourceRef="paid" targetRef="refund"/>'
)
REPAIR = bpmn("repair", chain(START, user("pay"), user("check"), UNDO, user("after"), END) + PAID)
PAYMENT = bpmn("payment", chain(START, user("pay"), END) + PAID)
CALLER = bpmn("caller", chain(START, call("buy", "payment"), user("check"), UNDO, user("after"), END))


def frozen() -> list[tuple[str, object]]:
    """The variables kept for handlers."""
    db.session.rollback()
    rows = db.session.execute(sa.select(Variable.name, Variable.value).where(Variable.scope < 0))
    return [(row.name, row.value) for row in rows]


def test_a_handler_is_a_task_that_still_sees_what_was(deploy):
    deploy(("repair.bpmn", REPAIR))
    key = engine.start_instance(ANNA, "repair").key
    engine.complete_task(ANNA, open_tasks(key)["pay"].key, {"amount": 40})
    assert frozen() == [("compensated", '{"amount":40}')]
    engine.complete_task(ANNA, open_tasks(key)["check"].key, {"amount": 0})
    task = open_tasks(key)["refund"]
    assert engine.queries.detail.task_variables(ANNA, task)["amount_paid"] == 40
    engine.complete_task(ANNA, task.key, {"refunded": True})
    assert list(open_tasks(key)) == ["after"]
    assert frozen() == []


def test_what_is_kept_is_neither_shown_nor_noted_as_a_change(deploy):
    deploy(("repair.bpmn", REPAIR))
    key = engine.start_instance(ANNA, "repair").key
    engine.complete_task(ANNA, open_tasks(key)["pay"].key, {"amount": 40})
    shown = db.session.scalars(search.variables(ADMIN).where(Variable.instance_key == key)).all()
    assert [(one.scope, one.name) for one in shown] == [(1, "amount")]
    noted = [change for row in db.session.scalars(sa.select(VariableChange)) for change in row.changes]
    assert noted == [[1, "amount", 40]]


def test_a_cancelled_instance_leaves_nothing_kept(deploy):
    deploy(("repair.bpmn", REPAIR))
    key = engine.start_instance(ANNA, "repair").key
    engine.complete_task(ANNA, open_tasks(key)["pay"].key, {"amount": 40})
    engine.cancel_instance(ADMIN, key, "test")
    assert frozen() == []


def test_a_called_process_is_undone_by_an_instance_of_the_same_version(deploy):
    deploy(("payment.bpmn", PAYMENT), ("caller.bpmn", CALLER))
    key = engine.start_instance(ANNA, "caller").key
    engine.complete_task(ANNA, open_tasks(key)["pay"].key, {"amount": 40})
    assert list(open_tasks(key)) == ["check"]
    newer = PAYMENT.replace(b'name="pay"', b'name="pay by card"')
    deploy(("payment.bpmn", newer))
    engine.complete_task(ANNA, open_tasks(key)["check"].key, {})
    task = open_tasks(key)["refund"]
    undoing = db.session.get(ProcessInstance, task.instance_key)
    assert (undoing.process_id, undoing.process_version, undoing.parent_key) == ("payment", 1, key)
    assert engine.queries.detail.task_variables(ANNA, task)["amount_paid"] == 40
    engine.complete_task(ANNA, task.key, {})
    assert list(open_tasks(key)) == ["after"]
    db.session.rollback()
    states = db.session.execute(sa.select(ProcessInstance.process_id, ProcessInstance.state)).all()
    assert sorted(map(tuple, states)) == [("caller", "active"), ("payment", "completed"), ("payment", "completed")]
    assert frozen() == []
