"""All processes of an installation go by one clock, the database's."""

import datetime as dt

import pytest
from flask import Flask

from app import create_app
from app.clock import SystemClock
from app.config import Settings
from app.db import db

HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(("apart", "followed"), [(HOUR, HOUR), (-HOUR, -HOUR), (dt.timedelta(seconds=0.2), None)])
def test_a_clock_far_off_is_set_right_and_a_good_one_is_left_alone(
    apart: dt.timedelta, followed: dt.timedelta | None
) -> None:
    clock = SystemClock()
    clock.agree(dt.datetime.now(dt.UTC) + apart)
    off = clock.now() - dt.datetime.now(dt.UTC)
    assert abs(off - (followed or dt.timedelta())) < dt.timedelta(seconds=0.1)


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_machine_whose_clock_is_wrong_goes_by_the_database(settings: Settings, app: Flask) -> None:
    class Late(SystemClock):
        """A machine that is an hour late. What the base class adds is what it was set right by."""

        def agree(self, theirs: dt.datetime) -> dt.timedelta:
            return super().agree(theirs + HOUR)

        def now(self) -> dt.datetime:
            return super().now() - HOUR

    clock = Late()
    other = create_app(settings, clock=clock)
    assert clock.now() < dt.datetime.now(dt.UTC) - HOUR / 2
    with other.app_context():
        db.session.connection()
        db.session.remove()
        db.engine.dispose()
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
