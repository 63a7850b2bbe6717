"""Element instances: every activation of a drawn element, live and past."""

import re
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from marshmallow import fields, validate

from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment, tenant, variables
from app.api.names import Names, names_for
from app.api.searching import Search, answer
from app.db import db
from app.engine import set_variables, start_steps
from app.engine.models import ElementInstance, Incident, ProcessInstance
from app.engine.queries import Sort, search
from app.people import signed_in

blueprint = ApiBlueprint("element_instances", "Activations of elements.")

STATES = {"ACTIVE": ("active",), "COMPLETED": ("completed",), "TERMINATED": ("cancelled",)}
STATE_WORDS = {stored: word for word, states in STATES.items() for stored in states}
TYPES = {
    word: (stored,)
    for word, stored in {
        "PROCESS": "process",
        "SUB_PROCESS": "subProcess",
        "AD_HOC_SUB_PROCESS": "adHocSubProcess",
        "EVENT_SUB_PROCESS": "eventSubProcess",
        "START_EVENT": "startEvent",
        "INTERMEDIATE_CATCH_EVENT": "intermediateCatchEvent",
        "INTERMEDIATE_THROW_EVENT": "intermediateThrowEvent",
        "BOUNDARY_EVENT": "boundaryEvent",
        "END_EVENT": "endEvent",
        "TASK": "task",
        "SERVICE_TASK": "serviceTask",
        "RECEIVE_TASK": "receiveTask",
        "SEND_TASK": "sendTask",
        "SCRIPT_TASK": "scriptTask",
        "USER_TASK": "userTask",
        "MANUAL_TASK": "manualTask",
        "BUSINESS_RULE_TASK": "businessRuleTask",
        "CALL_ACTIVITY": "callActivity",
        "EXCLUSIVE_GATEWAY": "exclusiveGateway",
        "INCLUSIVE_GATEWAY": "inclusiveGateway",
        "PARALLEL_GATEWAY": "parallelGateway",
        "EVENT_BASED_GATEWAY": "eventBasedGateway",
    }.items()
}
TYPE_WORDS = {stored[0]: word for word, stored in TYPES.items()}

OPEN_INCIDENT = sa.exists().where(Incident.element_instance_key == ElementInstance.key, Incident.resolved_at.is_(None))


def _of_process(given: filters.Operands) -> sa.ColumnElement[bool]:
    found = sa.select(ProcessInstance.key).where(filters.compare(ProcessInstance.process_id, given))
    condition: sa.ColumnElement[bool] = ElementInstance.instance_key.in_(found)
    return condition


SEARCH = Search(
    "ElementInstance",
    ElementInstance.key,
    {
        "element_instance_key": filters.key(ElementInstance.key),
        "process_instance_key": filters.key(ElementInstance.instance_key),
        "process_definition_key": filters.key(ElementInstance.process_definition_key),
        "process_definition_id": filters.within(_of_process),
        "element_id": filters.text(ElementInstance.element_id),
        "type": filters.choice(ElementInstance.kind, TYPES),
        "state": filters.choice(ElementInstance.state, STATES),
        "has_incident": filters.yes_or_no(OPEN_INCIDENT),
        "start_date": filters.moment(ElementInstance.entered_at),
        "end_date": filters.moment(ElementInstance.ended_at),
        "tenant_id": filters.only_tenant(),
    },
    {
        "element_instance_key": ElementInstance.key,
        "process_instance_key": ElementInstance.instance_key,
        "process_definition_key": ElementInstance.process_definition_key,
        "element_id": ElementInstance.element_id,
        "type": ElementInstance.kind,
        "state": ElementInstance.state,
        "start_date": ElementInstance.entered_at,
        "end_date": ElementInstance.ended_at,
    },
    (Sort(ElementInstance.key),),
)


