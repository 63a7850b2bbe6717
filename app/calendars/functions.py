"""The calendar in FEEL: `due(from, "4 wh")` and `working duration(a, b)`."""

import datetime as dt
import typing as t
from collections.abc import Callable

from app.calendars.calendar import Calendar, around_the_clock
from app.calendars.errors import CalendarError
from app.calendars.spans import parse_span
from app.feel import FeelRuntimeError, FunctionRegistry

Current = Callable[[], Calendar]
T = t.TypeVar("T")

_DUE = (
    'The date and time at which a span has passed. Spans: "4 wh" working hours, "2 wd" working days, '
    '"30 min", "1 h", "3 d" elapsed. `clock` is "working" (the company\'s calendar) or "24x7". '
    "`from` is a date and time, or its text as variables keep it."
)
_WORKING = "The working time between two dates and times of the company's calendar, as a days and time duration."


def register_functions(registry: FunctionRegistry, current: Current) -> None:
    """Add the calendar's functions; `current` gives the calendar in force at each call."""

    def due(start: t.Any, text: str, clock: str | None) -> dt.datetime:
        calendar = _clock(current(), clock)
        moment = _explained(lambda: calendar.due(_moment(start), parse_span(text)))
        # With an offset instead of a zone name its text is ISO 8601, which timers and browsers read.
        return moment.astimezone(dt.timezone(moment.utcoffset() or dt.timedelta()))

    def working_duration(start: t.Any, end: t.Any) -> dt.timedelta:
        calendar = current()
        return _explained(lambda: calendar.measure(_moment(start), _moment(end)))

    registry.register("due", [("from", "Any"), ("span", "string"), ("clock?", "string")], "date and time", _DUE, due)
    registry.register(
        "working duration", [("from", "Any"), ("to", "Any")], "days and time duration", _WORKING, working_duration
    )


def _clock(calendar: Calendar, name: str | None) -> Calendar:
    if name in {None, "working"}:
        return calendar
    if name == "24x7":
        return around_the_clock(calendar.zone)
    raise FeelRuntimeError("calendars.unknown_clock", params={"clock": str(name)[:60]})


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
