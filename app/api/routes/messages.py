"""Messages and signals: publish, correlate, broadcast, and who waits for what."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from marshmallow import fields, validate

from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment, tenant, variables
from app.api.names import Names, names_for
from app.api.searching import Search, answer
from app.db import db, next_key, transaction
from app.engine import broadcast_signal, correlate_message, publish_message
from app.engine.models import MessageSubscription, ProcessInstance
from app.engine.queries import Sort, search
from app.people import signed_in

blueprint = ApiBlueprint("messages", "Messages and signals.")

WAITING_STATES = {"CREATED": ("message",), "CORRELATED": (), "DELETED": (), "MIGRATED": ()}
"""The rows are open waits only; what was correlated is history of the element."""
TYPES = {"PROCESS_EVENT": ("message",), "START_EVENT": ()}

SEARCH = Search(
    "MessageSubscription",
    MessageSubscription.key,
    {
        "message_subscription_key": filters.key(MessageSubscription.key),
        "process_definition_id": filters.text(MessageSubscription.process_id),
        "process_definition_key": filters.key(MessageSubscription.process_definition_key),
        "process_instance_key": filters.key(MessageSubscription.instance_key),
        "element_id": filters.text(MessageSubscription.element_id),
        "element_instance_key": filters.key(MessageSubscription.element_instance_key),
        "message_name": filters.text(MessageSubscription.name),
        "correlation_key": filters.text(MessageSubscription.correlation_key),
        "message_subscription_state": filters.choice(MessageSubscription.kind, WAITING_STATES),
        "message_subscription_type": filters.choice(MessageSubscription.kind, TYPES),
        "last_updated_date": filters.moment(MessageSubscription.created_at),
        "tenant_id": filters.only_tenant(),
    },
    {
        "message_subscription_key": MessageSubscription.key,
        "process_definition_id": MessageSubscription.process_id,
        "process_instance_key": MessageSubscription.instance_key,
        "element_id": MessageSubscription.element_id,
        "element_instance_key": MessageSubscription.element_instance_key,
        "last_updated_date": MessageSubscription.created_at,
        "message_name": MessageSubscription.name,
        "correlation_key": MessageSubscription.correlation_key,
    },
    (Sort(MessageSubscription.key),),
)


class Correlation(ApiSchema):
    """A message for whoever waits now."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    correlation_key = fields.String(load_default="", validate=validate.Length(max=400))
    variables = variables(load_default=dict)


class Publication(Correlation):
    """A message that may wait: `timeToLive` in milliseconds."""

    time_to_live = fields.Integer(load_default=0, validate=validate.Range(0, 10**12))
    message_id = fields.String(load_default=None, validate=validate.Length(max=200))


class Published(ApiSchema):
    """The key of a published message."""

    tenant_id = tenant()
    message_key = Key(required=True)


class Correlated(Published):
    """The instance a message reached."""

    process_instance_key = Key(required=True)


class Broadcast(ApiSchema):
    """A signal for everything that waits for it."""

    signal_name = fields.String(required=True, validate=validate.Length(1, 200))
    variables = variables(load_default=dict)


class Heard(ApiSchema):
    """The key of a broadcast."""

    tenant_id = tenant()
    signal_key = Key(required=True)


class MessageSubscriptionResult(ApiSchema):
    """One open wait for a message."""

    business_id = fields.String(required=True, allow_none=True)
    message_subscription_key = Key(required=True)
    process_definition_id = fields.String(required=True)
    process_definition_key = Key(required=True, allow_none=True)
    process_instance_key = Key(required=True, allow_none=True)
    root_process_instance_key = Key(required=True, allow_none=True)
    element_id = fields.String(required=True)
    element_instance_key = Key(required=True, allow_none=True)
    message_subscription_state = fields.String(required=True)
    last_updated_date = Moment(required=True)
    message_name = fields.String(required=True)
    correlation_key = fields.String(required=True, allow_none=True)
    message_subscription_type = fields.String(required=True)
    tool_properties = fields.Dict(required=True)
    process_definition_name = fields.String(required=True, allow_none=True)
    process_definition_version = fields.Integer(required=True, allow_none=True)
    tool_name = fields.String(required=True, allow_none=True)
    inbound_connector_type = fields.String(required=True, allow_none=True)
    tenant_id = tenant()


@blueprint.post("/messages/publication")
@blueprint.arguments(Publication)
@blueprint.response(200, Published)
def publish(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Publish a message."""
    delivered = publish_message(
        signed_in(),
        body["name"],
        body["correlation_key"],
        body["variables"],
        ttl=body["time_to_live"] / 1000,
        message_id=body["message_id"],
    )
    return {"message_key": delivered.key}


@blueprint.post("/messages/correlation")
@blueprint.arguments(Correlation)
@blueprint.response(200, Correlated)
def correlate(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Deliver a message now or not at all."""
    delivered = correlate_message(signed_in(), body["name"], body["correlation_key"], body["variables"])
    return {"message_key": delivered.key, "process_instance_key": (*delivered.woken, *delivered.started)[0]}


@blueprint.post("/signals/broadcast")
@blueprint.arguments(Broadcast)
@blueprint.response(200, Heard)
def broadcast(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Broadcast a signal. Nothing of it is kept, so its key only tells two broadcasts apart."""
    person = signed_in()
    with transaction():
        broadcast_signal(person, body["signal_name"], body["variables"])
        return {"signal_key": next_key()}


@blueprint.post("/message-subscriptions/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(MessageSubscriptionResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search open waits for messages."""
    query = search.message_subscriptions(signed_in()).where(MessageSubscription.kind == "message")
    page = SEARCH.find(query, body)
    keys = {row.instance_key for row in page.items}
    columns = (ProcessInstance.key, ProcessInstance.root_key, ProcessInstance.process_version)
    found = db.session.execute(sa.select(*columns).where(ProcessInstance.key.in_(keys)))
    instances = {row.key: row for row in found}
    names = names_for(page.items)
    return answer(page, lambda row: _item(row, names, instances[row.instance_key]))


def _item(row: MessageSubscription, names: Names, instance: t.Any) -> dict[str, t.Any]:
    return {
        "business_id": names.case(row.case_id),
        "message_subscription_key": row.key,
        "process_definition_id": row.process_id,
        "process_definition_key": row.process_definition_key,
        "process_instance_key": row.instance_key,
        "root_process_instance_key": instance.root_key,
        "element_id": row.element_id,
        "element_instance_key": row.element_instance_key,
        "message_subscription_state": "CREATED",
        "last_updated_date": row.created_at,
        "message_name": row.name,
        "correlation_key": row.correlation_key,
        "message_subscription_type": "PROCESS_EVENT",
        "tool_properties": {},
        "process_definition_name": names.process(row.process_definition_key),
        "process_definition_version": instance.process_version,
        "tool_name": None,
        "inbound_connector_type": None,
    }
