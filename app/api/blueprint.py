"""What every group of API routes is built with: its blueprint, and one way to refuse a request nobody can read."""

import typing as t
from collections.abc import Mapping

from flask_smorest import Blueprint
from flask_smorest.arguments import FlaskParser
from marshmallow import Schema, ValidationError

from app.errors import BadRequest

LONGEST = 8


class Parser(FlaskParser):  # type: ignore[misc]
    """Camunda answers 400 to a body that breaks its schema; 422 is kept for rules of the business."""

    def handle_error(self, error: ValidationError, *_args: t.Any, **_kwargs: t.Any) -> t.NoReturn:
        messages = t.cast(Mapping[str, t.Any], error.messages)
        problems = [problem for part in messages.values() for problem in _problems(part, "")]
        raise BadRequest("api.does_not_fit", problems="; ".join(problems[:LONGEST])) from error

    def _handle_invalid_json_error(self, error: Exception, *_args: t.Any, **_kwargs: t.Any) -> t.NoReturn:
        raise BadRequest("api.not_json") from error


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """A group of routes below /v2."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, tag: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix="/v2", description=tag)

    def arguments(self, schema: type[Schema] | Schema, **options: t.Any) -> t.Any:
        """Read every request with one schema object, because making one costs more than reading with it."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)


def _problems(messages: t.Any, path: str) -> list[str]:
    """Return `field: sentence` for every message of marshmallow's nested dictionary."""
    if isinstance(messages, Mapping):
        inside = ((f"{path}.{name}" if path else str(name), value) for name, value in messages.items())
        return [problem for place, value in inside for problem in _problems(value, place)]
    sentences = messages if isinstance(messages, list) else [messages]
    return [f"{path.removesuffix('._schema')}: {sentence}" for sentence in sentences]
