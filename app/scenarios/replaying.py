"""A scenario as far as somebody has got with it: played from its beginning in a database that is thrown away.

The same steps always lead to the same state, so the state needs no keeping: stepping back is playing less. States that
were asked for last are remembered as files, so that one more step costs one step.
"""

import dataclasses
import datetime as dt
import hashlib
import shutil
import threading
import typing as t
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import sqlalchemy as sa
from flask import Flask

from app.clock import SetClock
from app.db import db
from app.engine.models import VariableChange
from app.scenarios.playing import Outcome, Run, place_of
from app.scenarios.problems import Problem
from app.scenarios.sandbox import Sandbox, close_file
from app.scenarios.scenario import Scenario
from app.scenarios.stage import Stage

MOST_ACTS = 300
"""What one step may set off by itself; it takes some seconds, and nobody would wait longer at a screen."""
KEPT = 16
"""States remembered of a library; each is a database file of some megabytes."""


@dataclasses.dataclass(frozen=True)
class Standing:
    """Where a scenario stands. Inside the block that gave it, the app's context is the sandbox's.

    Attributes:
        done: how many of its steps were played; less than asked for when one of them could not be.
        before: key of the last change of variables before the last step.
    """

    app: Flask
    clock: SetClock
    run: Run
    done: int
    before: int
    problem: Problem | None


@dataclasses.dataclass(frozen=True)
class _Kept:
    """A state as it is remembered: its database, and what stands in no database."""

    database: Path
    now: dt.datetime
    case_id: int | None
    faults: frozenset[str]
    before: int
    done: int


class Replays:
    """Plays scenarios of one sandbox as far as asked."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox = sandbox
        self._folder = folder
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._outcomes: dict[str, Outcome] = {}
        self._lock = threading.Lock()
        self._number = 0

    @contextmanager
    def at(self, scenario: Scenario, steps: int) -> Iterator[Standing]:
        """Give the state after so many steps. What is done to it there is forgotten."""
        known = self._nearest(scenario, steps)
        database = self._new_file()
        start = known.database if known else None
        try:
            with self._sandbox.company(database, start) as (app, clock):
                standing = _begin(scenario, app, clock, known)
                if standing.done < steps and standing.problem is None:
                    standing = _play(scenario, standing, steps)
                    if standing.problem is None:
                        self._remember(scenario, steps, standing, database)
                yield standing
        finally:
            for left in self._folder.glob(f"{database.name}*"):
                left.unlink()

    def play(self, scenario: Scenario) -> Outcome:
        """Play a scenario to its end and judge it, or remember what came of it: it always comes to the same."""
        name = hashlib.sha256(orjson.dumps(dataclasses.asdict(scenario), default=str)).hexdigest()
        if name not in self._outcomes:
            self._outcomes[name] = self._sandbox.play(scenario)
        return self._outcomes[name]

    def remove(self) -> None:
        """Forget every state, and the sandbox with them."""
        self._kept.clear()
        self._sandbox.remove()

    def _nearest(self, scenario: Scenario, steps: int) -> _Kept | None:
        """The state that is nearest before the one asked for."""
        with self._lock:
            for count in range(steps, -1, -1):
                name = _name(scenario, count)
                if name in self._kept:
                    self._kept.move_to_end(name)
                    return self._kept[name]
        return None

    def _remember(self, scenario: Scenario, steps: int, standing: Standing, database: Path) -> None:
        close_file()
        file = self._new_file()
        shutil.copy(database, file)
        kept = _Kept(
            file,
            standing.clock.now(),
            standing.run.case_id,
            frozenset(standing.run.stage.faults),
            standing.before,
            standing.done,
        )
        with self._lock:
            self._kept[_name(scenario, steps)] = kept
            gone = [self._kept.popitem(last=False)[1] for _ in range(len(self._kept) - KEPT)]
        for one in gone:
            one.database.unlink(missing_ok=True)

    def _new_file(self) -> Path:
        with self._lock:
            self._number += 1
            return self._folder / f"state{self._number}.sqlite3"


def _begin(scenario: Scenario, app: Flask, clock: SetClock, known: _Kept | None) -> Standing:
    stage = Stage(app, clock, most=MOST_ACTS)
    if known is None:
        run = Run(scenario, stage)
        return Standing(app, clock, run, 0, 0, run.prepare())
    clock.set(known.now)
    stage.faults.update(known.faults)
    run = Run(scenario, stage, known.case_id)
    return Standing(app, clock, run, known.done, known.before, None)


def _play(scenario: Scenario, standing: Standing, steps: int) -> Standing:
    for number in range(standing.done, steps):
        before = _last_change()
        step = scenario.steps[number]
        problem = standing.run.act(step, place_of(number, step))
        if problem is not None:
            return dataclasses.replace(standing, done=number, problem=problem)
        standing = dataclasses.replace(standing, done=number + 1, before=before)
    return standing


def _last_change() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.max(VariableChange.key))) or 0


def _name(scenario: Scenario, steps: int) -> str:
    """The same for everything that is played in the same way up to there."""
    parts: list[t.Any] = [
        scenario.process,
        sorted(scenario.processes),
        scenario.begins,
        scenario.given,
        [dataclasses.asdict(step) for step in scenario.steps[:steps]],
    ]
    return hashlib.sha256(orjson.dumps(parts, default=str)).hexdigest()
