"""Who may see and do what with instances and tasks. The only place where these questions are answered."""

import typing as t
from collections.abc import Iterable

import orjson
import sqlalchemy as sa

from app.engine import catalogue
from app.engine.models import BatchOperation, ProcessInstance, UserTask, Variable
from app.errors import Forbidden, NotFound
from app.people import access, audit, duties
from app.people.person import PROCESS_OWNER, STAFF, Person
from app.people.units import unit_tree

Pair = tuple[str, str]
"""(role, unit code or "")"""

NAMED_APART = "named_apart"
"""Last part of the message code for somebody whom the diagram itself keeps from a task."""


def pair_of(group: str) -> Pair:
    """Split a candidate group `role` or `role@unit`."""
    role, _, unit = group.partition("@")
    return role.strip(), unit.strip()


def sees_everything(person: Person) -> bool:
    """Administrators, process owners, whoever holds a role everywhere, and supervisors who are tied to no unit."""
    if access.allowed(person, PROCESS_OWNER) or person.everywhere_roles:
        return True
    return person.supervisor and not person.memberships


def visible_units(person: Person) -> list[int]:
    """Ids of the units the person belongs to and of all units below them."""
    tree = unit_tree(person.unit_version)
    codes = {code for held in person.memberships if held.unit for code in tree.below(held.unit)}
    return sorted(tree.by_code[code].id for code in codes)


def visible_instances(person: Person) -> sa.ColumnElement[bool]:
    """Return the condition on `process_instance` behind every list, search, export and batch.

    People see the instances of their units and of the units below, those that belong to no unit, and those they
    started themselves.
    """
    if sees_everything(person):
        return sa.true()
    return sa.or_(
        ProcessInstance.unit_id.is_(None),
        ProcessInstance.unit_id.in_(visible_units(person)),
        ProcessInstance.started_by == person.username,
    )


def visible_rows(person: Person, instance_key: t.Any, unit_id: t.Any) -> sa.ColumnElement[bool]:
    """The same condition for a table that carries its own copy of the unit, with a look at the instance else."""
    if sees_everything(person):
        return sa.true()
    return rows_of_units(visible_units(person), person.username, instance_key, unit_id)


def rows_of_units(units: t.Any, username: t.Any, instance_key: t.Any, unit_id: t.Any) -> sa.ColumnElement[bool]:
    """The same for units and a name; both may be parameters of a statement that is built once."""
    started = sa.select(ProcessInstance.key).where(ProcessInstance.started_by == username)
    return sa.or_(unit_id.is_(None), unit_id.in_(units), instance_key.in_(started))


def may_see_instance(person: Person, instance: t.Any) -> bool:
    """Whether `visible_instances` would let the person see this instance."""
    return (
        sees_everything(person)
        or instance.unit_id is None
        or instance.started_by == person.username
        or instance.unit_id in visible_units(person)
    )


def visible_batches(person: Person) -> sa.ColumnElement[bool]:
    """Return the condition on `batch_operation`: whoever sees every instance sees all, others what they ordered."""
    return sa.true() if sees_everything(person) else BatchOperation.created_by == person.username


def require_instance(session: t.Any, person: Person | None, key: int, *sets: str) -> ProcessInstance:
    """Return an instance the person may act on. Raises NotFound when it is not theirs to know, Forbidden else."""
    instance = session.get(ProcessInstance, key)
    if instance is None or (person is not None and not may_see_instance(person, instance)):
        raise NotFound("engine.no_such_instance", key=key)
    if person is not None and sets:
        access.require(person, *sets)
    return t.cast(ProcessInstance, instance)


def is_candidate(person: Person, pairs: Iterable[Pair | list[str]], users: Iterable[str] | None) -> bool:
    """Whether one of the candidate groups or users means this person."""
    return person.username in (users or ()) or any(access.holds(person, role, unit or None) for role, unit in pairs)


def entitled(person: Person, task: t.Any) -> bool:
    """Whether the task is offered to the person: as candidate, as assignee, or because it is offered to nobody."""
    if task.assignee == person.username:
        return True
    if not task.candidates and not task.candidate_users:
        return task.assignee is None and person.staff
    return is_candidate(person, task.candidates, task.candidate_users)


