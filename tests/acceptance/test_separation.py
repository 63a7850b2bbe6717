"""Separation of duties (RL47): who is concerned does not decide, and who asked does not approve."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.errors import Forbidden
from app.people.audit import AuditEntry
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.outlet import QUOTE
from tests.play import Play

pytestmark = both_databases


def test_the_accused_may_not_take_up_the_complaint(play: Play, company: Company) -> None:
    play.start("complaint_handling", "complaint_desk", serial_no=HANDSET_A)
    play.do(
        "s020_record_complaint", "complaint_desk", channel="phone", product_line="handset", severity="degraded",
        subject="attitude", complaint_text="态度恶劣", accused_person="complaint_lead",
    )  # fmt: skip
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


def overruled() -> list[str]:
    """Rules that an administrator set aside."""
    db.session.rollback()
    query = sa.select(AuditEntry.detail).where(AuditEntry.overruled).order_by(AuditEntry.id)
    return [detail["rule"] for detail in db.session.scalars(query)]
