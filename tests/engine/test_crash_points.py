"""A process dies just before a commit, or just after it when nobody has been told: the act was not, or was, done once.

After each death the same is asked for again, as somebody does who got no answer.
"""

import itertools

import pytest
import sqlalchemy as sa

from app import clock, engine
from app.db import db, transaction
from app.engine.models import Attachment, Comment, ElementInstance, Job, ProcessDefinition, ProcessInstance
from app.engine.queries import search
from app.engine.registry import registry_of
from app.errors import Conflict, NotFound
from app.people.audit import AuditEntry
from app.people.models import User
from tests.conftest import both_databases
from tests.engine import crash_points, crashing
from tests.engine.conftest import ANNA, OWNER, open_tasks
from tests.engine.crash_points import ACTS, MOMENTS, PROCESS, Victims
from tests.engine.diagrams import END, bpmn, chain, message, user
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases
BEGINS = bpmn(
    "begins",
    chain('<startEvent id="begin"><messageEventDefinition messageRef="m_begin"/></startEvent>', user("hello"), END),
    outside=message("begin"),
)
STEPS = ("complete", "job", "timer", "answer", "lease", "report", "tidy")
"""Acts in the order in which one instance comes by them; the others need none."""
TIME = {"timer": {"hours": 2}}


@pytest.fixture
def crash_app(database, tmp_path):
    application = crashing.make_app(database, str(tmp_path / "crash"))
    with application.app_context():
        with transaction() as session:
            # An order is carried out in the name of whoever gave it.
            session.add(User(username="owner", names={}, staff=True, process_owner=True, created_at=clock.now()))
        engine.deploy(OWNER, [engine.File("pointed.bpmn", PROCESS), engine.File("begins.bpmn", BEGINS)])
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def victims(database, tmp_path):
    process = Victims(database, tmp_path / "crash")
    yield process
    process.end()


def order_a_move(key: int, order: str) -> None:
    """Order that an instance is moved to a new version of its process."""
    drawn = PROCESS.replace(b'name="last"', f'name="last of {order}"'.encode())
    result = engine.deploy(OWNER, [engine.File("pointed.bpmn", drawn)])
    chosen = search.instances(OWNER).where(ProcessInstance.key == key)
    engine.order_migration(OWNER, chosen, engine.MigrationPlan(result.definitions[0].key), "new rules")


def _audited(action: str, key: int) -> tuple[sa.ColumnElement[bool], ...]:
    return AuditEntry.action == action, AuditEntry.instance_key == key


class Scene:
    """One instance, driven to where an act finds its work."""

    def __init__(self, app, order: str) -> None:
        self.app, self.order = app, order
        self.key = engine.start_instance(ANNA, "pointed", {"order": order}).key

    def until(self, act: str) -> crash_points.Given:
        """Do everything that comes before the act; returns what it needs to know."""
        task = open_tasks(self.key)["first"].key
        self.given = {"order": self.order, "element": f"e_{self.order}", "task": task}
        for step in itertools.takewhile(lambda step: step != act, STEPS if act in STEPS else ()):
            self._make_ready(step)
            ACTS[step](self.given)
        self._make_ready(act)
        return self.given

    def _make_ready(self, act: str) -> None:
        self.app.extensions["clock"].advance(**TIME.get(act, {}))
        self.given["job"] = db.session.execute(sa.select(Job.key).where(Job.instance_key == self.key)).scalar()
        if act == "move":
            order_a_move(self.key, self.order)
        if act == "tidy":
            engine.complete_task(ANNA, open_tasks(self.key)["last"].key, {})
            self.app.extensions["clock"].advance(days=2)
        db.session.rollback()

    def facts(self) -> dict[str, object]:
        """What the acts change, each of them once."""
        db.session.rollback()
        done = sa.select(ElementInstance.element_id).where(
            ElementInstance.instance_key == self.key, ElementInstance.state == "completed"
        )
        count = sa.select(sa.func.count())
        return {
            "completed": sorted(db.session.execute(done).scalars()),
            "marks": db.session.scalar(count.where(Comment.instance_key == self.key)),
            "versions": db.session.scalar(count.where(ProcessDefinition.process_id == "other")),
            "begun": db.session.scalar(count.where(ProcessInstance.process_id == "begins")),
            "leased": db.session.scalar(count.where(Job.worker.is_not(None))),
            "files": db.session.scalar(count.select_from(Attachment)),
            "moved": db.session.scalar(count.where(*_audited("engine:instance:migrated", self.key))),
            "archived": db.session.scalar(count.where(AuditEntry.action == "engine:instance:archived")),
        }


def test_an_act_whose_process_dies_at_its_commit_is_done_once_in_the_end(crash_app, victims):
    # One test for all acts, because starting the process that dies costs more than all of them.
    for act in ACTS:
        for moment in MOMENTS:
            scene = Scene(crash_app, f"{act}_{moment}")
            given = scene.until(act)
            before = scene.facts()
            db.session.remove()
            victims.die(act, moment, given, clock.now())
            after = scene.facts()
            assert (after == before) == (moment == "before"), (act, before, after)
            assert_rows_follow_the_state()
            _ask_again(act, moment, given)
            again = scene.facts()
            assert_rows_follow_the_state()
            if moment == "before":
                assert again != before, act
            elif act != "attach":
                assert again == after, f"{act} was done a second time"


def _ask_again(act, moment, given):
    """What a client does that got no answer; being told that it was done already is an answer."""
    try:
        ACTS[act](given)
    except (Conflict, NotFound):
        assert moment == "after", act


def test_a_job_whose_maker_died_before_telling_is_found_by_others(crash_app, victims):
    scene = Scene(crash_app, "untold")
    victims.die("complete", "after", scene.until("complete"), clock.now())
    assert scene.facts()["marks"] == 0
    workers = engine.Workers(crash_app)
    workers._guarded(workers._fire_all)
    assert registry_of(crash_app).bell.jobs.is_set()
