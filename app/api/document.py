"""The OpenAPI document, made from the marshmallow schemas the API really uses."""

import typing as t

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest import Api
from marshmallow import fields

from app.api.fields import Key, Moment
from app.api.filters import Operators

OPENAPI = {
    "API_TITLE": "Firstline",
    "API_VERSION": "v2",
    "OPENAPI_VERSION": "3.0.3",
    "OPENAPI_URL_PREFIX": "/v2",
    "OPENAPI_JSON_PATH": "openapi.json",
}
DESCRIPTION = (
    "Paths, names and shapes under /v2 follow the Camunda 8 Orchestration Cluster REST API. "
    "Sign in by HTTP Basic or with a personal token as bearer; cookies are ignored."
)


class OurApi(Api):  # type: ignore[misc]
    """flask-smorest without its error handlers: every failure of the house is answered in one place."""

    def _register_error_handlers(self) -> None:
        """Leave failures to app.web."""


def describe(app: Flask) -> OurApi:
    """Return the document of an app, still without paths."""
    app.config.update(OPENAPI)
    api = OurApi(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION, "license": {"name": "Proprietary"}},
            "security": [{"basic": []}, {"bearer": []}],
        },
    )
    api.spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    plugin = next(one for one in api.spec.plugins if isinstance(one, MarshmallowPlugin))
    converter = plugin.converter
    assert converter is not None
    converter.add_attribute_function(_our_fields)  # type: ignore[no-untyped-call]
    return api


def _our_fields(_converter: t.Any, field: fields.Field[t.Any], **_kwargs: t.Any) -> dict[str, t.Any]:
    if isinstance(field, Key):
        return {"type": "string", "pattern": "^[0-9]{1,16}$"}
    if isinstance(field, Moment):
        return {"type": "string", "format": "date-time"}
    if isinstance(field, Operators):
        plain = _operand(field.operand)
        operators = {f"${name}": _operator(name, plain) for name in field.operators}
        return {"oneOf": [plain, {"type": "object", "properties": operators, "additionalProperties": False}]}
    return {}


def _operand(field: fields.Field[t.Any]) -> dict[str, t.Any]:
    if isinstance(field, fields.Integer):
        return {"type": "integer"}
    return _our_fields(None, field) or {"type": "string"}


def _operator(name: str, plain: dict[str, t.Any]) -> dict[str, t.Any]:
    if name == "exists":
        return {"type": "boolean"}
    return {"type": "array", "items": plain} if name in {"in", "notIn"} else plain
