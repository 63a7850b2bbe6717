"""The figures of the overview: processes with what runs, is late or stuck; incidents by cause; the next timers."""

import dataclasses
import datetime as dt
import typing as t

import sqlalchemy as sa

from app import clock
from app.cockpit import names as naming
from app.cockpit.listing import overdue_instances
from app.db import db
from app.engine import causes, held, incident_text
from app.engine.models import Incident, IncidentCause, ProcessDefinition, ProcessInstance, Timer
from app.engine.queries import search
from app.people.person import Person

CAUSES = 20
TIMERS = 6
RESTING = frozenset(
    (
        "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask",
        "callActivity", "subProcess", "adHocSubProcess", "intermediateCatchEvent", "eventBasedGateway",
    )
)  # fmt: skip
"""Kinds of elements at which a case can stand."""


@dataclasses.dataclass(frozen=True)
class ProcessCount:
    """One process with running instances."""

    process_id: str
    name: str
    version: int
    running: int
    overdue: int
    stuck: int
    oldest: dt.datetime


@dataclasses.dataclass(frozen=True)
class Cause:
    """Open incidents of one kind at one element."""

    process_id: str
    process: str
    element_id: str
    element: str
    code: str
    count: int
    sentence: str
    oldest: dt.datetime
    newest: dt.datetime
    sample: Incident
    owner: str
    note: str

    @property
    def expression(self) -> str:
        """The expression behind the newest of them; empty when there is none."""
        return next((one["expression"] for one in self.sample.evidence or () if one.get("expression")), "")

    @property
    def filter(self) -> str:
        """The value by which the list shows these cases."""
        return "|".join(part or "" for part in cause_of_incident(self.sample))


@dataclasses.dataclass(frozen=True)
class TimerGroup:
    """Timers of one element that are armed now; `next_at` is the first of them."""

    process: str
    element: str
    count: int
    next_at: dt.datetime


@dataclasses.dataclass(frozen=True)
class HeldGroup:
    """What a restore holds back at one element."""

    what: held.Held
    process: str
    element: str


@dataclasses.dataclass(frozen=True)
class Summary:
    """The whole overview."""

    processes: list[ProcessCount]
    causes: list[Cause]
    timers: list[TimerGroup]
    held: list[HeldGroup]
    """For administrators, who release it."""

    @property
    def running(self) -> int:
        return sum(one.running for one in self.processes)

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.processes)

    @property
    def stuck(self) -> int:
        return sum(one.stuck for one in self.processes)

    @property
    def oldest(self) -> dt.datetime | None:
        return min((one.oldest for one in self.processes), default=None)


def summary(person: Person) -> Summary:
    """Count what the person may see, in a fixed number of statements."""
    names = naming.process_names()
    return Summary(_processes(person, names), _causes(person), _timers(person), held_back(person))


def held_back(person: Person) -> list[HeldGroup]:
    """Return what a restore holds back; nothing for those who cannot release it."""
    if not person.administrator:
        return []
    found = held.held(person)
    names = naming.read(one.definition_key for one in found) if found else naming.Names({}, {}, {})
    return [
        HeldGroup(one, names.process(one.definition_key), names.element(one.definition_key, one.element_id))
        for one in found
    ]


def _processes(person: Person, names: dict[str, str]) -> list[ProcessCount]:
    late = ProcessInstance.key.in_(overdue_instances())
    query = (
        search.instances(person)
        .with_only_columns(
            ProcessInstance.process_id,
            sa.func.max(ProcessInstance.process_version).label("version"),
            sa.func.count().label("running"),
            sa.func.sum(sa.case((late, 1), else_=0)).label("overdue"),
            sa.func.sum(sa.case((ProcessInstance.incidents > 0, 1), else_=0)).label("stuck"),
            sa.func.min(ProcessInstance.started_at).label("oldest"),
        )
        .where(ProcessInstance.state == "active")
        .group_by(ProcessInstance.process_id)
    )
    rows = db.session.execute(query).all()
    counts = [
        ProcessCount(
            process_id=row.process_id,
            name=names.get(row.process_id, row.process_id),
            version=row.version,
            running=int(row.running),
            overdue=int(row.overdue or 0),
            stuck=int(row.stuck or 0),
            oldest=row.oldest,
        )
        for row in rows
    ]
    return sorted(counts, key=lambda one: (-one.stuck, -one.overdue, -one.running, one.process_id))


