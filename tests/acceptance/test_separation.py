"""Separation of duties (RL47): who is concerned does not decide, and who asked does not approve."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.errors import Forbidden
from app.people.audit import AuditEntry
from tests.acceptance.test_complaints import complained
from tests.acceptance.test_quotation import QUOTE
from tests.company import Company
from tests.conftest import both_databases
from tests.play import Play

pytestmark = both_databases


def test_the_accused_may_not_take_up_the_complaint(play: Play, company: Company) -> None:
    complained(play, company, subject="attitude", complaint_text="态度恶劣", accused_person="complaint_lead")
    task = play.task("s120_name_specialist")
    with pytest.raises(Forbidden) as refused:
        engine.claim_task(company.person("complaint_lead"), task.key)
    assert refused.value.code == "people.duty.named_apart"
    engine.assign_task(company.person("administrator"), task.key, "complaint_lead")
    assert overruled() == ["named_apart"]


def test_an_administrator_who_priced_and_approves_leaves_an_audit_line(play: Play) -> None:
    play.start("repair_quotation_payment", "analyst", **QUOTE)
    play.do("s020_price_quote", "administrator", lines=[{"kind": "part", "code": "RARE", "quantity": 1, "price": 90}])
    assert overruled() == []
    play.do("s040_fix_price", "administrator")
    assert overruled() == ["approver_requester"]


def test_whoever_repaired_does_not_ask_the_customer_how_it_was(play: Play, company: Company) -> None:
    customer = company.customer("李娜")
    play.start("return_visit", "service_lead", customer_id=customer.id, due_delay=1, served_by="visitor")
    play.wait(days=1, hours=12)
    with pytest.raises(Forbidden) as refused:
        play.do("s030_visit", "visitor", reached="no")
    assert refused.value.code == "people.duty.named_apart"


def overruled() -> list[str]:
    """Rules that an administrator set aside."""
    db.session.rollback()
    query = sa.select(AuditEntry.detail).where(AuditEntry.overruled).order_by(AuditEntry.id)
    return [detail["rule"] for detail in db.session.scalars(query)]
