"""`desk.price`: what parts and labour cost the customer."""

import datetime as dt
import decimal
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import cases, reading
from app.desk.models import PriceListEntry
from app.engine.registry import JobContext

Money = decimal.Decimal
CENT = Money("0.01")
LIST_KINDS = {"part": "parts", "labour": "terminal"}
CHARGED = {
    "part": frozenset({"quote_all", "quote_parts"}),
    "labour": frozenset({"quote_all", "quote_labour"}),
    "system": frozenset({"quote_all"}),
}


def price(job: JobContext) -> Mapping[str, t.Any]:
    """Price `lines` [{kind, code, quantity, price}] by the list in force; `basis` says what the customer pays.

    A code without list price keeps the price set by hand on the line, else the one `agreed` for the same code, else
    none. Returns {"priced": {lines, total, unpriced_items, hand_priced}}; amounts are in yuan.
    """
    lines = reading.objects(job, "lines")
    basis = reading.text(job, "basis") or "quote_all"
    listed = _list_prices(job, {str(line.get("code")) for line in lines})
    agreed = {(line.get("kind"), line.get("code")): line.get("price") for line in reading.objects(job, "agreed")}
    priced = [_line(line, listed, agreed, basis) for line in lines]
    by_hand = [line for line in priced if not line["listed"]]
    return {
        "priced": {
            "lines": [_plain(line) for line in priced],
            "total": _number(sum((line["amount"] for line in priced), Money(0))),
            "unpriced_items": len(by_hand),
            "hand_priced": _number(sum((line["amount"] for line in by_hand), Money(0))),
        }
    }


def _list_prices(job: JobContext, codes: set[str]) -> dict[tuple[str, str], PriceListEntry]:
    today: dt.date = cases.company_day(job.now)
    query = sa.select(PriceListEntry).where(
        PriceListEntry.code.in_(codes),
        PriceListEntry.valid_from <= today,
        sa.or_(PriceListEntry.valid_to.is_(None), PriceListEntry.valid_to >= today),
    )
    # A later entry replaces an earlier one that was left open.
    rows = job.session.scalars(query.order_by(PriceListEntry.valid_from))
    return {(row.kind, row.code): row for row in rows}


def _line(
    line: Mapping[str, t.Any],
    listed: Mapping[tuple[str, str], PriceListEntry],
    agreed: Mapping[tuple[t.Any, t.Any], t.Any],
    basis: str,
) -> dict[str, t.Any]:
    kind, code = str(line.get("kind")), str(line.get("code"))
    entry = listed.get((LIST_KINDS.get(kind, kind), code))
    if entry is not None:
        each: t.Any = _listed_price(kind, entry)
    else:
        each = line.get("price") if line.get("price") is not None else agreed.get((kind, code))
    charged = basis in CHARGED.get(kind, frozenset())
    quantity = Money(str(line.get("quantity") or 1))
    amount = (Money(str(each)) * quantity).quantize(CENT) if charged and each is not None else Money(0)
    return {
        **line,
        "description": line.get("description") or (entry.name if entry else None),
        "listed": entry is not None,
        "price": each,
        "charged": charged,
        "amount": amount,
    }


def _listed_price(kind: str, entry: PriceListEntry) -> Money:
    """A line of the list of system equipment is a repair with all that belongs to it."""
    if kind == "system":
        return Money(entry.part_price) + Money(entry.labour_price)
    return Money(entry.part_price if kind == "part" else entry.labour_price)


def _plain(line: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: _number(value) if isinstance(value, Money) else value for name, value in line.items()}


def _number(value: Money) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
