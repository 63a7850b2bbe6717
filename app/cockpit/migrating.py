"""Moving running cases to another version: which ones, where to, and the verdict on each before anything is done."""

import dataclasses
import typing as t
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import orjson
import sqlalchemy as sa

from app.cockpit.listing import case_numbers, statement
from app.cockpit.names import Names, read
from app.cockpit.selection import Selection
from app.db import db
from app.engine import MigrationPlan, Verdict, migration_verdicts
from app.engine.migration_text import said
from app.engine.models import Deployment, ElementInstance, ProcessDefinition, ProcessInstance
from app.i18n import text as _
from app.kernel import RENEWALS
from app.people.person import Person

SAMPLES = 3
"""Cases named beside a reason."""

Option = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Source:
    """Cases on one version."""

    process_id: str
    definition_key: int
    version: int
    count: int


@dataclasses.dataclass(frozen=True)
class Row:
    """One step of the old version and what it becomes."""

    element_id: str
    name: str
    kind: str
    options: list[Option]
    chosen: str

    @property
    def field(self) -> str:
        return f"map-{self.element_id}"


@dataclasses.dataclass(frozen=True)
class Group:
    """Cases that stay for the same reasons."""

    reasons: list[str]
    count: int
    samples: list[tuple[int, str]]
    """Keys of some of them with the numbers of their cases."""


@dataclasses.dataclass(frozen=True)
class Outlook:
    """What would become of the cases that were looked at."""

    looked_at: int
    moving: int
    remarks: list[tuple[str, int]]
    """What will be different, with how many cases it concerns."""
    staying: list[Group]


@dataclasses.dataclass(frozen=True)
class Migrating:
    """The page. Without a source there is nothing to move, without a target nowhere to move it to."""

    selection: Selection
    names: Names
    sources: list[Source]
    targets: list[Option] = dataclasses.field(default_factory=list)
    plan: MigrationPlan | None = None
    rows: list[Row] = dataclasses.field(default_factory=list)
    outlook: Outlook | None = None

    @property
    def total(self) -> int:
        return sum(one.count for one in self.sources)


def chosen_plan(given: Mapping[str, str], target: int) -> MigrationPlan:
    """Return the plan that a form asks for."""
    mapping = {name.removeprefix("map-"): value for name, value in given.items() if name.startswith("map-") and value}
    renewed = frozenset(one for one in RENEWALS if given.get(f"renew-{one}"))
    return MigrationPlan(target, mapping, renewed, bool(given.get("rebind")))


def live(person: Person, selection: Selection) -> sa.Select[t.Any]:
    """The statement of the list, for running cases."""
    return statement(person, selection).where(ProcessInstance.state == "active")


def opened(person: Person, selection: Selection, given: Mapping[str, str]) -> Migrating:
    """Return the page for what is chosen so far. Raises Forbidden for people who may not move anything."""
    sources = _sources(person, selection)
    names = read(one.definition_key for one in sources)
    page = Migrating(selection, names, sources)
    if len(sources) != 1:
        return page
    (source,) = sources
    targets = _targets(source)
    wanted = given.get("target", "")
    target = next((key for key, _name in targets if key == wanted), targets[0][0] if targets else "")
    if not target:
        return page
    plan = chosen_plan(given, int(target))
    verdicts = migration_verdicts(person, live(person, selection), plan)
    names = read([source.definition_key, plan.target])
    rows = _rows(person, selection, source, plan, verdicts, names)
    return Migrating(selection, names, sources, targets, plan, rows, _outlook(verdicts, source, plan))


def _sources(person: Person, selection: Selection) -> list[Source]:
    columns = (ProcessInstance.process_id, ProcessInstance.process_definition_key, ProcessInstance.process_version)
    query = live(person, selection).with_only_columns(*columns, sa.func.count())
    rows = db.session.execute(query.group_by(*columns).order_by(ProcessInstance.process_id, columns[2].desc()))
    return [Source(*row) for row in rows]


