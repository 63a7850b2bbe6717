"""Papers and penalties as registers: who sees whose, and deciding a penalty once."""

import pytest
import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.desk import penalties
from app.desk.models import Document, PenaltyRecord
from app.desk.registers import REGISTERS, listing
from app.desk.registers.listing import Wanted
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.models import User
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.play import Play


@pytest.fixture
def case_id(play: Play) -> int:
    return play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")


@pytest.fixture
def quote(case_id: int) -> Document:
    step = {"state": "issued", "at": clock.now().isoformat(), "by": "agent"}
    lines = [{"code": "LCD", "description": "屏", "quantity": 1, "amount": 300}]
    with transaction() as session:
        made = Document(
            id=next_key(), document_no="QT-20240603-0001", kind="quotation", state="issued", case_id=case_id,
            content={"lines": lines, "total": 300}, history=[step], created_at=clock.now(), created_by="agent",
            changed_at=clock.now(),
        )  # fmt: skip
        session.add(made)
    return made


@pytest.fixture
def penalty(case_id: int) -> PenaltyRecord:
    with transaction() as session:
        made = PenaltyRecord(
            id=next_key(), rule_id="T27.record_without_fee", case_id=case_id, username="agent", amount=50,
            detected_at=clock.now(), status="proposed",
        )  # fmt: skip
        session.add(made)
    return made


@pytest.mark.parametrize(
    ("username", "sees"),
    [("agent", True), ("colleague", True), ("supervisor", True), ("owner", True), ("stranger", False)],
)
def test_a_paper_is_shown_to_those_who_see_its_case(
    browse: As, company: Company, quote: Document, username: str, sees: bool
) -> None:
    client = browse(username)
    assert (quote.document_no in client.get("/desk/papers?view=quotes").text) == sees
    assert (quote.document_no in client.get("/desk/papers/export.csv").text) == sees
    answer = client.get(f"/desk/papers/{quote.id}")
    assert answer.status_code == (200 if sees else 404)
    if sees:
        for said in ("300.00", "States and versions"):
            assert said in answer.text, said
    assert quote.document_no not in client.get("/desk/papers?view=payments").text


def test_papers_are_written_by_processes_only(browse: As, quote: Document) -> None:
    administrator = browse("administrator")
    assert administrator.post("/desk/papers/new", data={}).status_code == 404
    assert administrator.post(f"/desk/papers/{quote.id}/edit", data={}).status_code == 403
    assert administrator.get("/desk/papers/import").status_code == 403


@both_databases
def test_a_penalty_is_decided_once_with_a_reason(company: Company, browse: As, penalty: PenaltyRecord) -> None:
    lead, key = company.person("supervisor"), str(penalty.id)
    with pytest.raises(Invalid):
        penalties.decide(lead, key, "waived", " ")
    with pytest.raises(Invalid):
        penalties.decide(lead, key, "forgotten", "why not")
    done = penalties.decide(lead, key, "waived", "the form was unclear")
    assert (done.status, done.confirmed_by, done.decision_reason) == ("waived", "supervisor", "the form was unclear")
    with pytest.raises(Conflict):
        penalties.decide(lead, key, "confirmed", "after all")
    page = browse("agent").get(f"/desk/penalties/{key}").text
    assert "the form was unclear" in page
    assert "Waived" in page


@pytest.mark.parametrize(
    ("username", "error"),
    [
        ("agent", Forbidden),
        ("colleague", Forbidden),
        ("owner", Forbidden),
        ("stranger", Forbidden),
        ("sales_head", NotFound),
    ],
)
def test_others_do_not_decide(company: Company, penalty: PenaltyRecord, username: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        penalties.decide(company.person(username), str(penalty.id), "waived", "because")


def test_nobody_decides_about_himself_nor_what_the_check_has_taken_up(company: Company, penalty: PenaltyRecord) -> None:
    db.session.execute(sa.update(PenaltyRecord).values(username="supervisor"))
    db.session.commit()
    with pytest.raises(Forbidden):
        penalties.decide(company.person("supervisor"), str(penalty.id), "waived", "because")
    db.session.execute(sa.update(PenaltyRecord).values(username="agent", status="in_review"))
    db.session.commit()
    with pytest.raises(Conflict):
        penalties.decide(company.person("supervisor"), str(penalty.id), "waived", "because")


def test_pages_offer_the_decision_to_those_who_take_it(browse: As, penalty: PenaltyRecord) -> None:
    address = f"/desk/penalties/{penalty.id}"
    assert "Waive…" in browse("supervisor").get(address).text
    assert "Waive…" not in browse("agent").get(address).text
    form = {"decision": "confirmed", "reason": "twice this month"}
    assert browse("agent").post(f"{address}/decide", data=form).status_code == 403
    lead = browse("supervisor")
    assert lead.post(f"{address}/decide", data=form).status_code == 303
    assert "twice this month" in lead.get(address).text
    assert lead.post(f"{address}/decide", data=form).status_code == 303
    assert "decided already" in lead.get(address).text


def test_of_several_penalties_people_see_their_own_and_those_of_their_cases(
    company: Company, penalty: PenaltyRecord
) -> None:
    register = REGISTERS["penalties"]
    seen = {
        name: len(listing.page(company.person(name), register, Wanted(view="open")).rows)
        for name in ("agent", "supervisor", "owner", "stranger")
    }
    assert seen == {"agent": 1, "supervisor": 1, "owner": 1, "stranger": 0}


def test_registers_name_people_and_sheets_their_accounts(
    browse: As, company: Company, quote: Document, penalty: PenaltyRecord
) -> None:
    client, name = browse("supervisor"), "陈前台"
    with transaction() as session:
        session.execute(sa.update(User).where(User.username == "agent").values(names={"zh": name}))
    for address in ("/desk/papers", f"/desk/papers/{quote.id}", "/desk/penalties", f"/desk/penalties/{penalty.id}"):
        assert name in client.get(address).text, address
    assert ",agent," in client.get("/desk/papers/export.csv").text
