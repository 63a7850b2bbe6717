"""Moving running instances to another version of their process: the verdict first, then the move, one transaction each.

What waits goes on as it began, with its draft, its assignee, its dates, its leases and its incidents; the kernel says
what cannot be kept, and then the instance stays where it is. See `app.kernel.migration` for the rules.
"""

import dataclasses
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import db
from app.engine import access as rights
from app.engine import catalogue
from app.engine.catalogue import Version
from app.engine.command import Command, run
from app.engine.expressions import InstancePort
from app.engine.interventions import MAY_MOVE, record, require_reason
from app.engine.models import ProcessInstance
from app.engine.registry import InstanceFacts
from app.engine.running import INSTANCE_COLUMNS, Moved, Running, read_variables_of
from app.errors import Hindered, Invalid
from app.kernel import RENEWALS, Finding, Kernel, Renewal, migrate
from app.people import access
from app.people.person import Person

MOST_JUDGED = 500
"""Instances of one look: what a person waits for, about a millisecond each."""


@dataclasses.dataclass(frozen=True)
class MigrationPlan:
    """Where instances go and how.

    Attributes:
        target: key of the process version.
        mapping: id of an element or flow → id in that version, where the two differ.
        renewed: what the new version evaluates again: `timers`, `messages`, `tasks` (whom they are offered to).
        rebind: whether decisions, forms and called processes without a binding of their own are from now on those in
            force today and not those in force when the root instance started.
    """

    target: int
    mapping: Mapping[str, str] = dataclasses.field(default_factory=dict)
    renewed: frozenset[Renewal] = frozenset()
    rebind: bool = False

    def detail(self) -> dict[str, t.Any]:
        """What the audit says about it."""
        said = {"target": self.target, "mapping": dict(self.mapping), "renewed": sorted(self.renewed)}
        return said | {"rebind": self.rebind}

    @classmethod
    def of(cls, detail: Mapping[str, t.Any]) -> "MigrationPlan":
        """Return the plan that `detail` has written."""
        return cls(detail["target"], detail["mapping"], frozenset(detail["renewed"]), detail["rebind"])

    def __post_init__(self) -> None:
        if not self.renewed <= set(RENEWALS):
            raise Invalid("engine.no_such_renewal", known=", ".join(RENEWALS))


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What would become of one instance. Findings with the severity `error` keep it where it is."""

    key: int
    source: Version
    target: Version
    findings: tuple[Finding, ...]

    @property
    def moves(self) -> bool:
        return all(finding.severity != "error" for finding in self.findings)

    def as_json(self) -> list[dict[str, t.Any]]:
        """The findings as answers and rows hold them."""
        return [dataclasses.asdict(finding) for finding in self.findings]


def migration_verdict(person: Person, key: int, plan: MigrationPlan) -> Verdict:
    """Say whether an instance could be moved and what would be different. Raises NotFound, Conflict when it is over."""
    rights.require_instance(db.session, person, key, *MAY_MOVE)
    command = Command(db.session, person)
    running = command.load(key)
    return _judge(command, running, plan)[0]


def migration_verdicts(
    person: Person, instances: sa.Select[t.Any], plan: MigrationPlan, limit: int = MOST_JUDGED
) -> list[Verdict]:
    """Say the same of several live instances, the oldest first; the statements are few, however many they are.

    :param instances: a statement of `queries.search.instances` with further conditions.
    """
    access.require(person, *MAY_MOVE)
    live = instances.with_only_columns(*INSTANCE_COLUMNS).where(ProcessInstance.state == "active")
    rows = db.session.execute(live.order_by(ProcessInstance.key).limit(limit)).all()
    variables = read_variables_of(db.session, [row.key for row in rows])
    command = Command(db.session, person)
    return [_judge(command, command.take(row, variables[row.key]), plan)[0] for row in rows]


def migrate_instance(person: Person, key: int, plan: MigrationPlan, reason: str) -> Verdict:
    """Move an instance. Raises Hindered with the findings when it has to stay; then nothing has changed."""
    return run(person, lambda command: move(command, person, key, plan, reason))


def move(command: Command, person: Person, key: int, plan: MigrationPlan, reason: str) -> Verdict:
    """The same within a command."""
    instance = rights.require_instance(command.session, person, key, *MAY_MOVE)
    require_reason(reason)
    running = command.load(key)
    verdict, arrival = _judge(command, running, plan)
    if arrival is None:
        raise Hindered("engine.migration_refused", findings=verdict.as_json(), version=verdict.target.version)
    _arrive(running, arrival, plan)
    detail = {"from": verdict.source.version, "to": verdict.target.version, **plan.detail()}
    record(command, person, "migrated", instance, reason, detail)
    return verdict


class _Arrival(t.NamedTuple):
    """An instance as it is on the new version."""

    kernel: Kernel
    facts: InstanceFacts
    port: InstancePort


def _judge(command: Command, running: Running, plan: MigrationPlan) -> tuple[Verdict, _Arrival | None]:
    source = catalogue.version_by_key(command.session, "process", running.facts.process_definition_key)
    target = catalogue.version_by_key(command.session, "process", plan.target)
    facts = dataclasses.replace(
        running.facts,
        process_id=target.id,
        process_version=target.version,
        process_definition_key=target.key,
    )
    in_force = command.newest_deployment() if plan.rebind else running.in_force
    port = command.port(facts, in_force, target.deployment_number)
    model = catalogue.process_model(command.session, target.sha256, target.id)
    migration = migrate(running.kernel, model, port, plan.mapping, plan.renewed)
    verdict = Verdict(running.key, source, target, migration.findings)
    return verdict, None if migration.kernel is None else _Arrival(migration.kernel, facts, port)


def _arrive(running: Running, arrival: _Arrival, plan: MigrationPlan) -> None:
    """Let the instance go on in the new version; its rows follow when the command is written."""
    recorded = (one for one in arrival.kernel.tasks.values() if not one.is_listener and "in" not in one.memo)
    places = {token.id: token.task_spec.element.id for token in recorded}
    running.moved = Moved(places, plan.renewed, plan.rebind)
    running.kernel, running.facts, running.port = arrival.kernel, arrival.facts, arrival.port
    running.in_force = arrival.port.in_force
    arrival.kernel.advance()