class ElementInstanceResult(ApiSchema):
    """One activation."""

    process_definition_id = fields.String(required=True, allow_none=True)
    start_date = Moment(required=True)
    end_date = Moment(required=True, allow_none=True)
    element_id = fields.String(required=True)
    element_name = fields.String(required=True)
    type = fields.String(required=True)
    state = fields.String(required=True)
    has_incident = fields.Boolean(required=True)
    tenant_id = tenant()
    element_instance_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    process_definition_key = Key(required=True)
    incident_key = Key(required=True, allow_none=True)


def item(
    row: ElementInstance, names: Names, instances: Mapping[int, t.Any], incidents: Mapping[int, int]
) -> dict[str, t.Any]:
    """Return a row as the API shows it."""
    instance = instances[row.instance_key]
    return {
        "process_definition_id": instance.process_id,
        "start_date": row.entered_at,
        "end_date": row.ended_at,
        "element_id": row.element_id,
        "element_name": names.element(row.process_definition_key, row.element_id),
        "type": type_word(row.kind),
        "state": STATE_WORDS[row.state],
        "has_incident": row.key in incidents,
        "element_instance_key": row.key,
        "process_instance_key": row.instance_key,
        "root_process_instance_key": instance.root_key,
        "process_definition_key": row.process_definition_key,
        "incident_key": incidents.get(row.key),
    }


def type_word(kind: str) -> str:
    """Return the API's word for a kind of element: `userTask` → `USER_TASK`."""
    return TYPE_WORDS.get(kind) or re.sub(r"(?=[A-Z])", "_", kind).upper()


@blueprint.post("/element-instances/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(ElementInstanceResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search activations in instances the person may see."""
    page = SEARCH.find(search.element_instances(signed_in()), body)
    instances = {row.key: row for row in _instances({row.instance_key for row in page.items})}
    open_incidents = sa.select(Incident.element_instance_key, Incident.key).where(
        Incident.element_instance_key.in_([row.key for row in page.items]), Incident.resolved_at.is_(None)
    )
    incidents = {row.element_instance_key: row.key for row in db.session.execute(open_incidents)}
    names = names_for(page.items)
    return answer(page, lambda row: item(row, names, instances, incidents))


class Correction(ApiSchema):
    """Variables to set; `local` keeps them in the named scope instead of the nearest one that has them."""

    variables = variables(required=True)
    local = fields.Boolean(load_default=False)
    operation_reference = fields.Integer()


@blueprint.put("/element-instances/<int:key>/variables")
@blueprint.arguments(Correction)
@blueprint.response(204)
def set_scope_variables(body: Mapping[str, t.Any], key: int) -> None:
    """Correct variables at the scope of an element instance, or of a process instance by its own key."""
    scope = db.session.get(ElementInstance, key)
    set_variables(
        signed_in(),
        scope.instance_key if scope else key,
        body["variables"],
        element_instance_token=scope.token if scope else None,
        local=body["local"],
        reason="API",
    )


class StepToStart(ApiSchema):
    """One step to start, with variables that only it sees."""

    element_id = fields.String(required=True)
    variables = variables()


class StepsToStart(ApiSchema):
    """Steps to start; `cancel_remaining_instances` ends those that run."""

    elements = fields.List(fields.Nested(StepToStart), required=True, validate=validate.Length(min=1, max=100))
    cancel_remaining_instances = fields.Boolean(load_default=False)


@blueprint.post("/element-instances/ad-hoc-activities/<int:key>/activation")
@blueprint.arguments(StepsToStart)
@blueprint.response(204)
def activate_steps(body: Mapping[str, t.Any], key: int) -> None:
    """Start steps of an open ad-hoc sub-process."""
    steps = [(step["element_id"], step.get("variables") or {}) for step in body["elements"]]
    start_steps(signed_in(), key, steps, instead=body["cancel_remaining_instances"])


def _instances(keys: set[int]) -> t.Iterable[t.Any]:
    columns = (ProcessInstance.key, ProcessInstance.process_id, ProcessInstance.root_key)
    return db.session.execute(sa.select(*columns).where(ProcessInstance.key.in_(keys)))
