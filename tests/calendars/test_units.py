"""Units work as they decide, and as the units above do where they decide nothing."""

import datetime as dt

import pytest

from app import clock
from app.calendars import CalendarError, Pattern, Shift, for_app, for_unit, set_day, set_pattern
from app.calendars.days import OFFICE_WEEK, parse_shifts, shifts_text
from app.calendars.models import UnitCalendar
from app.db import db, transaction
from app.people.models import Unit
from tests.conftest import both_databases

pytestmark = both_databases
NATIONAL_DAY = dt.date(2026, 10, 1)
SATURDAY = dt.date(2026, 11, 21)
LATE_SHIFTS = (parse_shifts("08:00-12:00, 13:00-17:00, 18:00-22:00"),) * 7


@pytest.fixture
def units(app):
    """HQ ─ EAST ─ HZ1, and WEST beside EAST; by code, their row numbers."""
    with transaction() as session:
        for code, path in (("HQ", "/HQ/"), ("EAST", "/HQ/EAST/"), ("HZ1", "/HQ/EAST/HZ1/"), ("WEST", "/HQ/WEST/")):
            session.add(Unit(code=code, kind="outlet", path=path, names={"en": code}))
        session.flush()
        found = {unit.code: unit.id for unit in session.query(Unit)}
    app.extensions["calendar"].forget()
    return found


def test_a_unit_that_decided_nothing_works_as_the_company(units):
    assert for_unit(units["HZ1"]).week == OFFICE_WEEK
    assert for_unit(units["HZ1"]) == for_app() == for_unit(None)


def test_a_week_holds_for_the_units_below_and_not_beside(units):
    set_pattern("EAST", Pattern(week=LATE_SHIFTS))
    friday = dt.datetime(2026, 11, 20, 21, tzinfo=for_app().zone)
    assert for_unit(units["HZ1"]).add(friday, dt.timedelta(hours=2)).isoformat() == "2026-11-21T09:00:00+08:00"
    assert for_unit(units["WEST"]).week == OFFICE_WEEK


def test_the_nearest_decision_about_a_day_counts(units):
    set_day(SATURDAY, [Shift(540, 720)], unit="EAST")
    set_day(SATURDAY, [], unit="HZ1")
    assert [bool(for_unit(units[code]).shifts_on(SATURDAY)) for code in ("EAST", "HZ1", "WEST")] == [True, False, False]


def test_each_thing_is_taken_from_the_nearest_unit_that_decided_it(units):
    set_pattern("EAST", Pattern(week=LATE_SHIFTS, zone="Asia/Urumqi"))
    set_pattern("HZ1", Pattern(zone="Asia/Tokyo"))
    calendar = for_unit(units["HZ1"])
    assert (calendar.zone.key, calendar.week) == ("Asia/Tokyo", LATE_SHIFTS)


def test_an_outlet_may_work_on_public_holidays(units):
    set_pattern("HZ1", Pattern(observes=False))
    assert for_unit(units["HZ1"]).shifts_on(NATIONAL_DAY) == OFFICE_WEEK[0]
    assert not for_unit(units["EAST"]).shifts_on(NATIONAL_DAY)


def test_a_make_up_day_has_the_hours_of_an_ordinary_day_of_the_unit(units):
    set_pattern("HZ1", Pattern(week=(*LATE_SHIFTS[:5], (), ())))
    assert for_unit(units["HZ1"]).shifts_on(dt.date(2026, 10, 10)) == LATE_SHIFTS[0]


def test_a_unit_founded_later_is_found(units, app):
    assert for_unit(units["HZ1"]) == for_app()
    set_pattern("EAST", Pattern(zone="Asia/Urumqi"))
    for_app()
    with transaction() as session:
        late = Unit(code="HZ9", kind="outlet", path="/HQ/EAST/HZ9/", names={})
        session.add(late)
        session.flush()
        key = late.id
    assert for_unit(key).zone.key == "Asia/Urumqi"


def test_who_changed_a_week_and_when_is_kept(units):

    set_pattern("HZ1", Pattern(week=LATE_SHIFTS), by=7)
    row = db.session.get(UnitCalendar, "HZ1")
    assert (row.changed_by, row.changed_at, row.zone) == (7, clock.now(), None)


def test_no_more_than_an_amount_of_work_lies_behind(units):
    monday = dt.datetime(2026, 11, 23, 10, tzinfo=for_app().zone)
    assert for_app().back(monday, dt.timedelta(hours=3)) == dt.datetime(2026, 11, 20, 16, tzinfo=for_app().zone)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("09:00-12:00, 13:00-18:00", "09:00-12:00, 13:00-18:00"),
        ("13:00–18:00；9：00至12：00", "09:00-12:00, 13:00-18:00"),
        ("22:00-24:00", "22:00-24:00"),
        ("  ", ""),
    ],
)
def test_shifts_are_read_as_people_write_them(app, text, read):
    assert shifts_text(parse_shifts(text)) == read


@pytest.mark.parametrize(
    "text", ["nine to five", "18:00-09:00", "09:70-12:00", "09:00-25:00", "09:00-12:00, 11:00-13:00"]
)
def test_what_is_no_shift_is_said(app, text):
    with pytest.raises(CalendarError, match=r"calendars\.(no_shift|shifts_overlap)"):
        parse_shifts(text)
