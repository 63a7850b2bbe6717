"""Documents: files that programs hand over and fetch."""

import io
import typing as t

import orjson
from flask import Response, request, send_file
from marshmallow import fields

from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment
from app.engine.attachments import attach, get_attachment, read_attachment, remove_attachment
from app.engine.models import Attachment
from app.engine.places import Place
from app.errors import BadRequest
from app.people import STAFF, require, signed_in

blueprint = ApiBlueprint("documents", "Attached files.")


class DocumentMetadata(ApiSchema):
    """What is known of a file."""

    content_type = fields.String(required=True)
    file_name = fields.String(required=True)
    expires_at = Moment(required=True, allow_none=True)
    size = fields.Integer(required=True)
    process_definition_id = fields.String(required=True, allow_none=True)
    process_instance_key = Key(required=True, allow_none=True)
    custom_properties = fields.Dict(required=True)


class DocumentReference(ApiSchema):
    """How a variable names a file."""

    camunda_document_type = fields.String(required=True, data_key="camunda.document.type")
    store_id = fields.String(required=True)
    document_id = fields.String(required=True)
    content_hash = fields.String(required=True, allow_none=True)
    metadata = fields.Nested(DocumentMetadata, required=True)


@blueprint.post("/documents")
@blueprint.doc(
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "metadata": {"type": "object", "properties": {"processInstanceKey": {"type": "string"}}},
                    },
                }
            }
        },
    }
)
@blueprint.response(201, DocumentReference)
def create() -> dict[str, t.Any]:
    """Store the file of the multipart field `file`; `metadata.processInstanceKey` hangs it on an instance."""
    person = signed_in()
    require(person, STAFF)
    upload = request.files.get("file")
    if upload is None:
        raise BadRequest("api.no_file")
    return reference(attach(person, _place(), upload.filename or "file", upload.read()))


@blueprint.get("/documents/<int:key>")
@blueprint.doc(responses={"200": {"content": {"application/octet-stream": {"schema": {"format": "binary"}}}}})
def get(key: int) -> Response:
    """Return the file itself, as a download."""
    attachment = get_attachment(signed_in(), key)
    content = io.BytesIO(read_attachment(attachment))
    return send_file(content, attachment.media_type, as_attachment=True, download_name=attachment.name)


@blueprint.delete("/documents/<int:key>")
@blueprint.response(204)
def delete(key: int) -> None:
    """Take the file off its place."""
    remove_attachment(signed_in(), key, "API")


def reference(attachment: Attachment) -> dict[str, t.Any]:
    """Return how the API names a stored file."""
    return {
        "camunda_document_type": "camunda",
        "store_id": "firstline",
        "document_id": str(attachment.key),
        "content_hash": attachment.sha256,
        "metadata": {
            "content_type": attachment.media_type,
            "file_name": attachment.name,
            "expires_at": None,
            "size": attachment.size,
            "process_definition_id": None,
            "process_instance_key": attachment.instance_key,
            "custom_properties": {},
        },
    }


def _place() -> Place | None:
    part = request.files.get("metadata")
    text = part.read() if part is not None else request.form.get("metadata", "{}")
    try:
        metadata = orjson.loads(text)
        key = metadata.get("processInstanceKey")
        return Place(instance_key=int(key)) if key else None
    except (ValueError, AttributeError, TypeError) as error:
        raise BadRequest("api.metadata_unreadable") from error
