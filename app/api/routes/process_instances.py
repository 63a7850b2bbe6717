"""Process instances: create, get, search, cancel."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from marshmallow import ValidationError, fields, validate, validates_schema

from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import LARGEST_NUMBER, ApiSchema, Key, Moment, tenant, variables
from app.api.names import Names, names_for
from app.api.searching import Search, answer
from app.db import db
from app.desk.models import Case
from app.engine import cancel_instance, start_instance
from app.engine.models import ElementInstance, ProcessDefinition, ProcessInstance
from app.engine.queries import Sort, detail, search
from app.people import signed_in

blueprint = ApiBlueprint("process_instances", "Running and finished process instances.")

STATES = {"ACTIVE": ("active",), "COMPLETED": ("completed",), "TERMINATED": ("cancelled", "error"), "SUSPENDED": ()}
STATE_WORDS = {stored: word for word, states in STATES.items() for stored in states}


def _definition_name(given: filters.Operands) -> sa.ColumnElement[bool]:
    named = sa.select(ProcessDefinition.key).where(filters.compare(ProcessDefinition.names["zh"].as_string(), given))
    condition: sa.ColumnElement[bool] = ProcessInstance.process_definition_key.in_(named)
    return condition


def _version_tag(given: filters.Operands) -> sa.ColumnElement[bool]:
    tagged = sa.select(ProcessDefinition.key).where(filters.compare(ProcessDefinition.version_tag, given))
    condition: sa.ColumnElement[bool] = ProcessInstance.process_definition_key.in_(tagged)
    return condition


def _case_number(given: filters.Operands) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = ProcessInstance.case_id.in_(
        sa.select(Case.id).where(filters.compare(Case.case_no, given))
    )
    return condition


def _has_live_element(given: filters.Operands) -> sa.ColumnElement[bool]:
    live = sa.select(ElementInstance.instance_key).where(
        ElementInstance.ended_at.is_(None), filters.compare(ElementInstance.element_id, given)
    )
    condition: sa.ColumnElement[bool] = ProcessInstance.key.in_(live)
    return condition


SEARCH = Search(
    "ProcessInstance",
    ProcessInstance.key,
    {
        "process_instance_key": filters.key(ProcessInstance.key),
        "process_definition_key": filters.key(ProcessInstance.process_definition_key),
        "process_definition_id": filters.text(ProcessInstance.process_id),
        "process_definition_name": filters.within(_definition_name),
        "process_definition_version": filters.integer(ProcessInstance.process_version),
        "process_definition_version_tag": filters.within(_version_tag),
        "parent_process_instance_key": filters.key(ProcessInstance.parent_key),
        "state": filters.choice(ProcessInstance.state, STATES),
        "start_date": filters.moment(ProcessInstance.started_at),
        "end_date": filters.moment(ProcessInstance.ended_at),
        "suspended_date": filters.moment(ProcessInstance.suspended_at),
        "has_incident": filters.yes_or_no(ProcessInstance.incidents > 0),
        "element_id": filters.within(_has_live_element),
        "business_id": filters.within(_case_number),
        "tenant_id": filters.only_tenant(),
    },
    {
        "process_instance_key": ProcessInstance.key,
        "process_definition_key": ProcessInstance.process_definition_key,
        "process_definition_id": ProcessInstance.process_id,
        "process_definition_version": ProcessInstance.process_version,
        "parent_process_instance_key": ProcessInstance.parent_key,
        "state": ProcessInstance.state,
        "start_date": ProcessInstance.started_at,
        "end_date": ProcessInstance.ended_at,
    },
    (Sort(ProcessInstance.key),),
)


class Creation(ApiSchema):
    """Start the newest version of a process, one by number, or one by key."""

    process_definition_id = fields.String(validate=validate.Length(1, 120))
    process_definition_key = Key()
    process_definition_version = fields.Integer(load_default=-1, validate=validate.Range(-1, LARGEST_NUMBER))
    variables = variables(load_default=dict)
    tags = fields.List(
        fields.String(validate=validate.Length(1, 100)), load_default=list, validate=validate.Length(max=10)
    )

    @validates_schema
    def one_definition(self, data: Mapping[str, t.Any], **_kwargs: t.Any) -> None:
        """Id and key exclude each other, and one is needed."""
        if ("process_definition_id" in data) == ("process_definition_key" in data):
            raise ValidationError("Give either processDefinitionId or processDefinitionKey.")


class Created(ApiSchema):
    """A new instance."""

    process_definition_id = fields.String(required=True)
    process_definition_version = fields.Integer(required=True)
    tenant_id = tenant()
    variables = variables(required=True)
    process_definition_key = Key(required=True)
    process_instance_key = Key(required=True)
    tags = fields.List(fields.String(), required=True)
    business_id = fields.String(required=True, allow_none=True)


class ProcessInstanceResult(ApiSchema):
    """One instance. `businessId` is the number of its case; `suspendedDate` is set while it rests by order."""

    process_definition_id = fields.String(required=True)
    process_definition_name = fields.String(required=True, allow_none=True)
    process_definition_version = fields.Integer(required=True)
    process_definition_version_tag = fields.String(required=True, allow_none=True)
    start_date = Moment(required=True)
    end_date = Moment(required=True, allow_none=True)
    state = fields.String(required=True)
    suspended_date = Moment(required=True, allow_none=True)
    has_incident = fields.Boolean(required=True)
    tenant_id = tenant()
    process_instance_key = Key(required=True)
    process_definition_key = Key(required=True)
    parent_process_instance_key = Key(required=True, allow_none=True)
    parent_element_instance_key = Key(required=True, allow_none=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    business_id = fields.String(required=True, allow_none=True)


class Cancellation(ApiSchema):
    """Why the instance is cancelled; our addition, because a cancelled case must say why."""

    operation_reference = fields.Integer()
    reason = fields.String(load_default="API", validate=validate.Length(1, 400))


def item(row: ProcessInstance, names: Names, callers: Mapping[tuple[int, int], int]) -> dict[str, t.Any]:
    """Return a row as the API shows it."""
    place = (row.parent_key, row.parent_token)
    return {
        "process_definition_id": row.process_id,
        "process_definition_name": names.process(row.process_definition_key),
        "process_definition_version": row.process_version,
        "process_definition_version_tag": names.version_tag(row.process_definition_key),
        "start_date": row.started_at,
        "end_date": row.ended_at,
        "state": STATE_WORDS[row.state],
        "suspended_date": row.suspended_at,
        "has_incident": row.incidents > 0,
        "process_instance_key": row.key,
        "process_definition_key": row.process_definition_key,
        "parent_process_instance_key": row.parent_key,
        "parent_element_instance_key": callers.get(t.cast(tuple[int, int], place)),
        "root_process_instance_key": row.root_key,
        "tags": row.tags or [],
        "business_id": names.case(row.case_id),
    }


def _callers(rows: list[ProcessInstance]) -> dict[tuple[int, int], int]:
    """Return the element instance keys of the call activities that started these instances."""
    places = [(row.parent_key, row.parent_token) for row in rows if row.parent_key is not None]
    if not places:
        return {}
    query = sa.select(ElementInstance.instance_key, ElementInstance.token, ElementInstance.key).where(
        sa.tuple_(ElementInstance.instance_key, ElementInstance.token).in_(places)
    )
    return {(row.instance_key, row.token): row.key for row in db.session.execute(query)}


@blueprint.post("/process-instances")
@blueprint.arguments(Creation)
@blueprint.response(200, Created)
def create(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Start an instance."""
    version = body["process_definition_version"]
    started = start_instance(
        signed_in(),
        body.get("process_definition_id", ""),
        body["variables"],
        version=version if version > 0 else None,
        definition_key=body.get("process_definition_key"),
        tags=body["tags"],
    )
    return {
        "process_definition_id": started.process_id,
        "process_definition_version": started.version,
        "process_definition_key": started.process_definition_key,
        "process_instance_key": started.key,
        "variables": {},
        "tags": body["tags"],
        "business_id": started.case_no,
    }


@blueprint.post("/process-instances/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(ProcessInstanceResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search instances the person may see."""
    page = SEARCH.find(search.instances(signed_in()), body)
    names, callers = names_for(page.items), _callers(page.items)
    return answer(page, lambda row: item(row, names, callers))


@blueprint.get("/process-instances/<int:key>")
@blueprint.response(200, ProcessInstanceResult)
def get(key: int) -> dict[str, t.Any]:
    """Return one instance."""
    row = detail.get_instance(signed_in(), key)
    return item(row, names_for([row]), _callers([row]))


@blueprint.post("/process-instances/<int:key>/cancellation")
@blueprint.arguments(Cancellation, required=False)
@blueprint.response(204)
def cancel(body: Mapping[str, t.Any], key: int) -> None:
    """Cancel an instance and everything it called."""
    cancel_instance(signed_in(), key, body.get("reason", "API"))
