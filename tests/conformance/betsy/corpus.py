"""The models and cases of betsy, as their publisher wrote them down."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conformance.suite import CorpusBroken


@dataclasses.dataclass(frozen=True)
class Case:
    """One run of a process, and what it must leave in the trace."""

    number: int
    inputs: Mapping[str, str]
    integer: int
    start_first: str | None
    seconds: float
    traces: tuple[str, ...]
    errors: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Model:
    """One feature of BPMN: a file, the process to start in it, and the cases."""

    name: str
    group: str
    path: Path
    process: str
    in_2015: bool
    unchanged: bool
    """Was it in the study of 2015 just as it is today?"""
    cases: tuple[Case, ...]


@dataclasses.dataclass(frozen=True)
class Published:
    """What an engine of 2014 passed, by name of the model."""

    engine: str
    passed: Mapping[str, bool]


def models(corpus: Path) -> list[Model]:
    """All models. Raises CorpusBroken when the files are not what the counts say."""
    whole = json.loads((corpus / "cases.json").read_text("utf-8"))
    found = [_model(corpus, test) for test in whole["tests"]]
    counted = {
        "tests": len(found),
        "cases": sum(len(model.cases) for model in found),
        "tests_2015": sum(model.in_2015 for model in found),
    }
    for what, count in counted.items():
        if whole["counts"][what] != count:
            raise CorpusBroken(f"cases.json has {count} {what} and says {whole['counts'][what]}.")
    missing = [model.path.name for model in found if not model.path.is_file()]
    if missing:
        raise CorpusBroken(f"Models are missing: {', '.join(missing)}.")
    return found


def published(corpus: Path) -> list[Published]:
    """The results of the study, one entry per engine."""
    with (corpus / "results_2015.csv").open(encoding="utf-8", newline="") as file:
        rows: Sequence[Mapping[str, str]] = list(csv.DictReader(file))
    engines = ("activiti", "camunda", "jbpm")
    return [Published(name, {row["test"]: row[name] == "1" for row in rows}) for name in engines]


def _model(corpus: Path, test: Mapping[str, Any]) -> Model:
    return Model(
        name=test["name"],
        group=test["group"],
        path=corpus / test["model"],
        process=test["process"],
        in_2015=test["in_2015_set"],
        unchanged=test["in_2015_set"] and not test.get("changed_since_2014"),
        cases=tuple(map(_case, test["cases"])),
    )


def _case(case: Mapping[str, Any]) -> Case:
    return Case(
        number=case["number"],
        inputs=case["inputs"],
        integer=case.get("integer", 0),
        start_first=case.get("start_first"),
        # What a process does within the first seconds counts, also where the corpus gives no time.
        seconds=max(case.get("delay_ms", 0), 3000) / 1000,
        traces=tuple(case["expected_traces"]),
        errors=tuple(case["expected_errors"]),
    )
