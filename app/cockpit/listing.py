"""The list of instances: its statement, and one page of it with what each row says."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import clock
from app.cockpit import comparing, why
from app.cockpit import names as naming
from app.cockpit.names import Names
from app.cockpit.selection import ANY_INCIDENT, Selection
from app.cockpit.waits import Wait, waits_of
from app.db import LARGEST_KEY, db
from app.desk.lookup import serial_form
from app.desk.models import Case, Customer
from app.engine.causes import Cause, of_cause
from app.engine.expressions import zone
from app.engine.models import BatchItem, ElementInstance, Incident, ProcessDefinition, ProcessInstance, UserTask
from app.engine.queries import Page, Sort, paginate, search
from app.people.person import Person
from app.people.units import unit_tree

PAGE = 50
COUNT_UP_TO = 999
MOST_DAYS = 100_000
MOST_CHOSEN = 500
"""Instances that an address may name one by one."""

Condition = Callable[[str], sa.ColumnElement[bool]]


@dataclasses.dataclass(frozen=True)
class Row:
    """One instance as the list shows it."""

    instance: ProcessInstance
    case: Case | None
    process: str
    unit: str
    why: str
    whose: str
    since: dt.datetime | None
    stuck: bool
    due_at: dt.datetime | None


@dataclasses.dataclass(frozen=True)
class Listed:
    """One page."""

    rows: list[Row]
    page: Page[ProcessInstance]


def statement(person: Person, chosen: Selection) -> sa.Select[t.Any]:
    """Return the statement of a list without order; only what the person may see."""
    query = search.instances(person)
    for name, value in chosen.chosen.items():
        query = query.where(_CONDITIONS[name](value))
    return query


def number(person: Person, chosen: Selection, up_to: int) -> int:
    """Count what fits, up to a number."""
    fitting = statement(person, chosen).with_only_columns(ProcessInstance.key).limit(up_to).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(fitting)) or 0


def listed(person: Person, chosen: Selection, *, limit: int | None = None, count_up_to: int | None = None) -> Listed:
    """Return a page of the list. Raises BadRequest for a place that does not fit the order."""
    query = statement(person, chosen)
    name, descending = chosen.order
    if name == "case":
        query = query.outerjoin(Case, Case.id == ProcessInstance.case_id)
    page = paginate(
        query,
        [Sort(_ORDERS[name], descending)],
        ProcessInstance.key,
        limit=limit or PAGE,
        after=chosen.after,
        before=chosen.before,
        count_up_to=count_up_to or COUNT_UP_TO,
    )
    return Listed(rows_of(page.items), page)


def rows_of(instances: Sequence[ProcessInstance]) -> list[Row]:
    """Read what rows say beyond the instances themselves, in a fixed number of statements."""
    waits = waits_of(one.key for one in instances if one.state == "active")
    everything = [wait for some in waits.values() for wait in some]
    people, roles = why.mentioned(everything)
    names = naming.read((one.process_definition_key for one in instances), people=people, roles=roles)
    cases, tree = cases_by_id(instances), unit_tree()
    rows = []
    for one in instances:
        unit = tree.by_id.get(one.unit_id) if one.unit_id is not None else None
        case = cases.get(one.case_id or 0)
        rows.append(_row(one, case, unit.name if unit else "", waits.get(one.key, []), names))
    return rows


def cases_by_id(instances: Sequence[ProcessInstance]) -> dict[int, Case]:
    """Return the cases of instances with their customers, in one statement."""
    wanted = sorted({one.case_id for one in instances if one.case_id is not None})
    query = sa.select(Case).where(Case.id.in_(wanted)).options(joinedload(Case.customer))
    return {case.id: case for case in db.session.scalars(query)} if wanted else {}


def case_numbers(keys: Iterable[int]) -> dict[int, str]:
    """Return the numbers of the cases of instances; their own where they have no case."""
    wanted = list(keys)
    rows = list(db.session.scalars(sa.select(ProcessInstance).where(ProcessInstance.key.in_(wanted)))) if wanted else []
    cases = cases_by_id(rows)
    return {row.key: cases[row.case_id].case_no if row.case_id in cases else str(row.key) for row in rows}


def _row(instance: ProcessInstance, case: Case | None, unit: str, waits: list[Wait], names: Names) -> Row:
    first = waits[0] if waits else None
    due = [wait.task.due_at for wait in waits if wait.task is not None and wait.task.due_at is not None]
    return Row(
        instance=instance,
        case=case,
        process=names.process(instance.process_definition_key),
        unit=unit,
        why=why.why(first, names) if first else (instance.end_reason or ""),
        whose=why.whose(waits[:1], names) if first else "",
        since=first.since if first else None,
        stuck=first is not None and first.kind == "incident",
        due_at=min(due, default=None),
    )


def _of_case(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = ProcessInstance.case_id.in_(sa.select(Case.id).where(condition))
    return found


def _case(value: str) -> sa.ColumnElement[bool]:
    beginning = value.upper()
    # A range instead of LIKE, so that both databases use the index on the number.
    return _of_case(sa.and_(Case.case_no >= beginning, Case.case_no < beginning + "\uffff"))


def _customer(value: str) -> sa.ColumnElement[bool]:
    """The beginning of the name, or the telephone number."""
    digits = "".join(one for one in value if one.isdigit())
    named = sa.and_(Customer.name >= value, Customer.name < value + "\uffff")
    found = sa.or_(named, Customer.phone == digits) if digits else named
    return _of_case(Case.customer_id.in_(sa.select(Customer.id).where(found)))


def _step(value: str) -> sa.ColumnElement[bool]:
    """Instances with a token at an element now; the versions are named because the index begins with them."""
    at = (ElementInstance.element_id == value, ElementInstance.ended_at.is_(None))
    versions = sa.select(ProcessDefinition.key)
    live = sa.select(ElementInstance.instance_key).where(*at, ElementInstance.process_definition_key.in_(versions))
    found: sa.ColumnElement[bool] = ProcessInstance.key.in_(live)
    return found


def _assignee(value: str) -> sa.ColumnElement[bool]:
    having = sa.select(UserTask.instance_key).where(UserTask.assignee == value, UserTask.state == "created")
    found: sa.ColumnElement[bool] = ProcessInstance.key.in_(having)
    return found


def _older(value: str) -> sa.ColumnElement[bool]:
    days = _number(value)
    if not 0 <= days < MOST_DAYS:
        return sa.false()
    return ProcessInstance.started_at < clock.now() - dt.timedelta(days=days)


def _incident(value: str) -> sa.ColumnElement[bool]:
    """`any`, or the cause that the overview groups by."""
    if value == ANY_INCIDENT:
        return ProcessInstance.incidents > 0
    same = of_cause(cause_of(value))
    found: sa.ColumnElement[bool] = ProcessInstance.key.in_(sa.select(Incident.instance_key).where(same))
    return found


def cause_of(value: str) -> Cause:
    """Read a cause `process|element|code|folded` from an address; the last part may be missing."""
    parts = value.split("|", 3)
    process, element, code = [*parts, "", ""][:3]
    return Cause(process, element, code, parts[3] if len(parts) > 3 else None)


def overdue_instances() -> sa.Select[t.Any]:
    """Keys of instances with an open task whose time is over."""
    return sa.select(UserTask.instance_key).where(UserTask.state == "created", UserTask.due_sort < clock.now())


def _unit(value: str) -> sa.ColumnElement[bool]:
    tree = unit_tree()
    return ProcessInstance.unit_id.in_([tree.by_code[code].id for code in tree.below(value)])


def _day(value: str, days: int = 0) -> dt.datetime:
    """Midnight at the beginning of a day of the company, or so many days later; a wrong day is the first of all."""
    try:
        day = dt.date.fromisoformat(value) + dt.timedelta(days=days)
    except (ValueError, OverflowError):
        day = dt.date(1, 1, 2)
    return dt.datetime.combine(day, dt.time(), zone()).astimezone(dt.UTC)


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1


def chosen_keys(value: str) -> list[int]:
    """The instances that are named one by one; what is no key names none."""
    parts = value.split(",")[:MOST_CHOSEN]
    return [int(one) for one in parts if one.isascii() and one.isdigit() and len(one) <= len(str(LARGEST_KEY))]


def _of_batch(value: str) -> sa.ColumnElement[bool]:
    """What an order was done to, for instance to take it back."""
    order = int(value) if value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST_KEY)) else -1
    done = sa.select(BatchItem.instance_key).where(BatchItem.batch_key == order, BatchItem.state == "done")
    found: sa.ColumnElement[bool] = ProcessInstance.key.in_(done)
    return found


_CONDITIONS: dict[str, Condition] = {
    "case": _case,
    "customer": _customer,
    "step": _step,
    "assignee": _assignee,
    "older": _older,
    "variable": comparing.condition,
    "serial": lambda value: _of_case(Case.serial_no == serial_form(value)),
    "process": lambda value: ProcessInstance.process_id == value,
    "version": lambda value: ProcessInstance.process_version == _number(value),
    "state": lambda value: ProcessInstance.state == value,
    "incident": _incident,
    "overdue": lambda _value: ProcessInstance.key.in_(overdue_instances()),
    "from": lambda value: ProcessInstance.started_at >= _day(value),
    "until": lambda value: ProcessInstance.started_at < _day(value, 1),
    "unit": _unit,
    "batch": _of_batch,
    "suspended": lambda _value: ProcessInstance.suspended_at.is_not(None),
    "keys": lambda value: ProcessInstance.key.in_(chosen_keys(value)),
}
_ORDERS: dict[str, t.Any] = {
    "started": ProcessInstance.started_at,
    "ended": ProcessInstance.ended_at,
    "process": ProcessInstance.process_id,
    "case": sa.func.coalesce(Case.case_no, ""),
}
