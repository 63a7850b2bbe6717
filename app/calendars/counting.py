"""Whose working time counts while expressions run, and which deadlines they worked out on the way."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Callable
from contextvars import ContextVar

from app.calendars.calendar import Calendar, around_the_clock

WORKING, AROUND_THE_CLOCK = "working", "24x7"


@dataclasses.dataclass(frozen=True, slots=True)
class Basis:
    """What a deadline was counted from: the moment, the span as it was written, and by which clock."""

    start: dt.datetime
    span: str
    clock: str


class Counting:
    """The calendar of one instance, found when it is first asked for, and the deadlines counted by it.

    `find` gives the working calendar, `covered` whether a contract puts this case on the clock that never stops.
    """

    def __init__(self, find: Callable[[], Calendar], covered: Callable[[], bool]) -> None:
        self._find, self._covered = find, covered
        self._deadlines: dict[int, Basis] = {}

    def calendar(self, clock: str | None) -> tuple[str, Calendar]:
        """Return the name of a clock and its calendar; None means the one this instance counts by."""
        name = clock or (AROUND_THE_CLOCK if self._covered() else WORKING)
        working = self._find()
        return name, around_the_clock(working.zone) if name == AROUND_THE_CLOCK else working

    def note(self, due: dt.datetime, basis: Basis) -> None:
        """Remember how a deadline came about."""
        self._deadlines[_milliseconds(due)] = basis

    def basis(self, due: dt.datetime | None) -> Basis | None:
        """Return how a deadline came about; None for one that was not counted here."""
        return None if due is None else self._deadlines.get(_milliseconds(due))


def _milliseconds(moment: dt.datetime) -> int:
    """Waits keep moments as fractions of seconds, which are not exact to the microsecond."""
    return round(moment.timestamp() * 1000)


_present: ContextVar[Counting | None] = ContextVar("counting", default=None)


def present() -> Counting | None:
    """Return whose time counts now; None outside of instances."""
    return _present.get()


def count_by(by: Counting, act: Callable[..., t.Any], *arguments: t.Any) -> t.Any:
    """Run something that counts by this one's calendar; a step has several such, so that it has to cost little."""
    token = _present.set(by)
    try:
        return act(*arguments)
    finally:
        _present.reset(token)
