"""FEEL values as text: what `string(…)` gives, and what dates and durations become in a process variable."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from app.feel.comparison import time_offset
from app.feel.numbers import plain
from app.feel.values import FeelValue, Months, Range

_SIMPLE_KEY = re.compile(r"[^\W\d][\w ]*")


# A list inside a list costs more time to write than it has characters, so its budget is charged accordingly.
NESTING_COST = 10


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render_time(value: time | datetime) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}{_fraction(value.microsecond)}"
    if value.tzinfo is None:
        return text
    zone = getattr(value.tzinfo, "key", None)
    if zone and zone != "UTC":
        return f"{text}@{zone}"
    offset = value.utcoffset() if isinstance(value, datetime) else time_offset(value)
    return text + _offset(round((offset or timedelta(0)).total_seconds()))


def _fraction(microseconds: int) -> str:
    return f".{microseconds:06}".rstrip("0") if microseconds else ""


def _offset(seconds: int) -> str:
    if seconds == 0:
        return "Z"
    size = abs(seconds)
    text = f"{'-' if seconds < 0 else '+'}{size // 3600:02}:{size % 3600 // 60:02}"
    return f"{text}:{size % 60:02}" if size % 60 else text


def render_duration(value: timedelta) -> str:
    sign = "-" if value < timedelta(0) else ""
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    exact = f"{seconds}{_fraction(size.microseconds)}"
    clock = "".join(
        (f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{exact}S" if exact != "0" else "")
    )
    days = f"{size.days}D" if size.days else ""
    if not days and not clock:
        return "PT0S"
    return f"{sign}P{days}{'T' if clock else ''}{clock}"


def render_months(value: Months) -> str:
    years, months = divmod(abs(value.total), 12)
    text = (f"{years}Y" if years or not months else "") + (f"{months}M" if months else "")
    return f"{'-' if value.total < 0 else ''}P{text}"


_ATOMS: dict[type, Callable[[FeelValue], str]] = {
    bool: lambda value: "true" if value else "false",
    Decimal: plain,
    date: date.isoformat,
    time: render_time,
    datetime: lambda value: f"{value.date().isoformat()}T{render_time(value)}",
    timedelta: render_duration,
    Months: render_months,
}


def render(value: FeelValue, spend: Callable[[int], None] = lambda _cells: None) -> str:
    """The text of a value; `spend` is told how many characters and elements it takes."""
    return value if type(value) is str else _inner(value, spend)


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
    spend(1)
    atom = _ATOMS.get(type(value))
    return atom(value) if atom else "function"


def _key(key: str) -> str:
    return key if _SIMPLE_KEY.fullmatch(key) else quoted(key)


def _range(value: Range, spend: Callable[[int], None]) -> str:
    low = "" if value.low is None else _inner(value.low, spend)
    high = "" if value.high is None else _inner(value.high, spend)
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"
