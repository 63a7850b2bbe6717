"""A stretch of business: customers and people behave as habits and dice have it, and nothing may get stuck."""

import dataclasses
import json
import random
import re
from contextlib import ExitStack

import pytest

from app.db import db
from app.desk.models import Case
from app.engine.models import MessageSubscription, Timer, UserTask
from app.scenarios.business.doing import JOBS_AT_ONCE, Wanted, do_business
from app.scenarios.business.ending import ROUNDS, judged
from app.scenarios.business.habits import FILE, drawn, read_habits
from app.scenarios.problems import Unreadable

REPAIRS = {
    "customers": 30,
    "outlets": ["HZ1", "HZ2"],
    "arrivals": [
        {
            "process": "outlet_intake_repair",
            "by": "repair_receptionist",
            "share": 1,
            "with": {"unit": "=device.unit", "serial_no": "=device.serial_no", "fault_description": "没有声音"},
        }
    ],
    "answers": {},
    "paces": {
        "task": {"minutes": [15, 240]},
        "answer": {"minutes": [60, 480]},
        "s900_cancelled": {"minutes": [0, 1], "never": 1},
    },
}
"""Repairs only, of customers who never change their minds."""


@pytest.fixture
def habits(tmp_path):
    def read(**changes):
        path = tmp_path / "habits.json"
        path.write_text(json.dumps({**REPAIRS, **changes}), encoding="utf-8")
        return read_habits(path)

    return read


@pytest.fixture
def business(sandbox, tmp_path):
    """Does business in a copy of the company, and stays there for whoever wants to look around."""
    with ExitStack() as opened:

        def do(habits, **wanted):
            number = len(list(tmp_path.glob("business-*.sqlite3")))
            app, clock = opened.enter_context(
                sandbox.company(tmp_path / f"business-{number}.sqlite3", jobs_at_once=JOBS_AT_ONCE)
            )
            return do_business(app, clock, habits, Wanted(**{"days": 2, "cases": 6, "seed": 5, **wanted}))

        yield do


def test_the_same_seed_gives_the_same_business_and_another_one_does_not(business, habits):
    first, again, other = (business(habits(), seed=seed).document() for seed in (5, 5, 6))
    assert untimed(first) == untimed(again)
    assert untimed(first) != untimed(other)


def test_business_of_the_library_is_the_same_again_and_gets_nothing_stuck(business):
    few = dataclasses.replace(read_habits(FILE), customers=60)
    first, again = (business(few, days=2, cases=10) for _ in range(2))
    assert first.ending.faults == []
    assert first.refused == {}
    assert untimed(first.document()) == untimed(again.document())


def untimed(document):
    return re.sub(r'"seconds": [\d.]+', "", document)


def test_requests_become_cases_that_people_work_until_they_end_or_wait_for_somebody(business, habits):
    told = business(habits(answers={"operation_error": True, "evidence": "none"}), days=3)
    ended = db.session.scalars(
        db.select(Case).where(Case.process_id == "outlet_intake_repair", Case.closed_at.is_not(None))
    )
    assert {case.close_code for case in ended} == {"guided"}
    assert told.ending.faults == []
    assert told.ending.cases >= told.wanted.cases
    document = json.loads(told.document())
    assert document["instances"]["outlet_intake_repair"]["completed"] > 0
    assert re.search(r"outlet_intake_repair +\d+ +\d+ +\d+ +\d+\n", told.tables())
    assert all(": " in who for who in told.ending.waiting)


def test_what_nobody_attends_to_is_told(business, habits):
    business(habits(), days=1)
    task = db.session.query(UserTask).filter_by(state="created").first()
    task.candidates = [["inspector", "NJ1"]]
    db.session.commit()
    assert [fault.params for fault in judged().faults] == [{"by": "inspector@NJ1"}]
    db.session.execute(db.update(UserTask).values(state="cancelled"))
    db.session.execute(db.delete(Timer))
    db.session.execute(db.delete(MessageSubscription))
    db.session.commit()
    assert {fault.code for fault in judged().faults} == {"scenarios.stuck"}


def test_a_task_that_comes_back_for_ever_is_told_with_its_count(business, habits):
    business(habits(), days=1)
    task = db.session.query(UserTask).filter_by(state="completed").first()
    columns = [column.name for column in UserTask.__table__.columns if column.name != "key"]
    place, row = f"{task.process_id} {task.element_id}", {name: getattr(task, name) for name in columns}
    instance = task.instance_key

    def come_back(times):
        first = db.session.scalar(db.select(db.func.max(UserTask.key))) + 1
        rows = [{**row, "key": first + number} for number in range(times)]
        db.session.execute(db.insert(UserTask.__table__), rows)
        db.session.commit()

    come_back(ROUNDS - 1)
    assert judged().faults == []
    come_back(1)
    told = {"instance": instance, "count": ROUNDS + 1}
    assert [(one.code, one.params, one.place) for one in judged().faults] == [("scenarios.circle", told, place)]


def test_chances_decide_between_values():
    dice = random.Random(1)
    assert {drawn({"chances": [[0, "never"], [1, "always"]]}, {}, dice) for _ in range(20)} == {"always"}


def test_the_library_has_habits_of_its_own():
    assert read_habits(FILE).arrivals


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"arrivals": []}, "arrivals"),
        ({"paces": {"task": {"minutes": [1, 2]}}}, "paces.answer"),
        ({"paces": {"task": {"minutes": [1]}, "answer": {"minutes": [1, 2]}}}, "paces.task.value.minutes"),
        ({"answers": {"severity": "=1 +"}}, "answers"),
        ({"weather": "fine"}, "weather"),
    ],
)
def test_a_file_of_habits_that_cannot_be_used_says_where(habits, changes, place):
    with pytest.raises(Unreadable) as unreadable:
        habits(**changes)
    assert [problem.place for problem in unreadable.value.problems] == [place]
