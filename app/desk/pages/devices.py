"""Devices: the list, one device with warranty, owner and history, new ones."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from app import clock
from app.db import db
from app.desk import cases as case_file
from app.desk import devices as service
from app.desk import lookup, queries, verdict
from app.desk.models import Asset
from app.desk.pages import words
from app.desk.pages.blueprint import FORM, Complaints, complaints, desk
from app.desk.pages.customers import changes_of, labels
from app.errors import Conflict, Invalid
from app.i18n import text as _
from app.people import signed_in

PAGE = 50


@desk.get("/devices")
def devices() -> str:
    """List devices by serial number; search by serial number, IMEI, or the owner."""
    text, after = request.args.get("q", "").strip(), request.args.get("after", "")
    more = None
    if text:
        found = lookup.find(signed_in(), text)
        rows = [*found.assets, *(asset for one in found.customers for asset in lookup.assets_of(one.id))]
    else:
        both = (joinedload(Asset.product), joinedload(Asset.customer))
        query = sa.select(Asset).where(Asset.serial_no > after).options(*both).order_by(Asset.serial_no)
        rows = list(db.session.scalars(query.limit(PAGE + 1)))
        more = rows[PAGE - 1].serial_no if len(rows) > PAGE else None
        rows = rows[:PAGE]
    today = case_file.company_day(clock.now())
    judged = {asset.id: verdict.of_device(asset, today) for asset in rows}
    return render_template("desk/devices.html", rows=rows, q=text, after=more, first=not after, judged=judged)


@desk.get("/devices/<int:asset_id>")
def device(asset_id: int) -> str:
    """Show a device."""
    return _show(asset_id, {}, {})


@desk.post("/devices/<int:asset_id>")
def change_device(asset_id: int) -> ResponseReturnValue:
    """Change the record."""
    values = request.form.to_dict()
    try:
        service.change_device(signed_in(), asset_id, values)
    except (Invalid, Conflict) as error:
        return _show(asset_id, beside_fields(error), values), error.status
    flash(_("Saved"), "ok")
    return redirect(url_for("desk.device", asset_id=asset_id), 303)


@desk.post("/customers/<int:customer_id>/devices")
def add_device(customer_id: int) -> ResponseReturnValue:
    """Write a new device of a customer."""
    values = request.form.to_dict() | {"customer_id": str(customer_id)}
    try:
        made = service.create_device(signed_in(), values)
    except (Invalid, Conflict) as error:
        flash(" ".join(each for said in complaints(error).values() for each in said), "bad")
        return redirect(url_for("desk.customer", customer_id=customer_id), 303)
    flash(_("Saved"), "ok")
    return redirect(url_for("desk.device", asset_id=made.id), 303)


def beside_fields(error: Invalid | Conflict) -> Complaints:
    """Return complaints by field; a number that is taken is said beside the number."""
    said = complaints(error)
    return {"serial_no": said[FORM]} if error.code == "desk.serial_taken" else said


def _show(asset_id: int, errors: Complaints, typed: dict[str, str]) -> str:
    person = signed_in()
    asset = service.get(person, asset_id)
    return render_template(
        "desk/device.html",
        device=asset,
        verdict=verdict.of_device(asset, case_file.company_day(clock.now())),
        cases=queries.cases_of(person, asset_id=asset.id),
        products=service.products(),
        changes=changes_of(f"device:{asset.id}"),
        errors=errors,
        typed=typed,
        words=words,
        word=words.word,
        labels=labels(),
    )
