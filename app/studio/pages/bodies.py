"""What islands send: JSON objects of a known shape."""

import typing as t

from flask import request

from app.errors import BadRequest


def json_body() -> dict[str, t.Any]:
    """Return the JSON object of the request. Raises BadRequest for anything else."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadRequest("studio.not_understood")
    return body


def source_in(body: dict[str, t.Any]) -> str:
    """Return what stands in the editor. Raises BadRequest."""
    source = body.get("source")
    if not isinstance(source, str):
        raise BadRequest("studio.not_understood")
    return source


def number_in(body: dict[str, t.Any], name: str) -> int:
    """Return a whole number, 0 when it is not there. Raises BadRequest."""
    number = body.get(name) or 0
    if not isinstance(number, int):
        raise BadRequest("studio.not_understood")
    return number


def overrule_in(body: dict[str, t.Any]) -> str:
    """Return why it is to be published although recorded scenarios end otherwise; empty when nobody says so."""
    return str(body.get("overrule") or "")
