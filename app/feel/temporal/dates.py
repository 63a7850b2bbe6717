"""Dates."""

from __future__ import annotations

from dataclasses import dataclass

from app.feel.temporal import days
from app.feel.temporal.base import Temporal
from app.feel.temporal.days import Civil


@dataclass(frozen=True, slots=True)
class Date(Temporal):
    """A day of the calendar, as its number of days since 1 January 1970."""

    number: int

    def __post_init__(self) -> None:
        if not days.MIN_NUMBER <= self.number <= days.MAX_NUMBER:
            raise OverflowError(self.number)

    @classmethod
    def of(cls, year: int, month: int, day: int) -> Date:
        return cls(days.number_of(year, month, day))

    @property
    def key(self) -> int:
        return self.number

    @property
    def civil(self) -> Civil:
        return days.civil(self.number)

    @property
    def weekday(self) -> int:
        """From 1, a Monday, to 7."""
        return (self.number + 3) % 7 + 1

    @property
    def day_of_year(self) -> int:
        return self.number - days.number_of(self.civil.year, 1, 1) + 1

    @property
    def week_of_year(self) -> int:
        """As ISO 8601 counts weeks."""
        _, day = days.in_cycle(self.number)
        return day.isocalendar().week

    def last_of_month(self) -> Date:
        year, month, _ = self.civil
        return Date.of(year, month, days.month_length(year, month))

    def months_later(self, months: int) -> Date:
        return Date(days.months_later(self.number, months))
