"""ISO 8601 dates, durations and cycles, and cron expressions, with the calendar of the company's zone or their own."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from app.kernel import cron
from app.kernel.errors import BadTime, shown
from app.kernel.model import TimerKind

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_ZONE = r"(?:\[[^\]]+\]|@[\w+-]+(?:/[\w+-]+)*)"
_CYCLE = re.compile(rf"R(?P<times>\d{{0,20}})/(?:(?P<start>[^P/][^/\[@]*{_ZONE}?)/)?(?P<interval>P[^/]+)")
_ZONED = re.compile(rf"(?P<text>.+?)\s*(?P<zone>{_ZONE})?")
_LONGEST_CATCH_UP = 100_000
LONGEST_INTERVAL, MOST_TIMES = 80, 2**31 - 1
"""What fits into the columns of the host."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires next and, for a cycle, how often still (-1 for ever) and in which rhythm.

    The rhythm is a duration or a cron expression; a zone of its own stands behind it in brackets.
    """

    at: datetime
    repeats: int | None = None
    interval: str | None = None


def due(kind: TimerKind, text: str, now: datetime) -> Due:
    """The first due time of a timer that is armed now."""
    if kind == "date":
        return Due(moment(text, now))
    if kind == "duration":
        return Due(after(text, now))
    if len(text) > LONGEST_INTERVAL:
        raise _bad(text)
    return _cycle(text, now) if text.startswith("R") else _by_cron(text, now)


def following(last: Due, now: datetime) -> Due | None:
    """The next due time after one has fired; None when the cycle is over.

    Times missed during an outage are skipped to the next future one and never replayed in a burst.
    """
    if last.interval is None or last.repeats in (None, 1):
        return None
    rhythm, zone = _zoned(last.interval, now)
    if rhythm.startswith("P"):
        at: datetime | None = _upcoming(after(rhythm, last.at.astimezone(zone)), rhythm, now, zone)
    else:
        at = cron.parse(rhythm).after(max(now, last.at), zone)
    if at is None:
        return None
    left = last.repeats if last.repeats is None or last.repeats < 0 else last.repeats - 1
    return Due(at, left, last.interval)


def _cycle(text: str, now: datetime) -> Due:
    """An ISO 8601 cycle such as `R3/PT10M` or `R/2026-01-05T09:00[Europe/Berlin]/P1D`."""
    found = _CYCLE.fullmatch(text)
    if found is None or found["times"] == "0":
        raise _bad(text)
    interval, start = found["interval"], found["start"]
    times = int(found["times"]) if found["times"] else -1
    if times > MOST_TIMES or after(interval, now) <= now:
        raise _bad(text)
    zone = _zoned(start or "", now)[1]
    first = moment(start, now) if start else after(interval, now)
    return Due(_upcoming(first, interval, now, zone), times, _with_zone(interval, zone, now))


def _by_cron(text: str, now: datetime) -> Due:
    rhythm, zone = _zoned(text, now)
    at = cron.parse(rhythm).after(now, zone)
    if at is None:
        raise _bad(text)
    return Due(at, -1, _with_zone(rhythm, zone, now))


def _zoned(text: str, now: datetime) -> tuple[str, tzinfo | None]:
    """A text without the zone behind it, and that zone, or the zone of `now`."""
    found = _ZONED.fullmatch(text)
    name = found["zone"].strip("[]@") if found is not None and found["zone"] else ""
    try:
        return (found["text"] if found is not None else text), ZoneInfo(name) if name else now.tzinfo
    except (ValueError, KeyError, OSError) as error:
        raise _bad(text) from error


def _with_zone(rhythm: str, zone: tzinfo | None, now: datetime) -> str:
    """The rhythm as it is stored: only a zone that is not the company's own stands behind it."""
    return rhythm if zone == now.tzinfo or zone is None else f"{rhythm}[{zone}]"


def moment(text: str, now: datetime) -> datetime:
    """A date or date-time as UTC; one without an offset belongs to the zone of `now`."""
    plain, zone = _zoned(text, now)
    try:
        found = datetime.fromisoformat(plain)
        return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _bad(text) from error


def after(text: str, start: datetime) -> datetime:
    """A duration after a start, as UTC; years, months and days follow the calendar of the start's zone."""
    months, days, clock = _duration(text)
    try:
        return (_add_months(start, months) + timedelta(days=days)).astimezone(UTC) + clock
    except (OverflowError, ValueError) as error:
        raise _bad(text) from error


def _duration(text: str) -> tuple[int, int, timedelta]:
    """Months, days and the rest of a duration."""
    found = _DURATION.fullmatch(text) if len(text) <= LONGEST_INTERVAL else None
    parts = {name: value for name, value in found.groupdict().items() if value} if found else {}
    if not parts or text.endswith("T"):
        raise _bad(text)
    try:
        clock = timedelta(
            hours=int(parts.get("hours", 0)),
            minutes=int(parts.get("minutes", 0)),
            seconds=float(parts.get("seconds", 0)),
        )
    except OverflowError as error:
        raise _bad(text) from error
    months = int(parts.get("years", 0)) * 12 + int(parts.get("months", 0))
    return months, int(parts.get("weeks", 0)) * 7 + int(parts.get("days", 0)), clock


def _bad(text: str) -> BadTime:
    return BadTime(value=shown(text))


def _upcoming(at: datetime, interval: str, now: datetime, zone: tzinfo | None) -> datetime:
    """The first time of a cycle that is not over yet; what only counts hours, minutes and seconds is reckoned."""
    months, days, clock = _duration(interval)
    if at <= now and not months and not days:
        return at + (now - at) // clock * clock + clock
    for _ in range(_LONGEST_CATCH_UP):
        if at > now:
            break
        at = after(interval, at.astimezone(zone))
    return at


def _add_months(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    day = min(start.day, monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
