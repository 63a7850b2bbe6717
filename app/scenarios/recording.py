"""Writing down what came of a run as what must come of it, and scenarios as their files have them."""

import json
import typing as t
from collections.abc import Mapping

from app.scenarios.scenario import Scenario
from app.scenarios.stage import open_elements, open_incidents
from app.scenarios.visits import Travelled, travelled


def expectation() -> dict[str, t.Any]:
    """Return the `expect` of a file: where every instance of the database went, how it ended, and what is left."""
    went = travelled()
    left = {"open": open_elements(), "incidents": [one.code for one in open_incidents()]}
    return {
        "path": _of_each(went, _path),
        "end": _of_each(went, lambda one: one.end),
        **{name: found for name, found in left.items() if found},
    }


def _of_each(went: list[Travelled], told: t.Callable[[Travelled], str | None]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for one in went:
        found.setdefault(one.process, []).append(told(one))
    return found


def _path(one: Travelled) -> str | None:
    """The path as it is compared; none where an id has the dash that stands between steps."""
    return one.steps if one.steps and one.went(one.steps) else None


def as_text(content: Mapping[str, t.Any]) -> str:
    """Return a scenario as a file of a team's own repository: a line for each member and each step."""
    lines = ["{"]
    for name, value in content.items():
        lines.append(f"  {_json(name)}: {_steps(value) if name == 'steps' else _member(value)},")
    lines[-1] = lines[-1].removesuffix(",")
    return "\n".join([*lines, "}", ""])


def _steps(steps: t.Any) -> str:
    return "[\n" + ",\n".join(f"    {_json(step)}" for step in steps) + "\n  ]" if steps else "[]"


def _member(value: t.Any) -> str:
    if not isinstance(value, Mapping) or len(_json(value)) < 100:
        return _json(value)
    return "{\n" + ",\n".join(f"    {_json(name)}: {_json(inner)}" for name, inner in value.items()) + "\n  }"


def _json(value: t.Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def file_name(scenario: Scenario) -> str:
    """Where a repository keeps the file, beside the diagram's area: `scenarios/<process>/<id>_<words>.json`."""
    words = "".join(one if one.isalnum() else "_" for one in scenario.names.get("en", "").lower()).strip("_")
    return "_".join(part for part in (scenario.id.lower(), words[:60].strip("_")) if part) + ".json"
