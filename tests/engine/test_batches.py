"""Orders over many instances: every instance once, whoever works; what fails says why and may be tried again."""

import dataclasses
import threading
from collections import Counter

import pytest
import sqlalchemy as sa

from app import engine
from app.config import Retention
from app.db import db, transaction
from app.engine import batches, retention
from app.engine.batch_kinds import KINDS
from app.engine.models import BatchItem, BatchOperation, ProcessDefinition, ProcessInstance
from app.engine.queries import search
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel import Placement
from app.people.audit import AuditEntry
from app.people.models import User
from app.people.person import Person
from tests.clock import NOON
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, LEAD, OUTSIDER, OWNER, open_tasks
from tests.engine.diagrams import END, START, bpmn, call, chain, user
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases
OTHER_LEAD = Person(9, "other_lead", permissions=frozenset({"staff", "supervisor"}))


def drawn(*steps: str) -> tuple[str, bytes]:
    return "many.bpmn", bpmn("many", chain(START, *steps, END))


@pytest.fixture(autouse=True)
def accounts(app):
    """Workers act in the name of people, who need accounts for that."""
    with transaction() as session:
        for person in (OWNER, LEAD, ADMIN):
            account = User(username=person.username, names={}, created_at=NOON)
            for permission in person.permissions:
                setattr(account, permission, True)
            session.add(account)


@pytest.fixture
def cases(deploy):
    """Six cases: four at the first step, two at the second one, which the new version does not have."""
    deploy(drawn(user("ask", groups="clerk"), user("old", groups="clerk")))
    keys = [engine.start_instance(ANNA, "many").key for _ in range(6)]
    for key in keys[4:]:
        engine.complete_task(ANNA, open_tasks(key)["ask"].key, {})
    deploy(drawn(user("ask", groups="clerk"), user("new", groups="clerk")))
    return keys


def plan(**mapping: str) -> engine.MigrationPlan:
    db.session.rollback()
    query = sa.select(ProcessDefinition.key).where(ProcessDefinition.process_id == "many")
    return engine.MigrationPlan(db.session.scalars(query.order_by(ProcessDefinition.version.desc())).first(), mapping)


def all_of_it(person: Person = LEAD):
    return search.instances(person).where(ProcessInstance.process_id == "many", ProcessInstance.process_version == 1)


def states(batch: int) -> dict[int, str]:
    db.session.rollback()
    query = sa.select(BatchItem.instance_key, BatchItem.state).where(BatchItem.batch_key == batch)
    return dict(map(tuple, db.session.execute(query)))


def order_of(batch: int) -> BatchOperation:
    db.session.rollback()
    return db.session.get(BatchOperation, batch, populate_existing=True)


def versions(keys: list[int]) -> list[int]:
    db.session.rollback()
    query = sa.select(ProcessInstance.key, ProcessInstance.process_version)
    found = dict(map(tuple, db.session.execute(query)))
    return [found[key] for key in keys]


def finish() -> int:
    done = 0
    while worked := batches.work_batches():
        done += worked
    return done


def test_every_case_is_moved_or_says_why_it_stays(cases):
    batch = engine.order_migration(LEAD, all_of_it(), plan(), "new rules")
    assert (order_of(batch).total, set(states(batch).values())) == (6, {"waiting"})
    assert finish() == 6
    assert order_of(batch).state == "done"
    assert versions(cases) == [2, 2, 2, 2, 1, 1]
    assert [states(batch)[key] for key in cases] == ["done"] * 4 + ["failed"] * 2
    item = db.session.get(BatchItem, (batch, cases[4]))
    assert item.code == "engine.migration_refused"
    assert [one["code"] for one in item.findings] == ["kernel.migration_gone"]
    assert_rows_follow_the_state()
    actions = Counter(db.session.scalars(sa.select(AuditEntry.action)))
    assert (actions["engine:batch:ordered"], actions["engine:instance:migrated"]) == (1, 4)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.instance_key == cases[0])).one()
    assert (entry.username, entry.reason) == ("lead", "new rules")


def test_what_failed_is_tried_again_once_what_hindered_it_is_gone(cases):
    batch = engine.order_migration(LEAD, all_of_it(), plan(), "new rules")
    finish()
    token = open_tasks(cases[4])["old"].token
    placement = engine.Modification([token], [Placement("ask")])
    engine.modify_instance(LEAD, cases[4], placement, "back to the question")
    engine.resume_batch(LEAD, batch)
    assert (order_of(batch).state, order_of(batch).ended_at) == ("running", None)
    assert finish() == 2
    assert versions(cases) == [2, 2, 2, 2, 2, 1]
    assert Counter(states(batch).values()) == {"done": 5, "failed": 1}


