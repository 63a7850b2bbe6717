"""The one clock. Domain code asks it for the time, so that tests and the demo history can set it."""

import datetime as dt
import typing as t

from flask import current_app


class Clock(t.Protocol):
    """Tells the present time."""

    def now(self) -> dt.datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock, set right by the database's when the two are far apart.

    Leases and timers are due when the clock says so; processes on machines with different clocks would take each
    other's leases for run out.
    """

    TOLERANCE = dt.timedelta(seconds=1)

    def __init__(self) -> None:
        self._offset = dt.timedelta()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self._offset

    def agree(self, theirs: dt.datetime) -> dt.timedelta:
        """Follow another clock that shows `theirs` now; returns by how much this machine's was set right."""
        apart = theirs - dt.datetime.now(dt.UTC)
        self._offset = apart if abs(apart) > self.TOLERANCE else dt.timedelta()
        return self._offset


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        return self._now

    def set(self, moment: dt.datetime) -> None:
        """Move to a moment (aware, any zone)."""
        self._now = moment.astimezone(dt.UTC)

    def advance(self, **span: float) -> None:
        """Move by a `timedelta` given as keywords, e.g. `advance(hours=4)`."""
        self._now += dt.timedelta(**span)


def now() -> dt.datetime:
    """Return the app's present moment, aware, in UTC."""
    clock: Clock = current_app.extensions["clock"]
    return clock.now()
