"""The database goes away in the middle of a command: it is repeated, or looked up, or told apart; never done twice."""

import psycopg
import pytest
import sqlalchemy as sa

from app import engine, postgresql
from app.db import db
from app.engine import command, outcome
from app.engine.models import Job, ProcessInstance, UserTask
from app.errors import Unavailable, Uncertain
from tests import postgres
from tests.engine.conftest import ANNA, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, script, service, user

pytestmark = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
WORK = bpmn("work", chain(START, user("first"), user("second"), END))


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch):
    monkeypatch.setattr(command, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(outcome, "PAUSE", 0.05)


@pytest.fixture
def cut(app, database):
    """Cut all connections to the test's database when a statement that begins like this is about to be sent."""
    wanted: list[str] = []

    def on_execute(_connection, _cursor, statement, *_rest):
        if wanted and statement.startswith(wanted[0]):
            wanted.clear()
            end_connections(database)

    sa.event.listen(db.engine, "before_cursor_execute", on_execute)
    yield wanted.append
    sa.event.remove(db.engine, "before_cursor_execute", on_execute)


def end_connections(url: str) -> None:
    name = sa.make_url(url).database
    postgres._execute(
        url.replace(name, "postgres"),
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )


@pytest.fixture
def break_commit(app, monkeypatch):
    """Let the next commit lose its connection, before the server has heard of it or after it has done it."""

    def act(*, done: bool) -> None:
        commit = db.engine.dialect.do_commit

        def broken(connection):
            monkeypatch.setattr(db.engine.dialect, "do_commit", commit)
            if done:
                commit(connection)
            connection.dbapi_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(db.engine.dialect, "do_commit", broken)

    return act


def instances() -> int:
    db.session.rollback()
    return db.session.execute(sa.select(sa.func.count(ProcessInstance.key))).scalar_one()


def test_a_command_cut_off_before_its_commit_is_repeated(app, deploy, cut):
    deploy(("work.bpmn", WORK))
    key = engine.start_instance(ANNA, "work").key
    task = open_tasks(key)["first"].key
    cut("UPDATE process_instance")
    engine.complete_task(ANNA, task, {"n": 1})
    assert list(open_tasks(key)) == ["second"]
    assert instances() == 1


@pytest.mark.parametrize("done", [True, False])
def test_a_completion_whose_commit_broke_is_done_once(app, deploy, break_commit, done):
    deploy(("work.bpmn", WORK))
    key = engine.start_instance(ANNA, "work").key
    task = open_tasks(key)["first"].key
    break_commit(done=done)
    engine.complete_task(ANNA, task, {"n": 1})
    assert list(open_tasks(key)) == ["second"]
    assert db.session.get(UserTask, task).ended_by == "anna"


def test_a_start_whose_commit_came_about_is_found_again(app, deploy, break_commit):
    deploy(("work.bpmn", WORK))
    break_commit(done=True)
    started = engine.start_instance(ANNA, "work")
    assert instances() == 1
    assert db.session.get(ProcessInstance, started.key) is not None


def test_a_start_that_cannot_be_found_is_not_repeated_but_told(app, deploy, break_commit):
    deploy(("work.bpmn", WORK))
    break_commit(done=False)
    with pytest.raises(Uncertain) as told:
        engine.start_instance(ANNA, "work")
    assert (told.value.code, told.value.status) == ("database.outcome_unknown", 504)
    assert instances() == 0


def test_a_database_that_stays_away_is_unavailable(app, deploy, monkeypatch):
    deploy(("work.bpmn", WORK))
    db.session.remove()

    def away(*_args, **_named):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(db.engine.dialect, "connect", away)
    db.engine.dispose()
    with pytest.raises(Unavailable) as told:
        engine.start_instance(ANNA, "work")
    assert (told.value.code, told.value.status, told.value.retry_after) == ("database.unreachable", 503, 2)


def test_a_job_is_not_blamed_for_a_database_that_went_away(app, deploy, cut):
    attempts = []

    def handler(context):
        attempts.append(context.job_key)
        if len(attempts) <= 3:
            end_connections(str(db.engine.url.render_as_string(hide_password=False)))
            context.session.execute(sa.select(sa.func.count(ProcessInstance.key)))
        return {}

    engine.register_handler(app, "test.do", handler)
    deploy(("jobs.bpmn", bpmn("jobs", chain(START, service("do", "test.do"), user("after"), END))))
    key = engine.start_instance(ANNA, "jobs").key
    engine.run_due(app)
    job = db.session.execute(sa.select(Job)).scalar_one_or_none()
    assert (job.attempts, job.retries) == (0, 3) if job else True
    engine.run_due(app)
    assert list(open_tasks(key)) == ["after"]
    assert len(set(attempts)) == 1


def test_an_expression_that_reads_the_database_is_not_blamed_for_its_going_away(app, deploy, caplog):
    """It became an incident of the kernel, and the command failed in writing it."""
    asked = []

    def load(instance):
        asked.append(instance.key)
        if len(asked) == 1:
            end_connections(db.engine.url.render_as_string(hide_password=False))
        return {"n": db.session.execute(sa.select(sa.literal(7))).scalar_one()}

    engine.register_context(app, "box", load)
    deploy(
        ("reads.bpmn", bpmn("reads", chain(START, user("first"), script("read", "=box.n", "n"), user("after"), END)))
    )
    key = engine.start_instance(ANNA, "reads").key
    engine.complete_task(ANNA, open_tasks(key)["first"].key, {})
    assert list(open_tasks(key)) == ["after"]
    assert len(asked) == 2
    assert caplog.records == []


def test_a_connection_that_broke_while_nobody_used_it_does_no_harm(app, deploy):
    """The end of a request, and of a worker's round, rolls back, and failed over a connection that was gone."""
    deploy(("work.bpmn", WORK))
    for leave in (db.session.remove, db.session.rollback):
        instances()
        db.session.execute(sa.select(ProcessInstance.key)).all()
        end_connections(db.engine.url.render_as_string(hide_password=False))
        leave()
        assert instances() == 0


@pytest.mark.parametrize(("rests", "tried"), [(60.0, 0), (0.0, 1)])
def test_only_a_connection_that_rested_is_tried_before_it_is_used(app, monkeypatch, rests, tried):
    monkeypatch.setattr(postgresql, "POOL_RESTED", rests)
    pings, ping = [], db.engine.dialect.do_ping
    instances()
    monkeypatch.setattr(db.engine.dialect, "do_ping", lambda connection: pings.append(connection) or ping(connection))
    instances()
    assert len(pings) == tried


def test_connections_that_died_while_they_rested_are_replaced_before_anybody_notices(app, database, monkeypatch):
    monkeypatch.setattr(postgresql, "POOL_RESTED", 0.0)
    instances()
    db.session.rollback()
    end_connections(database)
    assert instances() == 0
