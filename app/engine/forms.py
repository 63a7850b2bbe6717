"""The form of a task: what the page opens, and what the verdict on it says while somebody types."""

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from app import clock, forms, i18n
from app.db import db
from app.engine import access as rights
from app.engine import catalogue, submission
from app.engine.command import Command
from app.engine.expressions import environment
from app.engine.models import Draft, UserTask
from app.engine.running import Running
from app.errors import Conflict, NotFound
from app.people.person import Person

Questions = Sequence[tuple[str, Mapping[str, t.Any]]]
"""Expressions of a form, each with the values of the names it needs."""


@dataclasses.dataclass(frozen=True)
class OpenForm:
    """A task's form in the language of the page, the data to open it with, and the person's own draft.

    `asked` has the expressions that the browser asks the server to compute, with the names each needs.
    """

    task: UserTask
    form_id: str | None
    version: int | None
    schema: dict[str, t.Any] | None
    data: dict[str, t.Any]
    draft: Mapping[str, t.Any] | None
    asked: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)


def open_form(person: Person, task_key: int) -> OpenForm:
    """Return the form of a task. An open task gets bound and default values; an ended one shows what was stored.

    Raises NotFound for a task the person may not see.
    """
    task = _visible_task(person, task_key)
    if task.form_key is None:
        return _without_file(person, task)
    version = catalogue.version_by_key(db.session, "form", task.form_key)
    form = catalogue.form_model(db.session, version.sha256)
    schema = form.localised(i18n.language())
    data: dict[str, t.Any] = {}
    if task.state == "created":
        running = _running(person, task)
        names = running.port.names(running.kernel.view(running.kernel.token(task.token)))
        data = form.initial(names, environment(clock.now()))
    return OpenForm(task, version.id, version.version, schema, data, _draft(person, task), form.asked)


def compute_in_form(person: Person, task_key: int, questions: Questions) -> list[t.Any]:
    """Return what expressions of an open task's form give on what has been typed so far. Changes nothing.

    Raises NotFound for a task that is not there and for an expression that does not stand in its form.
    """
    task = _visible_task(person, task_key)
    if task.state != "created" or task.form_key is None:
        raise Conflict("engine.task_has_no_open_form", key=task_key)
    return compute(catalogue.form_of(db.session, task.form_key), questions)


def compute(form: forms.Form, questions: Questions) -> list[t.Any]:
    """Answer (expression, values) pairs. Raises NotFound for an expression that is none of the form's."""
    here = environment(clock.now())
    unknown = [source for source, _ in questions if source not in form.asked]
    if unknown:
        raise NotFound("engine.no_such_expression", expression=unknown[0][:80])
    return [form.compute(source, values, here) for source, values in questions]


def _without_file(person: Person, task: UserTask) -> OpenForm:
    """A task that has no form, unless it asks which way to go."""
    running = _running(person, task) if task.state == "created" else None
    form = submission.form_of_task(db.session, running, task) if running else None
    schema = form.localised(i18n.language()) if form else None
    return OpenForm(task, task.form_id, None, schema, {}, _draft(person, task))


def preview_decision(person: Person, task_key: int, verdict_id: str, data: Mapping[str, t.Any]) -> submission.Opinion:
    """Return what a form's verdict says about what has been typed so far. Changes nothing.

    Raises NotFound for a task or verdict that is not there, Invalid when the decision cannot be made on these values.
    """
    task = _visible_task(person, task_key)
    if task.state != "created" or task.form_key is None:
        raise Conflict("engine.task_has_no_open_form", key=task_key)
    form = catalogue.form_of(db.session, task.form_key)
    verdict = next((one for one in form.verdicts() if one.id == verdict_id), None)
    if verdict is None:
        raise NotFound("engine.no_such_verdict", id=verdict_id)
    command = Command(db.session, person)
    running = _running(person, task, command)
    names = running.port.names(running.kernel.view(running.kernel.token(task.token)))
    known = {name: names[name] for name in form.names if name in names}
    return submission.ask(command, running, verdict, {**known, **data})


def _visible_task(person: Person, task_key: int) -> UserTask:
    task = db.session.get(UserTask, task_key)
    if task is None or not rights.may_see_task(person, task):
        raise NotFound("engine.no_such_task", key=task_key)
    return task


def _running(person: Person, task: UserTask, command: Command | None = None) -> Running:
    return (command or Command(db.session, person)).load(task.instance_key)


def _draft(person: Person, task: UserTask) -> Mapping[str, t.Any] | None:
    kept = db.session.get(Draft, (task.key, person.username)) if task.state == "created" else None
    return kept.data if kept else None
