"""What people do with user tasks: complete, claim, hand back, assign, save a draft, move the dates.

Functions that change a task return True when that is done, and False when listeners of the task are asked first; then
it comes about as soon as all of them have agreed.
"""

import datetime as dt
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import clock
from app.db import transaction
from app.engine import access as rights
from app.engine import asking, delegating, handing, submission
from app.engine.command import Command, run
from app.engine.models import Draft, ProcessInstance, UserTask, table_of
from app.engine.naming import by_whom
from app.engine.open_tasks import held_task, idle_task, must_be_open
from app.engine.running import INSTANCE_COLUMNS
from app.engine.task_rows import change, columns, note
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import access
from app.people.person import STAFF, SUPERVISOR, Person, find_person

UNSET: t.Any = object()
"""Marks a field that `update_task` shall leave as it is, because None means “remove it”."""

# Built once, because building it costs as much as running it.
_TASK_WITH_INSTANCE = (
    sa.select(UserTask, *INSTANCE_COLUMNS)
    .join(ProcessInstance, ProcessInstance.key == UserTask.instance_key)
    .where(UserTask.key == sa.bindparam("a_task"))
    .with_for_update(of=UserTask)
    .execution_options(populate_existing=True)
)


def complete_task(person: Person, task_key: int, data: Mapping[str, t.Any], *, action: str = "complete") -> bool:
    """Complete a task with what its form was filled in with; a task without form takes any variables.

    :param action: a word for the task's listeners.

    Raises Conflict (naming who was first), Forbidden, NotFound, and Invalid with the fields that break the form's
    rules; then nothing has changed.
    """

    def act(command: Command) -> bool:
        task, row = _task_with_instance(command.session, task_key)
        must_be_open(task)
        rights.require_task(person, task)
        rights.require_separation(command.session, person, task)
        asking.must_be_idle(task)
        running = command.take(row)
        running.require_awake()
        filled = submission.clean(command, running, task, data)
        running.actors[task.token] = person.username
        running.task_rows[task.token] = {column.key: getattr(task, column.key) for column in table_of(UserTask).c}
        if filled.trace is not None:
            running.traces[task.token] = filled.trace
        asked = asking.listens(task, "completing")
        if asked:
            asking.note_question(task, "completing", person, action, trace=filled.trace)
            _keep_draft(command.session, person, task, data)
        running.kernel.complete(task.token, filled.variables)
        if task.delegated_by is not None and not asked:
            handing.tell_of_end(command.session, person, task)
        return not asked

    return run(person, act)


def claim_task(person: Person, task_key: int) -> bool:
    """Take a task for oneself. Exactly one of several people wins; the others get a Conflict naming the winner."""
    with transaction() as session:
        task = idle_task(session, task_key)
        access.require(person, STAFF)
        if task.assignee == person.username:
            return True
        if task.assignee is not None:
            raise Conflict("engine.task_claimed_already", **by_whom(task.assignee, task.claimed_at))
        rights.require_task(person, task)
        rights.require_separation(session, person, task)
        note(session, person, "claimed", task)
        return _give(session, person, task, person.username, "claim")


def release_task(person: Person, task_key: int, reason: str) -> bool:
    """Hand a task back to its candidates, saying why."""
    with transaction() as session:
        task = idle_task(session, task_key)
        access.require(person, STAFF)
        if task.assignee is None:
            return True
        if task.assignee != person.username and not _leads(person, task) and not rights.acts_for(person, task):
            raise Forbidden("engine.task_of_somebody_else", **by_whom(task.assignee, task.claimed_at))
        if not reason.strip():
            raise Invalid("engine.reason_needed", fields={"reason": [("engine.reason_needed", {})]})
        if task.delegated_by is not None and task.assignee == person.username:
            delegating.return_task(person, task_key, reason)
            return True
        detail = {"from": task.assignee}
        note(session, person, "released", task, reason, detail)
        return _give(session, person, task, None, "unassign", reason)


def assign_task(
    person: Person,
    task_key: int,
    username: str,
    *,
    reason: str = "",
    allow_override: bool = True,
    action: str = "assign",
) -> bool:
    """Give a task to somebody: supervisors and administrators to any candidate, an assignee to another candidate.

    :param allow_override: replace an assignee there may be; without it that is a Conflict.
    :param action: a word for the task's listeners.
    """
    with transaction() as session:
        task = idle_task(session, task_key)
        access.require(person, STAFF)
        if task.assignee == username:
            return True
        if task.assignee is not None and not allow_override:
            raise Conflict("engine.task_claimed_already", **by_whom(task.assignee, task.claimed_at))
        target = person if username == person.username else find_person(username)
        if target is None:
            raise Invalid("engine.no_such_person", fields={"assignee": [("engine.no_such_person", {"who": username})]})
        _require_assigner(person, task, target)
        rights.require_separation(session, person, task, target)
        detail = {"from": task.assignee, "to": username}
        note(session, person, "assigned", task, reason, detail)
        return _give(session, person, task, username, action, reason)


