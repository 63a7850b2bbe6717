"""A deadline that explains itself: what was counted, and what was left out on the way."""

import dataclasses
import datetime as dt
import itertools
import typing as t
from collections.abc import Iterator
from decimal import Decimal

from app.calendars.calendar import Calendar
from app.calendars.days import Reason, clock_text
from app.calendars.spans import Span

MAX_LINES = 12
MAX_BREAKS = 4
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Line = tuple[str, dict[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Explanation:
    """When something is due, and in `lines` why, each a code with parameters in both languages."""

    due: dt.datetime
    lines: tuple[Line, ...]


def explain(calendar: Calendar, start: dt.datetime, span: Span) -> Explanation:
    """Return the deadline of a span together with the reasons."""
    due = calendar.due(start, span)
    local = calendar.local(start)
    line: Line = (
        f"calendars.{span.unit}_one" if span.amount == 1 else f"calendars.{span.unit}",
        {"amount": str(span).split()[0], **_named("start", local), **_named("due", due)},
    )
    rest = _left_out(calendar, local, due, span) if span.works and span.amount else iter(())
    return Explanation(due, (line, *itertools.islice(rest, MAX_LINES)))


def explain_between(calendar: Calendar, start: dt.datetime, due: dt.datetime) -> Explanation:
    """Explain a deadline that was set as a moment: how much working time lies before it, and what does not count."""
    start, due = calendar.local(start), calendar.local(due)
    hours = Decimal(max(calendar.measure(start, due), dt.timedelta()) // dt.timedelta(minutes=1)) / 60
    span = Span(round(hours, 1), "wh")
    line: Line = (
        "calendars.between",
        {"amount": f"{span.amount.normalize():f}", **_named("start", start), **_named("due", due)},
    )
    return Explanation(due, (line, *itertools.islice(_left_out(calendar, start, due, span), MAX_LINES)))


def _left_out(calendar: Calendar, start: dt.datetime, due: dt.datetime, span: Span) -> Iterator[Line]:
    if not calendar.is_working(start):
        yield "calendars.counts_from", _named("opening", calendar.next_opening(start))
    if span.unit == "wh" and (breaks := _breaks(calendar, start, due)):
        yield "calendars.breaks", {"breaks": ", ".join(breaks)}
    for days in _stretches(calendar, start.date(), due.date()):
        yield _stretch(calendar, days)


def _breaks(calendar: Calendar, start: dt.datetime, due: dt.datetime) -> list[str]:
    """Breaks between the shifts of a day that fall between start and due, each named once."""
    found: dict[str, None] = {}
    for number in range((due.date() - start.date()).days + 1):
        day = start.date() + dt.timedelta(days=number)
        for before, after in itertools.pairwise(calendar.shifts_on(day)):
            if start < calendar.local(dt.datetime.combine(day, dt.time(*divmod(before.closes, 60)))) < due:
                found[f"{clock_text(before.closes)}–{clock_text(after.opens)}"] = None
    return list(found)[:MAX_BREAKS]


def _stretches(calendar: Calendar, first: dt.date, last: dt.date) -> Iterator[list[dt.date]]:
    """Yield runs of neighbouring days that are unusual in the same way: closed, or worked although a weekend."""
    run: list[dt.date] = []
    for number in range((last - first).days + 1):
        day = first + dt.timedelta(days=number)
        if run and _kind(calendar, day) != _kind(calendar, run[-1]):
            yield run
            run = []
        if _kind(calendar, day) != "open":
            run.append(day)
    if run:
        yield run


def _kind(calendar: Calendar, day: dt.date) -> str:
    if not calendar.shifts_on(day):
        return "closed"
    return "make_up" if calendar.reason_on(day) is Reason.MAKE_UP else "open"


def _stretch(calendar: Calendar, days: list[dt.date]) -> Line:
    params: dict[str, t.Any] = {}
    for language, joint in (("zh", "、"), ("en", ", ")):
        ends = [_day(day, language) for day in (days if len(days) < 3 else (days[0], days[-1]))]
        params[f"days_{language}"] = joint.join(ends) if len(days) < 3 else " – ".join(ends)
    if calendar.shifts_on(days[0]):
        return "calendars.make_up", params
    special = next((day for day in days if day in calendar.special), None)
    if special is None:
        return "calendars.closed", params
    names = calendar.special[special].names
    fallback = {"zh": "休息日", "en": "day off"}
    return "calendars.holiday", params | {
        f"name_{language}": names.get(language) or text for language, text in fallback.items()
    }


def _named(name: str, moment: dt.datetime) -> dict[str, str]:
    clock = f"{moment:%H:%M}"
    return {f"{name}_{language}": f"{_day(moment.date(), language)} {clock}" for language in ("zh", "en")}


def _day(day: dt.date, language: str) -> str:
    weekday = _WEEKDAYS[language][day.weekday()]
    if language == "zh":
        return f"{day.month} 月 {day.day} 日 周{weekday}"
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]}"
