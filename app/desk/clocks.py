"""The clocks of a case: by which calendar it counts, what its deadlines are counted from, and when they stand still."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from app import calendars, i18n
from app.calendars import Calendar, CalendarError, Explanation
from app.desk.models import Case, ServiceContract
from app.desk.queries import waiting
from app.engine import deadlines
from app.engine.models import OutsideWait, UserTask


@dataclasses.dataclass(frozen=True)
class Pause:
    """A time in which the clocks stood still: for whom the case waited, at which step, and the working time of it."""

    wait: OutsideWait
    step: str
    worked: dt.timedelta


@dataclasses.dataclass(frozen=True)
class CaseClocks:
    """What the clocks of a case say now.

    Attributes:
        due: until when it is to be solved, with the pauses added; None when nothing was promised.
        promised: the same without the pauses, in words.
        answer: until when the first answer is due, in words; empty once it was given.
        waits: whether the clocks stand still now.
    """

    times: waiting.Times
    pauses: tuple[Pause, ...]
    due: dt.datetime | None
    promised: str
    answer: str
    waits: bool


def calendar_of(case: Case, contract: ServiceContract | None) -> Calendar:
    """Return by which calendar a case counts: its unit's, or around the clock where its contract covers days off."""
    working = calendars.for_unit(case.unit_id)
    covered = contract is not None and contract.non_workday_covered and contract.status == "active"
    return calendars.around_the_clock(working.zone) if covered else working


def clocks_of(
    case: Case, contract: ServiceContract | None, waits: Sequence[OutsideWait], now: dt.datetime
) -> CaseClocks:
    """Return what the clocks of a case say at a moment; those of a closed case stopped when it was closed."""
    calendar, end = calendar_of(case, contract), case.closed_at or now
    due = case.resolve_due
    return CaseClocks(
        times=waiting.times(calendar, case.request_time, end, waits),
        pauses=tuple(
            Pause(
                wait,
                i18n.localised(wait.names, wait.element_id),
                waiting.times(calendar, wait.since, wait.until or end, ()).total,
            )
            for wait in waits
        ),
        due=waiting.put_off(calendar, due, case.request_time, waits, end) if due else None,
        promised=_promised(calendar, case.request_time, due),
        answer=_promised(calendar, case.request_time, None if case.responded_at else case.response_due),
        waits=any(wait.until is None for wait in waits),
    )


def why_due(task: UserTask) -> str:
    """Say how the deadline of a task came about; empty without one."""
    found = deadlines.explain(task)
    return sentence(found) if found else ""


def sentence(explanation: Explanation) -> str:
    """Return an explanation as one sentence in the present language."""
    said = [i18n.text(code, **params) for code, params in explanation.lines]
    return ("；" if i18n.language() == "zh" else "; ").join(said)


def _promised(calendar: Calendar, start: dt.datetime, due: dt.datetime | None) -> str:
    if due is None:
        return ""
    try:
        return sentence(calendars.explain_between(calendar, start, due))
    except CalendarError:
        return ""
