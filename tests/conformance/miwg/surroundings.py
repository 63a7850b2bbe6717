"""What a model expects around it and the set does not hold: the variables its caller hands over, the table it asks."""

from __future__ import annotations

import typing as t

from app.engine import File

_HANDED_OVER: t.Mapping[str, t.Mapping[str, t.Any]] = {
    # C.9.2 is called; from its beginning it listens for messages about two numbers that its caller knows.
    "C.9.2": {
        "documentReferenceId": "1",
        "fraudSuspectedId": "1",
        "applicant": {"name": "Zhang Wei", "age": 30},
        "risks": [],
    },
}
# What C.9.0 asks; it has an answer of its own to a table without a result.
_RISK_CHECK = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="risks" name="Risks" namespace="miwg">'
    '<decision id="risk_check" name="Risk check"><literalExpression id="none"><text>null</text></literalExpression>'
    "</decision></definitions>"
)
_BESIDE: t.Mapping[str, t.Sequence[File]] = {"C.9.0": [File("risk_check.dmn", _RISK_CHECK.encode())]}


def handed_over(model: str) -> t.Mapping[str, t.Any]:
    """The variables that the model's instances start with."""
    return _HANDED_OVER.get(model, {})


def beside(model: str) -> t.Sequence[File]:
    """The files that are deployed with the model."""
    return _BESIDE.get(model, ())
