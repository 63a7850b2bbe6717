"""What the form island asks for: completing, the draft, the verdict while one types, uploaded files."""

from flask import Response, jsonify, request

from app import engine
from app.desk import opinions
from app.engine.queries import detail
from app.errors import BadRequest
from app.inbox.pages.blueprint import address, blueprint
from app.people import signed_in
from app.web.form_requests import questions, sent, verdict_asked


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
    person, asked = signed_in(), verdict_asked()
    opinion = engine.preview_decision(person, key, asked.component, asked.inputs)
    schema = engine.open_form(person, key).schema or {}
    return jsonify(opinions.in_words(opinion, asked.decision, schema))


@blueprint.post("/tasks/<int:key>/compute")
def compute(key: int) -> Response:
    """Say what expressions of the form give that the browser cannot compute."""
    return jsonify(answers=engine.compute_in_form(signed_in(), key, questions()))


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
