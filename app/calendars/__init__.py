"""Working time: shifts, public holidays, make-up days (调休), and deadlines that explain themselves."""

from app.calendars.calendar import Calendar, around_the_clock
from app.calendars.counting import Basis, Counting, count_by
from app.calendars.days import Shift
from app.calendars.errors import CalendarError
from app.calendars.explain import Explanation, explain, explain_between
from app.calendars.functions import register_functions
from app.calendars.service import (
    Pattern,
    build,
    clear_day,
    for_app,
    for_unit,
    init_app,
    keeper,
    set_day,
    set_pattern,
)
from app.calendars.spans import Span, parse_span

__all__ = [
    "Basis",
    "Calendar",
    "CalendarError",
    "Counting",
    "Explanation",
    "Pattern",
    "Shift",
    "Span",
    "around_the_clock",
    "build",
    "clear_day",
    "count_by",
    "explain",
    "explain_between",
    "for_app",
    "for_unit",
    "init_app",
    "keeper",
    "parse_span",
    "register_functions",
    "set_day",
    "set_pattern",
]
