"""What a completion costs: statements, commits, stored bytes."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import ProcessInstance
from tests.conftest import both_databases
from tests.engine.conftest import ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, flow, user

pytestmark = both_databases

GATEWAY = '<exclusiveGateway id="which" default="f_which_second"/>'
CASE = bpmn(
    "case",
    chain(START, user("first", groups="clerk"))
    + GATEWAY
    + user("second", groups="clerk@x1")
    + user("other")
    + END
    + flow("first", "which")
    + flow("which", "second")
    + flow("which", "other", "=n &gt; 5")
    + flow("second", "end")
    + flow("other", "end"),
)


@pytest.mark.parametrize("remembered", [True, False])
def test_completing_a_task_takes_nine_statements_and_one_commit(app, deploy, statements, remembered):
    deploy(("case.bpmn", CASE))
    key = engine.start_instance(ANNA, "case", {"n": 1, "customer": {"name": "Zhou"}}).key
    task = open_tasks(key)["first"].key
    warm = engine.start_instance(ANNA, "case", {"n": 1}).key
    engine.complete_task(ANNA, open_tasks(warm)["first"].key, {"n": 2})
    if not remembered:
        app.extensions["engine_memory"].forget(key)
    statements.clear()
    engine.complete_task(ANNA, task, {"n": 2, "checked": True})
    assert statements.count("COMMIT") == 1
    assert len(statements) - 1 <= (8 if remembered else 9), "\n".join(statements)
    assert "second" in open_tasks(key)


def test_the_stored_state_is_small_and_does_not_grow_with_age(deploy):
    loop = bpmn(
        "loop",
        chain(START, '<exclusiveGateway id="again"/>', user("round"))
        + '<exclusiveGateway id="more" default="f_more_end"/>'
        + END
        + flow("round", "more")
        + flow("more", "again", "=go")
        + flow("more", "end"),
    )
    deploy(("loop.bpmn", loop))
    key = engine.start_instance(ANNA, "loop", {"go": True}).key
    sizes = []
    for _ in range(12):
        engine.complete_task(ANNA, open_tasks(key)["round"].key, {"go": True})
        size = db.session.execute(sa.select(sa.func.length(ProcessInstance.state_blob))).scalar_one()
        sizes.append(size)
    assert sizes[-1] < 400
    assert sizes[-1] - sizes[0] < 10
