"""What the person was told, as the page of notifications shows it."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.db import db
from app.desk.models import Case
from app.engine.expressions import zone
from app.people import notifications
from app.people.notifications import Notification
from app.people.person import Person

PAGE = 50
ICONS = {"mention": "note", "task": "hand", "case": "eye", "visit": "truck", "process": "flow"}


@dataclasses.dataclass(frozen=True)
class Told:
    """One line of the page; `case_no` is empty for what belongs to no case."""

    notification: Notification
    case_no: str

    @property
    def icon(self) -> str:
        return ICONS.get(self.notification.kind, "info")


@dataclasses.dataclass(frozen=True)
class ToldPage:
    """One page by days, and the id behind which the next one begins."""

    days: tuple[tuple[dt.date, list[Told]], ...]
    before: int | None


def told(person: Person, before: int | None = None) -> ToldPage:
    """Return a page of what the person was told, newest first; two statements."""
    found = notifications.notifications_of(person, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    return ToldPage(tuple(_by_day(shown)), shown[-1].id if len(found) > PAGE else None)


def _by_day(shown: Sequence[Notification]) -> Iterator[tuple[dt.date, list[Told]]]:
    numbers = _case_numbers([one.case_id for one in shown if one.case_id is not None])
    for day, members in itertools.groupby(shown, key=lambda one: one.at.astimezone(zone()).date()):
        yield day, [Told(one, numbers.get(one.case_id or 0, "")) for one in members]


def _case_numbers(case_ids: Sequence[int]) -> dict[int, str]:
    if not case_ids:
        return {}
    rows = db.session.execute(sa.select(Case.id, Case.case_no).where(Case.id.in_(sorted(set(case_ids)))))
    return {row.id: row.case_no for row in rows}
