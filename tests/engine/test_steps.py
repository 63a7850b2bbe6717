"""Ad-hoc sub-processes in the engine: who may start which step, and what is asked of the database."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ElementInstance
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.audit import AuditEntry
from app.people.person import Person
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, user

pytestmark = both_databases

PORTAL = Person(9, "portal")


def visit(ordering: str = "Parallel") -> bytes:
    inside = user("measure") + user("ask") + "<completionCondition>=done</completionCondition>"
    ad_hoc = (
        f'<adHocSubProcess id="visit" ordering="{ordering}"><extensionElements><zeebe:adHoc/></extensionElements>'
        f"{inside}</adHocSubProcess>"
    )
    return bpmn("visit_process", chain(START, ad_hoc, user("report"), END))


@pytest.fixture
def started(deploy) -> int:
    deploy(("visit.bpmn", visit()))
    return engine.start_instance(ANNA, "visit_process", {"done": False}).key


def the_visit(key: int) -> engine.OpenSteps:
    db.session.rollback()
    (found,) = engine.open_steps(ANNA, [key])
    return found


def test_steps_are_started_any_number_of_times_until_the_condition_holds(started):
    found = the_visit(started)
    assert (found.element.id, [step.id for step in found.steps]) == ("visit", ["measure", "ask"])
    engine.start_steps(ANNA, found.key, [("ask", {}), ("measure", {"tool": "meter"})])
    assert sorted(open_tasks(started)) == ["ask", "measure"]
    task = open_tasks(started)["measure"]
    assert engine.queries.detail.task_variables(ANNA, task) == {"done": False, "tool": "meter"}
    engine.complete_task(ANNA, task.key, {})
    engine.start_steps(ANNA, found.key, [("measure", {})], instead=True)
    assert list(open_tasks(started)) == ["measure"]
    engine.complete_task(ANNA, open_tasks(started)["measure"].key, {"done": True})
    assert list(open_tasks(started)) == ["report"]
    assert engine.open_steps(ANNA, [started]) == []


def test_who_started_a_step_is_on_record(started):
    engine.start_steps(ANNA, the_visit(started).key, [("ask", {})])
    db.session.rollback()
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "engine:step:started")).one()
    assert (entry.username, entry.instance_key, entry.detail["steps"]) == ("anna", started, ["ask"])


def test_what_cannot_be_started_is_refused_in_words(started, deploy):
    key = the_visit(started).key
    with pytest.raises(Invalid) as unknown:
        engine.start_steps(ANNA, key, [("report", {})])
    assert (unknown.value.code, unknown.value.params) == ("engine.no_step_of_it", {"id": "report"})
    with pytest.raises(Conflict, match=r"engine\.no_further_step"):
        engine.start_steps(ANNA, key, [])
    with pytest.raises(Forbidden):
        engine.start_steps(PORTAL, key, [("ask", {})])
    task = db.session.scalars(sa.select(ElementInstance.key).where(ElementInstance.element_id == "start")).one()
    for wrong in (task, 1):
        with pytest.raises(NotFound):
            engine.start_steps(ANNA, wrong, [("ask", {})])
    engine.cancel_instance(ADMIN, started, "test")
    with pytest.raises(Conflict):
        engine.start_steps(ANNA, key, [("ask", {})])


def test_ordered_steps_offer_nothing_while_one_runs(deploy):
    deploy(("visit.bpmn", visit("Sequential")))
    key = engine.start_instance(ANNA, "visit_process", {"done": False}).key
    engine.start_steps(ANNA, the_visit(key).key, [("ask", {})])
    assert engine.open_steps(ANNA, [key]) == []
    engine.complete_task(ANNA, open_tasks(key)["ask"].key, {})
    assert len(the_visit(key).steps) == 2
