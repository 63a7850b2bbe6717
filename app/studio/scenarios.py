"""Scenarios of a process: those that people recorded here and those that come with the library, and what they say of a
draft.
"""

import dataclasses
import datetime as dt
import functools
import json
import typing as t
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import orjson
import sqlalchemy as sa

from app import clock, i18n, kernel
from app.db import db, next_key, transaction
from app.engine import File
from app.engine.catalogue import Kind
from app.errors import Conflict, Invalid, NotFound
from app.kernel.model import ProcessModel
from app.people import Person, audit
from app.scenarios import FILE, Outcome, Scenario, find_scenarios, parse_scenario
from app.scenarios.recording import as_text, expectation, file_name
from app.studio import playground, rights, trials, usage, versions
from app.studio.models import RecordedScenario

Defined = Mapping[Kind, Collection[str]]
"""The ids that files define, by their kind."""
LONGEST_NAME = 200
MOST = 200
"""Recorded scenarios of a process."""
Content = Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Kept:
    """A scenario of a process; `recorded_by` is empty for one that comes with the library."""

    id: str
    name: str
    content: Content
    recorded_by: str = ""
    recorded_at: dt.datetime | None = None

    @property
    def scenario(self) -> Scenario:
        """What the file says. Raises Unreadable."""
        return parse_scenario(orjson.dumps(self.content), self.id)

    @property
    def text(self) -> str:
        """The content of a file for the team's own repository."""
        return as_text(self.content)

    @property
    def file(self) -> str:
        return file_name(self.scenario)


def of_process(person: Person, process_id: str) -> list[Kept]:
    """Return the scenarios of a process, the library's own first."""
    rights.require_reader(person)
    return [*(Kept(one["id"], _name(one), one) for one in _shipped(process_id)), *recorded(process_id)]


def recorded(process_id: str) -> list[Kept]:
    """Return the scenarios of a process that were recorded here, the oldest first."""
    which = RecordedScenario.process_id == process_id
    rows = db.session.scalars(sa.select(RecordedScenario).where(which).order_by(RecordedScenario.key)).all()
    names = versions.authors(row.recorded_by for row in rows)
    return [
        Kept(
            row.scenario_id,
            _name(row.content),
            row.content,
            names.get(row.recorded_by, row.recorded_by),
            row.recorded_at,
        )
        for row in rows
    ]


def find(person: Person, process_id: str, scenario_id: str) -> Kept:
    """Return one scenario. Raises NotFound."""
    found = next((one for one in of_process(person, process_id) if one.id == scenario_id), None)
    if found is None:
        raise NotFound("studio.no_such_scenario", id=scenario_id)
    return found


def record(person: Person, trial_key: int, names: Mapping[str, str]) -> str:
    """Keep what was done in a trial as a scenario that expects what came of it; returns its id.

    :param names: by language; one of the two is enough.
    """
    trial = trials.find(person, trial_key)
    steps = trials.steps_of(trial)
    given = {language: " ".join(str(names.get(language) or "").split()) for language in i18n.LANGUAGES}
    name = next((one for one in given.values() if one), "")
    if not name or max(map(len, given.values())) > LONGEST_NAME:
        raise Invalid("studio.scenario_name", limit=LONGEST_NAME)
    with trials.standing(trial, steps) as found:
        if found.problem is not None or not steps.position:
            raise Conflict("studio.nothing_to_record")
        expected = expectation()
    content = {
        "process": trial.process_id,
        "name": {language: own or name for language, own in given.items()},
        **trials.document(trial.process_id, steps),
        "expect": expected,
    }
    return _keep(person, trial.process_id, content)


def adopt(person: Person, process_id: str, scenario_id: str) -> str:
    """Keep a copy of one of the library's scenarios as one of the company's own; returns its id here."""
    rights.require_writer(person)
    found = find(person, process_id, scenario_id)
    return _keep(person, process_id, {name: value for name, value in found.content.items() if name != "id"})


def _keep(person: Person, process_id: str, content: dict[str, t.Any]) -> str:
    with transaction() as session:
        taken = set(
            session.scalars(sa.select(RecordedScenario.scenario_id).where(RecordedScenario.process_id == process_id))
        )
        if len(taken) >= MOST:
            raise Conflict("studio.too_many_scenarios", limit=MOST)
        scenario_id = next(name for name in (f"R{number:02d}" for number in range(1, MOST + 2)) if name not in taken)
        row = RecordedScenario(
            key=next_key(),
            process_id=process_id,
            scenario_id=scenario_id,
            content={"id": scenario_id, **content},
            recorded_at=clock.now(),
            recorded_by=person.username,
        )
        session.add(row)
        detail = {"process": process_id, "name": content["name"]}
        audit.record(session, person, "studio:scenario:recorded", f"scenario:{process_id}:{scenario_id}", "", detail)
    return scenario_id


def forget(person: Person, process_id: str, scenario_id: str) -> None:
    """Remove a recorded scenario; those of the library go with their file."""
    rights.require_writer(person)
    with transaction() as session:
        which = sa.and_(RecordedScenario.process_id == process_id, RecordedScenario.scenario_id == scenario_id)
        row = session.scalars(sa.select(RecordedScenario).where(which)).one_or_none()
        if row is None:
            raise NotFound("studio.no_such_scenario", id=scenario_id)
        session.delete(row)
        detail = {"process": process_id, "content": row.content}
        audit.record(session, person, "studio:scenario:removed", f"scenario:{process_id}:{scenario_id}", "", detail)


def play(person: Person, drafts: Sequence[File], kept: Kept) -> Outcome:
    """Play a scenario with drafts, or remember what came of it. Raises Invalid when one of them is refused."""
    rights.require_writer(person)
    spoken = i18n.language()
    scenario = kept.scenario
    with playground.replays(drafts) as replays, i18n.in_language(spoken):
        return replays.play(scenario)


def failing(person: Person, drafts: Sequence[File], defined: Defined) -> list[tuple[Kept, Outcome]]:
    """Return which recorded scenarios do not end as expected with drafts; this is what publishing asks.

    :param defined: what stands in the drafts.

    Those of the library say what the library as it came is to do. A company that changes its rules cannot correct
    them here, so they count only where somebody has adopted them.
    """
    found = [one for process_id in _concerned(person, defined) for one in recorded(process_id)]
    outcomes = [(one, play(person, drafts, one)) for one in found]
    return [(one, outcome) for one, outcome in outcomes if not outcome.passed]


def _concerned(person: Person, defined: Defined) -> list[str]:
    """The processes in the drafts, and those that use a decision or a form in them."""
    concerned = set(defined.get("process", ()))
    parts = [(kind, one) for kind, identifiers in defined.items() if kind != "process" for one in identifiers]
    if parts:
        used = usage.usage_of(versions.all_newest(person, "process"))
        concerned |= {use.process_id for part in parts for use in used.get(part, ())}
    return sorted(concerned)


def models(draft: File) -> list[ProcessModel]:
    """Return the processes of a diagram; none of one that cannot run."""
    return list(kernel.parse(draft.content).processes)


def _name(content: Content) -> str:
    return i18n.localised(content["name"], content["id"])


@functools.cache
def _shipped_paths() -> Mapping[str, Sequence[Path]]:
    found: dict[str, list[Path]] = {}
    for path in find_scenarios([FILE.parent]):
        found.setdefault(path.parent.name, []).append(path)
    return found


def _shipped(process_id: str) -> list[dict[str, t.Any]]:
    """The scenarios that come with the library. They change with the program only."""
    return [json.loads(path.read_bytes()) for path in _shipped_paths().get(process_id, ())]
