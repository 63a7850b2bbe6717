"""What comes after a step: whose turn it is now, in the same case."""

import dataclasses
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.engine import access as rights
from app.engine.models import Job, MessageSubscription, ProcessInstance, UserTask
from app.inbox.names import models_of, people_named, roles_named, shown, unit_name
from app.people.person import Person


@dataclasses.dataclass(frozen=True)
class Next:
    """One step that is open now. `who` has it, or the roles it is offered to; `yours` says it may be done at once."""

    key: int
    title: str
    who: str
    yours: bool
    claimed: bool
    visible: bool


@dataclasses.dataclass(frozen=True)
class After:
    """Where a case stands after a step.

    Attributes:
        step: name of the step that was finished.
        checking: the step is not finished yet: its listeners are asked first.
        denied: one of them did not allow it.
        reason: what it said against it; may be empty.
        working: jobs are still on their way, so look again in a moment.
        outside: answers that are waited for.
        ended: nothing of the case is running any more.
    """

    instance_key: int
    step: str
    steps: tuple[Next, ...]
    outside: tuple[str, ...]
    working: bool
    ended: bool
    checking: bool
    denied: bool
    reason: str


def after(person: Person, instance_key: int, done: UserTask | None = None) -> After:
    """Say where the case of an instance stands now. Raises NotFound for one the person may not see.

    :param done: the task that was finished.
    """
    instance = rights.require_instance(db.session, person, instance_key)
    same = ProcessInstance.root_key == instance.root_key
    if instance.case_id is not None:
        same = ProcessInstance.case_id == instance.case_id
    family: sa.Select[t.Any] = sa.select(ProcessInstance.key).where(same)
    open_tasks = sa.select(UserTask).where(UserTask.instance_key.in_(family), UserTask.state == "created")
    tasks = db.session.scalars(open_tasks.order_by(UserTask.due_sort, UserTask.key)).all()
    due = sa.and_(Job.instance_key.in_(family), Job.retries > 0, Job.due_at <= clock.now())
    live = db.session.execute(sa.select(ProcessInstance.key).where(same, ProcessInstance.state == "active").limit(1))
    return After(
        instance_key=instance_key,
        step=i18n.localised(done.names, done.element_id) if done else "",
        steps=tuple(_next(person, tasks)),
        outside=_outside(family),
        working=db.session.execute(sa.select(Job.key).where(due).limit(1)).first() is not None,
        ended=live.first() is None,
        checking=bool(done and done.pending),
        denied=bool(done and done.denied),
        reason=(done.denied or {}).get("reason", "") if done else "",
    )


def _next(person: Person, tasks: Sequence[UserTask]) -> list[Next]:
    names = people_named(task.assignee for task in tasks)
    roles = roles_named(role for task in tasks if task.assignee is None for role, _unit in task.candidates)
    return [
        Next(
            key=task.key,
            title=i18n.localised(task.names, task.element_id),
            who=names[task.assignee] if task.assignee else offered_to(task, roles),
            yours=rights.entitled(person, task) and task.assignee in {None, person.username},
            claimed=task.assignee == person.username,
            visible=rights.may_see_task(person, task),
        )
        for task in tasks
    ]


def offered_to(task: UserTask, roles: dict[str, str]) -> str:
    """Say to whom an unclaimed task is offered: role and unit of each candidate group."""
    groups = (f"{roles[role]} · {unit_name(unit)}" if unit else roles[role] for role, unit in task.candidates)
    return ", ".join(dict.fromkeys(groups))


def _outside(family: sa.Select[t.Any]) -> tuple[str, ...]:
    query = sa.select(MessageSubscription).where(
        MessageSubscription.instance_key.in_(family), MessageSubscription.record_role.is_not(None)
    )
    waits = db.session.scalars(query).all()
    models = models_of(wait.process_definition_key for wait in waits)
    return tuple(shown(models[wait.process_definition_key].elements[wait.element_id]) for wait in waits)
