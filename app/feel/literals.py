"""Dates, times and durations from their ISO 8601 text."""

import re

from app.feel.temporal import Date, DateTime, Duration, Months, Offset, Region, Time, Zone, zone_named
from app.feel.temporal.zones import MAX_OFFSET, UTC_ZONE
from app.feel.values import FeelValue

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_REGION = r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*"
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    # A region may stand alone, or in brackets behind the offset it has then, as Java and browsers write it.
    rf"(?:(?:([Zz])|([+-])(\d\d):(\d\d)(?::(\d\d))?)(?:\[({_REGION})\])?|@({_REGION}))?",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
_DURATION = re.compile(
    r"(-)?P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?",
    re.ASCII,
)
# Longer texts are no date anybody means, and their digits would only cost time.
_LONGEST = 100


def parse_date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return Date.of(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    time, region = _clock(text)
    return Time(time.nanoseconds, region) if time and region else time


def _clock(text: str) -> tuple[Time | None, Region | None]:
    """The time, and the region in brackets behind its offset; no time when there is none or no such zone."""
    match = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None, None
    hour, minute, second, fraction, utc, sign, *offset, behind, name = match.groups()
    zone: Zone | None = UTC_ZONE if utc else _offset(sign, *offset) if sign else zone_named(name) if name else None
    region = zone_named(behind) if behind else None
    if (zone is None and (sign or name)) or (behind and region is None):
        return None, None
    try:
        return Time.of(int(hour), int(minute), int(second), _nanoseconds(fraction), zone), region
    except ValueError:
        return None, None


def _nanoseconds(fraction: str | None) -> int:
    """The digits after the point; what is finer than a nanosecond is cut off."""
    return int(fraction[:9].ljust(9, "0")) if fraction else 0


def _offset(sign: str, hours: str, minutes: str, seconds: str | None) -> Offset | None:
    size = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if size > MAX_OFFSET or int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    return Offset(-size if sign == "-" else size)


def parse_date_time(text: str) -> DateTime | None:
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None:
        return None
    if not separator:
        return DateTime.of(day, Time(0))
    # Midnight may be written as the end of the day before.
    end_of_day = time_text.startswith("24:00:00")
    time, region = _clock("00" + time_text[2:] if end_of_day else time_text)
    if time is None:
        return None
    try:
        moment = DateTime.of(Date(day.number + 1) if end_of_day else day, time)
        return DateTime.at(moment.instant, region) if region else moment
    except OverflowError:
        return None


def parse_duration(text: str) -> Duration | Months | None:
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    negative, years, months, days, has_time, hours, minutes, seconds, fraction = match.groups()
    try:
        if days is None and has_time is None:
            size: Duration | Months = Months(int(years or 0) * 12 + int(months or 0))
        elif years is not None or months is not None:
            return None
        else:
            size = Duration.of(
                int(days or 0), int(hours or 0), int(minutes or 0), int(seconds or 0), _nanoseconds(fraction)
            )
    except OverflowError:
        return None
    return -size if negative else size


def parse_zone(text: str) -> Zone | None:
    """An offset such as `+08:00` or `Z`, or the name of a region."""
    if text in ("Z", "z"):
        return UTC_ZONE
    match = _OFFSET.fullmatch(text)
    return _offset(*match.groups()) if match else zone_named(text)


def at_literal(text: str) -> FeelValue:
    """The value of `@"…"`; text that is none of these is null."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None
