"""Where a case is played as people do: open the task, read its form, fill it in, submit; then time passes."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import Flask

from app import engine
from app.clock import SetClock
from app.db import db, refresh_statistics
from app.engine.due import look
from app.engine.jobs import note_failure
from app.engine.models import Incident, Job, MessageSubscription, UserTask
from app.errors import Conflict, NotFound
from app.people import SYSTEM, access
from app.people.person import Person
from app.scenarios.faults import refusal

Values = Mapping[str, t.Any]
MOST_ACTS = 100_000
"""What may happen by itself before somebody acts again."""


@dataclasses.dataclass(frozen=True)
class Stage:
    """Acts in the name of people on the app's database, and moves its clock.

    Attributes:
        faults: elements whose next job is to fail, see `app.scenarios.faults`.
        most: what may happen by itself after one act; a process that does more goes in circles.
    """

    app: Flask
    clock: SetClock
    faults: set[str] = dataclasses.field(default_factory=set)
    most: int = MOST_ACTS

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

    def work(self, element: str, outputs: Values) -> None:
        """A program outside does the oldest job that waits at an element."""
        engine.complete_job(SYSTEM, _job(element).key, outputs)
        self.settle()

    def fail(self, element: str, error: str) -> None:
        """Let the oldest job at an element fail, for good or with a BPMN error; when none waits, the next one there."""
        waiting = waiting_jobs(element)
        if not waiting and error:
            raise NotFound("scenarios.no_job", element=element)
        if not waiting:
            self.faults.add(element)
        elif error:
            engine.throw_job_error(SYSTEM, waiting[0].key, error)
        else:
            refused = refusal(element)
            cause = (refused.code, refused.params)
            note_failure(None, waiting[0].key, retries=0, back_off=0, message="", refusal=cause)
        self.settle()

    def retry(self, element: str) -> None:
        """Try again what failed first at an element."""
        failed = next((one for one in open_incidents() if one.element_id == element), None)
        if failed is None:
            raise NotFound("scenarios.no_incident", element=element)
        engine.resolve_incident(SYSTEM, failed.key)
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
        happened = 0
        while (due := look().soonest) is not None and due <= moment:
            self.clock.set(max(due, self.clock.now()))
            acts = self.settle()
            happened += acts
            if not acts:
                break
            if happened >= self.most:
                raise Conflict("scenarios.goes_in_circles", limit=self.most)
        if moment.date() != self.clock.now().date():
            engine.keep_house()
            refresh_statistics()
        self.clock.set(moment)

    def settle(self) -> int:
        """Do what is due now; returns how many acts that were.

        Raises Conflict for a process that goes in circles: nobody could wait for its end.
        """
        done = engine.catch_up(self.most)
        if done >= self.most:
            raise Conflict("scenarios.goes_in_circles", limit=self.most)
        return done


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


def waiting_jobs(*elements: str) -> list[Job]:
    """Return jobs that wait to be done, the oldest first: all of them, or those of some elements."""
    db.session.rollback()
    query = sa.select(Job).where(Job.retries > 0).order_by(Job.key)
    if elements:
        query = query.where(Job.element_id.in_(elements))
    return list(db.session.scalars(query))


def open_incidents() -> list[Incident]:
    """Return the incidents that nobody resolved."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None)).order_by(Incident.key)))


def _job(element: str) -> Job:
    waiting = waiting_jobs(element)
    if not waiting:
        raise NotFound("scenarios.no_job", element=element)
    return waiting[0]


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
