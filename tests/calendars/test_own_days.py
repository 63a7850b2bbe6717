"""The company's own list of days in the database."""

import datetime as dt

import pytest

from app.calendars import Shift, clear_day, for_app, service, set_day
from tests.conftest import both_databases

MONDAY = dt.date(2026, 11, 23)
pytestmark = both_databases


def test_a_closed_day_moves_deadlines_until_it_is_cleared(app):
    friday = dt.datetime(2026, 11, 20, 17, tzinfo=for_app().zone)
    assert for_app().add(friday, dt.timedelta(hours=2)).date() == MONDAY
    set_day(MONDAY, [], {"zh": "盘点", "en": "Stock-taking"}, by=1)
    assert for_app().add(friday, dt.timedelta(hours=2)).date() == dt.date(2026, 11, 24)
    assert for_app().special[MONDAY].names["en"] == "Stock-taking"
    clear_day(MONDAY)
    assert for_app().add(friday, dt.timedelta(hours=2)).date() == MONDAY


def test_an_own_day_may_open_a_sunday(app):
    sunday = dt.date(2026, 11, 22)
    set_day(sunday, [Shift(840, 960), Shift(600, 720)])
    assert for_app().shifts_on(sunday) == (Shift(600, 720), Shift(840, 960))
    set_day(sunday, [Shift(600, 660)])
    assert for_app().shifts_on(sunday) == (Shift(600, 660),)


def test_overlapping_shifts_are_refused(app):
    with pytest.raises(ValueError, match="overlap"):
        set_day(MONDAY, [Shift(540, 720), Shift(700, 800)])


def test_the_calendar_is_built_once_while_nothing_changes(app):
    assert for_app() is for_app(app)


def test_another_process_sees_a_change_after_a_while(app, monkeypatch):
    before = for_app()
    keeper = app.extensions["calendar"]
    known, built = keeper._decided, keeper._built
    set_day(MONDAY, [])
    keeper._decided, keeper._built = known, built  # as in a process that was not told
    assert for_app() is before
    monkeypatch.setattr(service, "RECHECK_SECONDS", 0.0)
    assert for_app().shifts_on(MONDAY) == ()
