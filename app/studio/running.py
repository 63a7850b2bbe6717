"""Cases under way by version, and what would become of them on the newest one."""

import dataclasses
from collections import Counter
from collections.abc import Sequence

from app.engine import queries
from app.engine.interventions import MAY_MOVE
from app.engine.migration import MOST_JUDGED, MigrationPlan, Verdict, migration_verdicts
from app.engine.migration_text import said
from app.engine.models import ProcessInstance
from app.people import Person, access
from app.studio import versions
from app.studio.versions import Version


@dataclasses.dataclass(frozen=True)
class Line:
    """One version with cases under way. Of those looked at, `moving` can go on in the newest one."""

    version: Version
    looked_at: int = 0
    moving: int = 0
    staying: Sequence[tuple[str, int]] = ()

    @property
    def running(self) -> int:
        return self.version.running or 0


def by_version(person: Person, process_id: str) -> list[Line]:
    """Return the versions that have cases under way, the newest first.

    What would become of them is worked out for people who may move them, for at most MOST_JUDGED of each version.
    """
    found = versions.history(person, "process", process_id)
    newest = found[0]
    lines = [version for version in found if version.running]
    if not access.allowed(person, *MAY_MOVE):
        return [Line(version) for version in lines]
    return [Line(one) if one.key == newest.key else _judged(person, one, newest) for one in lines]


def is_any(person: Person, process_id: str) -> bool:
    """Whether the person may see a case under way in any version of a process."""
    return any(version.running for version in versions.history(person, "process", process_id))


def _judged(person: Person, old: Version, newest: Version) -> Line:
    instances = queries.search.instances(person).where(ProcessInstance.process_definition_key == old.key)
    verdicts = migration_verdicts(person, instances, MigrationPlan(newest.key), MOST_JUDGED)
    return Line(old, len(verdicts), sum(one.moves for one in verdicts), _reasons(verdicts, old, newest))


def _reasons(verdicts: Sequence[Verdict], old: Version, newest: Version) -> list[tuple[str, int]]:
    """Why cases stay, the commonest first."""
    told: Counter[str] = Counter()
    for verdict in verdicts:
        errors = [finding for finding in verdict.as_json() if finding["severity"] == "error"]
        told.update({one["message"] for one in said(errors, old.key, newest.key)})
    return told.most_common()
