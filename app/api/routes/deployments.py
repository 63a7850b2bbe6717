"""Deployments: all files or none."""

import typing as t
from collections.abc import Iterable, Mapping

from flask import request
from marshmallow import fields

from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, tenant
from app.engine import Deployed, File, deploy
from app.engine.finding_text import all_in_words
from app.errors import BadRequest, Invalid
from app.people import PROCESS_OWNER, require, signed_in

blueprint = ApiBlueprint("deployments", "Deploy processes, decisions and forms.")


class DeployedProcess(ApiSchema):
    """A process version."""

    process_definition_id = fields.String(required=True)
    process_definition_version = fields.Integer(required=True)
    resource_name = fields.String(required=True)
    tenant_id = tenant()
    process_definition_key = Key(required=True)


class DeployedDecision(ApiSchema):
    """A decision version."""

    decision_definition_id = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    tenant_id = tenant()
    decision_requirements_id = fields.String(required=True)
    decision_definition_key = Key(required=True)
    decision_requirements_key = Key(required=True)


class DeployedRequirements(ApiSchema):
    """A version of a decision file as a whole."""

    decision_requirements_id = fields.String(required=True)
    decision_requirements_name = fields.String(required=True)
    version = fields.Integer(required=True)
    resource_name = fields.String(required=True)
    tenant_id = tenant()
    decision_requirements_key = Key(required=True)


class DeployedForm(ApiSchema):
    """A form version."""

    form_id = fields.String(required=True)
    version = fields.Integer(required=True)
    resource_name = fields.String(required=True)
    tenant_id = tenant()
    form_key = Key(required=True)


class DeployedItem(ApiSchema):
    """One definition; only its own kind is filled."""

    process_definition = fields.Nested(DeployedProcess, required=True, allow_none=True)
    decision_definition = fields.Nested(DeployedDecision, required=True, allow_none=True)
    decision_requirements = fields.Nested(DeployedRequirements, required=True, allow_none=True)
    form = fields.Nested(DeployedForm, required=True, allow_none=True)
    resource = fields.Raw(required=True, allow_none=True)


class DeploymentResult(ApiSchema):
    """What was deployed. `findings` are warnings of the gate, which Camunda has no place for; `message` says each."""

    deployment_key = Key(required=True)
    tenant_id = tenant()
    deployments = fields.List(fields.Nested(DeployedItem), required=True)
    findings = fields.List(fields.Dict())


@blueprint.post("/deployments")
@blueprint.doc(
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["resources"],
                    "properties": {"resources": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    }
)
@blueprint.response(200, DeploymentResult)
def create() -> dict[str, t.Any]:
    """Deploy the files of the multipart field `resources`; unchanged files make no new version."""
    person = signed_in()
    # Before the files are read, so that strangers cannot make the server take large bodies in.
    require(person, PROCESS_OWNER)
    uploads = request.files.getlist("resources")
    if not uploads:
        raise BadRequest("api.no_resources")
    files = [
        File((upload.filename or "resource").replace("\\", "/").rsplit("/", 1)[-1], upload.read()) for upload in uploads
    ]
    try:
        result = deploy(person, files)
    except Invalid as refused:
        raise _in_words(refused, files) from refused
    requirements = {one.file: one for one in result.requirements}
    return {
        "deployment_key": result.key,
        "deployments": [_item(one, requirements) for one in (*result.definitions, *result.requirements)],
        "findings": _said((one.as_json() for one in result.findings), files),
    }


def _item(one: Deployed, requirements: Mapping[str, Deployed]) -> dict[str, t.Any]:
    item: dict[str, t.Any] = dict.fromkeys(
        ("process_definition", "decision_definition", "decision_requirements", "form", "resource")
    )
    if one.kind == "process":
        item["process_definition"] = {
            "process_definition_id": one.id,
            "process_definition_version": one.version,
            "resource_name": one.file,
            "process_definition_key": one.key,
        }
    elif one.kind == "decision":
        item["decision_definition"] = {
            "decision_definition_id": one.id,
            "version": one.version,
            "name": one.id,
            "decision_requirements_id": requirements[one.file].id,
            "decision_definition_key": one.key,
            "decision_requirements_key": requirements[one.file].key,
        }
    elif one.kind == "requirements":
        item["decision_requirements"] = {
            "decision_requirements_id": one.id,
            "decision_requirements_name": one.id,
            "version": one.version,
            "resource_name": one.file,
            "decision_requirements_key": one.key,
        }
    else:
        item["form"] = {"form_id": one.id, "version": one.version, "resource_name": one.file, "form_key": one.key}
    return item


def _said(findings: Iterable[Mapping[str, t.Any]], files: list[File]) -> list[dict[str, t.Any]]:
    """Return findings with their sentence, and with the property or element each is about."""
    return [
        {**finding, "message": words.sentence, "place": words.place} for finding, words in all_in_words(findings, files)
    ]


def _in_words(refused: Invalid, files: list[File]) -> Invalid:
    """Put the first error into the sentence itself, because clients written for Camunda show nothing else."""
    findings = _said(refused.findings, files)
    first = next((one for one in findings if one["severity"] == "error"), None)
    if first is None:
        return refused
    return Invalid(
        "api.deployment_refused",
        findings=findings,
        file=first["file"],
        place=first["place"] or first["element_id"] or "–",
        reason=first["message"],
        count=sum(one["severity"] == "error" for one in findings),
    )
