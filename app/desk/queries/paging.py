"""The list of cases page by page: every filter of the page, newest first, resumed behind a place."""

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.desk.models import Case
from app.desk.queries.listing import CaseRow, base, matches, rows_of
from app.people.person import Person
from app.people.units import unit_tree

PAGE = 50
LEAST_TEXT = 2


@dataclasses.dataclass(frozen=True)
class CaseFilter:
    """What is wanted; empty values mean everything. `unit` includes the units below it."""

    text: str = ""
    status: str = ""
    process_id: str = ""
    unit: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    open_only: bool = False


@dataclasses.dataclass(frozen=True)
class CasePage:
    """One page; `after` resumes behind its last row, None at the end."""

    rows: list[CaseRow]
    after: str | None


def page(person: Person, wanted: CaseFilter, after: str = "", limit: int = PAGE) -> CasePage:
    """Return visible cases, newest first. A place that cannot be read starts at the top."""
    query = base(person)
    for condition in _conditions(person, wanted):
        query = query.where(condition)
    place = place_of(after)
    if place is not None:
        at, key = place
        query = query.where(sa.or_(Case.request_time < at, sa.and_(Case.request_time == at, Case.id < key)))
    rows = rows_of(person, query, limit + 1)
    more = len(rows) > limit
    last = rows[limit - 1] if more else None
    return CasePage(rows[:limit], cursor(last.request_time, last.id) if last else None)


def _conditions(person: Person, wanted: CaseFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    text = wanted.text.strip()
    if text:
        found.append(matches(text) if len(text) >= LEAST_TEXT else sa.false())
    if wanted.status:
        found.append(Case.status == wanted.status)
    if wanted.process_id:
        found.append(Case.process_id == wanted.process_id)
    if wanted.unit:
        tree = unit_tree(person.unit_version)
        found.append(Case.unit_id.in_([tree.by_code[code].id for code in tree.below(wanted.unit)]))
    if wanted.since:
        found.append(Case.request_time >= _midnight(wanted.since))
    if wanted.until:
        found.append(Case.request_time < _midnight(wanted.until + dt.timedelta(days=1)))
    if wanted.open_only:
        found.append(Case.closed_at.is_(None))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    zone = ZoneInfo(current_app.extensions["settings"].company.zone)
    return dt.datetime.combine(day, dt.time(), zone)


def cursor(at: dt.datetime, key: int) -> str:
    """Return the place behind a row as it stands in an address."""
    return f"{at.isoformat()}_{key}"


def place_of(after: str) -> tuple[dt.datetime, int] | None:
    """Return the place that `cursor` wrote; None for anything else, which starts at the top."""
    at, _, key = after.rpartition("_")
    try:
        moment = dt.datetime.fromisoformat(at)
        return (moment, int(key)) if moment.tzinfo else None
    except ValueError:
        return None
