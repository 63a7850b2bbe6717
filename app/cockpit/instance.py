"""Everything the page of one instance shows, read in a fixed number of statements."""

import dataclasses
import datetime as dt
import typing as t

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import clock, i18n
from app.cockpit import names as naming
from app.cockpit import steps, variables, why
from app.cockpit.failures import Failure, failures
from app.cockpit.names import Names
from app.cockpit.steps import Here, Step
from app.cockpit.waits import Wait, waits_of
from app.db import db
from app.desk.models import Case
from app.engine import catalogue, incident_text
from app.engine.models import (
    ElementInstance,
    Incident,
    MessageSubscription,
    ProcessInstance,
    Timer,
)
from app.engine.queries import detail
from app.people.audit import AuditEntry
from app.people.person import Person
from app.people.units import unit_tree


@dataclasses.dataclass(frozen=True)
class View:
    """One instance. Its waits come most telling first, its history newest first."""

    instance: ProcessInstance
    case: Case | None
    names: Names
    waits: list[Wait]
    called: list[Wait]
    """What the instances it called wait for, while it waits for them."""
    rows: list[ElementInstance]
    steps: list[Step]
    here: list[Here]
    scopes: list[variables.Scope]
    failures: list[Failure]
    """What the open incidents say about expressions and values."""
    timers: list[Timer]
    messages: list[MessageSubscription]
    incidents: list[Incident]
    """Open ones first, then those resolved last."""
    audit: list[AuditEntry]
    family: list[ProcessInstance]

    @property
    def live(self) -> bool:
        return self.instance.state == "active"

    @property
    def title(self) -> str:
        """The case number, or the instance's own when it has no case."""
        return self.case.case_no if self.case else str(self.instance.key)

    @property
    def unit(self) -> str:
        """The unit answering now."""
        node = unit_tree().by_id.get(self.instance.unit_id) if self.instance.unit_id is not None else None
        return node.name if node else ""

    @property
    def age(self) -> dt.timedelta:
        """How long it has been running, or ran."""
        return (self.instance.ended_at or clock.now()) - self.instance.started_at

    @property
    def process(self) -> str:
        return self.names.process(self.instance.process_definition_key)

    @property
    def why(self) -> str:
        """One sentence on why it is not moving; empty when it is over."""
        return why.in_full(self.waits[0], self.names) if self.waits else ""

    @property
    def detail(self) -> str:
        """What else to know: what the called process waits for, and how many other tokens wait."""
        sentences = []
        if self.waits and self.waits[0].kind == "call" and self.called:
            sentences.append(why.in_full(self.called[0], self.names))
        if len(self.waits) > 1:
            sentences.append(i18n.text("At %(count)d other places it waits, too.", count=len(self.waits) - 1))
        return i18n.join_sentences(sentences)

    @property
    def stuck(self) -> Incident | None:
        """The incident that explains best why it is not moving."""
        return self.waits[0].incident if self.waits else None

    @property
    def due_at(self) -> dt.datetime | None:
        """When the most urgent open task is due."""
        due = [wait.task.due_at for wait in self.waits if wait.task is not None and wait.task.due_at is not None]
        return min(due, default=None)

    @property
    def variable_count(self) -> int:
        return sum(len(scope.variables) for scope in self.scopes)

    def reason(self, incident: Incident) -> str:
        """The sentence of an incident; the expression stands beside it."""
        return incident_text.sentence(incident)


def view(person: Person, key: int) -> View:
    """Read an instance the person may see. Raises NotFound."""
    instance = detail.get_instance(person, key)
    db.session.refresh(instance)
    family = detail.family(person, key)
    waits = waits_of(one.key for one in family if one.state == "active")
    rows = detail.history(person, key)
    changes = detail.variable_changes(person, key)
    audit = _rows(AuditEntry, AuditEntry.instance_key == key, AuditEntry.id.desc())
    incidents = _rows(
        Incident, Incident.instance_key == key, Incident.resolved_at.is_not(None), Incident.resolved_at.desc()
    )
    named = _names(instance, family, waits, [*rows, *changes, *audit, *incidents])
    own, below = waits.get(key, []), _below(instance, family, waits)
    scopes = variables.scopes(key, changes, rows, named)
    model = _model(instance.process_definition_key)
    return View(
        instance=instance,
        case=_case(instance),
        names=named,
        waits=own,
        called=below,
        rows=rows,
        steps=steps.steps(rows, own, model, named),
        here=steps.here(own, named),
        scopes=scopes,
        failures=failures(own, named, scopes, rows),
        timers=_rows(Timer, Timer.instance_key == key, Timer.due_at),
        messages=_rows(MessageSubscription, MessageSubscription.instance_key == key, MessageSubscription.created_at),
        incidents=incidents,
        audit=audit,
        family=family,
    )


def diagram(person: Person, key: int) -> dict[str, t.Any]:
    """Return only what the drawing shows, for polling."""
    rows = detail.history(person, key)
    waits = waits_of([key])[key]
    return steps.marks(rows, steps.here(waits, Names({}, {}, {})))


def _model(definition_key: int) -> t.Any:
    version = catalogue.version_by_key(db.session, "process", definition_key)
    return catalogue.process_model(db.session, version.sha256, version.id)


def _below(instance: ProcessInstance, family: list[ProcessInstance], waits: dict[int, list[Wait]]) -> list[Wait]:
    """Waits of called instances, those called directly first."""
    deeper = [one for one in family if one.depth > instance.depth and one.state == "active"]
    return [wait for one in deeper for wait in waits.get(one.key, []) if wait.kind != "call"]


def _names(
    instance: ProcessInstance, family: list[ProcessInstance], waits: dict[int, list[Wait]], acts: list[t.Any]
) -> Names:
    people, roles = why.mentioned(wait for some in waits.values() for wait in some)
    for act in acts:
        actor = (getattr(act, name, None) for name in ("actor", "changed_by", "username", "resolved_by"))
        people |= {name for name in actor if name}
    people |= {instance.started_by} if instance.started_by else set()
    return naming.read((one.process_definition_key for one in family), people=people, roles=roles)


def _case(instance: ProcessInstance) -> Case | None:
    query = sa.select(Case).where(Case.id == instance.case_id)
    query = query.options(joinedload(Case.customer), joinedload(Case.asset))
    return db.session.scalars(query).first() if instance.case_id is not None else None


def _rows(model: t.Any, *conditions_then_order: t.Any) -> list[t.Any]:
    *conditions, order = conditions_then_order
    query = sa.select(model).where(*conditions).order_by(order).limit(500).execution_options(populate_existing=True)
    return list(db.session.scalars(query))
