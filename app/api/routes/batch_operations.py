"""Acts on many process instances: ordering them, looking how far they have come, stopping and going on."""

import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from marshmallow import fields

from app.api import filters
from app.api.blueprint import ApiBlueprint
from app.api.fields import ApiSchema, Key, Moment
from app.api.routes.interventions import MigrationPlanFields, plan_of, reason
from app.api.routes.process_instances import SEARCH as INSTANCES
from app.api.searching import Search, answer
from app.db import db
from app.engine import order_batch, order_migration, resume_batch, stop_batch
from app.engine.batch_text import item_sentence
from app.engine.models import BatchItem, BatchOperation
from app.engine.queries import Sort, detail, search
from app.people import signed_in

blueprint = ApiBlueprint("batch_operations", "Acts on many process instances.")

KINDS = {
    "MIGRATE_PROCESS_INSTANCE": ("migrate",),
    "CANCEL_PROCESS_INSTANCE": ("cancel",),
    "SUSPEND_PROCESS_INSTANCE": ("suspend",),
    "RESUME_PROCESS_INSTANCE": ("resume",),
    "RESOLVE_INCIDENT": ("retry",),
    "SET_VARIABLES": ("variables",),
    "ASSIGN_USER_TASK": ("assign",),
    "UPDATE_DUE_DATE": ("due",),
    "TRIGGER_TIMER": ("fire",),
    "DELIVER_MESSAGE": ("message",),
}
KIND_WORDS = {stored[0]: word for word, stored in KINDS.items()}
STATES = {
    "ACTIVE": ("running",),
    "SUSPENDED": ("stopped",),
    "COMPLETED": ("done",),
    **dict.fromkeys(("CREATED", "PARTIALLY_COMPLETED", "CANCELED", "FAILED"), ()),
}
STATE_WORDS = {stored: word for word, states in STATES.items() for stored in states}
ITEM_STATES = {"ACTIVE": ("waiting",), "COMPLETED": ("done",), "FAILED": ("failed",), "CANCELED": ("stopped",)}
ITEM_WORDS = {stored: word for word, states in ITEM_STATES.items() for stored in states}

SEARCH = Search(
    "BatchOperation",
    BatchOperation.key,
    {
        "batch_operation_key": filters.key(BatchOperation.key),
        "operation_type": filters.choice(BatchOperation.kind, KINDS),
        "state": filters.choice(BatchOperation.state, STATES),
        "actor_id": filters.text(BatchOperation.created_by),
    },
    {
        "batch_operation_key": BatchOperation.key,
        "operation_type": BatchOperation.kind,
        "state": BatchOperation.state,
        "start_date": BatchOperation.created_at,
        "end_date": BatchOperation.ended_at,
        "actor_id": BatchOperation.created_by,
    },
    (Sort(BatchOperation.key),),
)
ITEMS = Search(
    "BatchOperationItem",
    BatchItem.instance_key,
    {
        "batch_operation_key": filters.key(BatchItem.batch_key),
        "item_key": filters.key(BatchItem.instance_key),
        "process_instance_key": filters.key(BatchItem.instance_key),
        "state": filters.choice(BatchItem.state, ITEM_STATES),
    },
    {
        "batch_operation_key": BatchItem.batch_key,
        "item_key": BatchItem.instance_key,
        "process_instance_key": BatchItem.instance_key,
        "state": BatchItem.state,
        "processed_date": BatchItem.ended_at,
    },
    (Sort(BatchItem.batch_key), Sort(BatchItem.instance_key)),
)


class BatchMigration(ApiSchema):
    """Which instances go where; only those that run and that the person may see."""

    filter = fields.Nested(INSTANCES.filter_schema, required=True)
    migration_plan = fields.Nested(MigrationPlanFields, required=True)
    reason = reason()
    operation_reference = fields.Integer()


class BatchOrder(ApiSchema):
    """Which instances it is done to; only those that run, that the person may see, and that it concerns."""

    filter = fields.Nested(INSTANCES.filter_schema, required=True)
    reason = reason()
    operation_reference = fields.Integer()


class BatchCreated(ApiSchema):
    """An order that the workers carry out."""

    batch_operation_key = Key(required=True)
    batch_operation_type = fields.String(required=True)


class BatchOperationResult(ApiSchema):
    """How far an order has come."""

    batch_operation_key = Key(required=True)
    batch_operation_type = fields.String(required=True)
    state = fields.String(required=True)
    start_date = Moment(required=True)
    end_date = Moment(required=True, allow_none=True)
    actor_id = fields.String(required=True)
    reason = fields.String(required=True)
    operations_total_count = fields.Integer(required=True)
    operations_completed_count = fields.Integer(required=True)
    operations_failed_count = fields.Integer(required=True)


