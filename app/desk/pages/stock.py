"""The page of a stock: its moves, and correcting it."""

import typing as t

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.db import db
from app.desk import stocktaking, words
from app.desk.models import PartStock, StockMovement
from app.desk.pages.blueprint import complaints, desk
from app.desk.pages.registers.tables import Table, table_of
from app.desk.registers import REGISTERS
from app.errors import Conflict, Invalid
from app.i18n import text as _
from app.people import signed_in

SHOWN = 20


@desk.app_context_processor
def stock_words() -> dict[str, t.Any]:
    """Give the page of a stock its moves and what may be counted."""
    return {
        "moves_of": moves_of,
        "may_correct": lambda row: stocktaking.may_correct(signed_in(), row),
        "counted_choices": [(name, words.STOCKS[name]) for name in stocktaking.BUCKETS],
    }


@desk.post("/stock/<key>/correct")
def correct_stock(key: str) -> ResponseReturnValue:
    """Set a stock to what was counted."""
    form = request.form
    bucket = form.get("bucket", "")
    try:
        difference = stocktaking.correct(
            signed_in(), key, bucket, form.get("counted", "").strip(), form.get(f"seen_{bucket}", ""),
            form.get("reason", ""),
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        flash(" ".join(each for said in complaints(error).values() for each in said), "bad")
    else:
        flash(
            _("Corrected by %(difference)s", difference=f"{difference:+d}")
            if difference
            else _("The books were right"),
            "ok",
        )
    return redirect(url_for("desk.record", name="stock", key=key), 303)


def moves_of(row: PartStock) -> Table:
    """Return the last moves of a stock."""
    query = sa.select(StockMovement).where(StockMovement.site == row.site, StockMovement.part_id == row.part_id)
    newest = query.order_by(StockMovement.at.desc(), StockMovement.id.desc()).limit(SHOWN)
    return table_of(REGISTERS["moves"], list(db.session.scalars(newest)), "part_id")
