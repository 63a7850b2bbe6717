"""Dates, durations and cycles with the calendar of the zone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.kernel import Due, due, following
from app.kernel.errors import BadTime
from app.kernel.model import TimerKind
from app.kernel.timers import after
from tests.kernel.host import SHANGHAI

NOON = dt.datetime(2026, 1, 31, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("duration", "PT1.5S", NOON + dt.timedelta(seconds=1.5)),
        ("duration", "P1DT2H", NOON + dt.timedelta(days=1, hours=2)),
        ("duration", "P1W", NOON + dt.timedelta(days=7)),
        ("duration", "P1M", NOON.replace(month=2, day=28)),
        ("duration", "P1Y", NOON.replace(year=2027)),
        ("date", "2026-02-01", dt.datetime(2026, 2, 1, tzinfo=SHANGHAI)),
        ("date", "2026-02-01T08:00:00+02:00", dt.datetime(2026, 2, 1, 6, tzinfo=dt.UTC)),
        ("date", "2026-02-01T08:00:00@Europe/Berlin", dt.datetime(2026, 2, 1, 7, tzinfo=dt.UTC)),
        ("cycle", "R3/PT1H", NOON + dt.timedelta(hours=1)),
        ("cycle", "R/2026-02-02T08:00:00/P1D", dt.datetime(2026, 2, 2, 8, tzinfo=SHANGHAI)),
        ("cycle", "R/2020-01-01T08:30:00/P1D", dt.datetime(2026, 2, 1, 8, 30, tzinfo=SHANGHAI)),
        ("cycle", "R/2026-01-01T12:00:05/PT10S", NOON + dt.timedelta(seconds=5)),
        ("cycle", "R/2026-02-02T08:00:00[Europe/Berlin]/P1D", dt.datetime(2026, 2, 2, 7, tzinfo=dt.UTC)),
        ("cycle", "R/2026-02-02T08:00:00@Europe/Berlin/P1D", dt.datetime(2026, 2, 2, 7, tzinfo=dt.UTC)),
        ("date", "2026-02-01T08:00:00[Europe/Berlin]", dt.datetime(2026, 2, 1, 7, tzinfo=dt.UTC)),
        ("date", "2026-02-01T08:00:00+02:00[Europe/Kyiv]", dt.datetime(2026, 2, 1, 6, tzinfo=dt.UTC)),
        ("cycle", "0 0 9 * * MON-FRI", dt.datetime(2026, 2, 2, 9, tzinfo=SHANGHAI)),
        ("cycle", "0 0 9 * * MON-FRI [Europe/Berlin]", dt.datetime(2026, 2, 2, 8, tzinfo=dt.UTC)),
        ("cycle", "@daily", dt.datetime(2026, 2, 1, tzinfo=SHANGHAI)),
    ],
)
def test_due(kind: TimerKind, text: str, expected: dt.datetime) -> None:
    found = due(kind, text, NOON)
    assert found.at == expected
    assert found.at.tzinfo == dt.UTC


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("duration", "P"),
        ("duration", "PT"),
        ("duration", "1 hour"),
        ("duration", "-PT1H"),
        ("duration", "P999999999Y"),
        ("date", "tomorrow"),
        ("date", "2026-02-01T08:00:00@Nowhere/Else"),
        ("cycle", "PT1H"),
        ("cycle", "R0/PT1H"),
        ("cycle", "R3/"),
        ("cycle", "R3/PT0S"),
        ("cycle", "R/P0D"),
        ("cycle", "0 0 9 * *"),
        ("cycle", "0 0 25 * * *"),
        ("cycle", "0 0 9 31 FEB *"),
        ("cycle", "0 0 9 * * MON-FRI [Nowhere/Else]"),
        ("cycle", "0 " + ",".join(map(str, range(60))) + " * * * *"),
        ("duration", "PT" + "9" * 400 + "S"),
    ],
)
def test_what_is_no_time_is_refused(kind: TimerKind, text: str) -> None:
    with pytest.raises(BadTime):
        due(kind, text, NOON)


def test_a_cycle_counts_down_and_ends() -> None:
    first = due("cycle", "R2/PT1H", NOON)
    second = following(first, first.at)
    assert second == Due(first.at + dt.timedelta(hours=1), 1, "PT1H")
    assert following(second, second.at) is None
    assert following(due("duration", "PT1H", NOON), NOON) is None


def test_an_outage_is_skipped_and_the_rhythm_kept() -> None:
    first = due("cycle", "R/PT1H", NOON)
    assert following(first, NOON + dt.timedelta(hours=5, minutes=30)) == Due(
        first.at + dt.timedelta(hours=5), -1, "PT1H"
    )


def test_days_follow_the_clock_on_the_wall() -> None:
    berlin = dt.datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert after("P1D", berlin).astimezone(berlin.tzinfo).hour == berlin.hour
    assert after("PT24H", berlin).astimezone(berlin.tzinfo).hour == berlin.hour + 1


def test_a_cycle_keeps_the_zone_it_was_written_in() -> None:
    # In Berlin the clock goes forward in the night to 29 March 2026; nine o'clock there comes an hour earlier for us.
    now = dt.datetime(2026, 3, 28, 12, tzinfo=SHANGHAI)
    for text in ("R/2026-03-28T09:00:00[Europe/Berlin]/P1D", "0 0 9 * * * [Europe/Berlin]"):
        first = due("cycle", text, now)
        second = following(first, first.at)
        assert second is not None
        assert [at.astimezone(SHANGHAI).hour for at in (first.at, second.at)] == [16, 15]
        assert second.interval in ("P1D[Europe/Berlin]", "0 0 9 * * *[Europe/Berlin]")


def test_a_cron_timer_skips_what_an_outage_missed() -> None:
    first = due("cycle", "0 0 * * * *", NOON)
    assert first == Due(NOON + dt.timedelta(hours=1), -1, "0 0 * * * *")
    assert following(first, NOON + dt.timedelta(hours=5, minutes=30)) == Due(
        NOON + dt.timedelta(hours=6), -1, "0 0 * * * *"
    )
