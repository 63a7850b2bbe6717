"""Papers of a case to print: slip, quotation, repair list, invoice. The sheet shows what the document holds."""

import datetime as dt
import re
import typing as t
from collections.abc import Iterator, Mapping

from flask import abort, render_template

from app import i18n
from app.desk import queries
from app.desk.models import Document
from app.desk.pages import case_view
from app.desk.pages.blueprint import cases
from app.i18n import text as _
from app.people import signed_in

MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")
"""Day and minute of a time as processes store it; its zone is the company's."""


@cases.get("/<case_no>/papers/<kind>/<int:document_id>")
def paper(case_no: str, kind: str, document_id: int) -> str:
    """Show a document as the customer gets it."""
    story = queries.story(signed_in(), case_no)
    found = next((one for one in story.documents if one.id == document_id and one.kind == kind), None)
    if found is None:
        abort(404)
    return render_template(
        "desk/paper.html",
        story=story,
        case_file=story.case,
        paper=found,
        lines=case_view.lines_of(found),
        facts=list(facts_of(found)),
        company=story.unit.name if story.unit else "",
        steps=[(step, dt.datetime.fromisoformat(step["at"])) for step in found.history],
    )


def facts_of(document: Document) -> Iterator[tuple[str, str]]:
    """Return what a document says beside its lines, in words."""
    labels = {
        "model": _("Model"),
        "serial_no": _("Serial no."),
        "imei": "IMEI",
        "sale_date": _("Bought"),
        "proof_no": _("Proof of purchase"),
        "accessories": _("Handed in with it"),
        "fault_by_customer": _("Fault in the customer's words"),
        "outer_condition": _("Outer condition"),
        "wished_return": _("Given back at"),
        "fault_found": _("Fault found"),
        "work_done": _("Work done"),
        "valid_until": _("Valid until"),
        "answer": _("Answer"),
        "signed_at": _("Signed"),
        "handed_over_on": _("Handed over"),
        "amount": _("Amount"),
        "method": _("Paid by"),
        "paid_on": _("Paid on"),
    }
    for name, label in labels.items():
        value = document.content.get(name)
        if value not in (None, "", [], {}):
            yield label, _shown(name, value)


def _shown(name: str, value: t.Any) -> str:
    if isinstance(value, list):
        return ("、" if i18n.language() == "zh" else ", ").join(_shown(name, one) for one in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if found := MOMENT.match(str(value)):
        return f"{found[1]} {found[2]}"
    return _values().get(f"{name}.{value}", str(value))


def _values() -> Mapping[str, str]:
    """Words for the codes that the forms of these papers store."""
    return {
        "accessories.battery": _("battery"),
        "accessories.charger": _("charger"),
        "accessories.sim": _("SIM card"),
        "accessories.memory_card": _("memory card"),
        "accessories.box": _("box"),
        "outer_condition.good": _("good"),
        "outer_condition.worn": _("worn"),
        "outer_condition.damaged": _("damaged"),
        "wished_return.counter": _("the counter"),
        "wished_return.post": _("by post"),
        "answer.accepted": _("accepted"),
        "answer.refused": _("refused"),
        "answer.change": _("change asked for"),
    }
