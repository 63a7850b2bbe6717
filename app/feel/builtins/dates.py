"""Dates, times and durations."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel import literals
from app.feel.builtins.signature import builtin
from app.feel.numbers import whole
from app.feel.temporal import (
    NANOSECONDS,
    UTC_ZONE,
    Date,
    DateTime,
    Duration,
    Months,
    Offset,
    Temporal,
    Time,
    midnight,
    zone_named,
)
from app.feel.temporal.python import from_python
from app.feel.temporal.zones import MAX_OFFSET

if TYPE_CHECKING:
    from app.feel.scope import Run


def _date_of(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin(
    "date(from: string|date|date and time): date",
    examples=['date("2026-03-31")', 'date(date and time("2026-03-31T08:30:00"))'],
)
def date_from(_run: Run, value: str | Date | DateTime) -> Date | None:
    return literals.parse_date(value) if isinstance(value, str) else _date_of(value)


@builtin("date(year: number, month: number, day: number): date", examples=["date(2026, 3, 31)"])
def date_of(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> Date:
    return Date.of(whole(year), whole(month), whole(day))


@builtin(
    "time(from: string|time|date|date and time): time",
    examples=['time("08:30:00")', 'time(date and time("2026-03-31T08:30:00+08:00"))'],
)
def time_from(_run: Run, value: str | Time | Date | DateTime) -> Time | None:
    if isinstance(value, str):
        return literals.parse_time(value.removeprefix("T"))
    if isinstance(value, DateTime):
        return value.time
    return value if isinstance(value, Time) else Time(0, UTC_ZONE)


@builtin(
    "time(hour: number, minute: number, second: number, offset?: days and time duration?): time",
    examples=["time(8, 30, 0)", 'time(8, 30, 0, duration("PT8H"))'],
)
def time_of(_run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: Duration | None = None) -> Time | None:
    if offset is not None and (offset.nanoseconds % NANOSECONDS or abs(offset.nanoseconds) > MAX_OFFSET * NANOSECONDS):
        return None
    zone = None if offset is None else Offset(offset.nanoseconds // NANOSECONDS)
    nanosecond = int((second - whole(second)) * NANOSECONDS)
    return Time.of(whole(hour), whole(minute), whole(second), nanosecond, zone)


@builtin(
    "date and time(from: string|date|date and time): date and time",
    examples=['date and time("2026-03-31T08:30:00+08:00")'],
)
def date_time_from(_run: Run, value: str | Date | DateTime) -> DateTime | None:
    if isinstance(value, str):
        return literals.parse_date_time(value)
    return value if isinstance(value, DateTime) else midnight(value)


@builtin(
    "date and time(date: date|date and time, time: time): date and time",
    examples=['date and time(date("2026-03-31"), time("08:30:00"))'],
)
def date_time_of(_run: Run, day: Date | DateTime, time: Time) -> DateTime:
    return DateTime.of(_date_of(day), time)


@builtin(
    "date and time(date: date and time, timezone: string): date and time",
    examples=['date and time(@"2026-03-31T08:30:00Z", "Asia/Shanghai")'],
)
def date_time_in_zone(run: Run, moment: DateTime, timezone: str) -> DateTime | None:
    """The same moment as the clocks of a zone show it; a local one is meant in the zone of the host."""
    zone = literals.parse_zone(timezone)
    if zone is None:
        return None
    if moment.is_local:
        moment = DateTime.on_the_wall(moment.wall, zone_named(run.environment.zone.key))
    return DateTime.at(moment.instant, zone)


@builtin(
    "duration(from: string): days and time duration|years and months duration",
    "duration(from: days and time duration): days and time duration",
    "duration(from: years and months duration): years and months duration",
    examples=[
        'duration("P1DT2H30M")',
        'duration("P1Y6M")',
        'duration(@"2026-03-31T08:00:00" - @"2026-03-30T06:00:00")',
        'duration(years and months duration(date("2024-01-31"), date("2026-03-31")))',
    ],
)
def duration(_run: Run, value: str | Duration | Months) -> Duration | Months | None:
    return literals.parse_duration(value) if isinstance(value, str) else value


@builtin(
    "years and months duration(from: date|date and time, to: date|date and time): years and months duration",
    examples=['years and months duration(date("2024-01-31"), date("2026-03-30"))'],
)
def years_and_months_duration(_run: Run, start: Date | DateTime, end: Date | DateTime) -> Months:
    """Whole months between two days, towards zero."""
    first, last = _date_of(start).civil, _date_of(end).civil
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    if months < 0 and last.day > first.day:
        months += 1
    return Months(months)


@builtin("now(): date and time", examples=['now() > @"2026-01-01T00:00:00Z"'])
def now(run: Run) -> Temporal:
    return from_python(run.environment.now().astimezone(run.environment.zone))


@builtin("today(): date", examples=['today() > @"2026-01-01"'])
def today(run: Run) -> Temporal:
    return from_python(run.environment.now().astimezone(run.environment.zone).date())


@builtin("day of year(date: date|date and time): number", examples=['day of year(date("2026-03-31"))'])
def day_of_year(_run: Run, day: Date | DateTime) -> Decimal:
    return Decimal(_date_of(day).day_of_year)


@builtin("day of week(date: date|date and time): string", examples=['day of week(date("2026-03-31"))'])
def day_of_week(_run: Run, day: Date | DateTime) -> str:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return names[_date_of(day).weekday - 1]


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("month of year(date: date|date and time): string", examples=['month of year(date("2026-03-31"))'])
def month_of_year(_run: Run, day: Date | DateTime) -> str:
    return _MONTHS[_date_of(day).civil.month - 1]


@builtin("week of year(date: date|date and time): number", examples=['week of year(date("2026-03-31"))'])
def week_of_year(_run: Run, day: Date | DateTime) -> Decimal:
    return Decimal(_date_of(day).week_of_year)


@builtin("last day of month(date: date|date and time): date", examples=['last day of month(date("2026-02-10"))'])
def last_day_of_month(_run: Run, day: Date | DateTime) -> Date:
    return _date_of(day).last_of_month()
