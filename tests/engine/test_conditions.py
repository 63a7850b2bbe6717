"""Conditional events in the engine: no row, no polling, and contexts are looked at again after a job."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import MessageSubscription, Timer
from app.errors import Invalid
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, LEAD, OWNER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow, service, user

pytestmark = both_databases


def watching(condition: str, beside: str) -> bytes:
    """A task with a boundary event on a condition, and something beside it."""
    event = (
        '<boundaryEvent id="enough" attachedToRef="collect"><conditionalEventDefinition>'
        f"<condition>{condition}</condition></conditionalEventDefinition></boundaryEvent>"
    )
    body = chain(START, user("collect"), END) + event + user("pack") + flow("enough", "pack") + beside
    return bpmn("watching", body)


COUNTED = watching("=parts &gt;= 3", user("count") + flow("start", "count"))


def test_a_condition_is_looked_at_whenever_its_variable_is_written(deploy):
    deploy(("watching.bpmn", COUNTED))
    key = engine.start_instance(ANNA, "watching", {"parts": 0}).key
    assert sorted(open_tasks(key)) == ["collect", "count"]
    engine.complete_task(ANNA, open_tasks(key)["count"].key, {"parts": 3})
    assert sorted(open_tasks(key)) == ["pack"]
    for model in (MessageSubscription, Timer):
        assert db.session.execute(sa.select(sa.func.count()).select_from(model)).scalar() == 0


def test_a_corrected_variable_makes_it_happen_too(deploy):
    deploy(("watching.bpmn", COUNTED))
    key = engine.start_instance(ANNA, "watching", {"parts": 0}).key
    engine.set_variables(LEAD, key, {"parts": 5}, reason="counted again")
    assert sorted(open_tasks(key)) == ["count", "pack"]


def test_a_context_is_looked_at_again_after_a_job_of_the_instance(app, deploy):
    case = {"value": 1}
    engine.register_context(app, "stock", lambda instance: dict(case))
    engine.register_handler(app, "refill", lambda context: case.update(value=9))
    deploy(("watching.bpmn", watching("=stock.value &gt;= 3", service("refill", "refill") + flow("start", "refill"))))
    key = engine.start_instance(ANNA, "watching").key
    assert sorted(open_tasks(key)) == ["collect"]
    engine.run_due(app)
    assert sorted(open_tasks(key)) == ["pack"]


def test_the_gate_warns_of_a_condition_that_nothing_changes_and_refuses_a_broken_one(deploy):
    constant = deploy(("watching.bpmn", watching("=now() &gt; now()", "")))
    assert [found.code for found in constant.findings] == ["engine.condition_never_changes"]
    with pytest.raises(Invalid) as refused:
        engine.deploy(OWNER, [engine.File("watching.bpmn", watching("=parts &gt;", ""))])
    (finding,) = refused.value.findings
    assert (finding["element_id"], finding["params"]["property"]) == ("enough", "eventCondition")
