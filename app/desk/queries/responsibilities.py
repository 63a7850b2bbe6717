"""The cases a person answers for, wherever the work on them is (catalogue G3): who has each now, and what is late."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from app import calendars, clock, i18n
from app.db import db
from app.desk.models import Asset, Case, Customer, Product, ServiceContract
from app.desk.queries import waiting
from app.desk.queries.paging import cursor, place_of
from app.engine.models import FOREVER, OutsideWait, UserTask, UserTaskCandidate
from app.people import access
from app.people.models import Role, User
from app.people.person import Person

PAGE = 50
SHOWN = ("", "late", "waiting")


@dataclasses.dataclass(frozen=True)
class Holder:
    """An open step: who has it or whom it is offered to, since when, until when."""

    task_key: int
    step: str
    who: str
    offered: str
    since: dt.datetime
    due: dt.datetime | None
    late: bool


@dataclasses.dataclass(frozen=True)
class Responsibility:
    """One case of the list.

    Attributes:
        first: whether the person, or somebody away for whom they stand in, is its first responder.
        absent: display name of whom the person stands in for; empty for their own cases.
        due: until when the case is to be solved, with the pauses added.
        waits_for: whom the case waits for outside (`customer`, `vendor`), and since when; None while it is with us.
        times: working time since the request, all of it and ours.
    """

    case_no: str
    process_id: str
    status: str
    priority: str
    customer: str
    device: str
    fault: str
    request_time: dt.datetime
    first: bool
    absent: str
    due: dt.datetime | None
    late: bool
    holders: tuple[Holder, ...]
    waits_for: tuple[str, dt.datetime] | None
    times: waiting.Times


@dataclasses.dataclass(frozen=True)
class ResponsibilityPage:
    """One page; `after` resumes behind its last row, None at the end."""

    rows: list[Responsibility]
    after: str | None


def responsibilities(person: Person, show: str = "", after: str = "", limit: int = PAGE) -> ResponsibilityPage:
    """Return the open cases a person answers for, the one due first on top, in one statement.

    Those of people who are away stand among those of their substitute.

    :param show: `late` for those past a deadline, `waiting` for those that wait for somebody outside.
    """
    now = clock.now()
    people = {one.id: one for one in (person, *access.substitutes_for(person))}
    rows = db.session.execute(_statement(list(people), show, now, after, limit + 1)).all()
    cases = list(_folded(rows))
    last = cases[limit - 1][0] if len(cases) > limit else None
    found = [_responsibility(person, people, case, now) for case in cases[:limit]]
    if show == "late":
        # Earlier pauses may have put a deadline off, which takes a calendar to know.
        found = [one for one in found if one.late]
    return ResponsibilityPage(found, cursor(last.due_key, last.id) if last is not None else None)


def _mine(ids: list[int], show: str, now: dt.datetime) -> sa.Select[t.Any]:
    """The open cases of some people, found by two indexes: asked with OR, the planner reads all open cases."""
    halves = (Case.first_responder_id, Case.accountable_user_id)
    answers = sa.union(*(sa.select(Case.id).where(one.in_(ids), Case.closed_at.is_(None)) for one in halves))
    query = sa.select(Case.id).where(Case.id.in_(answers))
    out = sa.exists().where(OutsideWait.case_id == Case.id, OutsideWait.until.is_(None))
    if show == "late":
        task = sa.exists().where(UserTask.case_id == Case.id, UserTask.state == "created", UserTask.due_sort < now)
        return query.where(sa.or_(task, sa.and_(Case.resolve_due < now, ~out)))
    return query.where(out) if show == "waiting" else query


def _statement(ids: list[int], show: str, now: dt.datetime, after: str, limit: int) -> sa.Select[t.Any]:
    """A page of cases, each with its open steps, whom they are offered to, and its waits: one row per combination."""
    due = sa.func.coalesce(Case.resolve_due, FOREVER)
    cases = _mine(ids, show, now).add_columns(due.label("due_key")).order_by(due, Case.id).limit(limit)
    if place := place_of(after):
        at, key = place
        cases = cases.where(sa.or_(due > at, sa.and_(due == at, Case.id > key)))
    page = cases.subquery("page")
    holder = sa.orm.aliased(User)
    return (
        sa.select(
            page.c.due_key, Case.id, Case.case_no, Case.process_id, Case.status, Case.priority, Case.unit_id,
            Case.fault_description, Case.request_time, Case.resolve_due, Case.first_responder_id,
            Case.accountable_user_id, Customer.name.label("customer"), Customer.name_en.label("customer_en"),
            Product.model, Product.name.label("product"), Product.name_en.label("product_en"),
            UserTask.key.label("task_key"), UserTask.names.label("step"), UserTask.element_id, UserTask.assignee,
            UserTask.created_at, UserTask.claimed_at, UserTask.due_at, holder.names.label("holder"),
            sa.and_(ServiceContract.non_workday_covered, ServiceContract.status == "active").label("covered"),
            UserTaskCandidate.role, Role.names.label("role_names"),
            OutsideWait.key.label("wait_key"), OutsideWait.waits_for, OutsideWait.since, OutsideWait.until,
        )
        .select_from(page)
        .join(Case, Case.id == page.c.id)
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .outerjoin(Asset, Asset.id == Case.asset_id)
        .outerjoin(Product, Product.id == Asset.product_id)
        .outerjoin(ServiceContract, ServiceContract.id == Case.contract_id)
        .outerjoin(UserTask, sa.and_(UserTask.case_id == Case.id, UserTask.state == "created"))
        .outerjoin(holder, holder.username == UserTask.assignee)
        .outerjoin(UserTaskCandidate, sa.and_(UserTaskCandidate.task_key == UserTask.key, UserTask.assignee.is_(None)))
        .outerjoin(Role, Role.id == UserTaskCandidate.role)
        .outerjoin(OutsideWait, OutsideWait.case_id == Case.id)
        .order_by(page.c.due_key, Case.id, UserTask.due_sort, UserTask.key, UserTaskCandidate.role)
    )  # fmt: skip


def _folded(rows: Iterable[t.Any]) -> Iterator[list[t.Any]]:
    cases: dict[int, list[t.Any]] = {}
    for row in rows:
        cases.setdefault(row.id, []).append(row)
    return iter(cases.values())


def _responsibility(
    person: Person, people: Mapping[int, Person], rows: list[t.Any], now: dt.datetime
) -> Responsibility:
    case = rows[0]
    calendar = calendars.for_unit(case.unit_id)
    if case.covered:
        calendar = calendars.around_the_clock(calendar.zone)
    waits = list({row.wait_key: row for row in rows if row.wait_key is not None}.values())
    out = min((row for row in waits if row.until is None), key=lambda row: row.since, default=None)
    holders = tuple(_holders(rows, now))
    due = waiting.put_off(calendar, case.resolve_due, case.request_time, waits, now) if case.resolve_due else None
    mine = person.id in {case.first_responder_id, case.accountable_user_id}
    for_whom = next(
        (people[key] for key in (case.first_responder_id, case.accountable_user_id) if key in people), person
    )
    return Responsibility(
        case_no=case.case_no,
        process_id=case.process_id,
        status=case.status,
        priority=case.priority or "",
        customer=i18n.localised({"zh": case.customer or "", "en": case.customer_en or ""}),
        device=i18n.localised({"zh": case.product or "", "en": case.product_en or ""}, case.model or ""),
        fault=case.fault_description or "",
        request_time=case.request_time,
        first=case.first_responder_id in people,
        absent="" if mine else for_whom.name,
        due=due,
        late=any(one.late for one in holders) or (due is not None and due < now and out is None),
        holders=holders,
        waits_for=(out.waits_for, out.since) if out is not None else None,
        times=waiting.times(calendar, case.request_time, now, waits),
    )


def _holders(rows: list[t.Any], now: dt.datetime) -> Iterator[Holder]:
    tasks: dict[int, list[t.Any]] = {}
    for row in rows:
        if row.task_key is not None:
            tasks.setdefault(row.task_key, []).append(row)
    for key, same in tasks.items():
        task = same[0]
        roles = dict.fromkeys(i18n.localised(row.role_names, row.role) for row in same if row.role)
        yield Holder(
            task_key=key,
            step=i18n.localised(task.step, task.element_id),
            who=i18n.localised(task.holder, task.assignee) if task.assignee else "",
            offered=", ".join(roles),
            since=task.claimed_at or task.created_at,
            due=task.due_at,
            late=task.due_at is not None and task.due_at < now,
        )
