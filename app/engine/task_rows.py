"""Rows of user tasks: who has them and what they say, and what became of a change that listeners were asked about."""

import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app import clock
from app.engine import deadlines
from app.engine.access import pair_of
from app.engine.models import FOREVER, UserTask, UserTaskCandidate
from app.engine.registry import DEFAULT_PRIORITY, TaskFacts
from app.engine.running import Running
from app.engine.waiting import candidate_pairs
from app.kernel import JobWait, TaskChanged, TaskDenied
from app.people import audit
from app.people.person import Person

if t.TYPE_CHECKING:
    from app.engine.command import Command


def change(session: t.Any, task: UserTask, changes: Mapping[str, t.Any]) -> None:
    """Write changes, by their names in the kernel's `UserWait`."""
    values = columns(changes)
    for name, value in values.items():
        setattr(task, name, value)
    task.due_sort = task.due_at or FOREVER
    if "due_at" in values:
        for name, value in deadlines.columns(None, task.unit_id, task.created_at, task.due_at).items():
            setattr(task, name, value)
    if "assignee" in values:
        task.claimed_at = clock.now() if task.assignee else None
        task.delegated_by = task.delegated_until = None
    session.flush()
    if set(values) == {"assignee"} and (task.candidates or task.candidate_users):
        _mark_claimed(session, task)
    else:
        _rewrite_candidates(session, task)


def offer_also(session: t.Any, task: UserTask, usernames: Iterable[str]) -> None:
    """Offer an open task to further people by name; one that names nobody is offered to everybody anyway."""
    if task.candidates or task.candidate_users:
        task.candidate_users = sorted({*(task.candidate_users or ()), *usernames})
        session.flush()
        _rewrite_candidates(session, task)


def columns(changes: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Changes as columns of the row; nothing at all takes a value away."""
    return {_COLUMNS[name][0]: _COLUMNS[name][1](value) for name, value in changes.items()}


_COLUMNS: Mapping[str, tuple[str, t.Callable[[t.Any], t.Any]]] = {
    "assignee": ("assignee", lambda name: name or None),
    "candidate_groups": ("candidates", lambda groups: [list(pair_of(group)) for group in groups or ()]),
    "candidate_users": ("candidate_users", lambda users: list(users or ()) or None),
    "due_date": ("due_at", lambda moment: moment),
    "follow_up_date": ("follow_up_at", lambda moment: moment),
    "priority": ("priority", lambda number: DEFAULT_PRIORITY if number is None else number),
}


def agreed(command: "Command", sender: Running, message: TaskChanged) -> None:
    """All listeners agree to a change."""
    task = open_task(command.session, sender, message.token)
    if task is not None:
        change(command.session, task, message.changes)
        task.pending = None
        command.session.flush()


def denied(command: "Command", sender: Running, message: TaskDenied) -> None:
    """A listener does not agree: the task stays as it is, and whoever looks at it learns why."""
    task = open_task(command.session, sender, message.token)
    if task is None:
        return
    asked = task.pending or {}
    task.denied = {**asked, "event": message.event, "reason": message.reason, "at": command.now.isoformat()}
    task.pending = None
    command.session.flush()
    detail = {"event": message.event, "asked_by": asked.get("by")}
    note(command.session, command.person, "denied", task, message.reason, detail)


def recall(session: t.Any, running: Running, token: int) -> None:
    """Remember who is completing a task, and by which decisions: that was asked in an earlier command."""
    task = open_task(session, running, token)
    asked = (task.pending if task is not None else None) or {}
    if "by" in asked:
        running.actors[token] = asked["by"]
    if asked.get("trace") is not None:
        running.traces[token] = asked["trace"]


def open_task(session: t.Any, running: Running, token: int) -> UserTask | None:
    """The row of an open task by its token."""
    query = sa.select(UserTask).where(
        UserTask.instance_key == running.key, UserTask.token == token, UserTask.state == "created"
    )
    found: UserTask | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    return found


def facts(session: t.Any, running: Running, wait: JobWait) -> TaskFacts:
    """What a listener is asked about."""
    query = sa.select(UserTask).where(UserTask.instance_key == running.key, UserTask.token == wait.token)
    task = session.execute(query).scalar_one_or_none()
    if task is None:
        said = {name: value for name, value in wait.changes.items() if value is not None}
        return TaskFacts(None, "create", None, (), **said)
    now = {
        "assignee": task.assignee,
        "candidate_groups": tuple(f"{role}@{unit}" if unit else role for role, unit in task.candidates),
        "candidate_users": tuple(task.candidate_users or ()),
        "due_date": task.due_at,
        "follow_up_date": task.follow_up_at,
        "priority": task.priority,
    }
    action = (task.pending or {}).get("action") or ""
    return TaskFacts(task.key, action, task.form_key, tuple(wait.changes), **{**now, **wait.changes})


def note(
    session: t.Any,
    person: Person | None,
    what: str,
    task: UserTask,
    reason: str = "",
    detail: Mapping[str, t.Any] | None = None,
) -> None:
    """Write into the audit trail what happened to a task."""
    audit.record(
        session,
        person,
        f"engine:user_task:{what}",
        f"user_task:{task.key}",
        reason,
        detail,
        instance_key=task.instance_key,
        case_id=task.case_id,
    )


def _mark_claimed(session: t.Any, task: UserTask) -> None:
    session.execute(
        sa.update(UserTaskCandidate)
        .where(UserTaskCandidate.task_key == task.key)
        .values(claimed=task.assignee is not None),
        execution_options={"synchronize_session": False},
    )


def _rewrite_candidates(session: t.Any, task: UserTask) -> None:
    session.execute(
        sa.delete(UserTaskCandidate).where(UserTaskCandidate.task_key == task.key),
        execution_options={"synchronize_session": False},
    )
    rows = [
        {
            "task_key": task.key,
            "role": role,
            "unit": unit,
            "claimed": task.assignee is not None,
            "due_sort": task.due_sort,
            "created_at": task.created_at,
        }
        for role, unit in candidate_pairs(task.candidates, task.candidate_users or (), task.assignee)
    ]
    if rows:
        session.execute(sa.insert(UserTaskCandidate), rows)
