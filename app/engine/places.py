"""Where remarks and files hang: a case, an instance or a task, whichever is known; the others are looked up."""

import dataclasses
import typing as t

import sqlalchemy as sa

from app.engine import access as rights
from app.engine.models import ProcessInstance, UserTask
from app.engine.registry import the_registry
from app.errors import NotFound
from app.people.person import Person


@dataclasses.dataclass(frozen=True)
class Place:
    """One of the three is enough."""

    case_id: int | None = None
    instance_key: int | None = None
    task_key: int | None = None

    def condition(self, model: t.Any) -> sa.ColumnElement[bool]:
        """Return what belongs to the same case, or to the same instance when there is no case."""
        condition: sa.ColumnElement[bool] = (
            model.case_id == self.case_id if self.case_id is not None else model.instance_key == self.instance_key
        )
        return condition


def require_place(session: t.Any, person: Person, place: Place) -> Place:
    """Return the place completed by what it lies in. Raises NotFound when it is not for the person to see.

    Whoever may see the case may see what hangs anywhere in it.
    """
    if place.task_key is not None:
        task = session.get(UserTask, place.task_key)
        if task is None or not (rights.may_see_task(person, task) or _sees_case(session, person, task.case_id)):
            raise NotFound("engine.no_such_task", key=place.task_key)
        return Place(task.case_id, task.instance_key, task.key)
    if place.instance_key is not None:
        instance = session.get(ProcessInstance, place.instance_key)
        if instance is None or not (
            rights.may_see_instance(person, instance) or _sees_case(session, person, instance.case_id)
        ):
            raise NotFound("engine.no_such_instance", key=place.instance_key)
        return Place(instance.case_id, instance.key)
    if not _sees_case(session, person, place.case_id):
        raise NotFound("engine.no_such_case", key=place.case_id)
    return place


def _sees_case(session: t.Any, person: Person, case_id: int | None) -> bool:
    if case_id is None:
        return False
    guard = the_registry().case_guard
    if guard is not None:
        return guard(person, case_id)
    seen = sa.select(ProcessInstance.key).where(ProcessInstance.case_id == case_id, rights.visible_instances(person))
    return session.execute(seen.limit(1)).first() is not None
