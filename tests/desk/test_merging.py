"""A customer who is on file twice: found, shown, merged, taken apart."""

import pytest
import sqlalchemy as sa

from app.db import db
from app.desk import customers, merging, same_contacts
from app.desk.models import Contact, Customer
from app.desk.registers import REGISTERS, listing, saving
from app.desk.registers.listing import Wanted
from app.errors import Conflict, Forbidden, Invalid, NotFound
from tests.company import HANDSET_A, PHONE, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.play import Play


@pytest.fixture
def double(company: Company) -> Customer:
    """李娜 a second time, with a digit of her number wrong, an address and a contact."""
    person = company.person("agent")
    made = saving.save(person, REGISTERS["customers"], {"name": "李 娜", "phone": PHONE[:-1] + "2", "address": "杭州"})
    saving.save(person, REGISTERS["contacts"], {"customer_id": made.phone, "name": "小李"})
    return made


def owner_of(company: Company, serial_no: str) -> int | None:
    db.session.rollback()
    return company.asset(serial_no).customer_id


@both_databases
def test_everything_moves_at_once_and_moves_back(company: Company, play: Play, double: Customer) -> None:
    lead, known = company.person("supervisor"), company.customer("李娜")
    case = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    shown = merging.preview(lead, double.id, known.id)
    assert {name: shown.moving[name] for name in ("asset", "case")} == {"asset": 1, "case": 1}
    done = merging.merge(lead, double.id, known.id, "the same person, she said so")
    assert owner_of(company, HANDSET_A) == double.id
    assert play.case(case).customer_id == double.id
    assert customers.get(lead, known.id).id == double.id, "the old record leads to the one that is kept"
    merging.undo(lead, done.id)
    assert owner_of(company, HANDSET_A) == known.id
    assert play.case(case).customer_id == known.id
    assert db.session.scalars(sa.select(Contact).where(Contact.name == "小李")).one().customer_id == double.id
    with pytest.raises(Conflict):
        merging.undo(lead, done.id)


def test_what_the_kept_record_lacks_is_taken_over_and_given_back(company: Company, double: Customer) -> None:
    lead, known = company.person("supervisor"), company.customer("李娜")
    known.address = None
    db.session.commit()
    assert merging.preview(lead, known.id, double.id).filled == {"address": "杭州"}
    done = merging.merge(lead, known.id, double.id, "same")
    assert db.session.get(Customer, known.id, populate_existing=True).address == "杭州"
    merging.undo(lead, done.id)
    assert db.session.get(Customer, known.id, populate_existing=True).address is None


def test_what_moved_on_since_stays_where_it_is(company: Company, double: Customer) -> None:
    lead, known, other = company.person("supervisor"), company.customer("李娜"), company.customer("海星电子有限公司")
    done = merging.merge(lead, double.id, known.id, "same")
    company.asset(HANDSET_A).customer_id = other.id
    db.session.commit()
    merging.undo(lead, done.id)
    assert owner_of(company, HANDSET_A) == other.id


def contact(company: Company, customer: Customer, name: str, **more: str) -> Contact:
    values = {"customer_id": customer.phone, "name": name, **more}
    made: Contact = saving.save(company.person("agent"), REGISTERS["contacts"], values)
    return made


@both_databases
def test_contacts_whom_both_records_have_become_one_and_part_again(
    company: Company, play: Play, double: Customer
) -> None:
    lead, known = company.person("supervisor"), company.customer("李娜")
    mine = db.session.scalars(sa.select(Contact).where(Contact.name == "小李")).one()
    theirs = contact(company, known, "小 李", phone="13911112222", email="li@example.com")
    other = contact(company, known, "老李")
    case = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    play.case(case).contact_id = theirs.id
    db.session.commit()
    shown = merging.preview(lead, double.id, known.id)
    assert (list(shown.united), shown.moving["contact"]) == (["小李"], len(known.contacts) - 1)
    done = merging.merge(lead, double.id, known.id, "same")
    db.session.expire_all()
    assert play.case(case).contact_id == mine.id
    assert (mine.phone, mine.email, other.customer_id) == ("13911112222", "li@example.com", double.id)
    listed = listing.page(lead, REGISTERS["contacts"], Wanted("小")).rows
    assert [row.id for row in listed] == [mine.id], "the double is not on file any more"
    merging.undo(lead, done.id)
    db.session.expire_all()
    assert play.case(case).contact_id == theirs.id
    assert (mine.phone, mine.email, theirs.customer_id) == (None, None, known.id)


@pytest.mark.parametrize(
    ("name", "phone", "email", "same"),
    [
        ("小李", "", "", True),
        ("小李", "13911112222", "", True),
        ("小李", "13911113333", "", False),
        ("小李", "13911112222", "other@example.com", False),
        ("小王", "13911112222", "li@example.com", False),
    ],
)
def test_contacts_are_the_same_when_nothing_tells_them_apart(
    company: Company, double: Customer, name: str, phone: str, email: str, same: bool
) -> None:
    known = company.customer("李娜")
    mine = db.session.scalars(sa.select(Contact).where(Contact.name == "小李")).one()
    mine.phone, mine.email = "13911112222", "li@example.com"
    db.session.commit()
    contact(company, known, name, phone=phone, email=email)
    assert bool(same_contacts.doubles(db.session, double.id, known.id)) is same


def test_merging_needs_a_reason_a_right_and_two_records(company: Company, double: Customer) -> None:
    lead, known = company.person("supervisor"), company.customer("李娜")
    with pytest.raises(Invalid):
        merging.merge(lead, known.id, double.id, " ")
    for username in ("agent", "stranger", "owner"):
        with pytest.raises(Forbidden):
            merging.merge(company.person(username), known.id, double.id, "same")
    with pytest.raises(Conflict):
        merging.preview(lead, known.id, known.id)
    with pytest.raises(NotFound):
        merging.preview(lead, known.id, 1)
    merging.merge(lead, known.id, double.id, "same")
    with pytest.raises(Conflict):
        merging.merge(lead, known.id, double.id, "again")


def test_pages_propose_show_merge_and_take_apart(browse: As, company: Company, double: Customer) -> None:
    lead, known = browse("supervisor"), company.customer("李娜")
    page = lead.get(f"/desk/customers/{known.id}").text
    address = f"/desk/customers/{known.id}/merge/{double.id}"
    assert address in page
    assert "Perhaps the same customer" in page
    assert address not in browse("agent").get(f"/desk/customers/{known.id}").text
    assert "contacts: 1" in lead.get(address).text
    assert lead.post(address, data={"reason": ""}).status_code == 422
    assert lead.post(address, data={"reason": "same"}).status_code == 303
    page = lead.get(f"/desk/customers/{known.id}").text
    assert "Merged into this customer" in page
    (undo,) = [part for part in page.split('"') if part.endswith("/undo")]
    assert browse("agent").post(undo).status_code == 403
    assert lead.post(undo).status_code == 303
    assert lead.post(undo).status_code == 303
    assert f"/desk/customers/{double.id}" in browse("agent").get("/desk/customers?q=李 娜").text
    assert lead.get(f"/desk/customers/{known.id}/merge/1").status_code == 404


def test_a_customer_merged_twice_leads_to_the_last_one(company: Company, double: Customer) -> None:
    lead, known, other = company.person("supervisor"), company.customer("李娜"), company.customer("海星电子有限公司")
    merging.merge(lead, double.id, known.id, "same")
    merging.merge(lead, other.id, double.id, "same again")
    assert customers.get(lead, known.id).id == other.id
