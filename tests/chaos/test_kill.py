"""The server dies in the middle of its work, and is asked to end in the middle of its work."""

import time

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import db
from app.desk.models import CaseNote
from app.engine.models import Incident, Job, ProcessInstance, UserTask
from tests.chaos.conftest import CASES
from tests.chaos.crew import Crew
from tests.chaos.server import ServerProcess

pytestmark = pytest.mark.usefixtures("app")
BEFORE_THE_BLOW = 25
"""How many completions are acknowledged before the server is hit."""


def tasks(element: str, state: str = "created") -> list[int]:
    db.session.rollback()
    query = sa.select(UserTask.key).where(
        UserTask.process_id == "chaos_work", UserTask.element_id == element, UserTask.state == state
    )
    return list(db.session.scalars(query.order_by(UserTask.key)))


def work_until(crew: Crew, acknowledged: int) -> None:
    """Let the crew work until so many completions are acknowledged."""
    crew.start()
    while len(crew.acknowledged) < acknowledged:
        assert crew.busy, (crew.refused, crew.unanswered)
        time.sleep(0.01)


def quiet() -> None:
    """Wait until the workers have done every job."""
    end = time.monotonic() + 30
    db.session.rollback()  # what was read before must not be taken for the present
    while db.session.scalar(sa.select(sa.func.count()).select_from(Job)):
        assert time.monotonic() < end, "The jobs were not done"
        time.sleep(0.1)
        db.session.rollback()


def consistent() -> None:
    """Every case is at exactly one place, and its note was written once if its first task is done."""
    quiet()
    done: dict[str, set[int]] = {}
    for element in ("first", "second"):
        query = sa.select(UserTask.instance_key).where(
            UserTask.process_id == "chaos_work", UserTask.element_id == element, UserTask.state == "completed"
        )
        keys = list(db.session.scalars(query))
        assert len(keys) == len(set(keys)), "A task was completed twice"
        done[element] = set(keys)
    rows = db.session.execute(
        sa.select(UserTask.instance_key, UserTask.element_id).where(
            UserTask.process_id == "chaos_work", UserTask.state == "created"
        )
    ).all()
    assert len(rows) == len({row.instance_key for row in rows}), "A case waits at two places"
    waiting = {row.instance_key: row.element_id for row in rows}
    instances = db.session.scalars(sa.select(ProcessInstance).where(ProcessInstance.process_id == "chaos_work")).all()
    assert len(instances) == CASES
    for instance in instances:
        expected = None if instance.key in done["second"] else "second" if instance.key in done["first"] else "first"
        assert waiting.get(instance.key) == expected, instance.key
        assert instance.state == ("completed" if expected is None else "active")
    notes = db.session.execute(
        sa.select(CaseNote.case_id, sa.func.count()).where(CaseNote.kind == "written_once").group_by(CaseNote.case_id)
    ).all()
    assert {count for _, count in notes} <= {1}, "A note was written twice"
    assert {case for case, _ in notes} == {one.case_id for one in instances if one.key in done["first"]}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Incident)) == 0


def test_after_a_kill_every_case_is_where_the_last_commit_left_it(server: ServerProcess) -> None:
    begun = time.monotonic()
    everything = tasks("first")
    assert len(everything) == CASES
    crew = Crew(server.port, everything)
    work_until(crew, BEFORE_THE_BLOW)
    server.kill()
    crew.join()
    assert not crew.refused
    assert len(crew.acknowledged) < CASES, "The server was killed too late to prove anything"

    completed = set(tasks("first", "completed"))
    assert crew.acknowledged <= completed, "An acknowledged completion was lost"
    assert completed <= crew.acknowledged | crew.unanswered, "A task was completed that nobody asked for"

    server.start()
    consistent()
    for element in ("first", "second"):
        rest = Crew(server.port, tasks(element))
        rest.start()
        rest.join()
        assert not rest.refused
        assert not rest.unanswered
        consistent()
    assert len(tasks("second", "completed")) == CASES
    assert time.monotonic() - begun < 60


def test_a_second_completion_of_what_was_done_before_the_kill_is_a_conflict(server: ServerProcess) -> None:
    crew = Crew(server.port, tasks("first")[:BEFORE_THE_BLOW])
    crew.start()
    crew.join()
    server.kill()
    server.start()
    again = Crew(server.port, sorted(crew.acknowledged))
    again.start()
    again.join()
    assert set(again.refused.values()) == {409}
    assert len(again.refused) == BEFORE_THE_BLOW
    consistent()


def test_a_server_asked_to_end_finishes_the_work_in_hand(server: ServerProcess) -> None:
    crew = Crew(server.port, tasks("first"))
    work_until(crew, BEFORE_THE_BLOW)
    assert server.terminate() == 0, server.log
    crew.join()
    assert not crew.refused
    # What was begun was finished and answered: nothing was done that nobody heard of.
    assert set(tasks("first", "completed")) == crew.acknowledged
    server.start()
    consistent()


def test_the_log_says_nothing_bad_about_an_orderly_end(server: ServerProcess, app: Flask) -> None:
    assert app.extensions["settings"].demo is False
    assert server.terminate() == 0
    assert "Traceback" not in server.log
    assert "Firstline is ready at http://127.0.0.1" in server.log