def save_draft(person: Person, task_key: int, data: Mapping[str, t.Any]) -> dt.datetime:
    """Keep what somebody has typed so far, for this person only; returns when it was saved."""
    with transaction() as session:
        task = held_task(session, task_key)
        rights.require_task(person, task)
        return _keep_draft(session, person, task, data)


def drop_old_drafts() -> int:
    """Forget drafts of tasks that have ended; returns how many."""
    with transaction() as session:
        ended = sa.select(UserTask.key).where(UserTask.key == Draft.task_key, UserTask.state != "created").exists()
        done = session.execute(sa.delete(Draft).where(ended), execution_options={"synchronize_session": False})
        return int(done.rowcount)


def update_task(
    person: Person,
    task_key: int,
    *,
    due_at: dt.datetime | None = UNSET,
    follow_up_at: dt.datetime | None = UNSET,
    priority: int = UNSET,
    candidate_groups: list[str] = UNSET,
    candidate_users: list[str] = UNSET,
    reason: str = "",
    action: str = "update",
) -> bool:
    """Change dates, priority or candidates of an open task; `action` is a word for its listeners.

    The follow-up date is the assignee's own; everything else needs a supervisor or an administrator.
    """
    with transaction() as session:
        task = idle_task(session, task_key)
        access.require(person, STAFF)
        given = {
            "due_date": due_at,
            "follow_up_date": follow_up_at,
            "priority": priority,
            "candidate_groups": candidate_groups,
            "candidate_users": candidate_users,
        }
        changes = {name: value for name, value in given.items() if value is not UNSET}
        if set(changes) == {"follow_up_date"}:
            rights.require_task(person, task)
        elif not _leads(person, task):
            raise Forbidden("people.no_permission", needed=SUPERVISOR)
        after = columns(changes)
        before = {name: _plain(getattr(task, name)) for name in after}
        detail = {"before": before, "after": {name: _plain(value) for name, value in after.items()}}
        note(session, person, "updated", task, reason, detail)
        if asking.listens(task, "updating"):
            asking.ask(person, task, "updating", changes, action, reason)
            return False
        change(session, task, changes)
        return True


def _give(session: t.Any, person: Person, task: UserTask, username: str | None, action: str, reason: str = "") -> bool:
    """Make somebody the assignee, or nobody."""
    if asking.listens(task, "assigning"):
        asking.ask(person, task, "assigning", {"assignee": username}, action, reason)
        return False
    before = task.assignee
    change(session, task, {"assignee": username})
    handing.tell(session, person, task, before, reason)
    return True


def _keep_draft(session: t.Any, person: Person, task: UserTask, data: Mapping[str, t.Any]) -> dt.datetime:
    at = clock.now()
    session.merge(Draft(task_key=task.key, username=person.username, data=dict(data), saved_at=at))
    return at


def _plain(value: t.Any) -> t.Any:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _task_with_instance(session: t.Any, task_key: int) -> tuple[UserTask, t.Any]:
    """Read a task and its instance in one statement, holding the task against rivals where the database can."""
    row = session.execute(_TASK_WITH_INSTANCE, {"a_task": task_key}).one_or_none()
    if row is None:
        raise NotFound("engine.no_such_task", key=task_key)
    return row.UserTask, row


def _leads(person: Person, task: UserTask) -> bool:
    return person.administrator or (person.supervisor and rights.may_see_task(person, task))


def _require_assigner(person: Person, task: UserTask, target: Person) -> None:
    if person.administrator:
        return
    passes_on = task.assignee == person.username and task.delegated_by is None
    takes = task.assignee is None and target is person
    if not _leads(person, task) and not passes_on and not takes:
        raise Forbidden("people.no_permission", needed=SUPERVISOR)
    offered = not task.candidates and not task.candidate_users
    if not offered and not rights.is_candidate(target, task.candidates, task.candidate_users):
        roles = ", ".join(sorted({role for role, _ in task.candidates}))
        raise Forbidden("engine.assignee_not_candidate", who=target.username, roles=roles)
