"""Cron expressions: which days and times they mean, by the clock on the wall."""

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

import pytest

from app.kernel.cron import parse
from app.kernel.errors import BadTime
from tests.kernel.host import SHANGHAI

SATURDAY = dt.datetime(2026, 1, 31, 12, tzinfo=SHANGHAI)
BERLIN = ZoneInfo("Europe/Berlin")


def times(text: str, count: int, since: dt.datetime = SATURDAY) -> list[str]:
    """The next times as the wall clock of the zone shows them."""
    found, at = [], since
    for _ in range(count):
        following = parse(text).after(at, since.tzinfo)
        assert following is not None
        found.append(following.astimezone(since.tzinfo).strftime("%Y-%m-%d %H:%M:%S"))
        at = following
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9 * * MON-FRI", ["2026-02-02 09:00:00", "2026-02-03 09:00:00"]),
        ("0 0 9-17/4 * * *", ["2026-01-31 13:00:00", "2026-01-31 17:00:00", "2026-02-01 09:00:00"]),
        ("0 */20 12 * * ?", ["2026-01-31 12:20:00", "2026-01-31 12:40:00", "2026-02-01 12:00:00"]),
        ("30 59 23 31 12 *", ["2026-12-31 23:59:30", "2027-12-31 23:59:30"]),
        ("* * * * * *", ["2026-01-31 12:00:01", "2026-01-31 12:00:02"]),
        ("0 30/15 12 * * *", ["2026-01-31 12:30:00", "2026-01-31 12:45:00"]),
        ("0 0 0 L * *", ["2026-02-28 00:00:00", "2026-03-31 00:00:00"]),
        ("0 0 0 L-2 * *", ["2026-02-26 00:00:00", "2026-03-29 00:00:00"]),
        ("0 0 0 LW * *", ["2026-02-27 00:00:00", "2026-03-31 00:00:00"]),
        ("0 0 0 1W * *", ["2026-02-02 00:00:00", "2026-03-02 00:00:00"]),
        ("0 0 0 15W * *", ["2026-02-16 00:00:00", "2026-03-16 00:00:00"]),
        ("0 0 0 ? * FRIL", ["2026-02-27 00:00:00", "2026-03-27 00:00:00"]),
        ("0 0 0 ? * MON#2", ["2026-02-09 00:00:00", "2026-03-09 00:00:00"]),
        ("0 0 0 ? * 5#5", ["2026-05-29 00:00:00", "2026-07-31 00:00:00"]),
        ("0 0 0 13 * FRI", ["2026-02-13 00:00:00", "2026-03-13 00:00:00", "2026-11-13 00:00:00"]),
        ("0 0 0 29 FEB *", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("0 0 0 ? jan,JUL 7", ["2026-07-05 00:00:00"]),
        ("0 0 0 * * SAT-SUN", ["2026-02-01 00:00:00", "2026-02-07 00:00:00"]),
        ("@weekly", ["2026-02-01 00:00:00", "2026-02-08 00:00:00"]),
        ("@YEARLY", ["2027-01-01 00:00:00"]),
    ],
)
def test_the_next_times(text: str, expected: list[str]) -> None:
    assert times(text, len(expected)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "0 0 9 * *", "0 0 9 * * * *", "60 0 9 * * *", "0 60 9 * * *", "0 0 24 * * *", "0 0 9 0 * *", "0 0 9 32 * *",
        "0 0 9 * 13 *", "0 0 9 * * 8", "0 0 9 * * FOO", "0 0 17-9 * * *", "0 */0 9 * * *", "a 0 9 * * *", "0 0 9 32W * *",
        "0 0 9 * * MON#6", "@often", "0 0 9 L-x * *", "0 0 9 * * -", "0 0 9 ² * *",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        parse(text)


def test_a_day_that_never_comes_gives_nothing() -> None:
    assert parse("0 0 0 31 FEB *").after(SATURDAY, SHANGHAI) is None


def test_a_daily_time_stays_on_the_wall_and_happens_once_when_the_clock_changes() -> None:
    spring, autumn = dt.datetime(2026, 3, 28, 12, tzinfo=BERLIN), dt.datetime(2026, 10, 24, 12, tzinfo=BERLIN)
    assert times("0 30 9 * * *", 2, spring) == ["2026-03-29 09:30:00", "2026-03-30 09:30:00"]
    # Half past two does not exist on that day; an hour after half past one the clock shows half past three.
    assert times("0 30 2 * * *", 2, spring) == ["2026-03-29 03:30:00", "2026-03-30 02:30:00"]
    assert times("0 30 2 * * *", 2, autumn) == ["2026-10-25 02:30:00", "2026-10-26 02:30:00"]


def test_what_happens_every_hour_happens_in_the_hour_that_comes_twice() -> None:
    at = dt.datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN)
    moments = [at]
    for _ in range(5):
        following = parse("0 0 * * * *").after(moments[-1], BERLIN)
        assert following is not None
        moments.append(following)
    gaps = {later - sooner for sooner, later in itertools.pairwise(moments[1:])}
    assert gaps == {dt.timedelta(hours=1)}
