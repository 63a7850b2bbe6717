"""One task as the right pane shows it."""

import dataclasses
import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app import clock, engine, i18n
from app.db import db
from app.desk.dispatch.proposal import Proposal
from app.desk.pages.case_view import Event
from app.engine import access as rights
from app.engine.models import Attachment, UserTask
from app.engine.queries import detail
from app.inbox import macros, sharing
from app.inbox.after import offered_to
from app.inbox.ahead import next_steps
from app.inbox.context import Glance, glance
from app.inbox.going import who_could_go
from app.inbox.models import Macro
from app.inbox.names import allowance, models_of, people_named, roles_named, shown
from app.inbox.presence import stamp_of
from app.kernel.model import ProcessModel
from app.people import access
from app.people.access import Colleague
from app.people.person import SUPERVISOR, Person

EMPTY_FORM: dict[str, t.Any] = {"type": "default", "schemaVersion": 19, "components": []}
"""Shown for a task without a form, so that it is completed like any other."""


@dataclasses.dataclass(frozen=True)
class TaskPane:
    """Everything about one task.

    Attributes:
        allowed: how long the diagram gives for the step, in words.
        used: per cent of the time that is gone, None without a deadline.
        offered: the roles the task is offered to.
        delegator: display name of whom the assignee does it for.
        delegable, returnable: whether the person may delegate it, or let it come back.
        absent: display name of the absent person whose task this is.
        watched: the person watches the case.
        proposals: who could make the visit that the task assigns.
        removable: keys of the files the person may take off.
        papers: kinds of documents that are printed at this step, as the diagram says.
        form: schema and data of the form island, None for a task that is over.
        claimable, workable, leads: what the person may do; the service functions decide again.
        taker: username of the person when they may take it over from whoever has it; empty otherwise.
    """

    task: UserTask
    title: str
    process: str
    case_no: str
    allowed: str
    used: float | None
    offered: str
    names: dict[str, str]
    absent: str
    delegator: str
    delegable: bool
    returnable: bool
    glance: Glance | None
    files: Sequence[Attachment]
    removable: frozenset[int]
    ahead: list[str]
    papers: frozenset[str]
    form: dict[str, t.Any] | None
    claimable: bool
    workable: bool
    leads: bool
    taker: str
    watched: bool
    macros: Sequence[Macro]
    removable_macros: frozenset[int]
    proposals: Sequence[Proposal]

    @property
    def story(self) -> list[Event]:
        """The events of the case, newest first; none for work without a case."""
        return self.glance.events if self.glance else []

    @property
    def stamp(self) -> str:
        """What the pane shows of the task's state; the page asks later whether that is still so."""
        return stamp_of(self.task)

    @property
    def opened(self) -> int:
        """When the pane was made, in seconds."""
        return int(clock.now().timestamp())

    @property
    def open(self) -> bool:
        return self.task.state == "created"

    @property
    def checking(self) -> str:
        """What listeners are asked about now: assigning, updating or completing; empty for nothing."""
        return str((self.task.pending or {}).get("event", "")) if self.open else ""

    @property
    def denied(self) -> dict[str, t.Any] | None:
        """What listeners did not allow last, as long as nobody has tried again."""
        return self.task.denied if self.open else None

    @property
    def assignable(self) -> bool:
        """Whether the person may give it to somebody for good; a delegate may not."""
        return self.leads or (self.workable and not self.delegator)

    @property
    def assignee(self) -> str:
        return self.names.get(self.task.assignee or "", "")

    @property
    def form_id(self) -> str:
        """Changes with what may be done, because a live island is never touched by a refresh."""
        return f"form-{self.task.key}-{'edit' if self.workable else 'read'}"


