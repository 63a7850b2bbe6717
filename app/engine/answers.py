"""Answers from outside: waits that somebody inside may record, with the form they use (design §2)."""

import dataclasses
import typing as t
from collections.abc import Mapping

from app import clock, forms, i18n
from app.db import db
from app.engine import catalogue
from app.engine.command import Command, run
from app.engine.delivery import Delivered
from app.engine.expressions import environment
from app.engine.forms import Questions, compute
from app.engine.models import MessageSubscription
from app.engine.running import Running
from app.errors import Conflict, Invalid, NotFound
from app.kernel import MessageWait
from app.people import access, audit
from app.people.person import STAFF, SUPERVISOR, Person


@dataclasses.dataclass(frozen=True)
class OpenAnswer:
    """A wait whose answer may be recorded: its form in the language of the page, the data to open it with, and the
    expressions that the browser asks the server to compute.
    """

    wait: MessageSubscription
    schema: dict[str, t.Any] | None
    data: dict[str, t.Any]
    asked: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)


def open_answer(person: Person, subscription_key: int) -> OpenAnswer:
    """Return what a person needs to record an answer. Raises NotFound when nobody waits for it any more."""
    command = Command(db.session, person)
    wait = _wait(command.session, person, subscription_key)
    running = command.load(wait.instance_key)
    form = _form(command, running, wait)
    if form is None:
        return OpenAnswer(wait, None, {})
    names = running.port.names(running.kernel.view(running.kernel.token(wait.token)))
    data = form.initial(names, environment(clock.now()))
    return OpenAnswer(wait, form.localised(i18n.language()), data, form.asked)


def compute_in_answer(person: Person, subscription_key: int, questions: Questions) -> list[t.Any]:
    """Return what expressions of an answer's form give on what has been typed so far. Changes nothing."""
    command = Command(db.session, person)
    wait = _wait(command.session, person, subscription_key)
    form = _form(command, command.load(wait.instance_key), wait)
    if form is None:
        raise NotFound("engine.no_such_answer", key=subscription_key)
    return compute(form, questions)


def record_answer(person: Person, subscription_key: int, data: Mapping[str, t.Any], *, note: str = "") -> Delivered:
    """Record an answer from outside: the instance goes on as if the message itself had come.

    Raises NotFound when nobody waits for it any more, Invalid when the answer breaks the rules of its form.
    """
    access.require(person, STAFF)

    def act(command: Command) -> Delivered:
        wait = _wait(command.session, person, subscription_key)
        running = command.load(wait.instance_key)
        running.require_awake()
        if not isinstance(running.waits().get((wait.token, wait.wait)), MessageWait):
            raise Conflict("engine.moved_on")
        variables = _clean(command, running, wait, data)
        running.actors[wait.token] = person.username
        running.kernel.fire(wait.token, wait.wait, variables)
        _audit(command, person, wait, note)
        return Delivered(wait.key, woken=(wait.instance_key,))

    return run(person, act)


def _wait(session: t.Any, person: Person, key: int) -> MessageSubscription:
    wait = session.get(MessageSubscription, key)
    if wait is None or wait.kind != "message" or wait.record_role is None:
        raise NotFound("engine.no_such_answer", key=key)
    if not access.holds(person, wait.record_role):
        access.require(person, SUPERVISOR)
    return t.cast(MessageSubscription, wait)


def _form(command: Command, running: Running, wait: MessageSubscription) -> forms.Form | None:
    if wait.record_form is None:
        return None
    found = catalogue.resolve(
        command.session,
        "form",
        wait.record_form,
        binding="",
        version_tag=None,
        in_force=running.in_force,
        deployed_with=running.port.deployed_with,
    )
    if found is None:
        raise NotFound("engine.form_missing", id=wait.record_form)
    return catalogue.form_model(command.session, found.sha256)


def _clean(
    command: Command, running: Running, wait: MessageSubscription, data: Mapping[str, t.Any]
) -> Mapping[str, t.Any]:
    form = _form(command, running, wait)
    if form is None:
        return data
    names = running.port.names(running.kernel.view(running.kernel.token(wait.token)))
    try:
        return form.clean(data, names, environment(command.now))
    except forms.SubmissionInvalid as invalid:
        raise Invalid("engine.submission_refused", fields=invalid.errors) from invalid


def _audit(command: Command, person: Person, wait: MessageSubscription, note: str) -> None:
    audit.record(
        command.session,
        person,
        "engine:message:recorded",
        f"message_subscription:{wait.key}",
        note,
        {"name": wait.name, "key": wait.correlation_key},
        instance_key=wait.instance_key,
        case_id=wait.case_id,
    )
