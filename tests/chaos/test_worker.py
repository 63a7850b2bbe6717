"""`firstline worker` as a process of its own: it works, ends when it is asked to, and another one goes on."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, engine
from app.db import db, transaction
from app.engine.models import ProcessInstance
from app.people import SYSTEM
from tests import postgres
from tests.chaos import orders
from tests.chaos.server import WorkerProcess
from tests.chaos.storm import install
from tests.conftest import settings_for
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = pytest.mark.postgres
ERRANDS = 40


@pytest.fixture
def app(postgres_server: str, tmp_path: Path) -> Iterator[Flask]:
    name = postgres.create_database(postgres_server, "worker")
    application = create_app(settings_for(tmp_path, postgres.address(postgres_server, name)))
    install(application)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    postgres.drop_database(postgres_server, name)


@pytest.fixture
def worker(app: Flask, tmp_path: Path) -> Iterator[WorkerProcess]:
    process = WorkerProcess(tmp_path, app.extensions["settings"].database.url)
    process.start()
    yield process
    process.kill()


def finished() -> int:
    db.session.rollback()
    query = sa.select(sa.func.count()).where(ProcessInstance.state == "completed")
    return int(db.session.execute(query).scalar_one())


def wait_until_finished(number: int) -> None:
    end = time.monotonic() + 90
    while finished() < number:
        assert time.monotonic() < end, f"only {finished()} have finished"
        time.sleep(0.1)


def test_a_worker_asked_to_end_finishes_the_work_in_hand_and_another_one_does_the_rest(
    app: Flask, worker: WorkerProcess
) -> None:
    with transaction():
        for number in range(ERRANDS):
            engine.start_instance(SYSTEM, orders.ERRAND, {"n": number, "pause": number % 3})
    wait_until_finished(3)
    assert worker.terminate() == 0, worker.log
    assert_rows_follow_the_state()
    assert "Finishing the work in hand" in worker.log
    assert "Traceback" not in worker.log
    worker.launch()
    wait_until_finished(ERRANDS)
    assert assert_rows_follow_the_state() == 0
