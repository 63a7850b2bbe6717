"""Topology and who one is: the first calls of every client."""

import typing as t

from marshmallow import fields

from app import __version__
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema
from app.people import signed_in

blueprint = ApiBlueprint("cluster", "What this server is, and who is signed in.")


class Partition(ApiSchema):
    """One partition; there is one."""

    partition_id = fields.Integer(required=True)
    role = fields.String(required=True)
    health = fields.String(required=True)
    state = fields.String(required=True)


class Broker(ApiSchema):
    """One server process."""

    node_id = fields.Integer(required=True)
    broker_id = fields.String(required=True)
    host = fields.String(required=True)
    port = fields.Integer(required=True)
    version = fields.String(required=True)
    partitions = fields.List(fields.Nested(Partition), required=True)


class Topology(ApiSchema):
    """The cluster as clients look for it."""

    brokers = fields.List(fields.Nested(Broker), required=True)
    cluster_id = fields.String(required=True, allow_none=True)
    cluster_size = fields.Integer(required=True)
    partitions_count = fields.Integer(required=True)
    replication_factor = fields.Integer(required=True)
    gateway_version = fields.String(required=True)
    last_completed_change_id = fields.String(required=True)


class Tenant(ApiSchema):
    """The one tenant."""

    tenant_id = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)


class Me(ApiSchema):
    """The person behind the credential."""

    username = fields.String(required=True)
    display_name = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    authorized_components = fields.List(fields.String(), required=True)
    tenants = fields.List(fields.Nested(Tenant), required=True)
    groups = fields.List(fields.String(), required=True)
    roles = fields.List(fields.String(), required=True)
    sales_plan_type = fields.String(required=True, allow_none=True)
    c8_links = fields.Dict(required=True)
    can_logout = fields.Boolean(required=True)


@blueprint.get("/topology")
@blueprint.response(200, Topology)
def topology() -> dict[str, t.Any]:
    """Return this server as a cluster of one."""
    from flask import current_app

    server = current_app.extensions["settings"].server
    partition = {"partition_id": 1, "role": "leader", "health": "healthy", "state": "active"}
    return {
        "brokers": [
            {
                "node_id": 0,
                "broker_id": "0",
                "host": server.host,
                "port": server.port,
                "version": __version__,
                "partitions": [partition],
            }
        ],
        "cluster_id": None,
        "cluster_size": 1,
        "partitions_count": 1,
        "replication_factor": 1,
        "gateway_version": __version__,
        "last_completed_change_id": "-1",
    }


@blueprint.get("/authentication/me")
@blueprint.response(200, Me)
def me() -> dict[str, t.Any]:
    """Return the person behind the credential, with roles as `role` or `role@unit`."""
    person = signed_in()
    groups = sorted({f"{one.role}@{one.unit}" if one.unit else one.role for one in person.memberships})
    return {
        "username": person.username,
        "display_name": person.name,
        "email": person.email or None,
        "authorized_components": ["*"] if person.administrator else [],
        "tenants": [{"tenant_id": "<default>", "name": "Default", "description": None}],
        "groups": groups,
        "roles": sorted(person.permissions),
        "sales_plan_type": None,
        "c8_links": {},
        "can_logout": False,
    }
