"""What the preview of a form asks while somebody tries it."""

import typing as t

from flask import Response, jsonify

from app.errors import BadRequest
from app.i18n import language
from app.people import signed_in
from app.studio import previews
from app.studio.pages.blueprint import blueprint
from app.studio.pages.bodies import json_body, source_in

MOST_QUESTIONS = 200


@blueprint.post("/preview/form")
def preview_form() -> Response:
    """Show the form as it stands in the editor."""
    return jsonify(previews.shown(signed_in(), source_in(json_body()), language()))


@blueprint.post("/preview/compute")
def preview_compute() -> Response:
    """Say what expressions give that the browser cannot compute."""
    body = json_body()
    asked = body.get("questions")
    if not isinstance(asked, list) or len(asked) > MOST_QUESTIONS:
        raise BadRequest("studio.not_understood")
    pairs = [(str(_context(one).get("expression")), _context(_context(one).get("values"))) for one in asked]
    return jsonify(answers=previews.computed(signed_in(), source_in(body), pairs))


@blueprint.post("/preview/submit")
def preview_submit() -> Response:
    """Check what was filled in as a task would, and say what it would store."""
    body = json_body()
    return jsonify(stored=previews.submitted(signed_in(), source_in(body), _context(body.get("data"))))


@blueprint.post("/preview/verdict")
def preview_verdict() -> Response:
    """Say what the decision table makes of what was filled in."""
    body = json_body()
    inputs = _context(body.get("inputs"))
    return jsonify(previews.verdict(signed_in(), source_in(body), str(body.get("component")), inputs))


def _context(value: t.Any) -> dict[str, t.Any]:
    if not isinstance(value, dict):
        raise BadRequest("studio.not_understood")
    return value
