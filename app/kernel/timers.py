"""ISO 8601 dates, durations and cycles, with the calendar of the company's zone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.kernel.errors import BadTime, shown
from app.kernel.model import TimerKind

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{0,20})/(?:(?P<start>[^P/][^/]*)/)?(?P<interval>P[^/]+)")
_LONGEST_CATCH_UP = 100_000
LONGEST_INTERVAL, MOST_TIMES = 80, 2**31 - 1
"""What fits into the columns of the host."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires next and, for a cycle, how often still (-1 for ever) and at which interval."""

    at: datetime
    repeats: int | None = None
    interval: str | None = None


def due(kind: TimerKind, text: str, now: datetime) -> Due:
    """The first due time of a timer that is armed now."""
    if kind == "date":
        return Due(moment(text, now))
    if kind == "duration":
        return Due(after(text, now))
    found = _CYCLE.fullmatch(text)
    if found is None or found["times"] == "0":
        raise BadTime(value=shown(text))
    interval = found["interval"]
    times = int(found["times"]) if found["times"] else -1
    if times > MOST_TIMES:
        raise BadTime(value=shown(text))
    first = moment(found["start"], now) if found["start"] else after(interval, now)
    return Due(_upcoming(first, interval, now), times, interval)


def following(last: Due, now: datetime) -> Due | None:
    """The next due time after one has fired; None when the cycle is over.

    Times missed during an outage are skipped to the next future one and never replayed in a burst.
    """
    if last.interval is None or last.repeats in (None, 1):
        return None
    at = _upcoming(after(last.interval, last.at.astimezone(now.tzinfo)), last.interval, now)
    left = last.repeats if last.repeats is None or last.repeats < 0 else last.repeats - 1
    return Due(at, left, last.interval)


def moment(text: str, now: datetime) -> datetime:
    """A date or date-time as UTC; one without an offset belongs to the zone of `now`."""
    plain, _, zone = text.partition("@")
    try:
        found = datetime.fromisoformat(plain)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone) if zone else now.tzinfo)
        return found.astimezone(UTC)
    except (ValueError, KeyError, OverflowError) as error:
        raise BadTime(value=shown(text)) from error


def after(text: str, start: datetime) -> datetime:
    """A duration after a start, as UTC; years, months and days follow the calendar of the start's zone."""
    found = _DURATION.fullmatch(text) if len(text) <= LONGEST_INTERVAL else None
    parts = {name: value for name, value in found.groupdict().items() if value} if found else {}
    if not parts or text.endswith("T"):
        raise BadTime(value=shown(text))
    try:
        months = int(parts.get("years", 0)) * 12 + int(parts.get("months", 0))
        days = int(parts.get("weeks", 0)) * 7 + int(parts.get("days", 0))
        clock = timedelta(
            hours=int(parts.get("hours", 0)),
            minutes=int(parts.get("minutes", 0)),
            seconds=float(parts.get("seconds", 0)),
        )
        return (_add_months(start, months) + timedelta(days=days)).astimezone(UTC) + clock
    except (OverflowError, ValueError) as error:
        raise BadTime(value=shown(text)) from error


def _upcoming(at: datetime, interval: str, now: datetime) -> datetime:
    """The first time of a cycle that is not over yet."""
    for _ in range(_LONGEST_CATCH_UP):
        if at > now:
            break
        at = after(interval, at.astimezone(now.tzinfo))
    return at


def _add_months(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
