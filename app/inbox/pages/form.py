"""What the form island asks for: completing, the draft, the verdict while one types, uploaded files."""

import typing as t

from flask import Response, jsonify, request

from app import engine
from app.engine.queries import detail
from app.errors import BadRequest
from app.inbox import verdicts
from app.inbox.pages.blueprint import address, blueprint
from app.people import signed_in

MOST_QUESTIONS = 200
"""As many as a long list in a form may ask at once, a row at a time."""


def sent() -> dict[str, t.Any]:
    """Return the data of the form. Raises BadRequest for anything else."""
    body = request.get_json(silent=True)
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise BadRequest("inbox.no_form_data")
    return data


@blueprint.post("/tasks/<int:key>/complete")
def complete(key: int) -> Response:
    """Complete a task and go on to what comes next."""
    person = signed_in()
    task = detail.get_task(person, key)
    engine.complete_task(person, key, sent())
    return jsonify(location=address(done=task.instance_key, by=key))


@blueprint.put("/tasks/<int:key>/draft")
def draft(key: int) -> Response:
    """Keep what has been typed so far."""
    return jsonify(saved_at=engine.save_draft(signed_in(), key, sent()).isoformat())


@blueprint.post("/tasks/<int:key>/verdict")
def verdict(key: int) -> Response:
    """Say what the form's decision table makes of the values typed so far."""
    body = request.get_json(silent=True) or {}
    inputs = body.get("inputs")
    if not isinstance(inputs, dict):
        raise BadRequest("inbox.no_form_data")
    person = signed_in()
    opinion = engine.preview_decision(person, key, str(body.get("component", "")), nested(inputs))
    schema = engine.open_form(person, key).schema or {}
    return jsonify(verdicts.in_words(opinion, str(body.get("decision", "")), schema))


@blueprint.post("/tasks/<int:key>/compute")
def compute(key: int) -> Response:
    """Say what expressions of the form give that the browser cannot compute."""
    return jsonify(answers=engine.compute_in_form(signed_in(), key, questions()))


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


@blueprint.post("/tasks/<int:key>/documents")
def upload(key: int) -> Response:
    """Attach a file of the form to the task; its document id takes the file's place in the data."""
    return stored(engine.Place(task_key=key))


def stored(place: engine.Place) -> Response:
    """Attach the file of this request."""
    file = request.files.get("file")
    if file is None:
        raise BadRequest("inbox.no_file")
    kept = engine.attach(signed_in(), place, file.filename or "", file.read())
    return jsonify(documentId=str(kept.key), fileName=kept.name, contentType=kept.media_type, size=kept.size)


def nested(inputs: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return values by path as the form's data has them: `{"a.b": 1}` becomes `{"a": {"b": 1}}`."""
    data: dict[str, t.Any] = {}
    for path, value in inputs.items():
        *parents, name = path.split(".")
        place = data
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return data