def _causes(person: Person) -> list[Cause]:
    same = (Incident.process_id, Incident.element_id, Incident.code, Incident.folded)
    grouped = (
        search.incidents(person)
        .with_only_columns(
            sa.func.max(Incident.key).label("sample"),
            sa.func.count().label("number"),
            sa.func.min(Incident.created_at).label("oldest"),
            sa.func.max(Incident.created_at).label("newest"),
        )
        .where(Incident.resolved_at.is_(None))
        .group_by(*same)
        .order_by(sa.desc("number"), sa.desc("newest"))
        .limit(CAUSES)
    )
    rows = db.session.execute(grouped).all()
    wanted = [row.sample for row in rows]
    samples = {one.key: one for one in db.session.scalars(sa.select(Incident).where(Incident.key.in_(wanted)))}
    noted = causes.noted(cause_of_incident(one) for one in samples.values())
    people = [one.owner for one in noted.values()]
    names = naming.read((one.process_definition_key for one in samples.values()), people=people)
    return [_cause(samples[row.sample], row, names, noted) for row in rows]


def cause_of_incident(incident: Incident) -> causes.Cause:
    """Return what an incident has in common with others."""
    return causes.Cause(incident.process_id or "", incident.element_id or "", incident.code, incident.folded or "")


def _cause(sample: Incident, row: t.Any, names: naming.Names, noted: t.Mapping[causes.Cause, IncidentCause]) -> Cause:
    known = noted.get(cause_of_incident(sample))
    process_id = sample.process_id or ""
    return Cause(
        process_id=process_id,
        process=names.processes.get(process_id, process_id),
        element_id=sample.element_id or "",
        element=names.element(sample.process_definition_key, sample.element_id),
        code=sample.code,
        count=row.number,
        sentence=incident_text.reason(sample),
        oldest=row.oldest,
        newest=row.newest,
        sample=sample,
        owner=names.person(known.owner) if known else "",
        note=known.note if known else "",
    )


def _timers(person: Person) -> list[TimerGroup]:
    definition, element = ProcessInstance.process_definition_key, Timer.element_id
    next_at = sa.func.min(Timer.due_at).label("next_at")
    visible = search.instances(person).with_only_columns(ProcessInstance.key, definition).subquery()
    query = (
        sa.select(visible.c.process_definition_key, element, sa.func.count().label("number"), next_at)
        .join(visible, visible.c.key == Timer.instance_key)
        .where(Timer.due_at >= clock.now(), Timer.resumes_at.is_(None))
        .group_by(visible.c.process_definition_key, element)
        .order_by(next_at, element)
        .limit(TIMERS)
    )
    rows = db.session.execute(query).all()
    names = naming.drawn(row.process_definition_key for row in rows)
    known = naming.Names({}, {}, names)
    return [
        TimerGroup(
            process=known.process(row.process_definition_key),
            element=known.element(row.process_definition_key, row.element_id),
            count=row.number,
            next_at=row.next_at,
        )
        for row in rows
    ]


def steps_of(process_id: str) -> list[tuple[str, str]]:
    """Return the steps of a process at which a case can stand, as its newest version draws them."""
    query = sa.select(ProcessDefinition.key).where(ProcessDefinition.process_id == process_id)
    newest = db.session.scalar(query.order_by(ProcessDefinition.version.desc()).limit(1))
    names = naming.read([newest])
    drawn = names.drawn[newest].elements if newest is not None else {}
    return [(step, names.element(newest, step)) for step, one in drawn.items() if one["kind"] in RESTING]


def versions_of(process_id: str) -> list[int]:
    """Return the versions of a process, newest first."""
    query = sa.select(ProcessDefinition.version).where(ProcessDefinition.process_id == process_id)
    return list(db.session.scalars(query.order_by(ProcessDefinition.version.desc())))
