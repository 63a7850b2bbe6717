"""Listeners in the engine: their jobs, who does them, and what they may not do."""

import pytest
import sqlalchemy as sa

from app import engine
from app.cockpit.waits import waits_of
from app.db import db
from app.engine.models import Incident
from app.errors import Conflict
from app.kernel import BpmnError
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow, service, user
from tests.engine.test_jobs import jobs
from tests.kernel.draw import listener, listening

pytestmark = both_databases

AROUND = listening(listener("start", "test.before"), listener("end", "test.after"))
OWN = '<zeebe:taskHeaders><zeebe:header key="kind" value="own"/></zeebe:taskHeaders>'
WORK = service("do", "test.do", headers=OWN + AROUND)
HEARD = bpmn("work", chain(START, WORK, user("z"), END))
WHOLE = bpmn("whole", f"<extensionElements>{AROUND}</extensionElements>" + chain(START, user("a"), END))


def test_handlers_do_the_jobs_of_listeners_around_the_work(app, deploy):
    seen = []

    def handler(context):
        seen.append((context.event, context.headers, dict(context.variables)))
        return {f"{context.event or 'work'}_done": True}

    for kind in ("before", "do", "after"):
        engine.register_handler(app, f"test.{kind}", handler)
    deploy(("work.bpmn", HEARD))
    key = engine.start_instance(ANNA, "work").key
    assert [job.event for job in jobs()] == ["start"]
    assert engine.run_due(app) == 3
    own = {"kind": "own"}
    assert [(event, headers) for event, headers, _ in seen] == [("start", own), (None, own), ("end", own)]
    assert seen[2][2] == {"start_done": True, "work_done": True}
    assert (list(open_tasks(key)), jobs()) == (["z"], [])


def test_a_process_waits_for_its_own_listeners(app, deploy):
    engine.register_handler(app, "test.before", lambda _context: {"opened": True})
    deploy(("whole.bpmn", WHOLE))
    key = engine.start_instance(ANNA, "whole").key
    (wait,) = waits_of([key])[key]
    assert (wait.kind, wait.element_id, wait.job.event) == ("job", "whole", "start")
    engine.run_due(app)
    engine.complete_task(ANNA, open_tasks(key)["a"].key, {})
    (leased,) = engine.activate_jobs(ANNA, "test.after", "w", 60)
    assert leased.variables == {"opened": True}
    engine.complete_job(ANNA, leased.job.key, {"closed": True})
    assert engine.queries.detail.get_instance(ADMIN, key).state == "completed"


def test_a_listener_cannot_throw_an_error_of_the_diagram(app, deploy):
    def handler(_context):
        raise BpmnError("E1")

    caught = '<boundaryEvent id="b" attachedToRef="do"><errorEventDefinition errorRef="e1"/></boundaryEvent>'
    body = chain(START, WORK, user("z"), END) + caught + user("r") + flow("b", "r")
    deploy(("work.bpmn", bpmn("work", body, outside='<error id="e1" errorCode="E1"/>')))
    key = engine.start_instance(ANNA, "work").key
    with pytest.raises(Conflict) as refused:
        engine.throw_job_error(ANNA, jobs()[0].key, "E1")
    assert refused.value.code == "engine.listener_cannot_throw"
    engine.register_handler(app, "test.before", handler)
    engine.run_due(app)
    db.session.rollback()
    incident = db.session.scalars(sa.select(Incident)).one()
    assert (incident.element_id, incident.code) == ("do", "engine.listener_cannot_throw")
    engine.resolve_incident(ADMIN, incident.key)
    assert [job.event for job in jobs()] == ["start"]
    assert open_tasks(key) == {}
