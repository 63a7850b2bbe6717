"""Date and time together."""

from __future__ import annotations

from dataclasses import dataclass

from app.feel.temporal import days
from app.feel.temporal.base import Temporal
from app.feel.temporal.dates import Date
from app.feel.temporal.durations import DAY, MILLISECOND, NANOSECONDS
from app.feel.temporal.times import Time
from app.feel.temporal.zones import UTC_ZONE, Zone

_FIRST = days.MIN_NUMBER * DAY
_AFTER = (days.MAX_NUMBER + 1) * DAY


@dataclass(frozen=True, slots=True)
class DateTime(Temporal):
    """A date and time, as the nanoseconds since the clocks of its zone showed the beginning of 1970, with the
    offset in seconds that they had then. Without a zone it is local.
    """

    wall: int
    zone: Zone | None = None
    offset: int = 0

    def __post_init__(self) -> None:
        if not _FIRST <= self.wall < _AFTER:
            raise OverflowError(self.wall)

    @classmethod
    def of(cls, date: Date, time: Time) -> DateTime:
        return cls.on_the_wall(date.number * DAY + time.nanoseconds, time.zone)

    @classmethod
    def on_the_wall(cls, wall: int, zone: Zone | None) -> DateTime:
        """What the clocks of a zone show. A time that they skip is moved on by as much as they skip."""
        if zone is None:
            return cls(wall)
        offset = zone.on_the_wall(wall // NANOSECONDS)
        if zone.name is None:
            return cls(wall, zone, offset)
        return cls.at(wall - offset * NANOSECONDS, zone)

    @classmethod
    def at(cls, instant: int, zone: Zone) -> DateTime:
        """A moment, given as nanoseconds since the beginning of 1970 in UTC, as the clocks of a zone show it."""
        offset = zone.at(instant // NANOSECONDS)
        return cls(instant + offset * NANOSECONDS, zone, offset)

    @property
    def is_local(self) -> bool:
        return self.zone is None

    @property
    def instant(self) -> int:
        """Nanoseconds since the beginning of 1970 in UTC; on the wall for a local moment."""
        return self.wall - self.offset * NANOSECONDS

    @property
    def key(self) -> int:
        """Whole milliseconds, since that is what the compatibility kit has compared; `is` is stricter."""
        return self.instant // MILLISECOND

    @property
    def date(self) -> Date:
        return Date(self.wall // DAY)

    @property
    def time(self) -> Time:
        return Time(self.wall % DAY, self.zone)

    def later(self, nanoseconds: int) -> DateTime:
        """So much time has passed, whatever the clocks were turned to meanwhile."""
        if self.zone is None:
            return DateTime(self.wall + nanoseconds)
        return DateTime.at(self.instant + nanoseconds, self.zone)

    def months_later(self, months: int) -> DateTime:
        """The same time of day in another month."""
        day = days.months_later(self.wall // DAY, months)
        return DateTime.on_the_wall(day * DAY + self.wall % DAY, self.zone)


def midnight(date: Date) -> DateTime:
    """A date stands for its midnight in UTC where a moment is needed."""
    return DateTime(date.number * DAY, UTC_ZONE)
