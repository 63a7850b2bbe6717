"""When a case waited for somebody outside, and how much of its time is ours without that."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Sequence

from app.calendars import Calendar, CalendarError


class Wait(t.Protocol):
    """A time in which the case waited for somebody outside; `OutsideWait` is one."""

    since: t.Any
    until: t.Any


@dataclasses.dataclass(frozen=True)
class Times:
    """How long a case has taken in working time: all of it, and without the waiting for others."""

    total: dt.timedelta
    own: dt.timedelta

    @property
    def paused(self) -> dt.timedelta:
        """What the case waited for others."""
        return self.total - self.own


def pauses(waits: Iterable[Wait], now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """Return when clocks stood still, in order: waits that overlap count once."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    for wait in sorted(waits, key=lambda one: one.since):
        since, until = wait.since, wait.until or now
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        elif until > since:
            found.append((since, until))
    return found


def times(calendar: Calendar, start: dt.datetime, end: dt.datetime, waits: Sequence[Wait]) -> Times:
    """Return both times between two moments; all time counts where the calendar does not reach."""
    total = _working(calendar, start, end)
    stood = (_working(calendar, max(since, start), min(until, end)) for since, until in pauses(waits, end))
    return Times(total, total - sum(stood, dt.timedelta()))


def put_off(
    calendar: Calendar, due: dt.datetime, start: dt.datetime, waits: Sequence[Wait], now: dt.datetime
) -> dt.datetime:
    """Return a deadline with the working time added in which its clock stood still before it.

    1. Pauses are taken in order. 2. One that begins after the deadline, as moved so far, no longer moves it.
    """
    for since, until in pauses(waits, now):
        if since < due:
            due = calendar.add(due, _working(calendar, max(since, start), until)).astimezone(dt.UTC)
    return due


def _working(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    if end <= start:
        return dt.timedelta()
    try:
        return calendar.measure(start, end)
    except CalendarError:
        return end - start
