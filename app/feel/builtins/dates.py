"""Dates, times and durations."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel import literals
from app.feel.arithmetic import midnight
from app.feel.builtins.signature import builtin
from app.feel.values import Months

if TYPE_CHECKING:
    from app.feel.scope import Run


@builtin("date(from: string|date|date and time): date")
def date_from(_run: Run, value: str | date) -> date | None:
    if isinstance(value, str):
        return literals.parse_date(value)
    return value.date() if isinstance(value, datetime) else value


@builtin("date(year: number, month: number, day: number): date")
def date_of(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> date:
    return date(int(year), int(month), int(day))


@builtin("time(from: string|time|date|date and time): time")
def time_from(_run: Run, value: str | time | date) -> time | None:
    if isinstance(value, str):
        return literals.parse_time(value)
    if isinstance(value, datetime):
        return value.timetz()
    return value if isinstance(value, time) else time(tzinfo=UTC)


@builtin("time(hour: number, minute: number, second: number, offset?: days and time duration?): time")
def time_of(_run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time | None:
    zone = None if offset is None else timezone(offset)
    micro = int((second - int(second)) * 1_000_000)
    return time(int(hour), int(minute), int(second), micro, tzinfo=zone)


@builtin("date and time(from: string|date|date and time): date and time")
def date_time_from(_run: Run, value: str | date) -> datetime | None:
    if isinstance(value, str):
        return literals.parse_date_time(value)
    return value if isinstance(value, datetime) else midnight(value)


@builtin("date and time(date: date|date and time, time: time): date and time")
def date_time_of(_run: Run, day: date, moment: time) -> datetime:
    return datetime.combine(day.date() if isinstance(day, datetime) else day, moment)


@builtin("date and time(date: date and time, timezone: string): date and time")
def date_time_in_zone(_run: Run, moment: datetime, zone: str) -> datetime | None:
    """The same moment as the clocks of a zone show it."""
    info = literals.zone_of(zone)
    if info is None or moment.tzinfo is None:
        return None
    return moment.astimezone(info)


@builtin(
    "duration(from: string): days and time duration|years and months duration",
    "duration(from: days and time duration): days and time duration",
    "duration(from: years and months duration): years and months duration",
)
def duration(_run: Run, value: str | timedelta | Months) -> timedelta | Months | None:
    return literals.parse_duration(value) if isinstance(value, str) else value


@builtin("years and months duration(from: date|date and time, to: date|date and time): years and months duration")
def years_and_months_duration(_run: Run, start: date, end: date) -> Months:
    """Whole months between two days, towards zero."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    if months < 0 and end.day > start.day:
        months += 1
    return Months(months)


@builtin("now(): date and time")
def now(run: Run) -> datetime:
    return run.environment.now().astimezone(run.environment.zone)


@builtin("today(): date")
def today(run: Run) -> date:
    return now(run).date()


@builtin("day of year(date: date|date and time): number")
def day_of_year(_run: Run, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week(date: date|date and time): string")
def day_of_week(_run: Run, day: date) -> str:
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[day.weekday()]


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@builtin("month of year(date: date|date and time): string")
def month_of_year(_run: Run, day: date) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year(date: date|date and time): number")
def week_of_year(_run: Run, day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@builtin("last day of month(date: date|date and time): date")
def last_day_of_month(_run: Run, day: date) -> date:
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
