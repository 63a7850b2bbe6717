"""One instance, one task: what their pages and API answers show."""

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping

import orjson
import sqlalchemy as sa

from app.db import db
from app.engine import access as rights
from app.engine import catalogue
from app.engine.command import Command
from app.engine.models import (
    BatchItem,
    BatchOperation,
    ElementInstance,
    Incident,
    Payload,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    Variable,
    VariableChange,
)
from app.engine.plain import copied
from app.engine.queries import search
from app.engine.running import INSTANCE_COLUMNS, read_variables
from app.engine.variables import HIDDEN
from app.errors import NotFound
from app.people.person import Person


@dataclasses.dataclass(frozen=True)
class DiagramState:
    """Where the tokens are and where they were: element ids, flow ids, and what is stuck by element id."""

    here: tuple[str, ...]
    done: tuple[str, ...]
    stuck: tuple[str, ...]
    flows: tuple[str, ...]


def get_instance(person: Person, key: int) -> ProcessInstance:
    """Return an instance the person may see. Raises NotFound."""
    return rights.require_instance(db.session, person, key)


def get_task(person: Person, key: int) -> UserTask:
    """Return a task the person may see, open or ended. Raises NotFound."""
    task = db.session.get(UserTask, key)
    if task is None or not rights.may_see_task(person, task):
        raise NotFound("engine.no_such_task", key=key)
    return task


def get_incident(person: Person, key: int) -> Incident:
    """Return an incident the person may see. Raises NotFound."""
    incident = db.session.get(Incident, key)
    if incident is None:
        raise NotFound("engine.no_such_incident", key=key)
    if incident.instance_key is not None:
        rights.require_instance(db.session, person, incident.instance_key)
    return incident


def get_batch(person: Person, key: int) -> BatchOperation:
    """Return an order over many instances that the person may see. Raises NotFound."""
    query = search.batch_operations(person).where(BatchOperation.key == key)
    batch = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if batch is None:
        raise NotFound("engine.no_such_batch", key=key)
    return t.cast(BatchOperation, batch)


def batch_counts(keys: Iterable[int]) -> dict[tuple[int, str], int]:
    """Return how many instances of orders are in which state; one statement."""
    query = sa.select(BatchItem.batch_key, BatchItem.state, sa.func.count()).where(BatchItem.batch_key.in_(list(keys)))
    rows = db.session.execute(query.group_by(BatchItem.batch_key, BatchItem.state))
    return {(row[0], row[1]): row[2] for row in rows}


def process_xml(definition: ProcessDefinition) -> bytes:
    """Return the diagram of a version, exactly as it was deployed."""
    return catalogue.content(db.session, definition.sha256)


def instance_variables(person: Person, key: int) -> dict[str, t.Any]:
    """Return the variables of an instance's own scope."""
    get_instance(person, key)
    own = read_variables(db.session, key).get(1, {})
    return {name: value for name, value in own.items() if not name.startswith(HIDDEN)}


def task_variables(person: Person, task: UserTask) -> Mapping[str, t.Any]:
    """Return all variables visible at an open task; at an ended one, those of its instance."""
    if task.state != "created":
        return instance_variables(person, task.instance_key)
    row = db.session.execute(sa.select(*INSTANCE_COLUMNS).where(ProcessInstance.key == task.instance_key)).one()
    kernel = Command(db.session, person).take(row).kernel
    return t.cast(dict[str, t.Any], copied(dict(kernel.view(kernel.token(task.token)))))


def variable_value(variable: Variable) -> t.Any:
    """Return a variable's value, large or small."""
    if variable.payload_hash is None:
        return orjson.loads(variable.value or "null")
    payload = db.session.get(Payload, variable.payload_hash)
    assert payload is not None
    return orjson.loads(payload.content)


def diagram_state(person: Person, key: int) -> DiagramState:
    """Return what to draw on an instance's diagram."""
    get_instance(person, key)
    query = sa.select(ElementInstance.element_id, ElementInstance.state, ElementInstance.flows).where(
        ElementInstance.instance_key == key, ElementInstance.kind != "process"
    )
    rows = db.session.execute(query.order_by(ElementInstance.token)).all()
    stuck = db.session.execute(
        sa.select(Incident.element_id).where(Incident.instance_key == key, Incident.resolved_at.is_(None))
    ).scalars()
    return DiagramState(
        here=_once(row.element_id for row in rows if row.state == "active"),
        done=_once(row.element_id for row in rows if row.state == "completed"),
        stuck=_once(element for element in stuck if element),
        flows=_once(flow for row in rows for flow in row.flows or ()),
    )


def _once(values: t.Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def history(person: Person, key: int) -> list[ElementInstance]:
    """Return all activations of an instance's elements, in the order they began."""
    get_instance(person, key)
    query = sa.select(ElementInstance).where(ElementInstance.instance_key == key).order_by(ElementInstance.token)
    return list(db.session.execute(query).scalars())


def variable_changes(person: Person, key: int) -> list[VariableChange]:
    """Return who wrote which variables of an instance, oldest first."""
    get_instance(person, key)
    query = sa.select(VariableChange).where(VariableChange.instance_key == key)
    return list(db.session.execute(query.order_by(VariableChange.changed_at, VariableChange.key)).scalars())


def family(person: Person, key: int) -> list[ProcessInstance]:
    """Return an instance with everything under the same root, callers before called."""
    root = get_instance(person, key).root_key
    query = sa.select(ProcessInstance).where(ProcessInstance.root_key == root)
    return list(db.session.execute(query.order_by(ProcessInstance.depth, ProcessInstance.key)).scalars())
