"""Letting come at once what an instance waits for: its timer fires now, its message is handed to it by hand."""

import typing as t
from collections.abc import Mapping

from app.engine import access as rights
from app.engine.command import Command, run
from app.engine.interventions import record, require_reason
from app.engine.plain import plain
from app.errors import Conflict
from app.kernel import MessageWait, TimerWait
from app.people.person import SUPERVISOR, Person


def fire_timers(person: Person, key: int, element_id: str, reason: str) -> None:
    """Let the timers of a step fire now, whenever they are due. Raises Conflict when none is armed there."""
    _nudge(person, key, element_id, TimerWait, None, "timer_fired", reason)


def deliver_to(person: Person, key: int, element_id: str, variables: Mapping[str, t.Any], reason: str) -> None:
    """Hand an instance the message that one of its steps waits for. Raises Conflict when none does."""
    _nudge(person, key, element_id, MessageWait, plain(variables), "message_delivered", reason)


def _nudge(
    person: Person,
    key: int,
    element_id: str,
    kind: type[t.Any],
    variables: Mapping[str, t.Any] | None,
    what: str,
    reason: str,
) -> None:
    def act(command: Command) -> None:
        instance = rights.require_instance(command.session, person, key, SUPERVISOR)
        require_reason(reason)
        running = command.load(key)
        running.require_awake()
        places = [
            place for place, wait in running.waits().items() if isinstance(wait, kind) and wait.element_id == element_id
        ]
        if not places:
            raise Conflict("engine.nothing_waits_there")
        for token, index in places:
            if (token, index) in running.waits():
                running.kernel.fire(token, index, variables)
        record(command, person, what, instance, reason, {"element": element_id})

    run(person, act)
