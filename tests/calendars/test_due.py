"""When things are due: ordinary weeks, holidays with make-up days, other zones, and the laws that always hold."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars import Calendar, CalendarError, Shift, Span, around_the_clock, build, parse_span
from app.calendars.days import Reason, SpecialDay

SHANGHAI = build("Asia/Shanghai", "CN")
BERLIN = build("Europe/Berlin", "DE")


def at(text, calendar=SHANGHAI):
    return dt.datetime.fromisoformat(text).replace(tzinfo=calendar.zone)


def due(start, span, calendar=SHANGHAI):
    moment = calendar.due(at(start, calendar), parse_span(span))
    assert moment.tzinfo is calendar.zone
    return f"{moment:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        ("2026-11-20 17:00", "4 wh", "2026-11-23 12:00"),  # Friday: one hour, then three on Monday
        ("2026-11-23 09:00", "8 wh", "2026-11-23 18:00"),
        ("2026-11-23 09:00", "3 wh", "2026-11-23 12:00"),  # due when the shift ends, not when the next begins
        ("2026-11-23 11:30", "1 wh", "2026-11-23 13:30"),
        ("2026-11-23 12:30", "1 wh", "2026-11-23 14:00"),
        ("2026-11-21 10:00", "0.5 wh", "2026-11-23 09:30"),
        ("2026-11-23 08:00", "1 wh", "2026-11-23 10:00"),
        ("2026-11-23 23:59", "1 wh", "2026-11-24 10:00"),
        ("2026-11-23 10:00", "0 wh", "2026-11-23 10:00"),
        ("2026-11-21 10:00", "0 wh", "2026-11-21 10:00"),
        ("2026-11-20 17:00", "30 min", "2026-11-20 17:30"),
        ("2026-11-20 17:00", "2 h", "2026-11-20 19:00"),
        ("2026-11-20 17:00", "1.5h", "2026-11-20 18:30"),
        ("2026-11-20 17:00", "3 d", "2026-11-23 17:00"),
    ],
)
def test_hours(start, span, expected):
    assert due(start, span) == expected


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        ("2026-11-24 10:30", "2 wd", "2026-11-26 10:30"),
        ("2026-11-20 17:00", "1 wd", "2026-11-23 17:00"),
        ("2026-11-21 10:00", "1 wd", "2026-11-23 18:00"),  # Saturday: all of Monday, then it is due
        ("2026-11-20 18:00", "1 wd", "2026-11-23 18:00"),
        ("2026-11-20 22:00", "2 wd", "2026-11-24 18:00"),
        ("2026-11-23 09:00", "1 wd", "2026-11-23 18:00"),
        ("2026-11-23 07:00", "1 wd", "2026-11-23 18:00"),
        ("2026-11-23 12:30", "1 wd", "2026-11-24 12:00"),
        ("2026-11-24 10:30", "0 wd", "2026-11-24 10:30"),
    ],
)
def test_days(start, span, expected):
    assert due(start, span) == expected


def test_national_day_week_2025_with_its_make_up_sundays():
    # 28 September and 11 October 2025 are worked; 1 to 8 October are not.
    assert due("2025-09-26 17:00", "2 wh") == "2025-09-28 10:00"
    assert due("2025-09-28 10:00", "1 wd") == "2025-09-29 10:00"
    assert due("2025-09-30 17:00", "2 wh") == "2025-10-09 10:00"
    assert due("2025-10-10 17:00", "2 wh") == "2025-10-11 10:00"
    assert due("2025-10-11 17:00", "2 wh") == "2025-10-13 10:00"


def test_national_day_week_2026():
    assert due("2026-09-30 16:00", "3 wd") == "2026-10-10 16:00"
    assert SHANGHAI.measure(at("2026-10-01 00:00"), at("2026-10-08 00:00")) == dt.timedelta()
    assert SHANGHAI.measure(at("2026-10-08 00:00"), at("2026-10-11 00:00")) == dt.timedelta(hours=24)


def test_measuring_leaves_breaks_nights_and_weekends_out():
    assert SHANGHAI.measure(at("2026-11-20 11:00"), at("2026-11-23 10:00")) == dt.timedelta(hours=7)
    assert SHANGHAI.measure(at("2026-11-23 10:00"), at("2026-11-20 11:00")) == -dt.timedelta(hours=7)
    assert SHANGHAI.measure(at("2026-11-23 12:00"), at("2026-11-23 13:00")) == dt.timedelta()


def test_working_time_begins_with_the_opening_and_ends_before_the_close():
    assert SHANGHAI.is_working(at("2026-11-23 09:00"))
    assert not SHANGHAI.is_working(at("2026-11-23 12:00"))
    assert not SHANGHAI.is_working(at("2026-11-22 10:00"))
    assert SHANGHAI.next_opening(at("2026-11-20 18:00")) == at("2026-11-23 09:00")
    assert SHANGHAI.next_opening(at("2026-11-23 09:30")) == at("2026-11-23 09:30")


def test_zones_of_the_question_do_not_matter():
    utc = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)  # 17:00 in Shanghai
    assert SHANGHAI.due(utc, parse_span("4 wh")) == at("2026-11-23 12:00")


def test_a_time_without_zone_is_the_company_s_own():
    naive = dt.datetime(2026, 11, 20, 17, 0)  # noqa: DTZ001 - that is the case tried
    for span in ("4 wh", "1 wd", "1 h"):
        assert SHANGHAI.due(naive, parse_span(span)) == SHANGHAI.due(at("2026-11-20 17:00"), parse_span(span))


def test_working_hours_stay_on_the_wall_clock_when_clocks_change():
    # Germany goes to summer time on Sunday 2026-03-29 and back on 2026-10-25.
    assert due("2026-03-27 17:00", "2 wh", BERLIN) == "2026-03-30 10:00"
    assert due("2026-10-23 17:00", "2 wh", BERLIN) == "2026-10-26 10:00"
    assert due("2026-03-27 10:00", "1 wd", BERLIN) == "2026-03-30 10:00"
    assert BERLIN.measure(at("2026-03-27 09:00", BERLIN), at("2026-03-30 18:00", BERLIN)) == dt.timedelta(hours=16)


def test_elapsed_hours_are_real_hours_when_clocks_change():
    assert due("2026-03-28 12:00", "1 d", BERLIN) == "2026-03-29 13:00"
    assert due("2026-10-24 12:00", "24 h", BERLIN) == "2026-10-25 11:00"


def test_german_holidays_are_closed():
    assert due("2026-04-02 17:00", "2 wh", BERLIN) == "2026-04-07 10:00"  # Good Friday to Easter Monday


def test_the_24x7_clock_never_closes():
    clock = around_the_clock(ZoneInfo("Asia/Shanghai"))
    assert due("2026-10-01 22:00", "4 wh", clock) == "2026-10-02 02:00"
    assert due("2026-10-01 22:00", "2 wd", clock) == "2026-10-03 22:00"
    assert due("2026-10-03 00:00", "1 wd", clock) == "2026-10-04 00:00"
    berlin = around_the_clock(ZoneInfo("Europe/Berlin"))
    assert berlin.measure(at("2026-03-29 00:00", berlin), at("2026-03-30 00:00", berlin)) == dt.timedelta(hours=23)


def test_an_own_day_goes_before_the_week_and_the_holidays():
    own = {
        dt.date(2026, 11, 23): SpecialDay((), Reason.SET),
        dt.date(2026, 11, 28): SpecialDay((Shift(600, 720),), Reason.SET),
    }
    calendar = Calendar(ZoneInfo("Asia/Shanghai"), special=own)
    assert due("2026-11-20 17:00", "2 wh", calendar) == "2026-11-24 10:00"
    assert due("2026-11-27 17:00", "4 wh", calendar) == "2026-11-30 10:00"
    # A short day ends what would have been due later on it.
    assert due("2026-11-27 17:00", "1 wd", calendar) == "2026-11-28 12:00"


def test_outside_the_table_is_an_error_and_not_a_guess():
    for start, span in (("1990-01-01 10:00", "1 wh"), ("2046-06-01 10:00", "1 wh"), ("2026-01-05 10:00", "9000 wd")):
        with pytest.raises(CalendarError) as refused:
            due(start, span)
        assert refused.value.code == "calendars.outside"
    with pytest.raises(CalendarError):
        SHANGHAI.add(at("2045-12-29 10:00"), dt.timedelta(hours=100))
    with pytest.raises(CalendarError):
        SHANGHAI.next_opening(at("2045-12-31 23:00"))


def test_working_time_does_not_run_backwards():
    with pytest.raises(CalendarError):
        SHANGHAI.add(at("2026-11-23 10:00"), -dt.timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "calendars.no_span"),
        ("wh", "calendars.no_span"),
        ("four wh", "calendars.no_span"),
        ("-2 wd", "calendars.no_span"),
        ("PT4H", "calendars.no_span"),
        ("4 wh 30 min", "calendars.no_span"),
        ("4 weeks", "calendars.unknown_unit"),
        ("4 WH", "calendars.unknown_unit"),
        ("1.5 wd", "calendars.broken_day"),
    ],
)
def test_spans_that_are_none(text, code):
    with pytest.raises(CalendarError) as refused:
        parse_span(text)
    assert refused.value.code == code


def test_spans_are_written_as_people_do():
    assert parse_span(" 4wh ") == Span(Decimal(4), "wh")
    assert str(parse_span("20 min")) == "20 min"
    assert str(parse_span("1.50 h")) == "1.5 h"


def test_shifts_stay_within_their_day():
    for opens, closes in ((600, 600), (700, 600), (-1, 5), (0, 1441)):
        with pytest.raises(ValueError, match="not within one day"):
            Shift(opens, closes)


_MOMENTS = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2028, 12, 31))  # noqa: DTZ001 - a zone is put on below
_WORK = st.integers(0, 400 * 60).map(lambda minutes: dt.timedelta(minutes=minutes))
_CALENDARS = st.sampled_from([SHANGHAI, BERLIN, around_the_clock(ZoneInfo("Europe/Berlin"))])


@settings(max_examples=400, deadline=None)
@given(_CALENDARS, _MOMENTS, _WORK)
def test_what_is_added_is_what_is_measured(calendar, start, work):
    begin = calendar.local(start)
    assert calendar.measure(begin, calendar.add(begin, work)) == work


@settings(max_examples=400, deadline=None)
@given(_CALENDARS, _MOMENTS, _MOMENTS, st.sampled_from(["0 wh", "4 wh", "90 wh", "0 wd", "1 wd", "7 wd", "2 h"]))
def test_an_earlier_start_is_never_due_later(calendar, one, other, span):
    first, second = sorted((calendar.local(one), calendar.local(other)))
    assert calendar.due(first, parse_span(span)) <= calendar.due(second, parse_span(span))


@settings(max_examples=300, deadline=None)
@given(_CALENDARS, _MOMENTS, st.integers(1, 30))
def test_more_is_never_due_earlier_and_nothing_is_due_while_closed(calendar, start, amount):
    begin = calendar.local(start)
    for unit in ("wh", "wd"):
        less, more = (calendar.due(begin, Span(Decimal(number), unit)) for number in (amount, amount + 1))
        assert less < more
        assert calendar.measure(less - dt.timedelta(microseconds=1), less) > dt.timedelta()


@settings(max_examples=200, deadline=None)
@given(_MOMENTS, st.integers(0, 15))
def test_a_working_day_is_eight_working_hours(start, days):
    begin = SHANGHAI.local(start)
    end = SHANGHAI.due(begin, Span(Decimal(days), "wd"))
    assert SHANGHAI.measure(begin, end) == dt.timedelta(hours=8 * days)


@settings(max_examples=200, deadline=None)
@given(_MOMENTS, _MOMENTS)
def test_measuring_agrees_with_counting_minutes(one, other):
    first, second = sorted((one.replace(second=0, microsecond=0), other.replace(second=0, microsecond=0)))
    second = min(second, first + dt.timedelta(days=12))
    counted, day = 0, first.date()
    while day <= second.date():
        for shift in SHANGHAI.shifts_on(day):
            midnight = dt.datetime.combine(day, dt.time())
            opens, closes = (midnight + dt.timedelta(minutes=minutes) for minutes in (shift.opens, shift.closes))
            counted += max(0, (min(closes, second) - max(opens, first)) // dt.timedelta(minutes=1))
        day += dt.timedelta(days=1)
    assert SHANGHAI.measure(SHANGHAI.local(first), SHANGHAI.local(second)) == dt.timedelta(minutes=counted)