def task_pane(person: Person, key: int) -> TaskPane:
    """Compose the pane of a task. Raises NotFound for one the person may not see."""
    task = detail.get_task(person, key)
    model = models_of([task.process_definition_key])[task.process_definition_key]
    seen = glance(person, task.case_id)
    roles = roles_named(role for role, _unit in task.candidates)
    files = engine.attachments_at(person, engine.Place(task_key=key))
    names = people_named([task.assignee, task.delegated_by, task.ended_by, *(file.added_by for file in files)])
    is_open, leads = task.state == "created", access.allowed(person, SUPERVISOR)
    changes = is_open and task.pending is None
    covers = rights.acts_for(person, task) if is_open and task.assignee != person.username else False
    workable = changes and (task.assignee == person.username or (covers and task.assignee is not None))
    own_macros = macros.macros_for(person, task) if changes else []
    owns = task.delegated_by == person.username
    return TaskPane(
        task=task,
        title=i18n.localised(task.names, task.element_id),
        process=shown(model),
        case_no=seen.case.case_no if seen else "",
        allowed=allowance(model.elements.get(task.element_id)),
        used=_used(task),
        offered=offered_to(task, roles),
        names=names,
        absent=names.get(task.assignee or "", "") if covers and task.assignee else "",
        delegator=names.get(task.delegated_by or "", "") if is_open else "",
        delegable=workable and task.delegated_by is None,
        returnable=changes and task.delegated_by is not None and (workable or leads or owns),
        glance=seen,
        files=files,
        removable=frozenset(file.key for file in files if leads or file.added_by == person.username),
        ahead=next_steps(model, task.element_id),
        papers=_papers(model, task.element_id) if is_open else frozenset(),
        form=_form(person, key) if is_open else None,
        claimable=changes and task.assignee is None and (rights.entitled(person, task) or covers),
        workable=workable,
        leads=changes and leads,
        taker=person.username if changes and leads and _may_take_over(person, task) else "",
        watched=engine.watches(person, task.case_id),
        macros=own_macros,
        proposals=who_could_go(person, task),
        removable_macros=frozenset(one.id for one in own_macros if sharing.may_remove(person, one)),
    )


def _may_take_over(person: Person, task: UserTask) -> bool:
    """Whether somebody else has a task that was offered to the person by name, as it took twice its time."""
    return task.assignee not in {None, person.username} and person.username in (task.candidate_users or ())


def _papers(model: ProcessModel, element_id: str) -> frozenset[str]:
    """Return what the property `print` of the step names, separated by commas."""
    element = model.elements.get(element_id)
    named = element.properties.get("print", "") if element is not None else ""
    return frozenset(kind.strip() for kind in named.split(",") if kind.strip())


def _used(task: UserTask) -> float | None:
    if task.due_at is None or task.due_at <= task.created_at:
        return None
    return 100 * (clock.now() - task.created_at) / (task.due_at - task.created_at)


def _form(person: Person, key: int) -> dict[str, t.Any]:
    opened = engine.open_form(person, key)
    data = {**opened.data, **(opened.draft or {})}
    return {"schema": opened.schema or EMPTY_FORM, "data": data, "asked": opened.asked}


def colleagues(person: Person, tasks: Sequence[UserTask]) -> list[Colleague]:
    """Return everybody who may do all of these tasks, the acting person left out unless somebody else has one."""
    found: list[dict[str, Colleague]] = []
    for task in tasks:
        groups = [access.members_of(role, unit or None) for role, unit in task.candidates]
        found.append({one.username: one for group in groups for one in group})
    shared = {name: one for name, one in found[0].items() if all(name in each for each in found)} if found else {}
    if all(task.assignee == person.username for task in tasks):
        shared.pop(person.username, None)
    return sorted(shared.values(), key=lambda one: one.name)


def tasks_named(person: Person, keys: Sequence[int]) -> list[UserTask]:
    """Return tasks the person may see, in the order of the keys; one statement."""
    rows = db.session.scalars(sa.select(UserTask).where(UserTask.key.in_(keys)))
    by_key = {task.key: task for task in rows if rights.may_see_task(person, task)}
    return [by_key[key] for key in keys if key in by_key]
