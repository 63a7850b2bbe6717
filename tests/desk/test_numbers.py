"""Document numbers: no gaps, no doubles, whoever writes at the same moment."""

import contextlib
import datetime as dt
import threading
import typing as t

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import db, transaction
from app.desk import cases
from app.desk.models import Case
from app.desk.numbers import next_number
from tests.company import MONDAY
from tests.conftest import both_databases

DAY = dt.date(2024, 6, 3)


class Undone(Exception):
    """The transaction is given up and gives its number back."""


def open_one(*, roll_back: bool) -> None:
    with contextlib.suppress(Undone), transaction() as session:
        cases.open_case(session, process_id="service_request_intake", at=MONDAY)
        if roll_back:
            raise Undone


@both_databases
def test_cases_opened_by_many_at_once_have_numbers_without_gaps_and_doubles(app: Flask) -> None:
    threads, each, failures = 8, 12, t.cast(list[Exception], [])

    def work(number: int) -> None:
        with app.app_context():
            try:
                for turn in range(each):
                    open_one(roll_back=(number + turn) % 5 == 0)
            except Exception as error:  # noqa: BLE001 (reported by the test itself, whatever it is)
                failures.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    numbers = sorted(db.session.scalars(sa.select(Case.case_no)))
    rolled_back = sum((number + turn) % 5 == 0 for number in range(threads) for turn in range(each))
    assert numbers == [f"SR-20240603-{number:04d}" for number in range(1, threads * each - rolled_back + 1)]


def test_each_prefix_and_day_counts_for_itself(app: Flask) -> None:
    assert app
    with transaction() as session:
        drawn = [
            next_number(session, "QT", DAY),
            next_number(session, "QT", DAY),
            next_number(session, "RO", DAY),
            next_number(session, "QT", DAY + dt.timedelta(days=1)),
        ]
    assert drawn == ["QT-20240603-0001", "QT-20240603-0002", "RO-20240603-0001", "QT-20240604-0001"]


@pytest.mark.parametrize(
    ("process", "prefix"),
    [("complaint_handling", "CP"), ("outlet_intake_repair", "RO"), ("return_visit", "SR")],
)
def test_the_number_bears_the_prefix_of_the_process_that_opened_the_case(app: Flask, process: str, prefix: str) -> None:
    assert app
    late = dt.datetime(2024, 6, 3, 17, tzinfo=dt.UTC)
    with transaction() as session:
        assert cases.open_case(session, process_id=process, at=late).case_no == f"{prefix}-20240604-0001"