def test_an_order_that_is_stopped_leaves_the_rest_alone_and_goes_on_when_told(cases):
    batch = engine.order_migration(LEAD, all_of_it(), plan(old="new"), "new rules")
    assert batches.work_batches(limit=2) == 2
    engine.stop_batch(LEAD, batch)
    assert finish() == 0
    assert Counter(states(batch).values()) == {"done": 2, "stopped": 4}
    assert order_of(batch).state == "stopped"
    with pytest.raises(Conflict):
        engine.stop_batch(LEAD, batch)
    engine.resume_batch(LEAD, batch)
    assert finish() == 4
    assert order_of(batch).state == "done"
    with pytest.raises(Conflict):
        engine.resume_batch(LEAD, batch)
    assert versions(cases) == [2] * 6


def test_the_order_is_about_the_cases_that_fitted_when_it_was_given(cases):
    batch = engine.order_migration(LEAD, all_of_it(), plan(), "new rules")
    engine.complete_task(ANNA, open_tasks(cases[0])["ask"].key, {})
    engine.cancel_instance(LEAD, cases[1], "gone")
    late = engine.start_instance(ANNA, "many", version=1).key
    finish()
    assert set(states(batch)) == set(cases)
    assert db.session.get(BatchItem, (batch, cases[1])).code == "engine.instance_over"
    assert versions([cases[0], late]) == [1, 1]


def test_cancelling_many_ends_root_cases_with_what_they_called(deploy):
    deploy(("inner.bpmn", bpmn("inner", chain(START, user("u"), END))), drawn(call("c", "inner")))
    keys = [engine.start_instance(ANNA, "many").key for _ in range(2)]
    batch = engine.order_batch(LEAD, "cancel", search.instances(LEAD), "the shop closes")
    finish()
    assert states(batch) == dict.fromkeys(keys, "done")
    assert set(db.session.scalars(sa.select(ProcessInstance.state))) == {"cancelled"}
    assert open_tasks() == {}


def test_several_workers_move_each_case_once(app, cases):
    batch = engine.order_migration(LEAD, all_of_it(), plan(old="new"), "new rules")
    db.session.remove()

    def work() -> None:
        with app.app_context():
            finish()
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finish()
    assert set(states(batch).values()) == {"done"}
    assert order_of(batch).state == "done"
    moved = Counter(
        db.session.scalars(sa.select(AuditEntry.instance_key).where(AuditEntry.action == "engine:instance:migrated"))
    )
    assert moved == dict.fromkeys(cases, 1)


class Killed(BaseException):
    """The end of a process, as far as a test can have one."""


def test_a_worker_that_dies_in_the_middle_of_a_case_leaves_it_to_the_next(cases, monkeypatch):
    batch = engine.order_migration(LEAD, all_of_it(), plan(old="new"), "new rules")
    monkeypatch.setitem(KINDS, "migrate", _dying(2))
    with pytest.raises(Killed):
        finish()
    monkeypatch.undo()
    assert Counter(states(batch).values()) == {"done": 2, "waiting": 4}
    assert Counter(versions(cases)) == {2: 2, 1: 4}
    assert finish() == 4
    assert versions(cases) == [2] * 6


def _dying(after: int):
    migrate, left = KINDS["migrate"], [after]

    def act(*given):
        findings = migrate.act(*given)
        if not left[0]:
            raise Killed
        left[0] -= 1
        return findings

    return dataclasses.replace(migrate, act=act)


def test_an_order_whose_worker_died_behind_its_last_case_ends_all_the_same(cases, monkeypatch, statements):
    batch = engine.order_migration(LEAD, all_of_it(), plan(old="new"), "new rules")
    monkeypatch.setattr(batches, "close_batches", lambda: None)
    finish()
    monkeypatch.undo()
    assert order_of(batch).state == "running"
    statements.clear()
    assert batches.work_batches() == 0
    assert len(statements) <= 3, "an idle worker asks one question"
    batches.close_batches()
    assert order_of(batch).state == "done"


