"""The calendar as expressions see it."""

import datetime as dt

import pytest

from app.calendars import build, register_functions
from app.feel import Environment, FeelRuntimeError, FunctionRegistry, compile_expression, to_json

SHANGHAI = build("Asia/Shanghai", "CN")
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)  # Friday 17:00 in Shanghai


@pytest.fixture(scope="module")
def environment():
    registry = FunctionRegistry()
    register_functions(registry, lambda: SHANGHAI)
    return Environment(now=lambda: NOW, zone=SHANGHAI.zone, functions=registry)


def test_a_deadline_from_now(environment):
    assert evaluate('due(now(), "4 wh")', environment) == "2026-11-23T12:00:00+08:00"


def evaluate(source, environment, **context):
    return to_json(compile_expression(source).evaluate(context, environment=environment))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('due(request_time, "2 wd")', "2026-11-24T17:00:00+08:00"),
        ('due(date and time(request_time), "30 min")', "2026-11-20T17:30:00+08:00"),
        ('due(date("2026-11-23"), "1 wh")', "2026-11-23T10:00:00+08:00"),
        ('due(from: request_time, span: "3 d")', "2026-11-23T17:00:00+08:00"),
        ('due(request_time, "4 wh", "24x7")', "2026-11-20T21:00:00+08:00"),
        ('due(request_time, "4 wh", "working")', "2026-11-23T12:00:00+08:00"),
        ('due(request_time, "1 wh") < date and time("2026-11-23T09:00:00+08:00")', True),
        ('working duration(request_time, "2026-11-23T10:00:00+08:00")', "PT2H"),
        ('working duration(request_time, due(request_time, "4 wh")) = duration("PT4H")', True),
        ('working duration(request_time, "2026-11-23T10:00:00+08:00", "24x7")', "P2DT17H"),
        ('is working day("2026-10-01")', False),  # National Day
        ('is working day("2026-10-10")', True),  # the Saturday that makes up for it
        ('is working day("2026-10-10T23:00:00+00:00")', False),  # Sunday in Shanghai
        ("is working time(request_time)", True),
        ('is working time("2026-11-20T12:30:00+08:00")', False),
        ('is working time("2026-11-20T12:30:00+08:00", "24x7")', True),
        ('next working time("2026-11-20T18:30:00+08:00")', "2026-11-23T09:00:00+08:00"),
        ("next working time(request_time)", "2026-11-20T17:00:00+08:00"),
        ('working day of month("2026-10-15", 3)', "2026-10-10"),  # after the holidays and their make-up day
        ("working day of month(request_time, -1)", "2026-11-30"),
        ("working day of month(date: today(), number: 1)", "2026-11-02"),
        ("is working day(null)", None),
        ('due(null, "4 wh")', None),
        ("due(request_time, null)", None),
    ],
)
def test_functions(source, expected, environment):
    assert evaluate(source, environment, request_time="2026-11-20T09:00:00+00:00") == expected


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('due(now(), "4 weeks")', "calendars.unknown_unit"),
        ('due(now(), "soon")', "calendars.no_span"),
        ('due(now(), "4 wh", "night")', "calendars.unknown_clock"),
        ('due("tomorrow", "4 wh")', "calendars.no_moment"),
        ('due(5, "4 wh")', "calendars.no_moment"),
        ("is working day(5)", "calendars.no_moment"),
        ('is working day("1990-01-01")', "calendars.outside"),
        ('working duration(now(), now(), "night")', "calendars.unknown_clock"),
        ('next working time("2050-01-01")', "calendars.outside"),
        ("working day of month(now(), 0)", "calendars.no_such_day"),
        ("working day of month(now(), 25)", "calendars.no_such_day"),
        ("working day of month(now(), 1.5)", "calendars.no_such_day"),
        ('due(date("1990-01-01"), "4 wh")', "calendars.outside"),
        ('due(date("9999-12-31"), "999999 d")', "calendars.outside"),
    ],
)
def test_mistakes_are_errors_with_a_sentence_and_not_null(source, code, environment):
    with pytest.raises(FeelRuntimeError) as refused:
        evaluate(source, environment)
    assert refused.value.code == code
