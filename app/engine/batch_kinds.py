"""What may be done to many instances at once: who may, which instances it concerns, and the act on one of them.

Each act is the function that does it to a single instance, so that rights, rules and audit are the same for one and
for many.
"""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Callable, Mapping

import sqlalchemy as sa

from app.db import db
from app.engine import access as rights
from app.engine.incidents import retry_instance
from app.engine.instances import cancel_instance, set_variables
from app.engine.interventions import MAY_MOVE
from app.engine.migration import MigrationPlan, migrate_instance
from app.engine.models import MessageSubscription, ProcessInstance, Timer, UserTask
from app.engine.nudging import deliver_to, fire_timers
from app.engine.suspension import resume_instance, suspend_instance
from app.engine.tasks import assign_task, update_task
from app.errors import Conflict
from app.people.person import SUPERVISOR, Person

Name = t.Literal["migrate", "cancel", "suspend", "resume", "retry", "variables", "assign", "due", "fire", "message"]
Plan = Mapping[str, t.Any]
Findings = list[dict[str, t.Any]] | None
Condition = sa.ColumnElement[bool]


@dataclasses.dataclass(frozen=True)
class Kind:
    """One tool.

    Attributes:
        act: does it to the instance with this key, by this plan and for this reason; returns what is to be remarked.
        may: sets of permissions one of which it needs.
        fits: which of the live instances it concerns, by the plan.
    """

    act: Callable[[Person, int, Plan, str], Findings]
    may: tuple[str, ...]
    fits: Callable[[Plan], Condition]


def _migrate(person: Person, key: int, plan: Plan, reason: str) -> Findings:
    return migrate_instance(person, key, MigrationPlan.of(plan), reason).as_json() or None


def _cancel(person: Person, key: int, _plan: Plan, reason: str) -> None:
    cancel_instance(person, key, reason)


def _suspend(person: Person, key: int, _plan: Plan, reason: str) -> None:
    suspend_instance(person, key, reason)


def _resume(person: Person, key: int, _plan: Plan, reason: str) -> None:
    resume_instance(person, key, reason)


def _retry(person: Person, key: int, _plan: Plan, reason: str) -> None:
    retry_instance(person, key, reason)


def _variables(person: Person, key: int, plan: Plan, reason: str) -> None:
    set_variables(person, key, plan["variables"], reason=reason)


def _assign(person: Person, key: int, plan: Plan, reason: str) -> None:
    for task_key in _open_tasks(person, key, plan["element"]):
        assign_task(person, task_key, plan["assignee"], reason=reason)


def _due(person: Person, key: int, plan: Plan, reason: str) -> None:
    for task_key in _open_tasks(person, key, plan["element"]):
        update_task(person, task_key, due_at=dt.datetime.fromisoformat(plan["due_at"]), reason=reason)


def _fire(person: Person, key: int, plan: Plan, reason: str) -> None:
    fire_timers(person, key, plan["element"], reason)


def _message(person: Person, key: int, plan: Plan, reason: str) -> None:
    deliver_to(person, key, plan["element"], plan.get("variables", {}), reason)


def _open_tasks(person: Person, key: int, element_id: str) -> list[int]:
    rights.require_instance(db.session, person, key, SUPERVISOR)
    query = sa.select(UserTask.key).where(
        UserTask.instance_key == key, UserTask.element_id == element_id, UserTask.state == "created"
    )
    found = list(db.session.scalars(query.order_by(UserTask.key)))
    if not found:
        raise Conflict("engine.nothing_waits_there")
    return found


def _all(_plan: Plan) -> Condition:
    return sa.true()


def _roots(_plan: Plan) -> Condition:
    """What was called ends and rests with its caller."""
    return ProcessInstance.parent_key.is_(None)


def _awake(plan: Plan) -> Condition:
    return sa.and_(_roots(plan), ProcessInstance.suspended_at.is_(None))


def _resting(plan: Plan) -> Condition:
    return sa.and_(_roots(plan), ProcessInstance.suspended_at.is_not(None))


def _failed(_plan: Plan) -> Condition:
    return ProcessInstance.incidents > 0


def _with(model: t.Any, *conditions: Condition) -> Callable[[Plan], Condition]:
    """Instances of which something waits at the element of the plan."""

    def fits(plan: Plan) -> Condition:
        waiting = sa.select(model.instance_key).where(model.element_id == plan["element"], *conditions)
        return ProcessInstance.key.in_(waiting)

    return fits


LEADERS = (SUPERVISOR,)
KINDS: dict[str, Kind] = {
    "migrate": Kind(_migrate, MAY_MOVE, _all),
    "cancel": Kind(_cancel, LEADERS, _roots),
    "suspend": Kind(_suspend, MAY_MOVE, _awake),
    "resume": Kind(_resume, MAY_MOVE, _resting),
    "retry": Kind(_retry, LEADERS, _failed),
    "variables": Kind(_variables, LEADERS, _all),
    "assign": Kind(_assign, LEADERS, _with(UserTask, UserTask.state == "created")),
    "due": Kind(_due, LEADERS, _with(UserTask, UserTask.state == "created")),
    "fire": Kind(_fire, LEADERS, _with(Timer)),
    "message": Kind(_message, LEADERS, _with(MessageSubscription, MessageSubscription.kind == "message")),
}
"""Every tool, by the name that orders and addresses give it."""
