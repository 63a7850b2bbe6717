"""What the form island sends: the data of a form, questions it cannot answer itself, what a verdict is to be on."""

import typing as t

from flask import request

from app.errors import BadRequest

MOST_QUESTIONS = 200
"""As many as a long list in a form may ask at once, a row at a time."""


class VerdictAsked(t.NamedTuple):
    """A verdict that a form asks for while somebody types."""

    component: str
    decision: str
    inputs: dict[str, t.Any]


def sent() -> dict[str, t.Any]:
    """Return the data of the form. Raises BadRequest for anything else."""
    body = request.get_json(silent=True)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise BadRequest("inbox.no_form_data")
    return data


def verdict_asked() -> VerdictAsked:
    """Return what the verdict is to be on. Raises BadRequest for anything else."""
    body = request.get_json(silent=True) or {}
    inputs = body.get("inputs")
    if not isinstance(inputs, dict):
        raise BadRequest("inbox.no_form_data")
    return VerdictAsked(str(body.get("component", "")), str(body.get("decision", "")), _nested(inputs))


def questions() -> list[tuple[str, dict[str, t.Any]]]:
    """Return the expressions asked for and the values of their names. Raises BadRequest for anything else."""
    body = request.get_json(silent=True)
    asked = body.get("questions") if isinstance(body, dict) else None
    if not isinstance(asked, list) or len(asked) > MOST_QUESTIONS or not all(map(_is_question, asked)):
        raise BadRequest("inbox.no_form_data")
    return [(one["expression"], one["values"]) for one in asked]


def _is_question(one: t.Any) -> bool:
    shape = isinstance(one, dict) and {"expression", "values"} <= one.keys()
    return shape and isinstance(one["expression"], str) and isinstance(one["values"], dict)


def _nested(inputs: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return values by path as the form's data has them: `{"a.b": 1}` becomes `{"a": {"b": 1}}`."""
    data: dict[str, t.Any] = {}
    for path, value in inputs.items():
        *parents, name = path.split(".")
        place = data
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return data
