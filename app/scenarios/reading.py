"""Reading JSON files of ours: every place that is wrong is named, with the file."""

import typing as t
from pathlib import Path

import orjson
from marshmallow import Schema, ValidationError

from app.scenarios.problems import Problem, Unreadable, flattened

LARGEST = 1_000_000


def read_json(path: Path) -> t.Any:
    """Return what a file holds. Raises Unreadable when it is not JSON."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unreadable(path.as_posix(), [Problem("scenarios.no_file", {"reason": reason})]) from error
    return parsed(content, path.as_posix())


def parsed(content: bytes, file: str) -> t.Any:
    """Return what JSON text says. Raises Unreadable with line and column of what is wrong in it."""
    if len(content) > LARGEST:
        raise Unreadable(file, [Problem("scenarios.too_large", {"limit": LARGEST})])
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise Unreadable(file, [Problem("scenarios.not_json", {"reason": error.msg}, place)]) from error


def shaped(schema: Schema, content: t.Any, file: str) -> t.Any:
    """Return content as a schema wants it. Raises Unreadable with every place that is wrong."""
    try:
        return schema.load(content)
    except ValidationError as error:
        raise Unreadable(file, list(flattened(error.messages))) from error
