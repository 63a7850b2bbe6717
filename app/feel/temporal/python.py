"""The border to Python's own dates and times: what a host hands over, and what its functions are given."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from app.feel.temporal.base import Temporal
from app.feel.temporal.dates import Date
from app.feel.temporal.durations import DAY, NANOSECONDS, Duration, Months
from app.feel.temporal.moments import DateTime
from app.feel.temporal.times import Time
from app.feel.temporal.zones import Offset, Region, Zone, zone_named

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clock on the wall
_EPOCH_DAY = date(1970, 1, 1)

PythonTime = date | time | timedelta


def zone_of(info: tzinfo | None, offset: timedelta | None) -> Zone | None:
    """The zone of a Python value; one that is no region of the IANA database counts with its offset."""
    name = info.key if isinstance(info, ZoneInfo) else None
    region = zone_named(name) if name else None
    if region is not None or offset is None:
        return region
    return Offset(_nanoseconds(offset) // NANOSECONDS)


def from_python(value: PythonTime) -> Temporal:
    if isinstance(value, datetime):
        offset = value.utcoffset()
        wall = _nanoseconds(value.replace(tzinfo=None) - _EPOCH)
        return DateTime(wall, zone_of(value.tzinfo, offset), 0 if offset is None else _whole_seconds(offset))
    if isinstance(value, date):
        return Date((value - _EPOCH_DAY).days)
    if isinstance(value, time):
        since_midnight = timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
        return Time(_nanoseconds(since_midnight), zone_of(value.tzinfo, value.utcoffset()))
    return Duration(_nanoseconds(value))


def _nanoseconds(duration: timedelta) -> int:
    return duration.days * DAY + (duration.seconds * 1_000_000 + duration.microseconds) * 1000


def _whole_seconds(duration: timedelta) -> int:
    return _nanoseconds(duration) // NANOSECONDS


def to_python(value: Temporal) -> PythonTime | Months:
    """The value as Python has it, without what is finer than a microsecond. A years-and-months duration stays as it
    is, since Python has none. Raises OverflowError outside the years 1 to 9999.
    """
    match value:
        case DateTime(wall, zone, offset):
            return _moment(wall, zone, offset)
        case Date(number):
            return _EPOCH_DAY + timedelta(days=number)
        case Time(nanoseconds, zone):
            return (_EPOCH + _timedelta(nanoseconds)).time().replace(tzinfo=_tzinfo(zone))
        case Duration(nanoseconds):
            return _timedelta(nanoseconds)
        case Months():
            return value
    raise TypeError(value)


def _moment(wall: int, zone: Zone | None, offset: int) -> datetime:
    moment = (_EPOCH + _timedelta(wall)).replace(tzinfo=_tzinfo(zone))
    if zone is not None and moment.utcoffset() != timedelta(seconds=offset):
        # The clocks show this time twice, and the second time is meant.
        moment = moment.replace(fold=1)
    return moment


def _timedelta(nanoseconds: int) -> timedelta:
    return timedelta(microseconds=nanoseconds // 1000)


def _tzinfo(zone: Zone | None) -> tzinfo | None:
    match zone:
        case Region(_, info):
            return info
        case Offset(seconds):
            return timezone(timedelta(seconds=seconds))
    return None
