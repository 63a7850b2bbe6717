"""Starting, cancelling and repairing process instances."""

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

from app.engine import access as rights
from app.engine import catalogue
from app.engine.command import Command, run
from app.engine.interventions import record, require_reason
from app.engine.plain import plain
from app.engine.running import ROOT_SCOPE, Running
from app.errors import Conflict
from app.people import access
from app.people.person import STAFF, SUPERVISOR, Person


@dataclasses.dataclass(frozen=True)
class Started:
    """A new instance. `ended` tells that it ran through without waiting for anything; `variables` are its own."""

    key: int
    process_id: str
    version: int
    process_definition_key: int
    case_id: int | None
    case_no: str | None
    ended: bool
    variables: Mapping[str, t.Any]


def start_instance(
    person: Person | None,
    process_id: str,
    variables: Mapping[str, t.Any] | None = None,
    *,
    version: int | None = None,
    definition_key: int | None = None,
    start_event: str | None = None,
    tags: Sequence[str] = (),
) -> Started:
    """Start an instance of the newest version, or of the one named by number or key.

    :param person: who starts it; None is the engine itself (a timer, the demonstration history).

    Raises NotFound for an unknown process, Conflict when it has no such start event.
    """
    if person is not None:
        access.require(person, STAFF)

    given = plain(variables)

    def act(command: Command) -> Running:
        if definition_key is not None:
            found = catalogue.version_by_key(command.session, "process", definition_key)
        else:
            found = catalogue.newest(command.session, "process", process_id, version)
        return command.start(found, given, start_event=start_event, tags=list(tags) or None)

    running = run(person, act)
    return Started(
        key=running.key,
        process_id=running.facts.process_id,
        version=running.facts.process_version,
        process_definition_key=running.facts.process_definition_key,
        case_id=running.facts.case_id,
        case_no=running.case_no,
        ended=running.over,
        variables=dict(running.kernel.scopes.local(ROOT_SCOPE)),
    )


def cancel_instance(person: Person, key: int, reason: str) -> None:
    """End an instance and everything it called, saying why. A called instance ends only with its caller."""

    def act(command: Command) -> None:
        instance = rights.require_instance(command.session, person, key, SUPERVISOR)
        require_reason(reason)
        if instance.parent_key is not None:
            raise Conflict("engine.cancel_the_root", root=instance.root_key)
        running = command.load(key)
        running.end_reason = reason[:400]
        running.kernel.cancel()
        record(command, person, "cancelled", instance, reason)

    run(person, act)


def set_variables(
    person: Person,
    key: int,
    variables: Mapping[str, t.Any],
    *,
    element_instance_token: int | None = None,
    local: bool = False,
    reason: str = "",
) -> None:
    """Correct variables of a live instance, at its own scope or at that of a token."""
    given = plain(variables)

    def act(command: Command) -> None:
        instance = rights.require_instance(command.session, person, key, SUPERVISOR)
        running = command.load(key)
        running.kernel.set_variables(given, element_instance_token, local=local)
        record(command, person, "variables_set", instance, reason, {"names": sorted(variables)})

    run(person, act)
