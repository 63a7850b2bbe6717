"""Giving running work to somebody else in the name of whoever directs it."""

from collections.abc import Mapping

from app.engine import access as rights
from app.engine import asking, interventions
from app.engine.command import Command, run
from app.engine.open_tasks import idle_task
from app.engine.plain import plain
from app.engine.task_rows import change
from app.errors import Conflict, Forbidden
from app.people import access
from app.people.person import STAFF, Person


def hand_over(
    person: Person, instance_key: int, task_key: int | None, to: Person, variables: Mapping[str, object], reason: str
) -> None:
    """Correct the variables that say who does the work of an instance, and give the open step to that person.

    For packages above that know who directs a kind of work, such as the dispatcher of field visits: they have made
    sure that the person does, and tell whom it concerns. Leaves one audit line with both names and the reason.

    :param task_key: the open step, None when the instance waits for something else just now.

    Raises Invalid without a reason, Forbidden when the other one may not do the step, Conflict when it is over.
    """
    access.require(person, STAFF)
    interventions.require_reason(reason)
    given = plain(variables)

    def act(command: Command) -> None:
        instance = rights.require_instance(command.session, person, instance_key)
        before = _give(command, person, task_key, to) if task_key is not None else None
        command.load(instance_key).kernel.set_variables(given, None, local=False)
        detail = {"from": before, "to": to.username, "names": sorted(variables)}
        interventions.record(command, person, "handed_over", instance, reason, detail)

    run(person, act)


def _give(command: Command, person: Person, task_key: int, to: Person) -> str | None:
    task = idle_task(command.session, task_key)
    if asking.listens(task, "assigning"):
        raise Conflict("engine.delegation_is_checked")
    if not rights.is_candidate(to, task.candidates, task.candidate_users):
        roles = ", ".join(sorted({role for role, _unit in task.candidates}))
        raise Forbidden("engine.assignee_not_candidate", who=to.username, roles=roles)
    rights.require_separation(command.session, person, task, to)
    before: str | None = task.assignee
    change(command.session, task, {"assignee": to.username})
    return before
