"""Repairing what cannot go on."""

import typing as t

import sqlalchemy as sa

from app.engine import access as rights
from app.engine.command import Command, run
from app.engine.interventions import require_reason
from app.engine.messages import deliver_lost
from app.engine.models import Incident
from app.errors import Conflict, NotFound
from app.people import access, audit
from app.people.person import SUPERVISOR, Person


def resolve_incident(person: Person, incident_key: int, reason: str = "") -> bool:
    """Try the failed work again; True when it went well, False when it failed again and a new incident says why."""

    def act(command: Command) -> bool:
        incident = _open_incident(command.session, person, incident_key)
        if incident.message_key is not None:
            return _deliver(command, person, incident, reason)
        assert incident.instance_key is not None
        assert incident.token is not None
        running = command.load(incident.instance_key)
        running.kernel.retry(incident.token)
        _audit(command, person, incident, reason)
        return all(one.token != incident.token for one in running.kernel.incidents())

    return run(person, act)


def retry_instance(person: Person, key: int, reason: str) -> None:
    """Try again whatever failed in an instance. Raises Conflict when something fails again.

    Then nothing has changed: the incidents stand as they stood.
    """

    def act(command: Command) -> None:
        rights.require_instance(command.session, person, key, SUPERVISOR)
        require_reason(reason)
        running = command.load(key)
        kernel = running.kernel
        query = sa.select(Incident).where(Incident.instance_key == key, Incident.resolved_at.is_(None))
        failed = command.session.scalars(query.order_by(Incident.key).with_for_update()).all()
        if not failed:
            raise Conflict("engine.nothing_failed")
        for incident in failed:
            if any(one.token == incident.token for one in kernel.incidents()):
                kernel.retry(incident.token)
                _audit(command, person, incident, reason)
        for again in kernel.incidents():
            element = running.model.elements.get(again.element_id)
            raise Conflict("engine.fails_again", step=element.name if element and element.name else again.element_id)

    run(person, act)


def _deliver(command: Command, person: Person, incident: Incident, reason: str) -> bool:
    if not deliver_lost(command, incident):
        raise Conflict("engine.still_nothing_to_start", process=incident.process_id)
    incident.resolved_at, incident.resolved_by = command.now, person.username
    _audit(command, person, incident, reason)
    return True


def _open_incident(session: t.Any, person: Person, key: int) -> Incident:
    incident = session.get(Incident, key, with_for_update=True)
    if incident is None:
        raise NotFound("engine.no_such_incident", key=key)
    if incident.instance_key is not None:
        rights.require_instance(session, person, incident.instance_key, SUPERVISOR)
    else:
        access.require(person, SUPERVISOR)
    if incident.resolved_at is not None:
        raise Conflict("engine.incident_resolved_already", key=key)
    return t.cast(Incident, incident)


def _audit(command: Command, person: Person, incident: Incident, reason: str) -> None:
    audit.record(
        command.session,
        person,
        "engine:incident:retried",
        f"incident:{incident.key}",
        reason,
        {"code": incident.code, "element": incident.element_id},
        instance_key=incident.instance_key,
    )
