import pytest

from app.feel import render, to_json
from tests.feel.evaluating import value_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-02-28"', "2026-02-28"),
        ('date("2026-02-30")', "null"),
        ("date(2026, 2, 28)", "2026-02-28"),
        ('date(date and time("2026-02-28T10:00:00"))', "2026-02-28"),
        ('time("10:30:00Z")', "10:30:00Z"),
        ('time("10:30:00.123456789")', "10:30:00.123456789"),
        ("time(10, 30, 5.25)", "10:30:05.25"),
        ('time(10, 30, 0, @"-PT5H")', "10:30:00-05:00"),
        ('duration("P1DT2H")', "P1DT2H"),
        ('duration("PT0.000000001S")', "PT0.000000001S"),
        ('duration("tomorrow")', "null"),
        ('date and time("2026-01-01T24:00:00")', "2026-01-02T00:00:00"),
        ('date and time("2026-01-01")', "2026-01-01T00:00:00"),
        ('@"-0044-03-15"', "-0044-03-15"),
        ('@"999999999-12-31T23:59:59.999999999@Europe/Paris"', "999999999-12-31T23:59:59.999999999@Europe/Paris"),
        ('date("-999999999-01-01")', "-999999999-01-01"),
        ("date(12026, 2, 29)", "null"),
        ("date(12028, 2, 29)", "12028-02-29"),
        ('@"2026-01-01T00:00:00@Nowhere/Land"', "null"),
        ('@"2026-01-01T00:00:00+19:00"', "null"),
    ],
)
def test_values_from_text_and_numbers(source, expected):
    assert render(value_of(source)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2024-02-29" - @"P1Y"', "2023-02-28"),
        ('@"2026-01-31" + @"P1D"', "2026-02-01"),
        ('@"9999-12-31" + @"P1D"', "10000-01-01"),
        ('@"0001-01-01" - @"P1D"', "0000-12-31"),
        ('@"2026-03-01" - @"2026-02-01"', "P28D"),
        ('@"2026-01-01T10:00:00Z" + @"PT90M"', "2026-01-01T11:30:00Z"),
        ('@"2026-01-01T10:00:00Z" - @"PT0.5S"', "2026-01-01T09:59:59.5Z"),
        ('@"10:00:00" + @"PT15H"', "01:00:00"),
        ('@"P1Y" + @"P2M"', "P1Y2M"),
        ('@"P1D" * 2.5', "P2DT12H"),
        ('3 * @"P1M"', "P3M"),
        ('@"PT1S" / 3', "PT0.333333333S"),
        ('@"P1D" / @"PT12H"', "2"),
        ('-@"PT1H"', "-PT1H"),
        ('@"PT0S"', "PT0S"),
        ('date and time("2026-01-01T10:00:00@Asia/Shanghai")', "2026-01-01T10:00:00@Asia/Shanghai"),
        ('date and time(@"2026-01-01T10:00:00Z", "Asia/Shanghai")', "2026-01-01T18:00:00@Asia/Shanghai"),
        ('years and months duration(@"2024-12-31", @"2026-01-30")', "P1Y"),
        ('years and months duration(@"-0001-01-01", @"2026-01-01")', "P2027Y"),
        ('sum([@"PT1H", @"PT30M"])', "PT1H30M"),
        ('mean(@"PT1S", @"PT2S")', "PT1.5S"),
        ('mean(@"-P1M", @"-P2M")', "-P1M"),
    ],
)
def test_calculating_with_time(source, expected):
    assert render(value_of(source)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # Clocks go forward on 29 March 2026 and back on 25 October.
        ('@"2026-03-30T00:00:00@Europe/Paris" - @"2026-03-29T00:00:00@Europe/Paris"', "PT23H"),
        ('@"2026-03-28T12:00:00@Europe/Paris" + @"P1D"', "2026-03-29T13:00:00+02:00"),
        ('@"2026-03-28T12:00:00@Europe/Paris" + @"P1M"', "2026-04-28T12:00:00+02:00"),
        ('@"2026-10-25T02:30:00@Europe/Paris" + @"PT1H"', "2026-10-25T02:30:00+01:00"),
        ('@"2026-10-25T02:30:00@Europe/Paris" + @"PT2H"', "2026-10-25T03:30:00+01:00"),
        ('@"2026-03-29T02:30:00@Europe/Paris"', "2026-03-29T03:30:00+02:00"),
        ('@"2026-04-29T02:30:00@Europe/Paris" - @"P1M"', "2026-03-29T03:30:00+02:00"),
        ('@"12026-07-01T12:00:00@Europe/Paris"', "12026-07-01T12:00:00+02:00"),
        ('@"12026-01-01T12:00:00@Europe/Paris"', "12026-01-01T12:00:00+01:00"),
    ],
)
def test_clocks_that_are_turned(source, expected):
    assert to_json(value_of(source)) == expected


def test_local_and_zoned_moments_cannot_be_compared():
    assert value_of('@"2026-01-01T00:00:00" < @"2026-01-01T00:00:00Z"') is None
    assert value_of('@"2026-01-01T08:00:00+08:00" = @"2026-01-01T00:00:00Z"') is True


def test_comparing_looks_at_whole_milliseconds_and_is_looks_at_all_digits():
    early, late = '@"10:30:00.0001"', '@"10:30:00.0002"'
    assert value_of(f"[{early} = {late}, {early} < {late}, is({early}, {late})]") == [True, False, False]
    assert value_of(f'{late} - {early} = @"PT0.0001S"') is True
    assert value_of('@"2026-01-01T00:00:00.001Z" > @"2026-01-01T00:00:00Z"') is True


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('@"2026-03-31".year', "2026"),
        ('@"-2026-03-31".year', "-2026"),
        ('@"2026-03-31".weekday', "2"),
        ('@"2026-03-31".hour', "0"),
        ('@"2026-03-31T10:20:30Z".minute', "20"),
        ('@"2026-03-31T10:20:30Z".day', "31"),
        ('@"10:20:30+08:00".time offset', "PT8H"),
        ('@"2026-07-01T10:20:30@Europe/Paris".time offset', "PT2H"),
        ('@"2026-03-31T10:20:30".time offset', "null"),
        ('@"2026-03-31T10:20:30@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"P1Y2M".months', "2"),
        ('@"-P1Y2M".years', "-1"),
        ('@"-P1DT2H".days', "-1"),
        ('@"PT26H3M4S".hours', "2"),
        ("[1..5).end included", "false"),
        ("[1..5).start", "1"),
        ('@"2026-03-31".nothing', "null"),
    ],
)
def test_members(source, expected):
    assert render(value_of(source)) == expected


def test_now_and_today_follow_the_clock_and_zone_of_the_host():
    assert render(value_of("now()")) == "2026-04-01T06:30:00@Asia/Shanghai"
    assert render(value_of("today()")) == "2026-04-01"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('day of week(@"2026-03-31")', "Tuesday"),
        ('day of week(@"-0044-03-15")', "Thursday"),
        ('month of year(@"2026-03-31")', "March"),
        ('day of year(@"2026-02-01")', "32"),
        ('week of year(@"2026-01-01")', "1"),
        ('week of year(@"12027-01-01")', "53"),
        ('last day of month(@"2024-02-10")', "2024-02-29"),
    ],
)
def test_calendar_functions(source, expected):
    assert render(value_of(source)) == expected
