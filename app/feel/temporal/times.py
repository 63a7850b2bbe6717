"""Times of day."""

from __future__ import annotations

from dataclasses import dataclass

from app.feel.temporal.base import Temporal
from app.feel.temporal.durations import DAY, MILLISECOND, NANOSECONDS
from app.feel.temporal.zones import Zone

# A time with the name of a region has an offset only on a day; the standard does not say which, so it is the
# first of the year 2020, when the northern regions are without summer time.
_REFERENCE_DAY = 18_262 * 86_400


@dataclass(frozen=True, slots=True)
class Time(Temporal):
    """A time of day, in nanoseconds since midnight. Without a zone it is local."""

    nanoseconds: int
    zone: Zone | None = None

    @classmethod
    def of(cls, hour: int, minute: int, second: int, nanosecond: int = 0, zone: Zone | None = None) -> Time:
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
            raise ValueError(hour, minute, second)
        return cls((hour * 3600 + minute * 60 + second) * NANOSECONDS + nanosecond, zone)

    @property
    def is_local(self) -> bool:
        return self.zone is None

    @property
    def offset(self) -> int | None:
        """From UTC, in seconds."""
        if self.zone is None:
            return None
        return self.zone.on_the_wall(_REFERENCE_DAY + self.nanoseconds // NANOSECONDS)

    @property
    def key(self) -> int:
        """Whole milliseconds, since that is what the compatibility kit has compared; `is` is stricter."""
        return self.universal // MILLISECOND

    @property
    def universal(self) -> int:
        """Nanoseconds since midnight in UTC; since local midnight for a local time."""
        return self.nanoseconds - (self.offset or 0) * NANOSECONDS

    def later(self, nanoseconds: int) -> Time:
        """The clock starts again at midnight."""
        return Time((self.nanoseconds + nanoseconds) % DAY, self.zone)