def test_a_fault_of_one_case_stops_no_other(cases, monkeypatch):
    migrate = KINDS["migrate"]

    def act(person, key, *given):
        return 1 // 0 if key == cases[0] else migrate.act(person, key, *given)

    monkeypatch.setitem(KINDS, "migrate", dataclasses.replace(migrate, act=act))
    batch = engine.order_migration(LEAD, all_of_it(), plan(old="new"), "new rules")
    finish()
    assert Counter(states(batch).values()) == {"done": 5, "failed": 1}
    assert db.session.get(BatchItem, (batch, cases[0])).code == "engine.batch_item_broke"


def test_the_workers_of_an_installation_do_it_by_themselves(app, cases):
    batch = engine.order_migration(LEAD, all_of_it(), plan(), "new rules")
    assert engine.run_due(app) == 6
    assert order_of(batch).state == "done"


def test_whoever_ordered_needs_the_right_until_the_last_case(cases):
    batch = engine.order_migration(OWNER, all_of_it(OWNER), plan(), "new rules")
    batches.work_batches(limit=1)
    with transaction() as session:
        session.execute(sa.update(User).where(User.username == "owner").values(process_owner=False))
    batches.work_batches(limit=1)
    with transaction() as session:
        session.execute(sa.update(User).where(User.username == "owner").values(active=False))
    finish()
    codes = Counter(db.session.scalars(sa.select(BatchItem.code).where(BatchItem.batch_key == batch)))
    assert codes == {None: 1, "people.no_permission": 1, "engine.batch_without_person": 4}


def test_only_leaders_and_owners_order_and_only_leaders_cancel(cases):
    for who in (ANNA, OUTSIDER):
        with pytest.raises(Forbidden):
            engine.order_migration(who, all_of_it(), plan(), "because")
        with pytest.raises(Forbidden):
            engine.migration_verdicts(who, all_of_it(), plan())
    for who in (ANNA, OUTSIDER, OWNER):
        with pytest.raises(Forbidden):
            engine.order_batch(who, "cancel", all_of_it(), "because")
    with pytest.raises(Invalid):
        engine.order_migration(LEAD, all_of_it(), plan(), " ")
    with pytest.raises(Invalid):
        engine.order_migration(LEAD, all_of_it().where(ProcessInstance.key == 1), plan(), "because")
    db.session.rollback()
    assert db.session.scalars(sa.select(BatchOperation.key)).all() == []


def test_an_order_holds_only_what_its_giver_may_see_and_is_shown_to_those_who_see_everything(cases, monkeypatch):
    monkeypatch.setattr(batches.rights, "sees_everything", lambda person: person.administrator)
    with transaction() as session:
        session.execute(sa.update(ProcessInstance).where(ProcessInstance.key.in_(cases[:2])).values(unit_id=77))
    batch = engine.order_migration(LEAD, sa.select(ProcessInstance), plan(), "new rules")
    assert set(states(batch)) == set(cases[2:])
    with pytest.raises(NotFound):
        engine.stop_batch(OTHER_LEAD, batch)
    engine.stop_batch(ADMIN, batch)
    with pytest.raises(NotFound):
        engine.resume_batch(LEAD, 17)


def test_verdicts_of_many_are_those_of_each(cases, statements):
    judged = engine.migration_verdicts(LEAD, all_of_it(), plan())
    assert [one.moves for one in judged] == [True] * 4 + [False] * 2
    assert judged == [engine.migration_verdict(LEAD, key, plan()) for key in cases]
    statements.clear()
    assert len(engine.migration_verdicts(LEAD, all_of_it(), plan(), limit=5)) == 5
    assert len(statements) <= 5


def test_an_item_costs_a_fixed_number_of_statements(cases, statements):
    engine.order_migration(LEAD, all_of_it(), plan(), "new rules")
    batches.work_batches(limit=1)
    statements.clear()
    batches.work_batches(limit=3)
    assert statements.count("COMMIT") == 3
    assert len(statements) <= 3 * 12 + 6


def test_orders_are_forgotten_when_their_time_is_over_and_nobody_works_on_them(app, cases, clock):
    settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, retention=Retention(finished_days=10))
    over = engine.order_migration(LEAD, all_of_it(), plan(), "new rules")
    finish()
    waiting = engine.order_migration(LEAD, all_of_it(), plan(old="new"), "new rules")
    for days, left in ((9, {over, waiting}), (2, {waiting})):
        clock.advance(days=days)
        retention.sweep()
        db.session.rollback()
        assert set(db.session.scalars(sa.select(BatchOperation.key))) == left
    assert set(db.session.scalars(sa.select(BatchItem.batch_key))) == {waiting}
