"""A supervisor finds what a job could not do, corrects the variable, retries, and the case goes on."""

import sqlalchemy as sa

from app import engine, i18n
from app.db import db
from app.engine.models import Incident
from tests.company import Company
from tests.conftest import both_databases
from tests.outlet import QUOTE
from tests.play import Play

pytestmark = both_databases


def to_the_invoice(play: Play) -> int:
    """A quote that is accepted, signed and paid before the repair."""
    case_id = play.start("repair_quotation_payment", "analyst", **{**QUOTE, "pay_first": True})
    play.do("s020_price_quote", "analyst", lines=[{"kind": "part", "code": "SPK", "quantity": 1}])
    play.do("s060_send_quote", "agent", sent_by="hand")
    play.answer("s070b_answered", "agent", answer="accepted")
    play.do("s100_sign_quote", "agent", signer="赵敏", returned_by="hand")
    play.answer("s040_payment", "clerk", amount=40, method="cash", paid_on="2024-06-03", reference="V-1")
    play.do("s100_book", "clerk", account="6001", booked_on="2024-06-03")
    return case_id


def test_an_invoice_number_used_twice_stops_the_second_case_until_it_is_corrected(play: Play, company: Company) -> None:
    invoice = {"invoice_no": "INV-1", "payer_name": "赵敏", "issued_on": "2024-06-03"}
    to_the_invoice(play)
    play.do("s150_invoice", "clerk", **invoice)
    play.do("s110_start_repair", "agent")
    second = to_the_invoice(play)
    play.do("s150_invoice", "clerk", **invoice)
    ((element, code, params),) = play.incidents()
    assert (element, code, params) == ("s150b_register_invoice", "desk.document_of_another_case", {"number": "INV-1"})
    assert "INV-1" in i18n.text(code, **params)
    assert play.open_elements() == []

    incident = db.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))).one()
    assert incident.instance_key is not None
    lead = company.person("outlet_head")
    engine.set_variables(
        lead, incident.instance_key, {"document_no": "INV-2"}, element_instance_token=incident.token, local=True,
        reason="number used twice",
    )  # fmt: skip
    engine.resolve_incident(lead, incident.key, "number corrected")
    play.settle()
    assert play.incidents() == []
    assert play.open_elements() == ["s110_start_repair"]
    assert [paper.document_no for paper in play.documents(second, "invoice")] == ["INV-2"]
