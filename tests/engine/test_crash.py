"""kill -9 anywhere: every case stands where its last commit left it, and nothing was done twice."""

import random
import subprocess
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine.models import Comment, ProcessInstance
from tests.conftest import both_databases
from tests.engine import crashing
from tests.engine.conftest import OWNER
from tests.engine.truth import assert_rows_follow_the_state

pytestmark = both_databases

KILLS = 3


def work_until_killed(url: str, folder: str, moment: float) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.engine.crashing", url, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"moving\n"
        time.sleep(moment)
        child.kill()


@pytest.fixture
def crash_app(database, tmp_path):
    app = crashing.make_app(database, str(tmp_path / "crash"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_killed_process_loses_nothing_and_does_nothing_twice(crash_app, database, tmp_path):
    moments = random.Random(7)
    engine.deploy(OWNER, [engine.File("work.bpmn", crashing.WORK)])
    db.session.remove()
    for _ in range(KILLS):
        work_until_killed(database, str(tmp_path / "crash"), moments.uniform(0.05, 0.6))
        assert_rows_follow_the_state()
        db.session.remove()
    engine.run_due(crash_app)
    crashing.finish_tasks()
    engine.run_due(crash_app)
    assert assert_rows_follow_the_state() == 0
    done = Counter(
        (row.instance_key, row.text) for row in db.session.execute(sa.select(Comment.instance_key, Comment.text))
    )
    instances = db.session.execute(sa.select(ProcessInstance.key)).scalars().all()
    assert len(instances) >= 3 * KILLS
    assert done == Counter((key, element) for key in instances for element in ("before", "behind"))
