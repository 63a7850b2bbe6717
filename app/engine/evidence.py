"""Evidence for an incident: the expression that failed, the values of the names it used, and what became null.

It is stored with the incident, so every part is cut to a size; whoever may see the instance may see its variables.
"""

import re
import typing as t
from collections.abc import Iterable, Mapping

from app import dmn
from app.engine.drawn_names import to_target
from app.feel import Environment, FeelError, Use, compile_expression
from app.kernel.errors import shown
from app.kernel.model import ProcessModel

LONGEST_SOURCE = 2_000
LONGEST_EXAMINED = 10_000
"""Reading a longer expression once more would take longer than what it explains is worth."""
LONGEST_VALUE = 200
MOST_NAMES = 20
MOST_WARNINGS = 5

Names = Mapping[str, t.Any]
_WORD = re.compile(r"\w+|\S")


def of_expression(
    expression: str, names: Names, environment: Environment, error: Exception | None = None
) -> dict[str, t.Any]:
    """Describe an expression of a diagram; without an error it is evaluated once more, to learn what became null."""
    found: dict[str, t.Any] = {"expression": expression[:LONGEST_SOURCE]}
    if len(expression) > LONGEST_EXAMINED:
        return found
    shift = 1 if expression.startswith("=") else 0
    try:
        compiled = compile_expression(expression[shift:])
        found["names"] = values_of(compiled.uses(), names)
        if error is None:
            warnings = compiled.examine(names, environment=environment).warnings[:MOST_WARNINGS]
            found["warnings"] = [{"code": one.code, "params": dict(one.params)} for one in warnings]
            places = [(one.position.offset + shift, one.end + shift) for one in warnings if one.position]
            return found | {"marks": sorted(places)}
    except FeelError as failed:
        error = failed
    return found | _position(error, expression, shift)


def of_decision(definitions: dmn.Definitions, decision_id: str, names: Names, error: Exception) -> dict[str, t.Any]:
    """Describe a decision that could not be made: which one of the graph, where in it, and what it had read."""
    params: Mapping[str, t.Any] = getattr(error, "params", {})
    asked = definitions.decision(decision_id)
    made = next((one for one in definitions.decisions if one.name == params.get("decision")), asked)
    found: dict[str, t.Any] = {
        "decision": made.id,
        "name": made.name,
        "names": [_named((name,), names) for name in made.inputs[:MOST_NAMES]],
    }
    cell = {
        "table": params.get("table"),
        "rule": params.get("rule") or params.get("rules"),
        "column": params.get("input") or params.get("output"),
    }
    found |= {"cell": {part: value for part, value in cell.items() if value}}
    if source := params.get("expression"):
        found["expression"] = str(source)[:LONGEST_SOURCE]
    return found | _position(error, source or "")


def values_of(uses: Iterable[Use], names: Names) -> list[dict[str, t.Any]]:
    """Return each name an expression used with its value as JSON text; None for what is not there.

    A name inside a filter that nothing bears is most likely a member of the elements and is left out.
    """
    found: dict[str, dict[str, t.Any]] = {}
    for use in uses:
        if use.called or use.path[0] == "?":
            continue
        named = _named(use.path, names)
        if named["value"] is not None or use.certain:
            found.setdefault(named["name"], named)
    return list(found.values())[:MOST_NAMES]


def placed(model: ProcessModel, evidence: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Add the drawn names: of the element or flow, and of where a flow comes from."""
    drawn = evidence["element"]
    flow = model.flows.get(drawn)
    if flow is None:
        return {**evidence, "at": _names(model.elements.get(drawn))}
    at = _names(flow) or {
        language: to_target(name) for language, name in _names(model.elements.get(flow.target)).items()
    }
    return {**evidence, "at": at, "from": _names(model.elements.get(flow.source))}


def _names(part: t.Any) -> dict[str, str]:
    if part is None or not part.name:
        return {}
    return {"zh": part.name, "en": part.name_en} if part.name_en else {"zh": part.name}


def _named(path: tuple[str, ...], names: Names) -> dict[str, t.Any]:
    """Follow the members as far as there are records; a list or text is shown whole."""
    try:
        value = names[path[0]]
    except KeyError:
        return {"name": path[0], "value": None}
    for length, member in enumerate(path[1:], 1):
        if not isinstance(value, Mapping):
            return {"name": ".".join(path[:length]), "value": shown(value, LONGEST_VALUE)}
        if member not in value:
            return {"name": ".".join(path[: length + 1]), "value": None}
        value = value[member]
    return {"name": ".".join(path), "value": shown(value, LONGEST_VALUE)}


def _position(error: Exception | None, source: str, shift: int = 0) -> dict[str, t.Any]:
    """Say where an evaluation was given up: at the word that stands there, or the character."""
    position = getattr(error, "position", None)
    if position is None:
        return {}
    start = position.offset + shift
    word = _WORD.match(source, start)
    return {"line": position.line, "column": position.column, "marks": [(start, word.end())] if word else []}
