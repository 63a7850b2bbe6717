"""Where a case stands, in the customer's words: nothing of how the house works inside."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator

import sqlalchemy as sa

from app import i18n
from app.db import db
from app.desk import cases, status
from app.desk.models import Case, Document
from app.desk.pages.showing import product_name
from app.i18n import text as _
from app.people.models import User
from app.people.units import unit_tree

TAIL = 6
"""So many last characters of a serial number are shown; whoever holds the device knows the rest."""


@dataclasses.dataclass(frozen=True)
class Step:
    """Something that has happened, or is to come when `at` is None."""

    text: str
    at: dt.datetime | None
    here: bool = False


@dataclasses.dataclass(frozen=True)
class Standing:
    """What every page of the portal says of the case, and the steps for the page about its state."""

    case: Case
    device: str
    outlet: str
    responder: str
    sentence: str
    steps: tuple[Step, ...]

    @property
    def closed(self) -> bool:
        return self.case.status in status.FINAL


def standing(case_id: int) -> Standing:
    """Read the case of a link."""
    case = cases.get(case_id)
    unit = unit_tree().by_id.get(case.unit_id) if case.unit_id is not None else None
    return Standing(
        case=case,
        device=_device(case),
        outlet=unit.name if unit else "",
        responder=_responder(case),
        sentence=i18n.text(f"portal.status.{case.status}"),
        steps=tuple(_steps(case)),
    )


def _device(case: Case) -> str:
    name = product_name(case.asset.product) if case.asset else ""
    number = (case.serial_no or "")[-TAIL:]
    return _("%(device)s, serial ending %(tail)s", device=name or _("Device"), tail=number) if number else name


def _responder(case: Case) -> str:
    """Return who answers for the case; the only name of the house a customer is told."""
    if case.first_responder_id is None:
        return ""
    row = db.session.execute(sa.select(User.names, User.username).where(User.id == case.first_responder_id)).one()
    return i18n.localised(row.names, row.username)


def _steps(case: Case) -> Iterator[Step]:
    yield Step(_("We received your request"), case.request_time)
    if case.responded_at:
        yield Step(_("Work began"), case.responded_at)
    yield from _quotes(case)
    if case.resolved_at:
        yield Step(_("It was done"), case.resolved_at)
    if case.closed_at:
        yield Step(_("Closed"), case.closed_at)
    else:
        yield Step(i18n.text(f"portal.status.{case.status}"), None, here=True)


def _quotes(case: Case) -> Iterator[Step]:
    query = sa.select(Document).where(Document.case_id == case.id, Document.kind == "quotation").order_by(Document.id)
    said = {"sent": _("We sent you a quotation"), "answered": _("You answered the quotation")}
    for document in db.session.scalars(query):
        for step in document.history:
            lapsed = step["state"] == "answered" and document.content.get("answer") == "lapsed"
            text = _("The quotation lapsed without an answer") if lapsed else said.get(step["state"])
            if text:
                yield Step(text, dt.datetime.fromisoformat(t.cast(str, step["at"])))
