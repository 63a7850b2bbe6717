"""A scenario from its first step to its judgement."""

import dataclasses
import datetime as dt
import time
import typing as t
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from flask import Flask

from app.clock import SetClock
from app.db import db, transaction
from app.engine.expressions import evaluate, zone
from app.engine.models import ProcessInstance, StartSubscription
from app.errors import FirstlineError, Invalid
from app.feel import FeelError
from app.scenarios import records
from app.scenarios.cast import holders
from app.scenarios.coverage import Visited, visited
from app.scenarios.facts import Facts
from app.scenarios.faults import failing
from app.scenarios.fields import is_expression
from app.scenarios.judging import differences, incidents
from app.scenarios.organisation import write_people, write_units
from app.scenarios.problems import Problem, Unreadable, of_error
from app.scenarios.scenario import Scenario, Step
from app.scenarios.stage import Stage


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a scenario: how it differs from what is expected, and where it has been."""

    scenario: Scenario
    differences: tuple[Problem, ...]
    seconds: float
    visited: Mapping[str, Visited]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def play(scenario: Scenario, app: Flask, clock: SetClock) -> Outcome:
    """Play a scenario in a company that nothing has happened in yet, and judge it. Needs an app context.

    Everything that goes wrong is in the outcome; a step that cannot be done ends the run.
    """
    began = time.perf_counter()
    problems = Run(scenario, Stage(app, clock)).play()
    return Outcome(scenario, tuple(problems), time.perf_counter() - began, visited())


class Run:
    """A scenario being played on a stage, as a whole or step by step.

    Attributes:
        case_id: the case of the first start, as far as there was one.
        error: with what the last step was refused.
    """

    def __init__(self, scenario: Scenario, stage: Stage, case_id: int | None = None) -> None:
        self._scenario = scenario
        self.stage = stage
        self.case_id = case_id
        self.error: FirstlineError | None = None
        self._acts: Mapping[str, Callable[[Step, Mapping[str, t.Any]], None]] = {
            "start": self._start,
            "do": lambda step, values: stage.do(step.target, holders(step.by or ""), values),
            "answer": lambda step, values: stage.answer(step.target, holders(step.by or ""), values),
            "work": lambda step, values: stage.work(step.target, values),
            "fail": lambda step, _values: stage.fail(step.target, step.error),
            "retry": lambda step, _values: stage.retry(step.target),
            "publish": lambda step, values: stage.publish(step.target, self._key(step), values),
            "signal": lambda step, values: stage.broadcast(step.target, values),
            "wait": self._wait,
            "until": self._until,
        }

    def play(self) -> list[Problem]:
        """Play everything and judge it."""
        unprepared = self.prepare()
        if unprepared is not None:
            return [unprepared]
        found: list[Problem] = []
        for number, step in enumerate(self._scenario.steps):
            place = place_of(number, step)
            if step.expected is not None:
                found += [one.at(f"{place}: {one.place}") for one in differences(step.expected, self._case())]
            elif (problem := self.act(step, place)) is not None:
                # What could not be done is often what an incident stands in the way of.
                return [*found, *incidents(self._scenario.expected), problem]
        return [*found, *differences(self._scenario.expected, self._case())]

    def prepare(self) -> Problem | None:
        """Set the clock and write what is given; returns the first thing that cannot be written."""
        try:
            self._prepare()
        except Unreadable as unreadable:
            first = unreadable.problems[0]
            return first.at(f"given.{first.place}")
        return None

    def _prepare(self) -> None:
        scenario = self._scenario
        if scenario.begins is not None:
            self.stage.clock.set(_in_zone(scenario.begins))
        with transaction() as session:
            write_units(session, scenario.given.get("units", ()), scenario.file)
            write_people(session, scenario.given.get("people", ()), scenario.file)
            records.write(session, scenario.given, scenario.file)
            # What a clock starts every day would mix its cases with those that the scenario is about.
            session.execute(
                sa.delete(StartSubscription).where(
                    StartSubscription.kind == "timer", StartSubscription.process_id.not_in(scenario.processes)
                )
            )

    def act(self, step: Step, place: str) -> Problem | None:
        """Do one step; returns why it could not be done. Looks on the way change nothing."""
        if step.expected is not None:
            return None
        try:
            with failing(self.stage.app, self.stage.faults):
                self._acts[step.verb](step, self._value(step.values))
        except FeelError as error:
            self.error = Invalid(error.code, **error.params)
            return Problem(error.code, error.params, place)
        except FirstlineError as error:
            self.error = error
            return None if error.code == step.refused else of_error(error, place)
        if step.refused is not None:
            return Problem("scenarios.not_refused", {"code": step.refused}, place)
        return None

    def _start(self, step: Step, values: Mapping[str, t.Any]) -> None:
        case_id = self.stage.start(step.target, holders(step.by or ""), values)
        self.case_id = self.case_id or case_id

    def _wait(self, step: Step, _values: Mapping[str, t.Any]) -> None:
        later = evaluate("now() + duration(span)", {"span": step.target}, self.stage.clock.now())
        try:
            moment = dt.datetime.fromisoformat(str(later).partition("[")[0])
        except ValueError:
            # FEEL counts years without end, the clock up to 9999.
            raise Invalid("scenarios.beyond_time", span=step.target) from None
        self.stage.until(moment)

    def _until(self, step: Step, _values: Mapping[str, t.Any]) -> None:
        self.stage.until(_in_zone(dt.datetime.fromisoformat(step.target)))

    def _key(self, step: Step) -> str:
        key = self._value(step.key)
        if key is None:
            raise Invalid("scenarios.no_key", key=step.key)
        return str(key)

    def _case(self) -> int | None:
        """The case of the first start; else of the first instance of the process."""
        if self.case_id is None:
            query = sa.select(ProcessInstance.case_id).where(ProcessInstance.process_id == self._scenario.process)
            db.session.rollback()
            self.case_id = db.session.scalars(query.order_by(ProcessInstance.key)).first()
        return self.case_id

    def _value(self, given: t.Any) -> t.Any:
        """Evaluate the expressions among values."""
        if is_expression(given):
            return evaluate(given, Facts(self._case()))
        if isinstance(given, Mapping):
            return {name: self._value(value) for name, value in given.items()}
        return [self._value(value) for value in given] if isinstance(given, list) else given


def place_of(number: int, step: Step) -> str:
    """Where in a scenario a step stands, for people: its number, counted from one, and what it does."""
    return f"{number + 1}. {step.verb} {step.target}".strip()


def _in_zone(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=zone())
