"""Running instances on a new version of their process: nothing that people or the clock have decided is lost."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.migration_text import said
from app.engine.models import (
    Draft,
    ElementInstance,
    Incident,
    Job,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
)
from app.errors import Conflict, FirstlineError, Forbidden, Hindered, Invalid, NotFound
from app.i18n import in_language
from app.people.audit import AuditEntry
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, BEN, LEAD, OUTSIDER, OWNER, open_tasks
from tests.engine.diagrams import (
    END,
    START,
    bpmn,
    call,
    catch_message,
    catch_timer,
    chain,
    message,
    service,
    user,
)
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases
FORM = '{"id": "ask", "type": "default", "components": [{"type": "textfield", "key": "%s", "id": "F1"}]}'


def one_step(first: str, *others: str, **more: str) -> bytes:
    return bpmn("moving", chain(START, first, *others, END), **more)


@pytest.fixture
def versions(deploy):
    """Deploy versions of the process one after the other, in time; returns the key of the newest."""

    def act(*contents: bytes, **files: str) -> int:
        for content in contents:
            deploy(("moving.bpmn", content), *((f"{name}.form", text.encode()) for name, text in files.items()))
        return newest()

    return act


def newest(process_id: str = "moving") -> int:
    query = sa.select(ProcessDefinition.key).where(ProcessDefinition.process_id == process_id)
    return db.session.scalars(query.order_by(ProcessDefinition.version.desc())).first()


def moved(key: int, target: int, *renewed: str, rebind: bool = False, **mapping: str):
    plan = engine.MigrationPlan(target, mapping, frozenset(renewed), rebind)
    before = engine.migration_verdict(LEAD, key, plan)
    verdict = engine.migrate_instance(LEAD, key, plan, "new rules")
    assert verdict == before
    assert_rows_follow_the_state()
    return verdict


def row(model, key: int, **conditions):
    db.session.rollback()
    query = sa.select(model).where(*(getattr(model, name) == value for name, value in conditions.items()))
    return db.session.scalars(query.where(model.instance_key == key).execution_options(populate_existing=True)).one()


def test_a_task_keeps_its_draft_its_assignee_and_what_people_have_changed(versions):
    versions(one_step(user("ask", name="Ask", groups="clerk", due="2026-04-01T10:00:00Z")))
    key = engine.start_instance(ANNA, "moving").key
    task = open_tasks(key)["ask"]
    engine.claim_task(ANNA, task.key)
    engine.save_draft(ANNA, task.key, {"x": "half a sentence"})
    later = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
    engine.update_task(LEAD, task.key, due_at=later, candidate_groups=["clerk", "cook"], priority=80)
    target = versions(one_step(user("ask2", name="Ask again", groups="boss"), user("check", groups="clerk")))
    verdict = moved(key, target, ask="ask2")
    assert [one.code for one in verdict.findings] == ["kernel.migration_renamed", "kernel.migration_kept"]
    now = row(UserTask, key)
    assert (now.key, now.element_id, now.names, now.process_version) == (task.key, "ask2", {"zh": "Ask again"}, 2)
    assert (now.assignee, now.due_at, now.priority) == ("anna", later, 80)
    assert now.candidates == [["clerk", ""], ["cook", ""]]
    assert db.session.get(Draft, (task.key, "anna")).data == {"x": "half a sentence"}
    step = row(ElementInstance, key, token=now.token)
    assert (step.element_id, step.process_definition_key) == ("ask2", target)
    engine.complete_task(ANNA, task.key, {})
    assert list(open_tasks(key)) == ["check"]


def test_a_task_is_offered_anew_except_for_what_people_have_changed(versions):
    versions(one_step(user("ask", groups="clerk", due="2026-04-01T10:00:00Z")))
    key, other = engine.start_instance(ANNA, "moving").key, engine.start_instance(ANNA, "moving").key
    later = dt.datetime(2026, 5, 1, 9, tzinfo=dt.UTC)
    engine.update_task(LEAD, open_tasks(key)["ask"].key, due_at=later)
    engine.update_task(LEAD, open_tasks(other)["ask"].key, candidate_groups=["cook"])
    target = versions(one_step(user("ask", groups="boss", due="2026-06-01T10:00:00Z")))
    moved(key, target, "tasks")
    moved(other, target, "tasks")
    first, second = row(UserTask, key), row(UserTask, other)
    assert (first.candidates, first.due_at, first.due_sort) == ([["boss", ""]], later, later)
    june = dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)
    assert (second.candidates, second.due_at) == ([["cook", ""]], june)
    rows = db.session.execute(sa.select(UserTaskCandidate.task_key, UserTaskCandidate.role, UserTaskCandidate.due_sort))
    assert set(map(tuple, rows)) == {(first.key, "boss", later), (second.key, "cook", june)}


def test_a_timer_comes_due_when_it_would_have_unless_it_is_set_anew(versions, clock):
    versions(one_step(catch_timer("wait", "PT2H")))
    key = engine.start_instance(ANNA, "moving").key
    due = row(Timer, key).due_at
    clock.advance(hours=1)
    target = versions(one_step(catch_timer("rest", "PT5H")))
    assert [one.code for one in moved(key, target, wait="rest").findings][1:] == ["kernel.migration_kept"]
    assert (row(Timer, key).due_at, row(Timer, key).element_id) == (due, "rest")
    moved(key, target, "timers")
    assert row(Timer, key).due_at == due + dt.timedelta(hours=4)


def test_a_message_reaches_the_instance_by_the_key_it_had(versions):
    def drawn(element: str, name: str, key: str) -> bytes:
        return one_step(catch_message(element, name), outside=message(name, key))

    versions(drawn("wait", "answer", "=order"))
    key = engine.start_instance(ANNA, "moving", {"order": "A", "other": "B"}).key
    target = versions(drawn("rest", "reply", "=other"))
    moved(key, target, wait="rest")
    subscription = row(MessageSubscription, key)
    assert (subscription.element_id, subscription.name, subscription.correlation_key) == ("rest", "answer", "A")
    assert subscription.process_definition_key == target
    engine.publish_message(ANNA, "reply", "B", {"seen": True}, ttl=60)
    moved(key, target, "messages")
    db.session.rollback()
    assert db.session.get(ProcessInstance, key, populate_existing=True).state == "completed"


def test_a_job_keeps_its_lease_and_its_worker_may_report_it(versions):
    versions(one_step(service("book", "outside.book")))
    key = engine.start_instance(ANNA, "moving").key
    (job,) = engine.activate_jobs(ANNA, "outside.book", "w1", 600)
    due = job.job.due_at
    target = versions(one_step(service("enter", "outside.enter"), user("check", groups="clerk")))
    moved(key, target, book="enter")
    now = row(Job, key)
    assert (now.key, now.element_id, now.type, now.worker, now.due_at) == (
        job.job.key, "enter", "outside.book", "w1", due,
    )  # fmt: skip
    engine.complete_job(ANNA, now.key, {})
    assert list(open_tasks(key)) == ["check"]


def test_an_incident_goes_along_and_is_retried_on_the_new_version(versions):
    versions(one_step(service("book", "outside.book")))
    key = engine.start_instance(ANNA, "moving").key
    (job,) = engine.activate_jobs(ANNA, "outside.book", "w1", 600)
    engine.fail_job(ANNA, job.job.key, retries=0, message="no line")
    incident = row(Incident, key).key
    target = versions(one_step(service("enter", "outside.enter")))
    moved(key, target, book="enter")
    now = row(Incident, key)
    assert (now.key, now.element_id, now.process_definition_key, now.resolved_at) == (incident, "enter", target, None)
    assert engine.resolve_incident(LEAD, incident, "new line")
    assert row(Job, key).type == "outside.enter"


def test_what_is_called_stays_as_it_is_and_comes_back_to_the_new_version(deploy, versions):
    deploy(("inner.bpmn", bpmn("inner", chain(START, user("u", groups="clerk"), END))))
    versions(one_step(call("c", "inner")))
    key = engine.start_instance(ANNA, "moving").key
    target = versions(one_step(call("c", "inner"), user("check", groups="clerk")))
    moved(key, target)
    engine.complete_task(ANNA, open_tasks(key)["u"].key, {})
    assert list(open_tasks(key)) == ["check"]


def test_forms_stay_as_they_were_when_the_case_began_unless_they_are_bound_anew(versions):
    drawn = one_step(user("ask", groups="clerk", form="ask"), user("again", groups="clerk", form="ask"))
    versions(drawn, ask=FORM % "old")
    key, other = engine.start_instance(ANNA, "moving").key, engine.start_instance(ANNA, "moving").key
    versions(drawn.replace(b'name="again"', b'name="Again"'), ask=FORM % "new")

    def fields(instance: int, element: str) -> list[str]:
        form = engine.open_form(ANNA, open_tasks(instance)[element].key)
        return [component["key"] for component in form.schema["components"]]

    moved(key, newest())
    moved(other, newest(), rebind=True)
    assert (fields(key, "ask"), fields(other, "ask")) == (["old"], ["new"])
    engine.complete_task(ANNA, open_tasks(key)["ask"].key, {"old": "x"})
    engine.complete_task(ANNA, open_tasks(other)["ask"].key, {"new": "x"})
    assert (fields(key, "again"), fields(other, "again")) == (["old"], ["new"])


def test_a_refused_instance_is_as_it_was_and_says_why_in_both_languages(versions):
    source = versions(one_step(user("ask", name="Ask", groups="clerk")))
    key = engine.start_instance(ANNA, "moving").key
    target = versions(one_step(user("other", groups="clerk")))
    before = db.session.execute(sa.select(*ProcessInstance.__table__.c)).one()
    with pytest.raises(Hindered) as caught:
        engine.migrate_instance(LEAD, key, engine.MigrationPlan(target), "new rules")
    db.session.rollback()
    assert db.session.execute(sa.select(*ProcessInstance.__table__.c)).one() == before
    assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.instance_key == key)).all() == []
    for language, sentence in (
        ("en", "“Ask” is at work and is not in the new version. Map it to another step, or move its token first."),
        ("zh", "“Ask”正在进行，但新版本里没有它。请把它对应到另一步，或先移走它的令牌。"),
    ):
        with in_language(language):
            assert [one["message"] for one in said(caught.value.findings, source, target)] == [sentence]


def test_moving_needs_the_right_and_a_reason_and_is_on_the_record(versions):
    versions(one_step(user("ask", groups="clerk")))
    key = engine.start_instance(ANNA, "moving").key
    plan = engine.MigrationPlan(versions(one_step(user("ask", groups="cook"))))
    for who in (ANNA, OUTSIDER):
        for act in (engine.migration_verdict, lambda *given: engine.migrate_instance(*given, "because")):
            with pytest.raises(Forbidden):
                act(who, key, plan)
    with pytest.raises(Invalid):
        engine.migrate_instance(LEAD, key, plan, " ")
    with pytest.raises(NotFound):
        engine.migrate_instance(LEAD, key, engine.MigrationPlan(17), "because")
    with pytest.raises(NotFound):
        engine.migrate_instance(LEAD, 17, plan, "because")
    with pytest.raises(Invalid):
        engine.MigrationPlan(plan.target, renewed=frozenset({"nothing"}))
    engine.migrate_instance(OWNER, key, plan, "new rules")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.instance_key == key)).one()
    assert (entry.action, entry.username, entry.reason) == ("engine:instance:migrated", "owner", "new rules")
    assert (entry.detail["from"], entry.detail["to"]) == (1, 2)
    engine.complete_task(ANNA, open_tasks(key)["ask"].key, {})
    with pytest.raises(Conflict):
        engine.migrate_instance(ADMIN, key, plan, "too late")


def test_what_has_ended_stays_in_the_version_it_happened_in(versions):
    first = versions(one_step(user("ask", groups="clerk"), user("check", groups="clerk")))
    key = engine.start_instance(ANNA, "moving").key
    engine.complete_task(ANNA, open_tasks(key)["ask"].key, {})
    target = versions(one_step(user("check", groups="clerk"), user("third", groups="clerk")))
    moved(key, target)
    steps = {step.element_id: step.process_definition_key for step in db.session.scalars(sa.select(ElementInstance))}
    assert steps == {"moving": target, "start": first, "ask": first, "check": target}
    assert db.session.scalars(sa.select(UserTask.process_version).order_by(UserTask.key)).all() == [1, 2]


def test_somebody_who_completes_and_somebody_who_moves_both_succeed(app, versions):
    versions(one_step(user("ask", groups="clerk"), user("check", groups="clerk")))
    keys = [engine.start_instance(ANNA, "moving").key for _ in range(6)]
    tasks = {key: open_tasks(key)["ask"].key for key in keys}
    plan = engine.MigrationPlan(
        versions(one_step(user("ask", groups="clerk"), user("between", groups="clerk"), user("check", groups="clerk")))
    )
    db.session.remove()
    failed: list[Exception] = []

    def in_thread(act):
        with app.app_context():
            for key in keys:
                try:
                    act(key)
                except (FirstlineError, sa.exc.SQLAlchemyError) as error:
                    failed.append(error)
            db.session.remove()

    threads = [
        threading.Thread(target=in_thread, args=(lambda key: engine.complete_task(BEN, tasks[key], {}),)),
        threading.Thread(target=in_thread, args=(lambda key: engine.migrate_instance(LEAD, key, plan, "now"),)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert assert_rows_follow_the_state() == len(keys)
    for key in keys:
        assert db.session.get(ProcessInstance, key, populate_existing=True).process_version == 2
        assert set(open_tasks(key)) <= {"between", "check"}


def test_moving_costs_a_fixed_number_of_statements(versions, statements):
    versions(one_step(user("ask", groups="clerk")))
    keys = [engine.start_instance(ANNA, "moving", {f"v{n}": n for n in range(10)}).key for _ in range(2)]
    plan = engine.MigrationPlan(versions(one_step(user("ask", groups="cook"))))
    engine.migrate_instance(LEAD, keys[0], plan, "now")
    statements.clear()
    engine.migrate_instance(LEAD, keys[1], plan, "now")
    assert len(statements) <= 9
    assert statements.count("COMMIT") == 1
