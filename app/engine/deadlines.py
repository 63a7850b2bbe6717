"""How the deadline of a task came about, and when people are told that its time is passing."""

import datetime as dt
import typing as t

from app import calendars
from app.calendars import Calendar, CalendarError, Counting, Explanation
from app.calendars.counting import AROUND_THE_CLOCK
from app.calendars.spans import Span


def columns(
    counting: Counting | None, unit_id: int | None, created: dt.datetime, due: dt.datetime | None
) -> dict[str, t.Any]:
    """Return what a task keeps of its deadline: `due_basis`, and in `report_at` when half of its time has passed.

    :param counting: what counted the deadline; None for one that a person set.
    """
    kept = basis_of(counting, unit_id, due)
    return {"due_basis": kept, "report_at": part(calendar_of(kept, unit_id), created, due, 1, 2), "reported": 0}


def basis_of(counting: Counting | None, unit_id: int | None, due: dt.datetime | None) -> dict[str, t.Any] | None:
    """Return what a task or timer keeps of how its moment was counted; None for one that was not."""
    basis = counting.basis(due) if counting is not None else None
    if basis is None:
        return None
    return {"from": basis.start.isoformat(), "span": basis.span, "clock": basis.clock, "unit": unit_id}


def part(
    calendar: Calendar, created: dt.datetime, due: dt.datetime | None, numerator: int, denominator: int
) -> dt.datetime | None:
    """Return when a part of the time between creation and deadline has passed, counted as the deadline was.

    Where no working time lies between, all time counts. None without a deadline, and for one that was over at once.
    """
    if due is None or due <= created:
        return None
    try:
        work = calendar.measure(created, due)
        if work:
            return calendar.add(created, work * numerator / denominator).astimezone(dt.UTC)
    except CalendarError:
        # A deadline beyond the years of the calendar still has a middle.
        pass
    return created + (due - created) * numerator / denominator


def calendar_of(basis: t.Mapping[str, t.Any] | None, unit_id: int | None) -> Calendar:
    """Return the calendar by which a deadline was counted, or would be now."""
    working = calendars.for_unit(basis["unit"] if basis else unit_id)
    return calendars.around_the_clock(working.zone) if basis and basis["clock"] == AROUND_THE_CLOCK else working


def span_of(basis: t.Mapping[str, t.Any]) -> Span:
    """Return the span of a basis; by the clock that never stops, working hours are hours."""
    span = calendars.parse_span(basis["span"])
    if basis["clock"] != AROUND_THE_CLOCK:
        return span
    return Span(span.amount, {"wh": "h", "wd": "d"}.get(span.unit, span.unit))


def counted(basis: t.Mapping[str, t.Any]) -> dt.datetime:
    """Return the deadline that a basis gives by the calendar as it is now."""
    return calendar_of(basis, None).due(start_of(basis), span_of(basis))


def another(basis: t.Mapping[str, t.Any], due: dt.datetime) -> dt.datetime | None:
    """Return what a moment would be by the calendar as it is now; None when it stays, or lies beyond the calendar."""
    try:
        after = counted(basis).astimezone(dt.UTC)
    except CalendarError:
        return None
    return after if after != due else None


def start_of(basis: t.Mapping[str, t.Any]) -> dt.datetime:
    """Return the moment from which a deadline counts."""
    return dt.datetime.fromisoformat(basis["from"])


def explain(task: t.Any) -> Explanation | None:
    """Explain the deadline of a task; None without one.

    A deadline that was not counted, or that people moved, or that the calendar would count otherwise today, is
    explained by the working time there is from the task's creation to it.
    """
    if task.due_at is None:
        return None
    basis = task.due_basis
    try:
        if basis is not None:
            found = calendars.explain(calendar_of(basis, None), start_of(basis), span_of(basis))
            if found.due == task.due_at:
                return found
        return calendars.explain_between(calendar_of(basis, task.unit_id), task.created_at, task.due_at)
    except CalendarError:
        return None