class BatchItemResult(ApiSchema):
    """What became of one instance; `errorMessage` says why it stayed as it was."""

    batch_operation_key = Key(required=True)
    item_key = Key(required=True)
    process_instance_key = Key(required=True)
    state = fields.String(required=True)
    processed_date = Moment(required=True, allow_none=True)
    error_message = fields.String(required=True, allow_none=True)


@blueprint.post("/process-instances/migration")
@blueprint.arguments(BatchMigration)
@blueprint.response(200, BatchCreated)
def migrate(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Order that every running instance that fits is moved to another version."""
    person = signed_in()
    chosen = INSTANCES.fitting(search.instances(person), body["filter"])
    key = order_migration(person, chosen, plan_of(body["migration_plan"]), body["reason"])
    return {"batch_operation_key": key, "batch_operation_type": KIND_WORDS["migrate"]}


@blueprint.post("/process-instances/cancellation")
@blueprint.arguments(BatchOrder)
@blueprint.response(200, BatchCreated)
def cancel(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Order that every running instance that fits is cancelled with everything it called."""
    return _ordered("cancel", body)


@blueprint.post("/process-instances/suspension")
@blueprint.arguments(BatchOrder)
@blueprint.response(200, BatchCreated)
def suspend_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Order that every running instance that fits rests with everything it called."""
    return _ordered("suspend", body)


@blueprint.post("/process-instances/resumption")
@blueprint.arguments(BatchOrder)
@blueprint.response(200, BatchCreated)
def resume_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Order that every suspended instance that fits goes on."""
    return _ordered("resume", body)


@blueprint.post("/process-instances/incident-resolution")
@blueprint.arguments(BatchOrder)
@blueprint.response(200, BatchCreated)
def retry_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Order that whatever failed in the instances that fit is tried again."""
    return _ordered("retry", body)


def _ordered(kind: str, body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    person = signed_in()
    chosen = INSTANCES.fitting(search.instances(person), body["filter"])
    key = order_batch(person, kind, chosen, body["reason"])
    return {"batch_operation_key": key, "batch_operation_type": KIND_WORDS[kind]}


@blueprint.get("/batch-operations/<int:key>")
@blueprint.response(200, BatchOperationResult)
def get(key: int) -> dict[str, t.Any]:
    """Return one order."""
    row = detail.get_batch(signed_in(), key)
    return item(row, detail.batch_counts([key]))


@blueprint.post("/batch-operations/search")
@blueprint.arguments(SEARCH.request_schema())
@blueprint.response(200, SEARCH.response_schema(BatchOperationResult))
def search_all(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search orders the person may see."""
    page = SEARCH.find(search.batch_operations(signed_in()), body)
    counts = detail.batch_counts(row.key for row in page.items)
    return answer(page, lambda row: item(row, counts))


@blueprint.post("/batch-operation-items/search")
@blueprint.arguments(ITEMS.request_schema())
@blueprint.response(200, ITEMS.response_schema(BatchItemResult))
def search_items(body: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Search what became of single instances."""
    page = ITEMS.find(search.batch_items(signed_in()), body)
    targets = _targets(page.items)
    return answer(page, lambda row: one_of(row, targets[row.batch_key]))


@blueprint.post("/batch-operations/<int:key>/suspension")
@blueprint.response(204)
def suspend(key: int) -> None:
    """Stop an order; the instance in hand is finished, the others wait."""
    stop_batch(signed_in(), key)


@blueprint.post("/batch-operations/<int:key>/resumption")
@blueprint.response(204)
def resume(key: int) -> None:
    """Go on with what was stopped, and try again what failed."""
    resume_batch(signed_in(), key)


def item(row: BatchOperation, counts: Mapping[tuple[int, str], int]) -> dict[str, t.Any]:
    """Return an order as the API shows it."""
    return {
        "batch_operation_key": row.key,
        "batch_operation_type": KIND_WORDS[row.kind],
        "state": STATE_WORDS[row.state],
        "start_date": row.created_at,
        "end_date": row.ended_at,
        "actor_id": row.created_by,
        "reason": row.reason,
        "operations_total_count": row.total,
        "operations_completed_count": counts.get((row.key, "done"), 0),
        "operations_failed_count": counts.get((row.key, "failed"), 0),
    }


def one_of(row: BatchItem, target: int | None) -> dict[str, t.Any]:
    """Return what became of one instance as the API shows it."""
    return {
        "batch_operation_key": row.batch_key,
        "item_key": row.instance_key,
        "process_instance_key": row.instance_key,
        "state": ITEM_WORDS[row.state],
        "processed_date": row.ended_at,
        "error_message": item_sentence(row, target) if row.code else None,
    }


def _targets(rows: Iterable[BatchItem]) -> dict[int, int | None]:
    """The versions that orders move to; None for those that move nothing."""
    keys = {row.batch_key for row in rows}
    query = sa.select(BatchOperation.key, BatchOperation.plan).where(BatchOperation.key.in_(keys))
    return {row.key: row.plan.get("target") for row in db.session.execute(query)}
