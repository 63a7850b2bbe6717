"""Trials: somebody plays a draft step by step, with the real engine, a clock that is moved and people who are made up.

A trial is its draft and the list of what was done. Everything else comes from playing that list in a sandbox, so a
trial survives restarts, and stepping back is playing less.
"""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import orjson
import sqlalchemy as sa

from app import clock, engine, i18n
from app.db import db, next_key, transaction
from app.engine import File
from app.errors import Conflict, FirstlineError, Invalid, NotFound
from app.people import Person
from app.scenarios import Scenario, Unreadable, parse_scenario
from app.scenarios.replaying import Standing
from app.scenarios.scenario import Expected
from app.studio import findings, playground, rights
from app.studio.kinds import file_name
from app.studio.models import Trial

MOST_STEPS = 200
"""Steps of a trial; playing more from the beginning would take longer than anybody waits."""
LONGEST = 200_000
"""Bytes of what was done."""
KEPT = dt.timedelta(days=90)
"""How long a trial that nobody goes on with stays."""
NAME = {"zh": "试运行", "en": "Trial"}
Act = Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Steps:
    """What was done in a trial, as the format of scenarios has it.

    Attributes:
        at: when it begins, by the company's clock; None is the day the made-up company was founded.
        given: records beside the company's.
        acts: the steps, of which the first `position` are played; those behind were stepped back from.
    """

    acts: tuple[Act, ...] = ()
    position: int = 0
    at: str | None = None
    given: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @property
    def played(self) -> tuple[Act, ...]:
        return self.acts[: self.position]

    def then(self, act: Act) -> "Steps":
        """One step more; what was stepped back from is given up."""
        acts = (*self.played, act)
        if len(acts) > MOST_STEPS:
            raise Conflict("studio.trial_too_many_steps", limit=MOST_STEPS)
        return dataclasses.replace(self, acts=acts, position=len(acts))


def begin(person: Person, source: bytes) -> int:
    """Try a process as it is drawn; returns the key of the trial.

    Everybody has one trial of a process, so what was done in it is done again with the new drawing.
    Raises Invalid with `findings` when the gate refuses the drawing.
    """
    rights.require_writer(person)
    process_id = _process_in(source)
    mine = sa.and_(Trial.username == person.username, Trial.process_id == process_id)
    with transaction() as session:
        row = session.scalars(sa.select(Trial).where(mine).with_for_update()).one_or_none()
        if row is None:
            steps = dataclasses.asdict(Steps())
            row = Trial(key=next_key(), username=person.username, process_id=process_id, steps=steps, revision=0)
            session.add(row)
        row.source, row.changed_at = source, clock.now()
        row.revision += 1
        return t.cast(int, row.key)


def _process_in(source: bytes) -> str:
    """The process that is tried: the first one of the file that can run."""
    file = File(file_name("process", "draft"), source)
    checked = engine.lint([file])
    rows = findings.as_rows(checked.findings, [file])
    count = sum(row["severity"] == "error" for row in rows)
    if count:
        raise Invalid("studio.cannot_be_tried", findings=rows, count=count)
    found = [process.id for process in checked.processes.get(file.name, ()) if process.executable]
    if not found:
        raise Invalid("studio.nothing_to_try")
    return found[0]


def find(person: Person, key: int) -> Trial:
    """Return somebody's own trial. Raises NotFound."""
    rights.require_writer(person)
    row = db.session.get(Trial, key)
    if row is None or row.username != person.username:
        raise NotFound("studio.no_such_trial")
    return row


def steps_of(trial: Trial) -> Steps:
    """Return what was done in a trial."""
    stored = trial.steps
    return Steps(tuple(stored["acts"]), stored["position"], stored["at"], stored["given"])


def forget_old() -> int:
    """Delete trials that nobody went on with; returns how many. What was recorded as a scenario stays."""
    with transaction() as session:
        deleted = session.execute(sa.delete(Trial).where(Trial.changed_at < clock.now() - KEPT))
        return t.cast(int, deleted.rowcount)


