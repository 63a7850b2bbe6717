"""Where a case is played as people do: open the task, read its form, fill it in, submit; then time passes."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import Flask

from app import engine
from app.clock import SetClock
from app.db import db
from app.engine.due import look
from app.engine.models import Incident, MessageSubscription, UserTask
from app.errors import Conflict, NotFound
from app.people import access
from app.people.person import Person

Values = Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Stage:
    """Acts in the name of people on the app's database, and moves its clock."""

    app: Flask
    clock: SetClock

    def start(self, process: str, people: Sequence[Person], variables: Values) -> int | None:
        """Start a process as the first of some people; returns the case."""
        started = engine.start_instance(people[0], process, variables)
        self.settle()
        return started.case_id

    def do(self, element: str, people: Sequence[Person], answers: Values) -> None:
        """Complete an open task of an element: its form opens with its values, the answers are laid over them.

        Of several tasks the oldest that is offered to one of the people, who does it.
        """
        task, person = _taken(element, people)
        try:
            opened = engine.open_form(person, task.key)
        except NotFound as hidden:
            offered = ", ".join("@".join(filter(None, group)) for group in task.candidates)
            raise NotFound("scenarios.not_offered", element=element, by=person.username, offered=offered) from hidden
        engine.complete_task(person, task.key, {**opened.data, **answers})
        self.settle()

    def answer(self, element: str, people: Sequence[Person], answers: Values) -> None:
        """Record an answer from outside for the oldest wait at an element, over what its form opens with."""
        db.session.rollback()
        query = sa.select(MessageSubscription).where(MessageSubscription.element_id == element)
        wait = db.session.scalars(query.order_by(MessageSubscription.key)).first()
        if wait is None:
            raise NotFound("scenarios.no_wait", element=element, open=_listed(open_elements()))
        role = wait.record_role or access.ANYBODY
        person = next((one for one in people if access.holds(one, role)), people[0])
        opened = engine.open_answer(person, wait.key)
        engine.record_answer(person, wait.key, {**opened.data, **answers})
        self.settle()

    def publish(self, name: str, key: str, variables: Values) -> None:
        """A message from another system."""
        engine.publish_message(None, name, key, variables)
        self.settle()

    def broadcast(self, name: str, variables: Values) -> None:
        """A signal from another system."""
        engine.broadcast_signal(None, name, variables)
        self.settle()

    def until(self, moment: dt.datetime) -> None:
        """Let time pass, stopping wherever something is due, so that everything happens at its own time."""
        if moment < self.clock.now():
            raise Conflict("scenarios.time_goes_back", moment=moment.isoformat(timespec="minutes"))
        while (due := look().soonest) is not None and due <= moment:
            self.clock.set(max(due, self.clock.now()))
            if not engine.run_due(self.app):
                break
        self.clock.set(moment)
        self.settle()

    def settle(self) -> None:
        """Do what is due now."""
        engine.run_due(self.app)


def open_tasks(element: str) -> list[UserTask]:
    """Return the open tasks of an element, the oldest first."""
    db.session.rollback()
    query = sa.select(UserTask).where(UserTask.element_id == element, UserTask.state == "created")
    return list(db.session.scalars(query.order_by(UserTask.key)))


def open_elements() -> list[str]:
    """Return the elements of all open tasks, the oldest first."""
    db.session.rollback()
    query = sa.select(UserTask.element_id).where(UserTask.state == "created").order_by(UserTask.key)
    return list(db.session.scalars(query))


def open_incidents() -> list[Incident]:
    """Return the incidents that nobody resolved."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.key)))


def _taken(element: str, people: Sequence[Person]) -> tuple[UserTask, Person]:
    tasks = open_tasks(element)
    if not tasks:
        raise NotFound("scenarios.no_open_task", element=element, open=_listed(open_elements()))
    fitting = ((task, person) for task in tasks for person in people if _offered(task, person))
    return next(fitting, (tasks[0], people[0]))


def _offered(task: UserTask, person: Person) -> bool:
    if task.assignee is not None:
        return task.assignee == person.username
    if person.username in (task.candidate_users or ()):
        return True
    return any(access.holds(person, role, unit or None) for role, unit in task.candidates)


def _listed(elements: list[str]) -> str:
    return ", ".join(elements) or "–"
