"""Working time: shifts, public holidays, make-up days (调休), and deadlines that explain themselves."""

from app.calendars.calendar import Calendar, around_the_clock
from app.calendars.days import Shift
from app.calendars.errors import CalendarError
from app.calendars.explain import Explanation, explain
from app.calendars.functions import register_functions
from app.calendars.service import build, clear_day, for_app, init_app, set_day
from app.calendars.spans import Span, parse_span

__all__ = [
    "Calendar",
    "CalendarError",
    "Explanation",
    "Shift",
    "Span",
    "around_the_clock",
    "build",
    "clear_day",
    "explain",
    "for_app",
    "init_app",
    "parse_span",
    "register_functions",
    "set_day",
]
