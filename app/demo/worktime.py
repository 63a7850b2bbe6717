"""Counting in minutes of working time, so that stories told in working hours end exactly where they shall."""

import datetime as dt

from app import calendars

HOUR = 60
DAY = 8 * HOUR
"""A working day of the company has eight hours."""


class WorkTime:
    """Numbers the working minutes up to now: `now` is the last one, smaller numbers lie in the past."""

    def __init__(self, now: dt.datetime, days: int) -> None:
        self._calendar = calendars.for_app()
        self._begin = now - dt.timedelta(days=days)
        self._last = now
        self.now = int(self._calendar.measure(self._begin, now) / dt.timedelta(minutes=1))

    def moment(self, minute: int) -> dt.datetime:
        """Return the moment of a working minute, never later than now."""
        passed = self._calendar.add(self._begin, dt.timedelta(minutes=max(minute, 1)))
        return min(passed.astimezone(dt.UTC), self._last)

    def minute(self, moment: dt.datetime) -> int:
        """Return how many working minutes had passed at a moment, rounded up."""
        return -int(-self._calendar.measure(self._begin, moment) // dt.timedelta(minutes=1))
