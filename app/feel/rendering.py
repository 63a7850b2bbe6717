"""FEEL values as text: what `string(…)` gives, and what dates and durations become in a process variable."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from app.feel.numbers import plain
from app.feel.temporal import DAY, NANOSECONDS, Date, DateTime, Duration, Months, Time, Zone
from app.feel.values import FeelValue, Range

_SIMPLE_KEY = re.compile(r"[^\W\d][\w ]*")


# A list inside a list costs more time to write than it has characters, so its budget is charged accordingly.
NESTING_COST = 10


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render_date(value: Date) -> str:
    year, month, day = value.civil
    return f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}"


def render_time(value: Time) -> str:
    return _clock(value.nanoseconds) + _zone(value.zone, value.offset)


def render_date_time(value: DateTime) -> str:
    return f"{render_date(value.date)}T{_clock(value.wall % DAY)}{_zone(value.zone, value.offset)}"


def _clock(nanoseconds: int) -> str:
    seconds, fraction = divmod(nanoseconds, NANOSECONDS)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{_fraction(fraction)}"


def _fraction(nanoseconds: int) -> str:
    return f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""


def _zone(zone: Zone | None, offset: int | None) -> str:
    if zone is None or offset is None:
        return ""
    if zone.name is not None and zone.name != "UTC":
        return f"@{zone.name}"
    return _offset(offset)


def _offset(seconds: int) -> str:
    if seconds == 0:
        return "Z"
    size = abs(seconds)
    text = f"{'-' if seconds < 0 else '+'}{size // 3600:02}:{size % 3600 // 60:02}"
    return f"{text}:{size % 60:02}" if size % 60 else text


def render_duration(value: Duration) -> str:
    seconds, fraction = divmod(abs(value.nanoseconds), NANOSECONDS)
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    exact = f"{seconds % 60}{_fraction(fraction)}"
    clock = "".join(
        (f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{exact}S" if exact != "0" else "")
    )
    if not days and not clock:
        return "PT0S"
    sign = "-" if value.nanoseconds < 0 else ""
    return f"{sign}P{f'{days}D' if days else ''}{'T' if clock else ''}{clock}"


def render_months(value: Months) -> str:
    years, months = divmod(abs(value.total), 12)
    text = (f"{years}Y" if years or not months else "") + (f"{months}M" if months else "")
    return f"{'-' if value.total < 0 else ''}P{text}"


_ATOMS: dict[type, Callable[[FeelValue], str]] = {
    bool: lambda value: "true" if value else "false",
    Decimal: plain,
    Date: render_date,
    Time: render_time,
    DateTime: render_date_time,
    Duration: render_duration,
    Months: render_months,
}


def render(value: FeelValue, spend: Callable[[int], None] = lambda _cells: None) -> str:
    """The text of a value; `spend` is told how many characters and elements it takes."""
    return value if type(value) is str else _inner(value, spend)


class _TooLong(Exception):
    pass


def render_within(value: FeelValue, longest: int) -> str | None:
    """The text, or None when it would take more than so many characters and elements: parts of a value may be
    shared, so that it is small and its text is endless.
    """
    left = longest

    def spend(cells: int) -> None:
        nonlocal left
        left -= cells
        if left < 0:
            raise _TooLong

    try:
        return render(value, spend)
    except _TooLong:
        return None


def _inner(value: FeelValue, spend: Callable[[int], None]) -> str:
    if value is None:
        return "null"
    if type(value) is str:
        spend(len(value))
        return quoted(value)
    if type(value) is list:
        spend(len(value) + NESTING_COST)
        return "[" + ", ".join(_inner(item, spend) for item in value) + "]"
    if type(value) is dict:
        spend(len(value) + NESTING_COST)
        return "{" + ", ".join(f"{_key(key)}: {_inner(item, spend)}" for key, item in value.items()) + "}"
    if type(value) is Range:
        return _range(value, spend)
    atom = _ATOMS.get(type(value))
    text = atom(value) if atom else "function"
    spend(len(text))
    return text


def _key(key: str) -> str:
    return key if _SIMPLE_KEY.fullmatch(key) else quoted(key)


def _range(value: Range, spend: Callable[[int], None]) -> str:
    low = "" if value.low is None else _inner(value.low, spend)
    high = "" if value.high is None else _inner(value.high, spend)
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"
