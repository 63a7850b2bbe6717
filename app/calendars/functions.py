"""The calendar in FEEL: `due(from, "4 wh")`, `working duration(a, b)`, `is working day(day)` and their kin."""

import datetime as dt
import typing as t
from collections.abc import Callable
from decimal import Decimal

from app.calendars.calendar import Calendar
from app.calendars.counting import AROUND_THE_CLOCK, WORKING, Basis, Counting, present
from app.calendars.errors import CalendarError
from app.calendars.spans import parse_span
from app.feel import FeelRuntimeError, FunctionRegistry

Current = Callable[[], Calendar]
T = t.TypeVar("T")


def register_functions(registry: FunctionRegistry, current: Current) -> None:
    """Add the calendar's functions. Within an instance its unit's calendar counts, else what `current` gives.

    A moment is a date and time, a date, or the text of either as variables keep it, hence the type `Any`.
    """
    functions = _Functions(current)
    registry.register(
        "due",
        [("from", "Any"), ("span", "string"), ("clock?", "string")],
        "date and time",
        "calendars.function.due",
        functions.due,
        examples=[
            'due(date and time("2026-11-20T17:00:00"), "4 wh")',
            'due("2026-11-20T17:00:00+08:00", "2 wd")',
            'due(date and time("2026-11-20T17:00:00"), "4 h", "24x7")',
        ],
    )
    registry.register(
        "working duration",
        [("from", "Any"), ("to", "Any"), ("clock?", "string")],
        "days and time duration",
        "calendars.function.working_duration",
        functions.working_duration,
        examples=['working duration(date and time("2026-11-20T17:00:00"), date and time("2026-11-23T10:00:00"))'],
    )
    registry.register(
        "is working day",
        [("date", "Any")],
        "boolean",
        "calendars.function.is_working_day",
        functions.is_working_day,
        examples=['is working day(date("2026-10-01"))', 'is working day("2026-10-10T14:00:00+08:00")'],
    )
    registry.register(
        "is working time",
        [("at", "Any"), ("clock?", "string")],
        "boolean",
        "calendars.function.is_working_time",
        functions.is_working_time,
        examples=['is working time(date and time("2026-11-20T12:30:00"))'],
    )
    registry.register(
        "next working time",
        [("from", "Any")],
        "date and time",
        "calendars.function.next_working_time",
        functions.next_working_time,
        examples=['next working time(date and time("2026-11-20T18:30:00"))'],
    )
    registry.register(
        "working day of month",
        [("date", "Any"), ("number", "number")],
        "date",
        "calendars.function.working_day_of_month",
        functions.working_day_of_month,
        examples=['working day of month(date("2026-10-01"), 3)', 'working day of month(date("2026-11-01"), -1)'],
    )


class _Functions:
    def __init__(self, current: Current) -> None:
        self._outside = Counting(current, lambda: False)

    def _counting(self) -> Counting:
        return present() or self._outside

    def _clock(self, name: str | None) -> Calendar:
        return self._counting().calendar(_known(name))[1]

    def due(self, start: t.Any, text: str, clock: str | None) -> dt.datetime:
        counting = self._counting()
        name, calendar = counting.calendar(_known(clock))
        due = _with_offset(_explained(lambda: calendar.due(_moment(start), parse_span(text))))
        if counting is not self._outside:
            counting.note(due, Basis(calendar.local(_moment(start)), text, name))
        return due

    def working_duration(self, start: t.Any, end: t.Any, clock: str | None) -> dt.timedelta:
        calendar = self._clock(clock)
        return _explained(lambda: calendar.measure(_moment(start), _moment(end)))

    def is_working_day(self, day: t.Any) -> bool:
        calendar = self._clock(WORKING)
        return _explained(lambda: calendar.is_working_day(calendar.local(_moment(day)).date()))

    def is_working_time(self, at: t.Any, clock: str | None) -> bool:
        calendar = self._clock(clock)
        return _explained(lambda: calendar.is_working(_moment(at)))

    def next_working_time(self, start: t.Any) -> dt.datetime:
        calendar = self._clock(WORKING)
        return _with_offset(calendar.local(_explained(lambda: calendar.next_opening(_moment(start)))))

    def working_day_of_month(self, day: t.Any, number: Decimal) -> dt.date:
        calendar = self._clock(WORKING)
        days = _explained(lambda: calendar.working_days_of_month(calendar.local(_moment(day)).date()))
        if number != int(number) or not 1 <= abs(number) <= len(days):
            params = {"number": f"{number:f}"[:20], "month": f"{days[0]:%Y-%m}", "count": len(days)}
            raise FeelRuntimeError("calendars.no_such_day", params=params)
        return days[int(number) - 1 if number > 0 else int(number)]


def _with_offset(moment: dt.datetime) -> dt.datetime:
    """With an offset instead of a zone name its text is ISO 8601, which timers and browsers read."""
    return moment.astimezone(dt.timezone(moment.utcoffset() or dt.timedelta()))


def _known(clock: str | None) -> str | None:
    if clock in {None, WORKING, AROUND_THE_CLOCK}:
        return clock
    raise FeelRuntimeError("calendars.unknown_clock", params={"clock": str(clock)[:60]})


def _explained(compute: Callable[[], T]) -> T:
    try:
        return compute()
    except CalendarError as error:
        raise FeelRuntimeError(error.code, params=error.params) from error
    except OverflowError as error:
        raise FeelRuntimeError("calendars.outside", params={"first": 1, "last": dt.MAXYEAR}) from error


def _moment(value: t.Any) -> dt.datetime:
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.partition("@")[0])
        except ValueError:
            raise CalendarError("calendars.no_moment", text=value[:60]) from None
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    raise CalendarError("calendars.no_moment", text=str(value)[:60])
