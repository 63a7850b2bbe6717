"""Running the cases of one model, and judging what they left behind."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable

from app.kernel import KernelError
from tests.conformance.betsy.corpus import Case, Model
from tests.conformance.betsy.town import TICK, Refused, Town, Trace, deployed, dropped

PATIENCE = 20.0
"""Seconds of real time after which a case counts as endless."""
_LOOKED_AT_WHERE_WANTED = frozenset(("MARKER_exists", "DATA_correct", "EXECUTION_parallel"))
_WITHOUT_BEGINNING = frozenset(("WCP19_CancelTask",))
"""The one model that has no script saying that its instance really began."""


@dataclasses.dataclass(frozen=True)
class Judged:
    """One case: what came, whether that was wanted, and whether anything happened at all."""

    number: int
    passed: bool
    traces: tuple[str, ...]
    errors: tuple[str, ...]
    began: bool
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Result:
    """One model with its cases; `dropped` are drawn events that were not executed as drawn."""

    model: Model
    cases: tuple[Judged, ...]
    dropped: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return all(case.passed for case in self.cases)

    @property
    def does_nothing(self) -> bool:
        """Was the model taken, and then nothing of it done?"""
        return any(not case.began and not case.errors for case in self.cases)


def run(model: Model, *, reload: bool = False) -> Result:
    """Run a model's cases, each with the model as the only one deployed."""
    xml = model.path.read_bytes()
    try:
        processes = deployed(xml)
    except Refused as refusal:
        refused = (_judged(case, Trace(), ["ERROR_deployment"], str(refusal)) for case in model.cases)
        return Result(model, tuple(refused))
    cases = (_run(model, case, Town(*processes, trace=Trace(), reload=reload)) for case in model.cases)
    return Result(model, tuple(cases), tuple(dropped(xml, processes)))


def _run(model: Model, case: Case, town: Town) -> Judged:
    trace = town.trace
    variables = {"integerVariable": case.integer, "testCaseNumber": case.number, **case.inputs}
    until = time.monotonic() + PATIENCE
    try:
        if case.start_first:
            town.start({}, case.start_first)
        town.start(variables, model.process)
        while town.passed < case.seconds:
            town.live_on(town.passed + TICK)
            if time.monotonic() > until:
                return _judged(case, trace, ["ERROR_runtime"], "endless")
    except KernelError as error:
        return _judged(case, trace, ["ERROR_runtime"], str(error), model.name)
    return _judged(case, trace, town.problems(), "", model.name)


def _judged(case: Case, trace: Trace, problems: Iterable[str], note: str, name: str = "") -> Judged:
    traces = [
        *trace.words,
        *(["MARKER_exists"] if trace.marked else []),
        *(["EXECUTION_parallel"] if trace.parallel else []),
    ]
    traces = [word for word in traces if word not in _LOOKED_AT_WHERE_WANTED or word in case.traces]
    errors = [_general(error) if "ERROR" in case.errors else error for error in problems]
    began = trace.started or bool(errors) or name in _WITHOUT_BEGINNING
    right = sorted(traces) == sorted(case.traces) and sorted(errors) == sorted(case.errors)
    return Judged(case.number, right and began, tuple(traces), tuple(errors), began, note)


def _general(error: str) -> str:
    return "ERROR" if error in ("ERROR_deployment", "ERROR_runtime") else error
