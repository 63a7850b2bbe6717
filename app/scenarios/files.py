"""Scenario files: JSON, one run each (docs/how-to/simulate.md has the format)."""

import dataclasses
import functools
import typing as t
from collections.abc import Iterable, Mapping
from pathlib import Path

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.scenarios.company import record_lists
from app.scenarios.fields import FeelText, Key, LocalMoment, Span, Strict, Values
from app.scenarios.organisation import PersonEntry, UnitEntry
from app.scenarios.problems import Problem, Unreadable
from app.scenarios.reading import parsed, read_json, shaped
from app.scenarios.scenario import Expected, Scenario, Step, Verb

FOLDER = "scenarios"
VERBS: t.Final = t.get_args(Verb)
NEEDS_SOMEBODY: t.Final = ("start", "do", "answer")


class CheckSchema(Strict):
    """What must be true on the way."""

    open = fields.List(fields.String())
    incidents = fields.List(fields.String())
    true = fields.List(FeelText())


class ExpectedSchema(CheckSchema):
    """What must be true at the end."""

    path = fields.Dict(keys=fields.String(), values=fields.List(fields.String(allow_none=True)))
    end = fields.Dict(keys=fields.String(), values=fields.List(fields.String(allow_none=True)))


class ActSchema(Strict):
    """What every act may have."""

    by = fields.String()
    values = Values(data_key="with", keys=fields.String())
    refused = fields.String()


class StartSchema(ActSchema):
    """How a scenario begins; the process is its own unless another one is named."""

    process = fields.String()
    by = fields.String(required=True)
    at = LocalMoment()


class StepSchema(ActSchema):
    """One step: exactly one verb, and what it needs."""

    start = fields.String()
    do = fields.String()
    answer = fields.String()
    work = fields.String()
    fail = fields.String()
    retry = fields.String()
    publish = fields.String()
    signal = fields.String()
    wait = Span()
    until = LocalMoment()
    expect = fields.Nested(CheckSchema())
    key = Key()
    error = fields.String()

    @validates_schema
    def _one_verb(self, data: Mapping[str, t.Any], **_more: t.Any) -> None:
        verbs = [verb for verb in VERBS if verb in data]
        if len(verbs) != 1:
            raise ValidationError([Problem("scenarios.one_verb", {"verbs": ", ".join(VERBS)})])
        if verbs[0] in NEEDS_SOMEBODY and "by" not in data:
            raise ValidationError({"by": ["scenarios.missing"]})


class NameSchema(Strict):
    """What the run is called."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


@functools.cache
def scenario_schema() -> Schema:
    """Return the schema of a whole file."""
    given = {"units": fields.List(fields.Nested(UnitEntry())), "people": fields.List(fields.Nested(PersonEntry()))}
    members: dict[str, t.Any] = {
        "id": fields.String(required=True, validate=validate.Length(1, 40, error="scenarios.missing")),
        "process": fields.String(required=True),
        "name": fields.Nested(NameSchema(), required=True),
        "about": fields.String(),
        "given": fields.Nested(Strict.from_dict({**given, **record_lists()}, name="GivenSchema")()),
        "start": fields.Nested(StartSchema()),
        "steps": fields.List(fields.Nested(StepSchema())),
        "expect": fields.Nested(ExpectedSchema(), required=True),
    }
    return Strict.from_dict(members, name="ScenarioSchema")()


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file. Raises Unreadable with every place that is wrong."""
    return _scenario(read_json(path), path.as_posix())


def parse_scenario(content: bytes, file: str) -> Scenario:
    """Return the scenario that JSON text describes. Raises Unreadable."""
    return _scenario(parsed(content, file), file)


def find_scenarios(paths: Iterable[Path]) -> list[Path]:
    """Return scenario files among paths: a file is one, a folder has them in `scenarios/<process>/`."""
    found: dict[Path, None] = {}
    for path in paths:
        below = [one for one in sorted(path.resolve().rglob("*.json")) if one.parts[-3] == FOLDER]
        found |= dict.fromkeys(below if path.is_dir() else [path])
    return list(found)


def _scenario(content: t.Any, file: str) -> Scenario:
    data = shaped(scenario_schema(), content, file)
    start = data.get("start")
    steps = [_step(step) for step in data.get("steps", ())]
    if start is not None:
        first = Step("start", start.get("process", data["process"]), start["by"], start.get("values", {}))
        steps.insert(0, dataclasses.replace(first, refused=start.get("refused")))
    if not steps:
        raise Unreadable(file, [Problem("scenarios.nothing_happens", place="steps")])
    return Scenario(
        id=data["id"],
        process=data["process"],
        names=data["name"],
        file=file,
        begins=start.get("at") if start else None,
        given=data.get("given", {}),
        steps=steps,
        # At the end nothing may be left that the scenario does not name.
        expected=Expected(**{"open": (), "incidents": (), **data["expect"]}),
    )


def _step(data: Mapping[str, t.Any]) -> Step:
    verb = next(verb for verb in VERBS if verb in data)
    expected = Expected(**data["expect"]) if verb == "expect" else None
    target = data[verb].isoformat() if verb == "until" else data[verb] if verb != "expect" else ""
    return Step(
        verb=t.cast(Verb, verb),
        target=target,
        by=data.get("by"),
        values=data.get("values", {}),
        key=data.get("key", ""),
        error=data.get("error", ""),
        refused=data.get("refused"),
        expected=expected,
    )
