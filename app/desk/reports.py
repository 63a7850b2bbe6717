"""Telling people that the time of a step is passing (catalogue G2): at half of it, and at twice what was allowed.

A task carries the moment of its next report. A sweep finds those that have come, tells, and sets the next moment.
"""

import datetime as dt
import typing as t

import sqlalchemy as sa

from app import calendars, clock
from app.db import db, transaction
from app.desk.models import Case
from app.engine import deadlines, task_rows
from app.engine.models import UserTask
from app.people import audit, notifications
from app.people.models import Membership, Unit, User
from app.people.notifications import Telling
from app.people.units import unit_tree

BATCH = 200


def sweep() -> int:
    """Give every report that is due; returns how many. Safe to run twice and beside others."""
    done = 0
    while told := sum(report(key) for key in _due()):
        done += told
    return done


def report(task_key: int) -> bool:
    """Tell about one task and set when to tell next. Of several sweeps one gets it.

    At half of its time, and as long as twice of it has not passed: who has the task, else those it is offered to, and
    who answers for the case. At twice the time: the supervisors in charge, in whose lists it stands from now on.
    """
    with transaction() as session:
        query = sa.select(UserTask).where(UserTask.key == task_key).with_for_update(skip_locked=True)
        task = session.scalars(query.execution_options(populate_existing=True)).first()
        if task is None or task.state != "created" or task.report_at is None or task.report_at > clock.now():
            return False
        case = session.get(Case, task.case_id) if task.case_id is not None else None
        twice = _twice(task)
        at_half = task.reported == 0 and (twice is None or twice > clock.now())
        who = _keepers(task, case) if at_half else _managers(session, task)
        notifications.tell(session, who, _telling(task, case, "half_time" if at_half else "take_over"))
        if not at_half:
            _offer(session, task, who)
        task.reported += 1
        task.report_at = twice if at_half else None
    return True


def _offer(session: t.Any, task: UserTask, managers: sa.Select[t.Any]) -> None:
    """Offer the task to supervisors as it is: with what is typed and attached, and gone from their lists once done."""
    names = sorted(session.scalars(sa.select(User.username).where(User.id.in_(managers))))
    task_rows.offer_also(session, task, names)
    audit.record(
        session, None, "desk:user_task:offered_for_take_over", f"user_task:{task.key}", detail={"to": names},
        instance_key=task.instance_key, case_id=task.case_id,
    )  # fmt: skip


def _due() -> list[int]:
    db.session.rollback()
    query = sa.select(UserTask.key).where(UserTask.state == "created", UserTask.report_at <= clock.now())
    return list(db.session.scalars(query.order_by(UserTask.report_at).limit(BATCH)))


def _telling(task: UserTask, case: Case | None, code: str) -> Telling:
    zone = calendars.for_unit(task.unit_id).zone
    due = f"{task.due_at.astimezone(zone):%Y-%m-%d %H:%M}" if task.due_at else ""
    params = {"case": case.case_no if case else "", "step": task.names, "due": due}
    return Telling(notifications.TASK, f"desk.report.{code}", params, case_id=task.case_id, task_key=task.key)


def _twice(task: UserTask) -> dt.datetime | None:
    calendar = deadlines.calendar_of(task.due_basis, task.unit_id)
    return deadlines.part(calendar, task.created_at, task.due_at, 2, 1)


def _keepers(task: UserTask, case: Case | None) -> sa.Select[t.Any]:
    answers = [key for key in (case.first_responder_id, case.accountable_user_id) if key] if case is not None else []
    groups = [] if task.assignee else [notifications.holders(role, unit) for role, unit in task.candidates]
    meant = [User.id.in_(answers), User.username == task.assignee, *(User.id.in_(group) for group in groups)]
    return sa.select(User.id).where(sa.or_(*meant))


def _managers(session: t.Any, task: UserTask) -> sa.Select[t.Any]:
    """The supervisors in charge: those with a role at the unit, else at the nearest unit above that has one."""
    tree = unit_tree()
    node = tree.by_id.get(task.unit_id) if task.unit_id is not None else None
    query = (
        sa.select(User.id, Unit.code)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(User.active, User.supervisor)
    )
    by_unit: dict[str | None, list[int]] = {}
    for row in session.execute(query):
        by_unit.setdefault(row.code, []).append(row.id)
    nearest = next((code for code in (*reversed(node.above if node else ()), None) if code in by_unit), None)
    return sa.select(User.id).where(User.id.in_(by_unit.get(nearest, [])))