@contextmanager
def standing(trial: Trial, steps: Steps) -> Iterator[Standing]:
    """Give the state that steps lead to. Inside the block the app's context is the sandbox's."""
    spoken = i18n.language()
    scenario = scenario_of(trial, steps)
    with (
        playground.replays([draft_of(trial)]) as replays,
        replays.at(scenario, steps.position) as found,
        i18n.in_language(spoken),
    ):
        yield found


def draft_of(trial: Trial) -> File:
    """Return the drawing that is tried."""
    return File(file_name("process", "draft"), bytes(trial.source))


def act(person: Person, key: int, done: Act, *, seen: int, at: str | None = None) -> None:
    """Do one thing more.

    :param done: a step in the format of scenarios.
    :param seen: the revision of the trial that the person saw.
    :param at: when the trial begins, with its first step.

    Raises what the engine refuses it with, and then nothing has happened; Conflict when the trial was changed
    meanwhile.
    """
    trial = find(person, key)
    steps = steps_of(trial).then(done)
    if at is not None and steps.position == 1:
        steps = dataclasses.replace(steps, at=at)
    with standing(trial, steps) as found:
        refused = _refusal(found)
    if refused is not None:
        raise refused
    _store(person, key, steps, seen)


def _refusal(found: Standing) -> FirstlineError | None:
    if found.problem is None:
        return None
    return found.run.error or Invalid("studio.step_refused", reason=found.problem.in_words())


def go_to(person: Person, key: int, position: int, *, seen: int) -> None:
    """Step back to where so many steps were done, or forward again."""
    steps = steps_of(find(person, key))
    _store(person, key, dataclasses.replace(steps, position=min(max(position, 0), len(steps.acts))), seen)


def load(person: Person, key: int, content: Mapping[str, t.Any], *, seen: int) -> None:
    """Take over what a scenario does, to go through it from its beginning."""
    start = content.get("start")
    acts = list(content.get("steps", ()))
    if start is not None:
        first = {"start": start.get("process", content["process"]), **start}
        first.pop("process", None)
        acts.insert(0, {name: value for name, value in first.items() if name != "at"})
    steps = Steps(tuple(acts), min(1, len(acts)), (start or {}).get("at"), content.get("given", {}))
    _store(person, key, steps, seen)


def _store(person: Person, key: int, steps: Steps, seen: int) -> None:
    stored = dataclasses.asdict(steps)
    if len(orjson.dumps(stored)) > LONGEST:
        raise Conflict("studio.trial_too_many_steps", limit=MOST_STEPS)
    with transaction() as session:
        row = session.get(Trial, key, with_for_update=True, populate_existing=True)
        if row is None or row.username != person.username:
            raise NotFound("studio.no_such_trial")
        if row.revision != seen:
            raise Conflict("studio.trial_changed")
        row.steps, row.changed_at = stored, clock.now()
        row.revision += 1


def document(process_id: str, steps: Steps) -> dict[str, t.Any]:
    """Return what was done as the members of a scenario's file: `given`, `start` and `steps`."""
    acts = list(steps.played)
    found: dict[str, t.Any] = {"given": dict(steps.given)} if steps.given else {}
    if acts and "start" in acts[0]:
        first = acts.pop(0)
        start = {name: value for name, value in first.items() if name != "start"}
        named = {"process": first["start"]} if first["start"] != process_id else {}
        found["start"] = named | start | ({"at": steps.at} if steps.at else {})
    return found | {"steps": acts}


def scenario_of(trial: Trial, steps: Steps) -> Scenario:
    """Return a trial as a scenario that expects nothing. Raises Invalid for steps that make no sense."""
    if not steps.position:
        begins = dt.datetime.fromisoformat(steps.at) if steps.at else None
        return Scenario("trial", trial.process_id, NAME, "", begins, steps.given, [], Expected())
    content = {"id": "trial", "process": trial.process_id, "name": NAME, "expect": {}}
    try:
        return parse_scenario(orjson.dumps(content | document(trial.process_id, steps)), "trial")
    except Unreadable as wrong:
        raise Invalid("studio.step_refused", reason=wrong.problems[0].in_words()) from wrong
