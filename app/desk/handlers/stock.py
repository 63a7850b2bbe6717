"""`desk.stock`: spare parts used, reserved, sent, received, delivered, counted and lost. Header `action` says which."""

import typing as t
from collections.abc import Mapping

from app.desk import reading
from app.desk.handlers import notes
from app.desk.ledger import Ledger, quantities, whole
from app.engine.registry import JobContext
from app.errors import Invalid

UNKNOWN_PARTS = "unknown_parts"
COUNT_DIFFERENCE = "count_difference"


def book(job: JobContext) -> Mapping[str, t.Any]:
    """Do what header `action` says with `parts` [{code, quantity}] at `site`.

    Codes that nobody knows are noted on the case and left out. Raises Invalid for a quantity that is not positive.
    """
    action = reading.action(job, ACTIONS)
    ledger = Ledger(job)
    parts = reading.objects(job, "parts")
    needed = _counted(parts) if action == "count" else quantities(parts)
    known, strange = ledger.know(needed)
    again = ledger.is_done()
    outcome = ACTIONS[action](job, ledger, {code: needed[code] for code in known}) if known else EMPTY[action]
    if strange and not again:
        site = reading.text(job, "site")
        notes.add(job, reading.case_of(job), UNKNOWN_PARTS, ", ".join(strange), data={"site": site, "parts": strange})
    job.session.flush()
    return dict(outcome)


def _use(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """Parts that are in a unit already. More than the books show is a difference that a count would have found."""
    if ledger.is_done():
        return {"used": sorted(needed)}
    kept = dict.fromkeys(needed, 0)
    for part in reading.objects(job, "parts"):
        if part.get("old_part_kept") is True and (code := str(part.get("code")).strip()) in kept:
            kept[code] += whole(part.get("quantity", 1))
    for code, quantity in needed.items():
        row = ledger.row(reading.required(job, "site"), code)
        ledger.move(row, "reserved", -min(quantity, ledger.reserved_for_case(row)), "repair")
        ledger.move(row, "on_hand", max(0, quantity - row.on_hand), COUNT_DIFFERENCE)
        ledger.move(row, "on_hand", -quantity, "repair")
        ledger.move(row, "old_parts_on_hand", kept[code], "repair")
    return {"used": sorted(needed)}


def _reserve(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """All of it or nothing, so that nobody waits with half of what a repair needs. What the case has counts."""
    if ledger.is_done():
        return {"reserved": True}
    rows = {code: ledger.row(reading.required(job, "site"), code) for code in needed}
    missing = {code: max(0, quantity - ledger.reserved_for_case(rows[code])) for code, quantity in needed.items()}
    if any(rows[code].on_hand - rows[code].reserved < quantity for code, quantity in missing.items()):
        return {"reserved": False}
    for code, quantity in missing.items():
        ledger.move(rows[code], "reserved", quantity, "reservation")
    return {"reserved": True}


def _ship(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """From `site` to `to`, as far as it lies there unreserved or reserved for the case; what is short is not owed.

    A reservation goes with what leaves the site; what only changes hands there stays reserved until it is used.
    """
    if not ledger.is_done():
        for code, quantity in needed.items():
            sender = ledger.row(reading.required(job, "site"), code)
            held = ledger.reserved_for_case(sender)
            sent = min(quantity, max(0, sender.on_hand - sender.reserved + held))
            if reading.required(job, "to") != sender.site:
                ledger.move(sender, "reserved", -min(held, sent), "shipped")
            ledger.move(sender, "on_hand", -sent, "shipped")
            ledger.move(ledger.row(reading.required(job, "to"), code), "in_transit", sent, "shipped")
    shipped = ledger.booked()
    gone = {line["code"]: line["quantity"] for line in shipped}
    short = [
        {"code": code, "quantity": quantity - gone.get(code, 0)}
        for code, quantity in needed.items()
        if quantity > gone.get(code, 0)
    ]
    return {"shipped": shipped, "short": short}


def _receive(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """What arrived at `site` and was counted; more than was on its way is booked all the same."""
    if not ledger.is_done():
        for code, quantity in needed.items():
            row = ledger.row(reading.required(job, "site"), code)
            ledger.move(row, "in_transit", -min(quantity, row.in_transit), "received")
            ledger.move(row, "on_hand", quantity, "received")
    return {"received": ledger.booked()}


def _deliver(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """What a vendor brought to `site`."""
    return _put(job, ledger, needed, "on_hand", "delivered")


def _keep_old(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """Old parts that come in at `site`."""
    return _put(job, ledger, needed, "old_parts_on_hand", "old_parts")


def _put(job: JobContext, ledger: Ledger, needed: Mapping[str, int], bucket: str, reason: str) -> Mapping[str, t.Any]:
    if not ledger.is_done():
        for code, quantity in needed.items():
            ledger.move(ledger.row(reading.required(job, "site"), code), bucket, quantity, reason)
    return {"received": ledger.booked(bucket)}


def _send_old(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """Old parts that leave `site`, as far as the books know them."""
    if not ledger.is_done():
        for code, quantity in needed.items():
            row = ledger.row(reading.required(job, "site"), code)
            ledger.move(row, "old_parts_on_hand", -min(quantity, row.old_parts_on_hand), "old_parts")
    return {"shipped": ledger.booked("old_parts_on_hand")}


def _lose(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """What never arrived at `site` is on its way no more."""
    if not ledger.is_done():
        for code, quantity in needed.items():
            row = ledger.row(reading.required(job, "site"), code)
            ledger.move(row, "in_transit", -min(quantity, row.in_transit), "lost")
    return {"lost": ledger.booked("in_transit")}


def _count(job: JobContext, ledger: Ledger, needed: Mapping[str, int]) -> Mapping[str, t.Any]:
    """The books follow a count at `site`, where `quantity` is what lies there."""
    for code, quantity in needed.items():
        row = ledger.row(reading.required(job, "site"), code)
        if row.counted_at != job.now:
            ledger.move(row, "on_hand", quantity - row.on_hand, COUNT_DIFFERENCE)
            row.counted_at = job.now
    return {"differences": ledger.booked()}


def _counted(parts: list[Mapping[str, t.Any]]) -> dict[str, int]:
    """What was counted, by code; nothing may lie there, less than nothing may not."""
    found = {str(part.get("code")).strip(): whole(part.get("quantity") or 0) for part in parts}
    for code, quantity in found.items():
        if quantity < 0:
            raise Invalid("desk.quantity_not_positive", part=code)
    return dict(sorted(found.items()))


ACTIONS = {
    "use": _use, "reserve": _reserve, "ship": _ship, "receive": _receive, "deliver": _deliver, "lose": _lose,
    "count": _count, "old_in": _keep_old, "old_out": _send_old,
}  # fmt: skip
EMPTY: Mapping[str, Mapping[str, t.Any]] = {
    "use": {"used": []}, "reserve": {"reserved": False}, "ship": {"shipped": [], "short": []},
    "receive": {"received": []}, "deliver": {"received": []}, "lose": {"lost": []}, "count": {"differences": []},
    "old_in": {"received": []}, "old_out": {"shipped": []},
}  # fmt: skip
"""What an action gives when there is nothing to book."""
