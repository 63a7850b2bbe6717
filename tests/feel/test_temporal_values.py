"""The calendar and the clocks of FEEL beside those of Python, wherever Python has them."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.feel import from_json, render
from app.feel.arithmetic import OPERATIONS
from app.feel.comparison import equal, less
from app.feel.environment import DEFAULT
from app.feel.scope import Run
from app.feel.temporal import Date, DateTime, Duration, Months
from app.feel.temporal.days import MAX_NUMBER, MIN_NUMBER, civil, number_of
from app.feel.temporal.python import to_python
from tests.feel.test_properties import SETTINGS

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Paris", "America/St_Johns", "Australia/Lord_Howe")]
zones = st.one_of(
    st.none(),
    st.sampled_from([UTC, *ZONES]),
    st.integers(-18 * 60, 18 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
# Away from Python's own limits, so that nothing leads beyond them.
moments = st.datetimes(datetime(20, 1, 1), datetime(9980, 1, 1), timezones=zones, allow_imaginary=False)  # noqa: DTZ001
durations = st.timedeltas(timedelta(days=-4000), timedelta(days=4000))


def computed(operator, left, right):
    return OPERATIONS[operator](Run(DEFAULT), left, right)


def in_utc(moment):
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


@given(st.integers(MIN_NUMBER, MAX_NUMBER))
@SETTINGS
def test_every_number_is_a_day_and_back(number):
    assert number_of(*civil(number)) == number
    assert Date(number).weekday == (number + 3) % 7 + 1


@given(st.dates())
@SETTINGS
def test_the_calendar_is_that_of_python(day):
    value = from_json(day)
    assert value.civil == (day.year, day.month, day.day)
    assert (value.weekday, value.day_of_year) == (day.isoweekday(), day.timetuple().tm_yday)
    assert value.week_of_year == day.isocalendar().week
    assert render(value) == day.isoformat()


@given(st.one_of(st.dates(), moments, durations, st.times(timezones=zones)))
@SETTINGS
def test_values_of_python_come_back_as_they_went(value):
    back = to_python(from_json(value))
    assert (type(back), back) == (type(value), value)
    if isinstance(value, datetime):
        assert back.utcoffset() == value.utcoffset()


@given(moments, durations)
@SETTINGS
def test_so_much_later_is_what_python_says_in_utc(moment, duration):
    later = computed("+", from_json(moment), from_json(duration))
    assert in_utc(to_python(later)) == in_utc(moment) + duration
    assert computed("-", later, from_json(moment)) == from_json(duration)


@given(moments, moments)
@SETTINGS
def test_moments_are_ordered_as_in_python(one, other):
    values = from_json(one), from_json(other)
    assume((one.tzinfo is None) == (other.tzinfo is None))
    first, second = (in_utc(m).replace(microsecond=m.microsecond // 1000 * 1000) for m in (one, other))
    assert less(*values) is (first < second)
    assert equal(Run(DEFAULT), *values) is (first == second)


@given(st.dates(), st.integers(-1000, 1000))
@SETTINGS
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = computed("+", from_json(day), Months(months)).civil
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and Date.of(*later).last_of_month().civil == later)


@given(durations, durations)
@SETTINGS
def test_durations_add_up(one, other):
    assert to_python(from_json(one) + from_json(other)) == one + other
    if other:
        assert float(computed("/", from_json(one), from_json(other))) == pytest.approx(one / other)


def test_values_can_be_kept_in_sets_and_never_changed():
    values = {Date(1), Date(1), Duration(1), Months(1), DateTime(1)}
    assert len(values) == 4
    with pytest.raises(AttributeError):
        Date(1).number = 2


def test_a_day_outside_the_calendar_does_not_exist():
    with pytest.raises(OverflowError):
        Date(MAX_NUMBER + 1)


def test_names_of_zones_come_from_the_database_only():
    assert from_json(datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))).zone.name == "Asia/Shanghai"
    assert from_json(date(2026, 1, 1)) == Date.of(2026, 1, 1)
