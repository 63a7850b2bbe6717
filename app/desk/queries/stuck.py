"""What does not move (catalogue G2, 3.A5): one list for the page of supervisors and for the daily check."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from flask import current_app

from app import calendars, clock
from app.config import Settings
from app.db import db
from app.desk.models import Case, Contact, Customer, Document
from app.desk.queries.paging import cursor, place_of
from app.desk.queries.visible import visible_cases
from app.desk.status import TO_BE_SERVED
from app.engine.models import Comment, OutsideWait, UserTask, UserTaskCandidate
from app.errors import Forbidden, NotFound
from app.people import access
from app.people.audit import AuditEntry
from app.people.models import User
from app.people.person import SUPERVISOR, Person
from app.people.units import UnitNode, unit_tree

PAGE = 50
KINDS = ("overdue", "idle", "unaccountable", "unrecorded", "incomplete")
OVERDUE, IDLE, UNACCOUNTABLE, UNRECORDED, INCOMPLETE = KINDS
COMPLAINTS = frozenset({"complaint_handling", "complaint_service_tracking"})
Place = tuple[dt.datetime, int]


@dataclasses.dataclass(frozen=True)
class StuckItem:
    """One thing that does not move.

    Attributes:
        kind: `overdue` (a task past its deadline), `idle` (a case without any act for too long), `unaccountable` (a
            case for which nobody answers who still works here), `unrecorded` (a case with a visit whose day has passed
            and about which nobody has written), `incomplete` (a case whose customer cannot be reached).
        since: when it should have been done, or when something happened last.
        names: of the overdue step, in both languages; empty for a whole case.
    """

    kind: str
    case_id: int
    case_no: str
    process_id: str
    unit: str | None
    task_key: int | None
    element_id: str | None
    names: Mapping[str, str]
    assignee: str | None
    assignee_names: Mapping[str, str]
    accountable: str | None
    accountable_names: Mapping[str, str]
    customer: str | None
    since: dt.datetime

    def as_context(self) -> dict[str, t.Any]:
        """Return it as FEEL sees it; the key of a task is a text, as everywhere outside."""
        key = str(self.task_key) if self.task_key is not None else None
        return {**dataclasses.asdict(self), "task_key": key, "since": self.since.isoformat()}


@dataclasses.dataclass(frozen=True)
class StuckPage:
    """One page of a kind; `after` resumes behind its last row, None at the end."""

    rows: list[StuckItem]
    after: str | None


def stuck_items(units: Collection[int] | None, *, processes: Collection[str] = (), limit: int = 200) -> list[StuckItem]:
    """Return what is stuck in an area, kind by kind, each oldest first and at most `limit` of it.

    :param units: row numbers of the area's units; None is everywhere.
    :param processes: which processes are looked at; empty is all.
    """
    area = sa.true() if units is None else Case.unit_id.in_(units)
    wanted = sa.and_(area, Case.process_id.in_(processes)) if processes else area
    codes = unit_tree().by_id
    return [item for kind in KINDS for item in _items(kind, _rows(kind, wanted, None, limit), codes)]


def offered_items(unit: str, *, limit: int = 200) -> list[StuckItem]:
    """Return the overdue tasks that are offered to people of one unit, whatever unit their cases are at."""
    query, since, key = _of_tasks()
    offered = sa.exists().where(UserTaskCandidate.task_key == key, UserTaskCandidate.unit == unit)
    rows = db.session.execute(query.where(Case.closed_at.is_(None), offered).order_by(since, key).limit(limit))
    return _items(OVERDUE, rows, unit_tree().by_id)


def stuck_page(person: Person, kind: str = OVERDUE, *, unit: str = "", after: str = "", limit: int = PAGE) -> StuckPage:
    """Return what is stuck among the cases a supervisor sees, one kind, oldest first, in one statement.

    :param unit: only this unit and those below it.

    Raises Forbidden for everybody else and NotFound for an unknown kind.
    """
    if not access.allowed(person, SUPERVISOR):
        raise Forbidden("people.no_permission", needed=SUPERVISOR)
    if kind not in KINDS:
        raise NotFound("desk.no_such_list", list=kind)
    wanted = visible_cases(person)
    if unit:
        tree = unit_tree(person.unit_version)
        wanted = sa.and_(wanted, Case.unit_id.in_([tree.by_code[code].id for code in tree.below(unit)]))
    codes = unit_tree(person.unit_version).by_id
    rows = _rows(kind, wanted, place_of(after), limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    place = cursor(last.sorted_by, last.task_key or last.id) if last is not None else None
    return StuckPage(_items(kind, rows[:limit], codes), place)


def _rows(kind: str, wanted: sa.ColumnElement[bool], after: Place | None, limit: int) -> list[t.Any]:
    query, since, key = _QUERIES[kind]()
    query = query.add_columns(since.label("sorted_by")).where(wanted, Case.closed_at.is_(None))
    if after is not None:
        query = query.where(sa.or_(since > after[0], sa.and_(since == after[0], key > after[1])))
    return list(db.session.execute(query.order_by(since, key).limit(limit)))


def _items(kind: str, rows: Iterable[t.Any], codes: Mapping[int, UnitNode]) -> list[StuckItem]:
    return [
        StuckItem(
            kind=kind,
            case_id=row.id,
            case_no=row.case_no,
            process_id=row.process_id,
            unit=codes[row.unit_id].code if row.unit_id in codes else None,
            task_key=row.task_key,
            element_id=row.element_id,
            names=row.names or {},
            assignee=row.assignee,
            assignee_names=row.assignee_names or {},
            accountable=row.accountable,
            accountable_names=row.accountable_names or {},
            customer=row.customer,
            since=row.since,
        )
        for row in rows
    ]


def _of_tasks() -> tuple[sa.Select[t.Any], t.Any, t.Any]:
    """Tasks past their deadline. The index of open tasks gives them in this order."""
    # Under another name, because the condition on visible cases asks the table of tasks as well.
    task, holder = sa.orm.aliased(UserTask), sa.orm.aliased(User)
    columns = (task.key.label("task_key"), task.element_id, task.names, task.assignee)
    query = _base(task.due_sort.label("since"), *columns, holder.names.label("assignee_names"))
    query = query.join(task, task.case_id == Case.id).outerjoin(holder, holder.username == task.assignee)
    return query.where(task.state == "created", task.due_sort < clock.now()), task.due_sort, task.key


def _of_idle_cases() -> tuple[sa.Select[t.Any], t.Any, t.Any]:
    """Cases in which nothing has happened for too long. One that waits for somebody outside is not idle."""
    waits = sa.exists().where(OutsideWait.case_id == Case.id, OutsideWait.until.is_(None))
    complaint = Case.process_id.in_(COMPLAINTS)
    quiet = [
        sa.and_(complaint if complaints else ~complaint, Case.request_time < at, *_nothing_since(at))
        for complaints, at in ((True, _limit("complaint_stall_hours")), (False, _limit("stall_hours")))
    ]
    acts = sa.func.max(sa.func.coalesce(UserTask.ended_at, UserTask.claimed_at, UserTask.created_at))
    last = sa.select(acts).where(UserTask.case_id == Case.id).correlate(Case).scalar_subquery()
    query = _of_cases(sa.func.coalesce(last, Case.request_time))
    return query.where(~waits, sa.or_(*quiet)), Case.request_time, Case.id


def _nothing_since(at: dt.datetime) -> list[sa.ColumnElement[bool]]:
    task = sa.or_(UserTask.created_at >= at, UserTask.claimed_at >= at, UserTask.ended_at >= at)
    return [
        ~sa.exists().where(UserTask.case_id == Case.id, task),
        ~sa.exists().where(Comment.case_id == Case.id, Comment.written_at >= at),
        ~sa.exists().where(AuditEntry.case_id == Case.id, AuditEntry.at >= at),
    ]


def _limit(setting: str) -> dt.datetime:
    """The moment since which as many working hours have passed as a case may stand still."""
    settings: Settings = current_app.extensions["settings"]
    hours = dt.timedelta(hours=getattr(settings.supervision, setting))
    return calendars.for_app().back(clock.now(), hours).astimezone(dt.UTC)


def _of_unaccountable_cases() -> tuple[sa.Select[t.Any], t.Any, t.Any]:
    return _of_cases().where(~sa.func.coalesce(_ACCOUNTABLE.active, sa.false())), Case.request_time, Case.id


def _of_unrecorded_visits() -> tuple[sa.Select[t.Any], t.Any, t.Any]:
    """Visits that were not made, or of which there is no record yet; days stand in papers as texts that sort."""
    days = (sa.func.nullif(Document.content[name].as_string(), "") for name in ("appointment_at", "planned_on"))
    order = sa.and_(Document.kind == "dispatch_order", Document.state.in_(TO_BE_SERVED))
    today = clock.now().astimezone(calendars.for_app().zone).date().isoformat()
    missed = sa.exists().where(Document.case_id == Case.id, order, sa.func.coalesce(*days) < today)
    return _of_cases().where(missed), Case.request_time, Case.id


def _of_incomplete_customers() -> tuple[sa.Select[t.Any], t.Any, t.Any]:
    """Customers who gave a name and can still not be called."""
    called = sa.exists().where(Contact.customer_id == Case.customer_id, Contact.phone.is_not(None), Contact.phone != "")
    nobody = sa.and_(Customer.kind != "anonymous", sa.func.coalesce(Customer.phone, "") == "", ~called)
    return _of_cases().where(nobody), Case.request_time, Case.id


def _of_cases(since: t.Any = Case.request_time) -> sa.Select[t.Any]:
    names = ("task_key", "element_id", "names", "assignee", "assignee_names")
    return _base(since.label("since"), *(sa.null().label(name) for name in names))


_ACCOUNTABLE = sa.orm.aliased(User)


def _base(*columns: t.Any) -> sa.Select[t.Any]:
    return (
        sa.select(
            Case.id, Case.case_no, Case.process_id, Case.unit_id, Customer.name.label("customer"),
            _ACCOUNTABLE.username.label("accountable"), _ACCOUNTABLE.names.label("accountable_names"), *columns,
        )
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .outerjoin(_ACCOUNTABLE, _ACCOUNTABLE.id == sa.func.coalesce(Case.accountable_user_id, Case.first_responder_id))
    )  # fmt: skip


_QUERIES: Mapping[str, t.Callable[[], tuple[sa.Select[t.Any], t.Any, t.Any]]] = {
    OVERDUE: _of_tasks,
    IDLE: _of_idle_cases,
    UNACCOUNTABLE: _of_unaccountable_cases,
    UNRECORDED: _of_unrecorded_visits,
    INCOMPLETE: _of_incomplete_customers,
}
