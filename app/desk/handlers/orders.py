"""`desk.task_order`: what a manager decides about something stuck, done in the manager's name and rights."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import engine
from app.desk import reading, status
from app.desk.handlers import notes, notices
from app.desk.models import Case
from app.engine.models import UserTask
from app.engine.registry import JobContext
from app.errors import Conflict, FirstlineError, Invalid
from app.i18n import localised
from app.people.person import Person, find_person

ACTIONS = frozenset({"remind", "send_back", "reassign", "escalate"})
DONE, GONE, REFUSED = "done", "gone", "refused"


def act(job: JobContext) -> Mapping[str, t.Any]:
    """Do `action` (remind, send_back, reassign, escalate) about the task `task_key` or else the case `case_no`.

    Sending back takes the task from whoever has it and offers it again, with the `reason` and a note for the count of
    re-handlings; reassigning gives it to `to`. Both are checked and audited like the same act in the inbox. Escalating
    is left to the diagram. Returns {"outcome", "owner"}: done; gone, when it was dealt with meanwhile; or refused.
    """
    action = reading.required(job, "action")
    if action not in ACTIONS:
        raise Invalid("desk.unknown_action", action=action, element=job.element)
    manager = find_person(reading.last_actor(job) or "")
    task = _task(job)
    case = _case(job, task)
    if manager is None:
        return {"outcome": REFUSED, "owner": None}
    if (reading.text(job, "task_key") and task is None) or (case is not None and case.status in status.FINAL):
        return {"outcome": GONE, "owner": None}
    try:
        owner = _change(job, manager, action, task, case)
    except Conflict:
        return {"outcome": GONE, "owner": None}
    except FirstlineError:
        return {"outcome": REFUSED, "owner": task.assignee if task else None}
    job.session.flush()
    return {"outcome": DONE, "owner": owner}


def _task(job: JobContext) -> UserTask | None:
    key = reading.record_id(job, "task_key")
    query = sa.select(UserTask).where(UserTask.key == key, UserTask.state == "created")
    return t.cast(UserTask | None, job.session.scalars(query).one_or_none()) if key is not None else None


def _case(job: JobContext, task: UserTask | None) -> Case | None:
    if task is not None and task.case_id is not None:
        return t.cast(Case | None, job.session.get(Case, task.case_id, with_for_update=True))
    number = reading.text(job, "case_no")
    query = sa.select(Case).where(Case.case_no == number).with_for_update()
    return t.cast(Case | None, job.session.scalars(query).one_or_none()) if number else None


def _change(job: JobContext, manager: Person, action: str, task: UserTask | None, case: Case | None) -> str | None:
    """Return whose the matter is now, after telling them."""
    reason = reading.text(job, "reason") or ""
    owner = task.assignee if task is not None else _accountable(job, case)
    if action == "reassign":
        owner = _hand_over(job, manager, task, case, reason)
    elif action == "send_back":
        if task is not None and task.assignee is not None:
            engine.release_task(manager, task.key, reason)
        if case is not None:
            notes.add(job, case, "rehandling", reason, step=task.element_id if task is not None else None)
    if action != "escalate":
        _tell(job, "sent_back" if action == "send_back" else "stuck_reminder", owner, task, case, reason)
    return owner


def _accountable(job: JobContext, case: Case | None) -> str | None:
    return reading.username_of(job.session, case.accountable_user_id) if case is not None else None


def _hand_over(job: JobContext, manager: Person, task: UserTask | None, case: Case | None, reason: str) -> str:
    """Give the task, or the answering for a case without one, to somebody. Raises Invalid for a name nobody has."""
    to = reading.required(job, "to").strip()
    if task is not None:
        engine.assign_task(manager, task.key, to, reason=reason)
    elif case is not None:
        case.accountable_user_id = reading.user_id(job.session, to)
        notes.add(job, case, "reassigned", reason, data={"to": to})
    return to


def _tell(
    job: JobContext, template: str, owner: str | None, task: UserTask | None, case: Case | None, reason: str
) -> None:
    """Write to whoever has it; to everybody whom the task is offered to while nobody has taken it."""
    what = localised(task.names, task.element_id) if task is not None else case.fault_description if case else None
    params = {"case_no": case.case_no if case is not None else "", "what": what or "", "reason": reason}
    offered = [f"role:{role}@{unit}" if unit else f"role:{role}" for role, unit in task.candidates] if task else []
    for recipient in [f"user:{owner}"] if owner else offered:
        notices.write(job, case, recipient, template, params)
