"""Dates, times and durations from their ISO 8601 text."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.feel.values import FeelValue, Months

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"
    r"(?:([Zz])|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*))?",
    re.ASCII,
)
_DURATION = re.compile(
    r"(-)?P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?)S)?)?",
    re.ASCII,
)
# Longer texts are no date anybody means, and their digits would only cost time.
_LONGEST = 100
_MAX_OFFSET_HOURS = 18


def parse_date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    match = _TIME.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    hour, minute, second, fraction, utc, sign, *offset, zone = match.groups()
    try:
        info = UTC if utc else _offset(sign, *offset) if sign else zone_of(zone) if zone else None
        if info is None and (sign or zone):
            return None
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return time(int(hour), int(minute), int(second), micro, tzinfo=info)
    except ValueError:
        return None


def _offset(sign: str, hours: str, minutes: str, seconds: str | None) -> timezone | None:
    if int(hours) > _MAX_OFFSET_HOURS or int(minutes) > 59:
        return None
    size = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    return timezone(-size if sign == "-" else size)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_date_time(text: str) -> datetime | None:
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if day is None or not separator:
        return datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001 - FEEL has local times
    # Midnight may be written as the end of the day before.
    end_of_day = time_text.startswith("24:00:00")
    moment = parse_time("00" + time_text[2:] if end_of_day else time_text)
    if moment is None:
        return None
    try:
        return datetime.combine(day, moment) + timedelta(days=1 if end_of_day else 0)
    except OverflowError:
        return None


def parse_duration(text: str) -> timedelta | Months | None:
    match = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        return None
    sign = -1 if match[1] else 1
    years, months, days, has_time = match[2], match[3], match[4], match[5]
    if days is None and has_time is None:
        return Months(sign * (int(years or 0) * 12 + int(months or 0)))
    if years is not None or months is not None:
        return None
    try:
        seconds = Decimal(match[8] or 0)
        size = timedelta(
            days=int(days or 0),
            hours=int(match[6] or 0),
            minutes=int(match[7] or 0),
            seconds=int(seconds),
            microseconds=int(seconds % 1 * 1_000_000),
        )
        return sign * size
    except OverflowError:
        return None


def at_literal(text: str) -> FeelValue:
    """The value of `@"…"`; text that is none of these is null."""
    for parse in (parse_date, parse_date_time, parse_time, parse_duration):
        value = parse(text)
        if value is not None:
            return value
    return None
