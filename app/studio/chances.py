"""What can happen now in a trial: tasks, answers, outside work, clocks, messages, incidents. Read in the sandbox."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import incident_text
from app.engine.expressions import zone
from app.engine.models import (
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    StartSubscription,
    Timer,
    UserTask,
)
from app.i18n import localised
from app.people import Person as Acting
from app.people.models import Role
from app.scenarios.stage import open_incidents, waiting_jobs


@dataclasses.dataclass(frozen=True)
class Person:
    """Who can do something: `by` as scenarios write it, and the words for it."""

    by: str
    name: str


@dataclasses.dataclass(frozen=True)
class Chance:
    """Something that can happen now.

    Attributes:
        kind: do (a task), answer (somebody outside answers), work (a job of a program outside), timer, message, signal,
            or stuck (an incident).
        name: of a message or signal its own name, of a job its type.
        due: when it is due, for people; `until` the same moment as scenarios write it.
    """

    kind: str
    element: str
    title: str
    process: str
    people: tuple[Person, ...] = ()
    name: str = ""
    correlation: str = ""
    due: str = ""
    until: str = ""
    sentence: str = ""
    key: int = 0


Opened = tuple[dict[str, t.Any] | None, dict[str, t.Any], Mapping[str, list[str]]]
"""A form: schema, data, and what the browser has to ask for."""


def chances(process_id: str, *, started: bool) -> Iterable[Chance]:
    """Return everything that can happen, what is stuck first; before the start also what starts the process."""
    words = _Words()
    yield from _stuck(words)
    yield from _tasks(words)
    yield from _awaited(words)
    yield from _jobs(words)
    yield from _timers(words)
    if not started:
        yield from _beginnings(words, process_id)


def opened(chance: Chance, person: Acting) -> Opened:
    """Return the form of a task or an answer as somebody sees it."""
    form = engine.open_form(person, chance.key) if chance.kind == "do" else engine.open_answer(person, chance.key)
    return form.schema, form.data, form.asked


def local(when: dt.datetime | None) -> str:
    """Write a moment as the clock of the made-up company shows it."""
    return when.astimezone(zone()).strftime("%Y-%m-%d %H:%M") if when else ""


class _Words:
    """Chances with the names of their elements and processes; definitions are read once."""

    def __init__(self) -> None:
        self._known: dict[int, ProcessDefinition] = {}
        self.roles = {key: localised(names, key) for key, names in db.session.execute(sa.select(Role.id, Role.names))}

    def chance(self, kind: str, definition_key: int, element: str, **more: t.Any) -> Chance:
        if definition_key not in self._known:
            self._known[definition_key] = db.session.get_one(ProcessDefinition, definition_key)
        definition = self._known[definition_key]
        title = localised(definition.elements.get(element, {}).get("names"), element)
        return Chance(kind, element, title, localised(definition.names, definition.process_id), **more)


def _stuck(words: _Words) -> Iterable[Chance]:
    for one in open_incidents():
        if one.element_id and one.process_definition_key:
            sentence = incident_text.complete(one)
            yield words.chance("stuck", one.process_definition_key, one.element_id, sentence=sentence, key=one.key)


def _tasks(words: _Words) -> Iterable[Chance]:
    query = sa.select(UserTask).where(UserTask.state == "created").order_by(UserTask.key)
    for one in db.session.scalars(query):
        more = {"people": tuple(_people_for(one, words.roles)), "due": local(one.due_at), "key": one.key}
        yield words.chance("do", one.process_definition_key, one.element_id, **more)


def _people_for(task: UserTask, roles: Mapping[str, str]) -> Iterable[Person]:
    """Who may do a task, as scenarios name people: whoever has it, else the roles it is offered to."""
    if task.assignee:
        yield Person(task.assignee, task.assignee)
        return
    for role, unit in task.candidates:
        by = f"{role}@{unit}" if unit else role
        yield Person(by, " · ".join(part for part in (roles.get(role, role), unit) if part))
    for username in task.candidate_users or ():
        yield Person(username, username)


def _awaited(words: _Words) -> Iterable[Chance]:
    for one in db.session.scalars(sa.select(MessageSubscription).order_by(MessageSubscription.key)):
        if one.record_role:
            people = (Person(one.record_role, words.roles.get(one.record_role, one.record_role)),)
            yield words.chance("answer", one.process_definition_key, one.element_id, people=people, key=one.key)
        else:
            named = {"name": one.name, "correlation": one.correlation_key or "", "key": one.key}
            yield words.chance(one.kind, one.process_definition_key, one.element_id, **named)


def _jobs(words: _Words) -> Iterable[Chance]:
    for one in waiting_jobs():
        more = {"name": one.type, "due": local(one.due_at), "key": one.key}
        yield words.chance("work", one.process_definition_key, one.element_id, **more)


def _timers(words: _Words) -> Iterable[Chance]:
    query = sa.select(Timer, ProcessInstance.process_definition_key).join(
        ProcessInstance, ProcessInstance.key == Timer.instance_key
    )
    for one, definition_key in db.session.execute(query.order_by(Timer.due_at, Timer.key)):
        yield words.chance("timer", definition_key, one.element_id, key=one.key, **_moments(one.due_at))


def _beginnings(words: _Words, process_id: str) -> Iterable[Chance]:
    """Messages, signals and clocks that start the process."""
    for one in db.session.scalars(sa.select(StartSubscription).where(StartSubscription.process_id == process_id)):
        more = {"name": one.name or "", "key": one.key, **_moments(one.due_at)}
        yield words.chance(one.kind, one.process_definition_key, one.element_id, **more)


def _moments(when: dt.datetime | None) -> dict[str, str]:
    """When something is due, for people and as scenarios write it."""
    return {"due": local(when), "until": when.astimezone(zone()).replace(tzinfo=None).isoformat() if when else ""}
