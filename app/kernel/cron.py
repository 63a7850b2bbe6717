"""Cron expressions as Camunda 8 takes them: second, minute, hour, day of month, month, day of week.

Every field is `*`, a number, a range `9-17`, a step `*/15` or a list of these; months and weekdays have English names.
Days of the month may be `L` (the last), `L-2`, `15W` (the weekday nearest to the 15th) and `LW`; weekdays `FRIL` (the
last Friday) and `MON#2` (the second Monday). A day has to fit both of its fields. `@daily` and the like are short for
the usual ones.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from app.kernel.errors import BadTime, shown

_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTHS = {
    name: place
    for place, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), start=1
    )
}
_DAYS = {name: place for place, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
_FURTHEST = timedelta(days=366 * 9)
"""The longest way to a day that exists: from one 29 February to another over a century without one."""
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
DayRule = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression; `fits` says whether a day is one of its days."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    day_rules: tuple[DayRule, ...]

    def after(self, moment: datetime, zone: tzinfo | None) -> datetime | None:
        """The first time later than a moment, by the clock on the wall of a zone, as UTC; None if there is none."""
        day = moment.astimezone(zone).date()
        last = day + _FURTHEST
        while day <= last:
            if self._fits(day):
                found = next((at for at in self._times(day, zone, moment) if at > moment), None)
                if found is not None:
                    return found
            day += timedelta(days=1)
        return None

    def _fits(self, day: date) -> bool:
        return day.month in self.months and all(rule(day) for rule in self.day_rules)

    def _times(self, day: date, zone: tzinfo | None, moment: datetime) -> Iterator[datetime]:
        """The times of a day that may be later than a moment, in order."""
        for hour in self._starts(day, zone):
            if hour.astimezone(UTC) + _HOUR <= moment:
                continue
            for minute in self.minutes:
                begun = hour.replace(minute=minute)
                if begun.astimezone(UTC) + _MINUTE > moment:
                    yield from (begun.replace(second=second).astimezone(UTC) for second in self.seconds)

    def _starts(self, day: date, zone: tzinfo | None) -> Iterator[datetime]:
        """The hours of a day. One that the clock shows twice counts twice only for what happens every hour."""
        for hour in self.hours:
            first = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
            yield first
            if len(self.hours) == 24 and first.replace(fold=1).utcoffset() != first.utcoffset():
                yield first.replace(fold=1)


@lru_cache(maxsize=1024)
def parse(text: str) -> Cron:
    """Read an expression. Raises BadTime."""
    fields = _MACROS.get(text.strip().lower(), text).upper().split()
    try:
        second, minute, hour, day, month, weekday = fields
        return Cron(
            seconds=_numbers(second, 0, 59),
            minutes=_numbers(minute, 0, 59),
            hours=_numbers(hour, 0, 23),
            months=frozenset(_numbers(month, 1, 12, _MONTHS)),
            day_rules=(_any_of(day, _month_day), _any_of(weekday, _week_day)),
        )
    except ValueError as error:
        raise BadTime(value=shown(text)) from error


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> tuple[int, ...]:
    return tuple(sorted({number for part in field.split(",") for number in _part(part, low, high, names or {})}))


def _part(part: str, low: int, high: int, names: dict[str, int]) -> range:
    span, slash, step = part.partition("/")
    first, dash, last = span.partition("-")
    if span in ("*", "?"):
        begin, end = low, high
    else:
        begin = _number(first, names)
        end = _number(last, names) if dash else high if slash else begin
    stride = _number(step, {}) if slash else 1
    if not low <= begin <= end <= high or stride < 1:
        raise ValueError(part)
    return range(begin, end + 1, stride)


def _number(text: str, names: dict[str, int]) -> int:
    if text in names:
        return names[text]
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError(text)
    return int(text)


def _any_of(field: str, rule_of: Callable[[str], DayRule]) -> DayRule:
    rules = [rule_of(part) for part in field.split(",")]
    return lambda day: any(rule(day) for rule in rules)


def _month_day(part: str) -> DayRule:
    if found := re.fullmatch(r"L(?:-(\d{1,2}))?", part):
        back = int(found[1] or 0)
        return lambda day: day.day == _length(day) - back
    if part == "LW":
        return lambda day: day == _nearest_weekday(day.replace(day=_length(day)))
    if found := re.fullmatch(r"(\d{1,2})W", part):
        wanted = _number(found[1], {})
        if not 1 <= wanted <= 31:
            raise ValueError(part)
        return lambda day: wanted <= _length(day) and day == _nearest_weekday(day.replace(day=wanted))
    days = frozenset(_part(part, 1, 31, {}))
    return lambda day: day.day in days


def _week_day(part: str) -> DayRule:
    if found := re.fullmatch(r"([0-7]|[A-Z]{3})L", part):
        last = _number(found[1], _DAYS) % 7
        return lambda day: day.isoweekday() % 7 == last and day.day + 7 > _length(day)
    if found := re.fullmatch(r"([0-7]|[A-Z]{3})#([1-5])", part):
        weekday, place = _number(found[1], _DAYS) % 7, int(found[2])
        return lambda day: day.isoweekday() % 7 == weekday and (day.day - 1) // 7 + 1 == place
    # Sunday is 0 and 7, so that a range may begin and end with it.
    days = frozenset(number % 7 for number in _part(part.replace("-SUN", "-7"), 0, 7, _DAYS))
    return lambda day: day.isoweekday() % 7 in days


def _length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date) -> date:
    """The working day nearest to a day, never in another month."""
    weekday = day.isoweekday()
    if weekday == 6:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if weekday == 7:
        return day + timedelta(days=1) if day.day < _length(day) else day - timedelta(days=2)
    return day
