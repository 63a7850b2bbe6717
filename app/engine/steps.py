"""Ad-hoc sub-processes: which of their steps can be started now, and starting them."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from app.db import db
from app.engine import access as rights
from app.engine.command import Command, run
from app.engine.models import ElementInstance
from app.engine.plain import plain
from app.errors import Conflict, Invalid, NotFound
from app.kernel import ChoiceWait
from app.kernel.errors import NoChoice, NotWaiting, UnknownElement
from app.kernel.model import Element
from app.people import audit
from app.people.person import STAFF, Person

AD_HOC = "adHocSubProcess"


@dataclasses.dataclass(frozen=True)
class OpenSteps:
    """An open ad-hoc sub-process and those of its steps that can be started now."""

    key: int
    """Key of the element instance, for `start_steps`."""
    instance_key: int
    element: Element
    steps: tuple[Element, ...]
    since: dt.datetime


def open_steps(person: Person, instance_keys: Collection[int]) -> list[OpenSteps]:
    """Return what can be started in instances the caller may see; one statement when there is no such sub-process."""
    open_now = sa.and_(
        ElementInstance.instance_key.in_(instance_keys),
        ElementInstance.kind == AD_HOC,
        ElementInstance.ended_at.is_(None),
    )
    rows = db.session.scalars(sa.select(ElementInstance).where(open_now).order_by(ElementInstance.key)).all()
    command = Command(db.session, person)
    found = (_open_steps(command, row) for row in rows)
    return [one for one in found if one is not None]


def start_steps(
    person: Person,
    key: int,
    steps: Sequence[tuple[str, Mapping[str, t.Any]]],
    *,
    instead: bool = False,
) -> None:
    """Start steps of the ad-hoc sub-process with this element instance, each with local variables of its own.

    :param instead: cancel the steps that run.

    Raises NotFound, Invalid for an id that is no step there, Conflict when no further step may begin.
    """
    given = [(name, plain(variables)) for name, variables in steps]

    def act(command: Command) -> None:
        row = command.session.get(ElementInstance, key)
        if row is None or row.kind != AD_HOC:
            raise NotFound("engine.no_such_ad_hoc", key=key)
        rights.require_instance(command.session, person, row.instance_key, STAFF)
        running = command.load(row.instance_key)
        running.require_awake()
        names = [name for name, _ in given]
        try:
            running.kernel.activate(row.token, given, cancel_remaining=instead)
        except UnknownElement as unknown:
            raise Invalid("engine.no_step_of_it", id=unknown.params["element"]) from unknown
        except (NoChoice, NotWaiting) as closed:
            raise Conflict("engine.no_further_step") from closed
        detail = {"element": row.element_id, "steps": names, "instead": instead}
        audit.record(
            command.session,
            person,
            "engine:step:started",
            f"element_instance:{key}",
            "",
            detail,
            instance_key=row.instance_key,
            case_id=running.facts.case_id,
        )

    run(person, act)


def _open_steps(command: Command, row: ElementInstance) -> OpenSteps | None:
    running = command.find(row.instance_key)
    if running is None:
        return None
    wait = running.waits().get((row.token, 0))
    if not isinstance(wait, ChoiceWait) or not wait.steps:
        return None
    elements = running.model.elements
    steps = tuple(elements[name] for name in wait.steps)
    return OpenSteps(row.key, row.instance_key, elements[row.element_id], steps, row.entered_at)