def acts_for(person: Person, task: t.Any) -> bool:
    """Whether the person stands in for somebody absent who is the assignee or a candidate of the task."""
    return any(
        absent.username == task.assignee
        or (task.assignee is None and is_candidate(absent, task.candidates, task.candidate_users))
        for absent in access.substitutes_for(person)
    )


def may_see_task(person: Person, task: t.Any) -> bool:
    """Whether the task may be shown: because it is offered to the person, or because its case is theirs to see."""
    return (
        entitled(person, task)
        or person.username in {task.delegated_by, task.ended_by}
        or sees_everything(person)
        or task.unit_id is None
        or task.unit_id in visible_units(person)
        or acts_for(person, task)
    )


def require_task(person: Person, task: UserTask) -> None:
    """Let the person work on an open task, or say why not.

    Candidates may work on an unassigned task, the assignee on an assigned one, substitutes on those of the people
    they stand in for, administrators on every task.
    """
    access.require(person, STAFF)
    if person.administrator or (entitled(person, task) and task.assignee in {None, person.username}):
        return
    if acts_for(person, task):
        return
    if not may_see_task(person, task):
        raise NotFound("engine.no_such_task", key=task.key)
    if task.assignee and task.assignee != person.username:
        raise Forbidden("engine.task_of_somebody_else", who=task.assignee)
    raise Forbidden("engine.task_not_offered", roles=", ".join(sorted({role for role, _ in task.candidates})))


def require_separation(session: t.Any, person: Person, task: UserTask, doer: Person | None = None) -> None:
    """Keep apart what one person may not both do (catalogue RL47).

    :param doer: who is going to do the task, when it is not the acting person. An administrator may overrule, which
        leaves an audit line.
    """
    doer = doer or person
    broken = _broken_rule(session, doer, task)
    if broken is None:
        return
    if not person.administrator:
        raise Forbidden(f"people.duty.{broken}")
    audit.record(
        session,
        person,
        "engine:user_task:separation_overruled",
        f"user_task:{task.key}",
        detail={"rule": broken, "doer": doer.username},
        overruled=True,
        instance_key=task.instance_key,
        case_id=task.case_id,
    )


def _broken_rule(session: t.Any, doer: Person, task: UserTask) -> str | None:
    if _named_apart(session, doer, task):
        return NAMED_APART
    at: dict[str, t.Any] = {
        "process_id": task.process_id,
        "element_id": task.element_id,
        "instance_key": task.instance_key,
    }
    acts = [(duties.Act(role=role, **at), unit) for role, unit in task.candidates or [["", ""]]]
    touched = [(act, unit) for act, unit in acts if any(rule.acting.covers(act) for rule in duties.RULES)]
    history = _done_before(session, doer, task) if touched else []
    for act, unit in touched:
        roles = access.roles_at(doer, unit) if unit else ()
        for rule in duties.broken_rules(doer.username, roles, act, history):
            return rule.id
    return None


def _named_apart(session: t.Any, doer: Person, task: UserTask) -> bool:
    """Whether the diagram keeps this person from the task: by a variable that says whom the step is about."""
    version = catalogue.version_by_key(session, "process", task.process_definition_key)
    element = catalogue.process_model(session, version.sha256, version.id).elements.get(task.element_id)
    variable = element.properties.get("separate_from") if element else None
    if not variable:
        return False
    query = sa.select(Variable.value).where(Variable.instance_key == task.instance_key, Variable.name == variable)
    called = {doer.username, *doer.names.values()}
    return any(orjson.loads(value or "null") in called for value in session.execute(query).scalars())


def _done_before(session: t.Any, doer: Person, task: UserTask) -> list[duties.Act]:
    """What the person has completed in this case so far."""
    same = UserTask.case_id == task.case_id if task.case_id is not None else UserTask.root_key == task.root_key
    query = sa.select(UserTask.candidates, UserTask.process_id, UserTask.element_id, UserTask.instance_key).where(
        same, UserTask.state == "completed", UserTask.ended_by == doer.username
    )
    return [
        duties.Act(
            username=doer.username,
            role=role,
            process_id=row.process_id,
            element_id=row.element_id,
            instance_key=row.instance_key,
        )
        for row in session.execute(query)
        for role, _ in row.candidates or [["", ""]]
    ]
