from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.feel.rendering import render
from tests.feel.evaluating import value_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-02-28"', date(2026, 2, 28)),
        ('date("2026-02-30")', None),
        ("date(2026, 2, 28)", date(2026, 2, 28)),
        ('date(date and time("2026-02-28T10:00:00"))', date(2026, 2, 28)),
        ('time("10:30:00Z")', time(10, 30, tzinfo=UTC)),
        ('duration("P1DT2H")', timedelta(days=1, hours=2)),
        ('duration("tomorrow")', None),
        ('date and time("2026-01-01T24:00:00")', datetime(2026, 1, 2)),  # noqa: DTZ001 - a local moment
    ],
)
def test_values_from_text(source, expected):
    assert value_of(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2024-02-29" - @"P1Y"', "2023-02-28"),
        ('@"2026-01-31" + @"P1D"', "2026-02-01"),
        ('@"2026-03-01" - @"2026-02-01"', "P28D"),
        ('@"2026-01-01T10:00:00Z" + @"PT90M"', "2026-01-01T11:30:00Z"),
        ('@"10:00:00" + @"PT15H"', "01:00:00"),
        ('@"P1Y" + @"P2M"', "P1Y2M"),
        ('@"P1D" * 2.5', "P2DT12H"),
        ('3 * @"P1M"', "P3M"),
        ('@"P1D" / @"PT12H"', "2"),
        ('-@"PT1H"', "-PT1H"),
        ('@"PT0S"', "PT0S"),
        ('date and time("2026-01-01T10:00:00@Asia/Shanghai")', "2026-01-01T10:00:00@Asia/Shanghai"),
        ('date and time(@"2026-01-01T10:00:00Z", "Asia/Shanghai")', "2026-01-01T18:00:00@Asia/Shanghai"),
        ('years and months duration(@"2024-12-31", @"2026-01-30")', "P1Y"),
    ],
)
def test_calculating_with_time(source, expected):
    assert render(value_of(source)) == expected


def test_a_difference_across_a_clock_change_counts_real_hours():
    source = 'date and time("2026-03-30T00:00:00@Europe/Paris") - date and time("2026-03-29T00:00:00@Europe/Paris")'
    assert value_of(source) == timedelta(hours=23)


def test_local_and_zoned_moments_cannot_be_compared():
    assert value_of('@"2026-01-01T00:00:00" < @"2026-01-01T00:00:00Z"') is None
    assert value_of('@"2026-01-01T08:00:00+08:00" = @"2026-01-01T00:00:00Z"') is True


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-03-31".year', 2026),
        ('@"2026-03-31".weekday', 2),
        ('@"2026-03-31T10:20:30Z".minute', 20),
        ('@"10:20:30+08:00".time offset', timedelta(hours=8)),
        ('@"2026-03-31T10:20:30@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"P1Y2M".months', 2),
        ('@"-P1DT2H".days', -1),
        ("[1..5).end included", False),
        ("[1..5).start", 1),
        ('@"2026-03-31".nothing', None),
    ],
)
def test_members(source, expected):
    assert value_of(source) == expected


def test_now_and_today_follow_the_clock_and_zone_of_the_host():
    assert render(value_of("now()")) == "2026-04-01T06:30:00@Asia/Shanghai"
    assert value_of("today()") == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('day of week(@"2026-03-31")', "Tuesday"),
        ('month of year(@"2026-03-31")', "March"),
        ('day of year(@"2026-02-01")', 32),
        ('week of year(@"2026-01-01")', 1),
        ('last day of month(@"2024-02-10")', date(2024, 2, 29)),
    ],
)
def test_calendar_functions(source, expected):
    assert value_of(source) == expected
