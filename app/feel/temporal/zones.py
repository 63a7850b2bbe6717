"""Offsets from UTC: fixed ones, and those of regions, which change with the date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MAX_OFFSET = 18 * 3600

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock on the wall, whose zone is asked for
_EPOCH_UTC = _EPOCH.replace(tzinfo=UTC)
# Python's zones know the years 1 to 9999. Before them the first rule of a region holds, after them the last one,
# which repeats with the calendar every 400 years.
_CYCLE = 146_097 * 86_400
_FIRST = int((datetime(2, 1, 1, tzinfo=UTC) - _EPOCH_UTC).total_seconds())
_LAST = int((datetime(9998, 1, 1, tzinfo=UTC) - _EPOCH_UTC).total_seconds())


def _known(seconds: int) -> int:
    """A moment in years that Python knows, with the same offset."""
    if seconds < _FIRST:
        return _FIRST
    return seconds if seconds < _LAST else _LAST - _CYCLE + (seconds - _LAST) % _CYCLE


@dataclass(frozen=True, slots=True)
class Offset:
    """A fixed distance from UTC, in seconds; it has no name."""

    seconds: int

    @property
    def name(self) -> None:
        return None

    def on_the_wall(self, local: int) -> int:  # noqa: ARG002 - the same at all times
        return self.seconds

    def at(self, instant: int) -> int:  # noqa: ARG002 - the same at all times
        return self.seconds


@dataclass(frozen=True, slots=True)
class Region:
    """A zone of the IANA database."""

    name: str
    info: ZoneInfo = field(compare=False, repr=False)

    def on_the_wall(self, local: int) -> int:
        """The offset, in seconds, when the clocks of the region show a time, given as seconds since they showed
        the beginning of 1970. What they show twice counts as the first time, what they skip as if they had not.
        """
        return _seconds(self.info.utcoffset(_EPOCH + timedelta(seconds=_known(local))))

    def at(self, instant: int) -> int:
        """The offset, in seconds, at a moment, given as seconds since the beginning of 1970 in UTC."""
        moment = _EPOCH_UTC + timedelta(seconds=_known(instant))
        return _seconds(moment.astimezone(self.info).utcoffset())


def _seconds(offset: timedelta | None) -> int:
    assert offset is not None
    return offset.days * 86_400 + offset.seconds


Zone: TypeAlias = Offset | Region

UTC_ZONE = Offset(0)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> Region | None:
    try:
        return Region(name, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
