"""Rows of an instance that a command brings to another version: they name the new version and its elements.

What people have decided about a task stays: who has it, whom it is offered to, its dates, its draft. So do leases of
jobs and everything that has ended, which happened in the version it happened in.
"""

import typing as t

import sqlalchemy as sa

from app.engine import deadlines
from app.engine.models import (
    FOREVER,
    ElementInstance,
    Incident,
    Job,
    MessageSubscription,
    Timer,
    UserTask,
    UserTaskCandidate,
    table_of,
)
from app.engine.running import Moved, Running, another
from app.engine.waiting import (
    DROP_CANDIDATES,
    candidate_pairs,
    form_key_of,
    listens_to,
    names_of,
    offered,
    recorded_by,
)
from app.kernel import JobWait, MessageWait, SignalWait, TimerWait, UserWait, Wait

if t.TYPE_CHECKING:
    from app.engine.command import Command
    from app.engine.writing import Batch


def write(command: "Command", batch: "Batch", running: Running) -> None:
    """Bring the rows of tokens and waits that go on to the new version."""
    moved = running.moved
    if moved is None:
        return
    _tokens(batch, running, moved)
    after = running.waits()
    offers = _offers(command, running) if "tasks" in moved.renewed else {}
    for place, before in running.waits_before.items():
        wait = after.get(place)
        if wait is None or another(before, wait):
            continue
        _wait(command, batch, running, wait)
        if isinstance(wait, UserWait) and wait.token in offers:
            _offer(batch, running, offers[wait.token], t.cast(UserWait, before), wait)


def _changing(model: type[t.Any], *columns: str, wait: bool = False) -> t.Any:
    """An UPDATE of some columns at a token, or at one wait of it."""
    table: t.Any = model
    conditions = [table.instance_key == sa.bindparam("an_instance"), table.token == sa.bindparam("a_token")]
    if wait:
        conditions.append(table.wait == sa.bindparam("a_wait"))
    return sa.update(table_of(model)).where(*conditions).values({name: sa.bindparam(f"new_{name}") for name in columns})


_PROCESS = ("process_definition_key", "process_id")
_VERSION = (*_PROCESS, "process_version", "element_id")
_ELEMENT = _changing(ElementInstance, "process_definition_key", "element_id")
_INCIDENT = _changing(Incident, *_PROCESS, "element_id").where(Incident.resolved_at.is_(None))
_TASK = _changing(UserTask, *_VERSION, "names", "lane", "listens").where(UserTask.state == "created")
_FORM = _changing(UserTask, "form_id", "form_key").where(UserTask.state == "created")
_JOB = _changing(Job, *_VERSION)
_TIMER = _changing(Timer, "element_id", wait=True)
_SUBSCRIPTION = _changing(MessageSubscription, *_PROCESS, "element_id", "record_role", "record_form", wait=True)
_OFFER = (
    sa.update(table_of(UserTask))
    .where(UserTask.key == sa.bindparam("a_task"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in (
                "assignee",
                "candidates",
                "candidate_users",
                "due_at",
                "due_sort",
                "follow_up_at",
                "priority",
                "due_basis",
                "report_at",
                "reported",
            )
        }
    )
)


def _tokens(batch: "Batch", running: Running, moved: Moved) -> None:
    facts = running.facts
    for token, goes_to in moved.elements.items():
        now = running.kernel.tasks.get(token)
        place = {
            "an_instance": running.key,
            "a_token": token,
            "new_process_definition_key": facts.process_definition_key,
            "new_element_id": goes_to,
        }
        batch.change("move element", _ELEMENT, **place)
        if now is not None and now.has_incident:
            batch.change("move incident", _INCIDENT, **place, new_process_id=facts.process_id)


def _wait(command: "Command", batch: "Batch", running: Running, wait: Wait) -> None:
    facts = running.facts
    at = {"an_instance": running.key, "a_token": wait.token, "new_element_id": wait.element_id}
    process = {
        "new_process_definition_key": facts.process_definition_key,
        "new_process_id": facts.process_id,
        "new_process_version": facts.process_version,
    }
    if isinstance(wait, UserWait):
        _task(command, batch, running, wait, at | process)
    elif isinstance(wait, JobWait):
        batch.change("move job", _JOB, **at, **process)
    elif isinstance(wait, TimerWait):
        batch.change("move timer to element", _TIMER, **at, a_wait=wait.index)
    elif isinstance(wait, MessageWait | SignalWait):
        role, form = recorded_by(running.model.elements[wait.element_id])
        del process["new_process_version"]
        recorded = {"new_record_role": role, "new_record_form": form}
        batch.change("move subscription", _SUBSCRIPTION, **at, **process, **recorded, a_wait=wait.index)


def _task(command: "Command", batch: "Batch", running: Running, wait: UserWait, at: dict[str, t.Any]) -> None:
    element, moved = running.model.elements[wait.element_id], running.moved
    lane = element.lane.id if element.lane else None
    listens = listens_to(element)
    batch.change("move task", _TASK, **at, new_names=names_of(element), new_lane=lane, new_listens=listens)
    if moved is not None and (moved.rebound or "tasks" in moved.renewed):
        form = {
            "new_form_id": wait.form.form_id if wait.form else None,
            "new_form_key": form_key_of(command, running, wait),
        }
        batch.change("move form", _FORM, an_instance=running.key, a_token=wait.token, **form)


def _offers(command: "Command", running: Running) -> dict[int, UserTask]:
    """The open tasks by token, as they stand."""
    query = sa.select(UserTask).where(UserTask.instance_key == running.key, UserTask.state == "created")
    return {task.token: task for task in command.session.execute(query).scalars()}


def _offer(batch: "Batch", running: Running, task: UserTask, before: UserWait, after: UserWait) -> None:
    """Offer a task as the new version says, except for what people have changed since it was created."""
    old, new = offered(before), offered(after)
    now = {name: getattr(task, name) for name in old}
    row = {name: new[name] if now[name] == old[name] else now[name] for name in old}
    row["due_sort"] = row["due_at"] or FOREVER
    kept = (task.due_basis, task.report_at, task.reported)
    if row["due_at"] != now["due_at"]:
        counting = running.port.counting
        kept = tuple(deadlines.columns(counting, task.unit_id, task.created_at, row["due_at"]).values())
    row |= dict(zip(("due_basis", "report_at", "reported"), kept, strict=True))
    batch.change("offer anew", _OFFER, a_task=task.key, **{f"new_{name}": value for name, value in row.items()})
    batch.change("drop candidates", DROP_CANDIDATES, an_instance=task.instance_key, a_token=task.token)
    for role, unit in candidate_pairs(row["candidates"], row["candidate_users"] or (), row["assignee"]):
        batch.insert(
            UserTaskCandidate,
            task_key=task.key,
            role=role,
            unit=unit,
            claimed=row["assignee"] is not None,
            due_sort=row["due_sort"],
            created_at=task.created_at,
        )
