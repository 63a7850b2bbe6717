"""Variables of instances and their scopes."""

import typing as t
from collections.abc import Mapping

import orjson
import sqlalchemy as sa
from flask import request
from marshmallow import fields

from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, tenant
from app.api.searching import Search, answer
from app.db import db
from app.engine.models import ElementInstance, ProcessInstance, Variable
from app.engine.queries import Sort, detail, search
from app.people import signed_in

blueprint = ApiBlueprint("variables", "Variables.")

SHOWN = 8_192
"""Characters of a value that a search shows; longer ones are cut and say so."""
ROOT = 1

SCOPE_KEY = sa.case(
    (Variable.scope == ROOT, Variable.instance_key),
    else_=sa.select(ElementInstance.key)
    .where(ElementInstance.instance_key == Variable.instance_key, ElementInstance.token == Variable.scope)
    .scalar_subquery(),
)
"""The API names a scope by its element instance, and the outermost one by the process instance."""

SEARCH = Search(
    "Variable",
    Variable.key,
    {
        "variable_key": filters.key(Variable.key),
        "name": filters.text(Variable.name),
        "value": filters.text(Variable.value),
        "scope_key": filters.key(SCOPE_KEY),
        "process_instance_key": filters.key(Variable.instance_key),
        "is_truncated": filters.yes_or_no(
            sa.or_(Variable.payload_hash.isnot(None), sa.func.length(Variable.value) > SHOWN)
        ),
        "tenant_id": filters.only_tenant(),
    },
    {
        "variable_key": Variable.key,
        "name": Variable.name,
        "value": Variable.value,
        "process_instance_key": Variable.instance_key,
    },
    (Sort(Variable.key),),
)


class VariableResult(ApiSchema):
    """One variable; `value` is its JSON text."""

    value = fields.String(required=True)
    is_truncated = fields.Boolean(required=True)
    name = fields.String(required=True)
    tenant_id = tenant()
    variable_key = Key(required=True)
    scope_key = Key(required=True)
    process_instance_key = Key(required=True)
    root_process_instance_key = Key(required=True, allow_none=True)


@blueprint.post("/variables/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(VariableResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search variables; `?truncateValues=false` shows long values whole."""
    page = SEARCH.find(search.variables(signed_in()), body)
    whole = request.args.get("truncateValues") == "false"
    keys = {row.instance_key for row in page.items}
    query = sa.select(ProcessInstance.key, ProcessInstance.root_key).where(ProcessInstance.key.in_(keys))
    roots = {row.key: row.root_key for row in db.session.execute(query)}
    scopes = _scope_keys(page.items)
    return answer(page, lambda row: _item(row, roots[row.instance_key], scopes, whole=whole))


def _item(row: Variable, root: int, scopes: Mapping[tuple[int, int], int], *, whole: bool) -> dict[str, t.Any]:
    text = row.value if row.payload_hash is None else orjson.dumps(detail.variable_value(row)).decode()
    text = text or "null"
    truncated = not whole and len(text) > SHOWN
    return {
        "value": text[:SHOWN] if truncated else text,
        "is_truncated": truncated,
        "name": row.name,
        "variable_key": row.key,
        "scope_key": scopes.get((row.instance_key, row.scope), row.instance_key),
        "process_instance_key": row.instance_key,
        "root_process_instance_key": root,
    }


def _scope_keys(rows: list[Variable]) -> dict[tuple[int, int], int]:
    places = {(row.instance_key, row.scope) for row in rows if row.scope != ROOT}
    if not places:
        return {}
    query = sa.select(ElementInstance.instance_key, ElementInstance.token, ElementInstance.key).where(
        sa.tuple_(ElementInstance.instance_key, ElementInstance.token).in_(places)
    )
    return {(row.instance_key, row.token): row.key for row in db.session.execute(query)}
