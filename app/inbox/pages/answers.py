"""Recording an answer from outside."""

from flask import Response, jsonify

from app import engine
from app.inbox.pages.blueprint import address, blueprint
from app.inbox.pages.form import stored
from app.people import signed_in
from app.web.form_requests import questions, sent


@blueprint.post("/answers/<int:key>")
def record(key: int) -> Response:
    """Record the answer; the case goes on as if the message itself had come."""
    person = signed_in()
    wait = engine.open_answer(person, key).wait
    instance_key = wait.instance_key
    engine.record_answer(person, key, sent())
    return jsonify(location=address(done=instance_key))


@blueprint.post("/answers/<int:key>/compute")
def answer_compute(key: int) -> Response:
    """Say what expressions of the form give that the browser cannot compute."""
    return jsonify(answers=engine.compute_in_answer(signed_in(), key, questions()))


@blueprint.post("/answers/<int:key>/documents")
def answer_upload(key: int) -> Response:
    """Attach the evidence of an answer to its case."""
    wait = engine.open_answer(signed_in(), key).wait
    return stored(engine.Place(wait.case_id, wait.instance_key))