def _targets(source: Source) -> list[Option]:
    """The other versions of the process, the newest first, with the day they were deployed."""
    query = (
        sa.select(ProcessDefinition.key, ProcessDefinition.version, ProcessDefinition.version_tag, Deployment.note)
        .join(Deployment, Deployment.key == ProcessDefinition.deployment_key)
        .where(ProcessDefinition.process_id == source.process_id, ProcessDefinition.key != source.definition_key)
    )
    rows = db.session.execute(query.order_by(ProcessDefinition.version.desc()))
    return [(str(row.key), _version(row)) for row in rows]


def _version(row: t.Any) -> str:
    return " · ".join(part for part in (f"v{row.version}", row.version_tag, row.note) if part)


def _rows(
    person: Person,
    selection: Selection,
    source: Source,
    plan: MigrationPlan,
    verdicts: Iterable[Verdict],
    names: Names,
) -> list[Row]:
    """Steps that have no successor of their own, are in the way, or have been mapped already."""
    old, new = (names.drawn[key].elements for key in (source.definition_key, plan.target))
    hindered = {one.element_id for verdict in verdicts for one in verdict.findings if one.severity == "error"}
    wanted = (_live_elements(person, selection) - new.keys()) | hindered | plan.mapping.keys()
    return [
        Row(
            element_id=name,
            name=names.element(source.definition_key, name),
            kind=old[name]["kind"],
            options=_options(name, old[name]["kind"], new, plan.target, names),
            chosen=plan.mapping.get(name, ""),
        )
        for name in old
        if name in wanted
    ]


def _live_elements(person: Person, selection: Selection) -> set[str]:
    keys = live(person, selection).with_only_columns(ProcessInstance.key)
    query = sa.select(ElementInstance.element_id).distinct()
    query = query.where(ElementInstance.instance_key.in_(keys), ElementInstance.ended_at.is_(None))
    return set(db.session.scalars(query))


def _options(name: str, kind: str, new: Mapping[str, t.Any], target: int, names: Names) -> list[Option]:
    """Steps of the same kind that an old one may become; first itself, or nothing at all."""
    called = {one: names.element(target, one) for one, drawn in new.items() if drawn["kind"] == kind and one != name}
    often = Counter(called.values())
    first = _("goes on as itself") if name in new else _("choose a step")
    return [("", first), *((one, f"{text} ({one})" if often[text] > 1 else text) for one, text in called.items())]


def _outlook(verdicts: Sequence[Verdict], source: Source, plan: MigrationPlan) -> Outlook:
    """Group the verdicts by their reasons, the commonest first."""
    staying: dict[bytes, list[Verdict]] = {}
    remarks: Counter[bytes] = Counter()
    for verdict in verdicts:
        findings = [one for one in verdict.as_json() if verdict.moves or one["severity"] == "error"]
        if verdict.moves:
            remarks.update({orjson.dumps(one) for one in findings})
        else:
            staying.setdefault(orjson.dumps(findings), []).append(verdict)
    common = sorted(staying.items(), key=lambda one: -len(one[1]))
    numbers = case_numbers(verdict.key for _reasons, some in common for verdict in some[:SAMPLES])

    def sentences(findings: list[dict[str, t.Any]]) -> list[str]:
        return [one["message"] for one in said(findings, source.definition_key, plan.target)]

    return Outlook(
        looked_at=len(verdicts),
        moving=sum(verdict.moves for verdict in verdicts),
        remarks=[(sentences([orjson.loads(one)])[0], count) for one, count in remarks.most_common()],
        staying=[
            Group(sentences(orjson.loads(reasons)), len(some), [(one.key, numbers[one.key]) for one in some[:SAMPLES]])
            for reasons, some in common
        ],
    )


def renewals() -> list[Option]:
    """What the new version may work out again, in words."""
    words = {
        "timers": _("Set running timers anew"),
        "messages": _("Wait for messages and signals as the new version says"),
        "tasks": _("Offer open tasks as the new version says"),
    }
    return [(f"renew-{one}", words[one]) for one in RENEWALS]
