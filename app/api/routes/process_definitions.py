"""Process definitions: search, get, diagram."""

import typing as t
from collections.abc import Mapping

from flask import Response
from marshmallow import fields

from app import i18n
from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, tenant
from app.api.searching import Search, answer
from app.db import db
from app.engine.models import ProcessDefinition
from app.engine.queries import Sort, detail, search
from app.errors import NotFound
from app.people import signed_in

blueprint = ApiBlueprint("process_definitions", "Versions of processes.")

LATEST = ProcessDefinition.key.in_(
    search.process_definitions(newest_only=True).with_only_columns(ProcessDefinition.key)
)

SEARCH = Search(
    "ProcessDefinition",
    ProcessDefinition.key,
    {
        "process_definition_key": filters.key(ProcessDefinition.key),
        "process_definition_id": filters.text(ProcessDefinition.process_id),
        "version": filters.integer(ProcessDefinition.version),
        "version_tag": filters.text(ProcessDefinition.version_tag),
        "resource_name": filters.text(ProcessDefinition.file),
        "name": filters.text(ProcessDefinition.names["zh"].as_string()),
        "is_latest_version": filters.yes_or_no(LATEST),
        "tenant_id": filters.only_tenant(),
    },
    {
        "process_definition_key": ProcessDefinition.key,
        "process_definition_id": ProcessDefinition.process_id,
        "version": ProcessDefinition.version,
        "version_tag": ProcessDefinition.version_tag,
        "resource_name": ProcessDefinition.file,
        "name": ProcessDefinition.names["zh"].as_string(),
    },
    (Sort(ProcessDefinition.process_id), Sort(ProcessDefinition.version, descending=True)),
)


class ProcessDefinitionResult(ApiSchema):
    """One version of a process."""

    name = fields.String(required=True, allow_none=True)
    resource_name = fields.String(required=True)
    version = fields.Integer(required=True)
    version_tag = fields.String(required=True, allow_none=True)
    process_definition_id = fields.String(required=True)
    process_definition_key = Key(required=True)
    tenant_id = tenant()
    has_start_form = fields.Boolean(required=True)
    state = fields.String(required=True)


def item(row: ProcessDefinition) -> dict[str, t.Any]:
    """Return a row as the API shows it."""
    return {
        "name": i18n.localised(row.names),
        "resource_name": row.file,
        "version": row.version,
        "version_tag": row.version_tag,
        "process_definition_id": row.process_id,
        "process_definition_key": row.key,
        "has_start_form": False,
        "state": "ACTIVE",
    }


def _get(key: int) -> ProcessDefinition:
    found = db.session.get(ProcessDefinition, key)
    if found is None:
        raise NotFound("engine.no_such_definition", key=key)
    return found


@blueprint.post("/process-definitions/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(ProcessDefinitionResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search process definitions."""
    signed_in()
    return answer(SEARCH.find(search.process_definitions(), body), item)


@blueprint.get("/process-definitions/<int:key>")
@blueprint.response(200, ProcessDefinitionResult)
def get(key: int) -> dict[str, t.Any]:
    """Return one process definition."""
    signed_in()
    return item(_get(key))


@blueprint.get("/process-definitions/<int:key>/xml")
@blueprint.doc(responses={"200": {"content": {"text/xml": {"schema": {"type": "string"}}}}})
def xml(key: int) -> Response:
    """Return the diagram exactly as it was deployed."""
    signed_in()
    return Response(detail.process_xml(_get(key)), mimetype="text/xml")
