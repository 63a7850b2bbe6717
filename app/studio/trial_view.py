"""What a trial shows: where the tokens are, what can happen now, what the last step changed. Read in the sandbox."""

import dataclasses
import typing as t
from collections.abc import Iterable, Mapping

import orjson
import sqlalchemy as sa

from app.db import db
from app.desk import decided
from app.engine import catalogue
from app.engine.models import (
    ProcessDefinition,
    ProcessInstance,
    VariableChange,
)
from app.engine.queries import detail
from app.errors import FirstlineError
from app.i18n import localised
from app.people import SYSTEM
from app.people.models import Membership, Role
from app.scenarios.replaying import Standing
from app.studio import drawing
from app.studio.chances import Chance, chances, local

LONGEST_VALUE = 300


@dataclasses.dataclass(frozen=True)
class Instance:
    """One instance of the trial; `number` counts the instances of a process."""

    key: int
    process_id: str
    name: str
    state: str
    number: int


@dataclasses.dataclass(frozen=True)
class Variable:
    """A variable with its value as JSON; `changed` by the last step."""

    name: str
    value: str
    changed: bool


@dataclasses.dataclass(frozen=True)
class View:
    """A trial as it stands."""

    title: str
    now: str
    cast: tuple[tuple[str, str], ...]
    """Roles that somebody can play: id and name."""
    starter: str
    instances: tuple[Instance, ...]
    focus: Instance | None
    drawing: str
    state: Mapping[str, t.Any]
    chances: tuple[Chance, ...]
    variables: tuple[Variable, ...]
    decisions: tuple[tuple[str, list[decided.Table]], ...]
    """Name of the element, and the tables it asked, the last one first."""
    steps: tuple[Mapping[str, str], ...]
    """Elements whose next job can be let fail: id and name."""
    armed: frozenset[str]


def view(found: Standing, process_id: str, focus: int | None) -> View:
    """Read everything the page shows, with the diagram of one instance."""
    db.session.rollback()
    instances = _instances()
    shown = next((one for one in instances if one.key == focus), None) or next(
        (one for one in instances if one.process_id == process_id), instances[0] if instances else None
    )
    definition = _definition(shown, process_id)
    return View(
        title=localised(definition.names, definition.process_id),
        now=local(found.clock.now()),
        cast=tuple(_cast()),
        starter=next((lane["group"] for lane in definition.lanes if lane.get("group")), ""),
        instances=tuple(instances),
        focus=shown,
        drawing=_drawing(definition),
        state=_state(shown.key) if shown else {"marks": {}, "tokens": {}, "focus": None},
        chances=tuple(chances(process_id, started=bool(instances))),
        variables=tuple(_variables(shown.key, found.before)) if shown else (),
        decisions=tuple(_decisions(shown.key, definition)) if shown else (),
        steps=tuple(_working(definition)),
        armed=frozenset(found.run.stage.faults),
    )


def _cast() -> Iterable[tuple[str, str]]:
    played = sa.select(Membership.role_id).distinct()
    query = sa.select(Role.id, Role.names).where(Role.id.in_(played)).order_by(Role.id)
    return sorted(((key, localised(names, key)) for key, names in db.session.execute(query)), key=lambda one: one[1])


def _instances() -> list[Instance]:
    query = sa.select(ProcessInstance.key, ProcessInstance.process_id, ProcessInstance.state, ProcessDefinition.names)
    query = query.join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.process_definition_key)
    counted: dict[str, int] = {}
    found = []
    for key, process_id, state, names in db.session.execute(
        query.order_by(ProcessInstance.started_at, ProcessInstance.key)
    ):
        counted[process_id] = counted.get(process_id, 0) + 1
        found.append(Instance(key, process_id, localised(names, process_id), state, counted[process_id]))
    return found


def _definition(shown: Instance | None, process_id: str) -> ProcessDefinition:
    if shown is None:
        return db.session.get_one(ProcessDefinition, catalogue.newest(db.session, "process", process_id).key)
    key = db.session.execute(
        sa.select(ProcessInstance.process_definition_key).where(ProcessInstance.key == shown.key)
    ).scalar_one()
    return db.session.get_one(ProcessDefinition, key)


def _drawing(definition: ProcessDefinition) -> str:
    """The picture; empty for a process without one that cannot be drawn just now."""
    try:
        return drawing.shown(detail.process_xml(definition))
    except FirstlineError:
        return ""


def _state(key: int) -> dict[str, t.Any]:
    """Marks and tokens as the viewer takes them."""
    seen = detail.diagram_state(SYSTEM, key)
    here = dict.fromkeys((*seen.done, *seen.flows), "is-done") | dict.fromkeys(seen.here, "is-here")
    tokens = {one: {"count": 1, "bad": one in seen.stuck} for one in (*seen.here, *seen.stuck)}
    return {
        "marks": here | dict.fromkeys(seen.stuck, "is-stuck"),
        "tokens": tokens,
        "focus": next(iter(seen.here), None),
    }


def _variables(key: int, before: int) -> Iterable[Variable]:
    changes = db.session.scalars(
        sa.select(VariableChange.changes).where(VariableChange.instance_key == key, VariableChange.key > before)
    )
    changed = {name for change in changes for scope, name, _ in change if scope == 1}
    for name, value in sorted(detail.instance_variables(SYSTEM, key).items()):
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        yield Variable(name, text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + " …", name in changed)


def _decisions(key: int, definition: ProcessDefinition) -> Iterable[tuple[str, list[decided.Table]]]:
    for row in reversed(detail.history(SYSTEM, key)):
        if row.trace:
            names = definition.elements.get(row.element_id, {}).get("names")
            yield localised(names, row.element_id), decided.tables(row.trace)


def _working(definition: ProcessDefinition) -> Iterable[Mapping[str, str]]:
    model = catalogue.process_model(db.session, definition.sha256, definition.process_id)
    for element in model.elements.values():
        if element.job is not None:
            yield {"id": element.id, "name": localised({"zh": element.name, "en": element.name_en or ""}, element.id)}
