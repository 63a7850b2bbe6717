"""Work made in one process is done at once by the workers of another."""

import time

import psycopg
import pytest
import sqlalchemy as sa

from app import create_app, engine
from app.clock import SystemClock
from app.db import db
from app.engine.models import UserTask
from app.engine.registry import registry_of
from tests.engine.conftest import ANNA
from tests.engine.diagrams import END, START, bpmn, catch_timer, chain, service, user
from tests.engine.test_outage import end_connections
from tests.engine.test_workers import wait_for

pytestmark = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)

JOBS = bpmn("jobs", chain(START, service("do", "test.do"), user("after"), END))
PAUSE = bpmn("pause", chain(START, catch_timer("wait", "PT1S"), user("after"), END))
NEVER = 600.0


def tasks() -> int:
    db.session.rollback()
    return db.session.execute(sa.select(sa.func.count(UserTask.key))).scalar_one()


@pytest.fixture
def workshop(settings):
    """Workers of another process: another app on the same database, which never looks unless it is told to."""
    other = create_app(settings, clock=SystemClock())
    registry = registry_of(other)
    registry.case_opener = registry.case_closer = registry.case_guard = None
    registry.handlers.clear()
    engine.register_handler(other, "test.do", lambda context: {})
    workers = engine.Workers(other)
    workers._look_every = NEVER
    workers.start()
    yield workers
    workers.stop()
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def office(app, deploy, monkeypatch):
    """This process: it makes work and leaves it to others."""
    monkeypatch.setitem(app.extensions, "clock", SystemClock())
    engine.register_handler(app, "test.do", lambda context: {})
    deploy(("jobs.bpmn", JOBS), ("pause.bpmn", PAUSE))
    crier = engine.Crier(app)
    crier.start()
    yield app
    crier.stop()


def listening(database: str) -> bool:
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        return connection.execute(query).fetchone()[0] == 1


@pytest.mark.parametrize("process", ["jobs", "pause"])
def test_word_of_jobs_and_timers_reaches_the_workers_of_another_process(office, workshop, database, process):
    assert wait_for(lambda: listening(database))
    time.sleep(0.2)
    engine.start_instance(ANNA, process)
    assert wait_for(lambda: tasks() == 1)


def test_a_listener_whose_connection_broke_listens_again(office, workshop, database):
    assert wait_for(lambda: listening(database))
    end_connections(database)
    assert wait_for(lambda: listening(database))
    engine.start_instance(ANNA, "jobs")
    assert wait_for(lambda: tasks() == 1)


def test_a_thousand_commits_are_told_in_few_words(office, statements):
    for _ in range(30):
        registry_of(office).bell.ring()
    assert wait_for(lambda: any("pg_notify" in one for one in statements))
    time.sleep(0.2)
    assert sum("pg_notify" in one for one in statements) <= 2
