"""`desk.unit_stock`: whole devices that come onto a warehouse's shelf or leave it."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.db import locked_row, next_key
from app.desk import reading
from app.desk.ledger import whole
from app.desk.lookup import serial_form
from app.desk.models import Product, UnitMovement, UnitStock
from app.engine.registry import JobContext
from app.errors import Invalid

BUCKETS = {"good": "good_qty", "bad": "bad_qty"}


def book(job: JobContext) -> Mapping[str, t.Any]:
    """Do what header `action` says with `units` [{model, quantity, serial_no, condition}] in `warehouse`.

    `look` changes nothing; `issue` takes good devices, all of a line or none; `store` puts devices down as good or
    bad. Models nobody knows count as short. Returns {"units": [{model, good, bad}], "issued", "short"}.
    """
    action = reading.action(job, {"look", "issue", "store"})
    lines = reading.objects(job, "units")
    products = _products(job, {str(line.get("model")) for line in lines})
    rows = {model: _row(job, product.id) for model, product in sorted(products.items())}
    done = sa.select(UnitMovement.id).where(UnitMovement.job_key == job.job_key).limit(1)
    again = job.session.scalars(done).first() is not None
    issued: list[str] = []
    short = sorted({str(line.get("model")) for line in lines} - set(products))
    for (model, bucket), group in _grouped(lines, action).items():
        if model not in rows or action == "look":
            continue
        quantity = sum(whole(line.get("quantity", 1)) for line in group)
        if action == "issue" and not again and rows[model].good_qty < quantity:
            short.append(model)
            continue
        issued.append(model)
        if not again:
            _move(job, rows[model], bucket, -quantity if action == "issue" else quantity, group)
    job.session.flush()
    held = [{"model": model, "good": row.good_qty, "bad": row.bad_qty} for model, row in rows.items()]
    return {"units": held, "issued": issued, "short": sorted(set(short))}


def _products(job: JobContext, models: set[str]) -> dict[str, Product]:
    return {one.model: one for one in job.session.scalars(sa.select(Product).where(Product.model.in_(models)))}


def _grouped(lines: list[Mapping[str, t.Any]], action: str) -> dict[tuple[str, str], list[Mapping[str, t.Any]]]:
    groups: dict[tuple[str, str], list[Mapping[str, t.Any]]] = {}
    for line in lines:
        condition = "good" if action != "store" else str(line.get("condition") or "bad")
        if condition not in BUCKETS:
            raise Invalid("desk.unknown_condition", condition=condition)
        groups.setdefault((str(line.get("model")), BUCKETS[condition]), []).append(line)
    return groups


def _row(job: JobContext, product_id: int) -> UnitStock:
    """The row of a product, locked; a warehouse that never had it starts with nothing."""
    key = {"warehouse": reading.required(job, "warehouse"), "product_id": product_id}
    return locked_row(job.session, UnitStock, key, good_qty=0, bad_qty=0)


def _move(job: JobContext, row: UnitStock, bucket: str, quantity: int, lines: list[Mapping[str, t.Any]]) -> None:
    setattr(row, bucket, getattr(row, bucket) + quantity)
    serials = [serial_form(str(line["serial_no"])) for line in lines if line.get("serial_no")]
    movement = UnitMovement(
        id=next_key(),
        warehouse=row.warehouse,
        product_id=row.product_id,
        bucket=bucket,
        quantity=quantity,
        reason=reading.text(job, "reason") or reading.header(job, "action"),
        serials=serials,
        case_id=job.instance.case_id,
        job_key=job.job_key,
        at=job.now,
    )
    job.session.add(movement)
