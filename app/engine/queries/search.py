"""What a person may look through: one query per kind of row, with their view of the company already applied."""

import typing as t

import sqlalchemy as sa

from app.engine.access import sees_everything, visible_batches, visible_instances, visible_rows
from app.engine.models import (
    BatchItem,
    BatchOperation,
    ElementInstance,
    Incident,
    Job,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    StartSubscription,
    UserTask,
    UserTaskCandidate,
    Variable,
)
from app.engine.queries.inbox import for_whom, offered_condition
from app.engine.variables import VISIBLE
from app.people import access
from app.people.person import Person


def instances(person: Person) -> sa.Select[t.Any]:
    """Process instances."""
    return sa.select(ProcessInstance).where(visible_instances(person))


def element_instances(person: Person) -> sa.Select[t.Any]:
    """Activations of elements, live and past."""
    return sa.select(ElementInstance).where(_of_visible(person, ElementInstance.instance_key))


def variables(person: Person) -> sa.Select[t.Any]:
    """Variables of every scope; the kernel's own are left out."""
    return sa.select(Variable).where(_of_visible(person, Variable.instance_key), VISIBLE)


def tasks(person: Person) -> sa.Select[t.Any]:
    """User tasks of visible instances, and whatever else is offered or assigned to the person."""
    query = sa.select(UserTask)
    if sees_everything(person):
        return query
    people = for_whom(person)
    return query.where(
        sa.or_(
            visible_rows(person, UserTask.instance_key, UserTask.unit_id),
            UserTask.assignee.in_([one.username for one in people]),
            UserTask.ended_by == person.username,
            offered_condition(people),
        )
    )


def tasks_of_group(person: Person, role: str, unit: str) -> sa.Select[t.Any]:
    """Open tasks of one group, joined with `user_task_candidate`, whose index has them in their default order."""
    held = any(access.holds(one, role, unit or None) for one in for_whom(person))
    # What is offered to the person need not be looked up again for each task.
    query = sa.select(UserTask) if held else tasks(person)
    offered = sa.and_(UserTaskCandidate.role == role, UserTaskCandidate.unit == unit)
    return query.join(UserTaskCandidate, sa.and_(UserTaskCandidate.task_key == UserTask.key, offered))


def incidents(person: Person) -> sa.Select[t.Any]:
    """Incidents; those of messages that started nothing belong to everybody who leads."""
    return sa.select(Incident).where(
        sa.or_(Incident.instance_key.is_(None), _of_visible(person, Incident.instance_key))
    )


def jobs(person: Person) -> sa.Select[t.Any]:
    """Jobs waiting for a worker."""
    return sa.select(Job).where(_of_visible(person, Job.instance_key))


def message_subscriptions(person: Person) -> sa.Select[t.Any]:
    """Waits for messages and signals."""
    return sa.select(MessageSubscription).where(
        visible_rows(person, MessageSubscription.instance_key, MessageSubscription.unit_id)
    )


def batch_operations(person: Person) -> sa.Select[t.Any]:
    """Orders over many instances."""
    return sa.select(BatchOperation).where(visible_batches(person))


def batch_items(person: Person) -> sa.Select[t.Any]:
    """The instances of such orders."""
    orders = sa.select(BatchOperation.key).where(visible_batches(person))
    return sa.select(BatchItem).where(BatchItem.batch_key.in_(orders))


def start_subscriptions() -> sa.Select[t.Any]:
    """What starts processes from outside."""
    return sa.select(StartSubscription)


def process_definitions(*, newest_only: bool = False) -> sa.Select[t.Any]:
    """Versions of processes."""
    query = sa.select(ProcessDefinition)
    return query.where(_newest(ProcessDefinition, ProcessDefinition.process_id)) if newest_only else query


def _newest(model: t.Any, identifier: t.Any) -> sa.ColumnElement[bool]:
    newest = sa.select(identifier, sa.func.max(model.version)).group_by(identifier)
    condition: sa.ColumnElement[bool] = sa.tuple_(identifier, model.version).in_(newest)
    return condition


def _of_visible(person: Person, instance_key: t.Any) -> sa.ColumnElement[bool]:
    if sees_everything(person):
        return sa.true()
    visible: sa.ColumnElement[bool] = instance_key.in_(sa.select(ProcessInstance.key).where(visible_instances(person)))
    return visible
