"""One box finds who is calling: serial number, IMEI, telephone number in any spelling, name."""

import dataclasses

import pytest
import sqlalchemy as sa

from app.db import db, transaction
from app.desk import lookup
from app.desk.models import Contact, SearchKey
from app.errors import Forbidden
from tests.company import HANDSET_A, IMEI_A, Company
from tests.conftest import both_databases

pytestmark = both_databases


@pytest.mark.parametrize("text", [HANDSET_A, " ec900-a 100 ", "EC900.A100", "EC900A", IMEI_A, "4901 5420 3237 518"])
def test_a_device_is_found_by_its_numbers_however_they_are_spelt(company: Company, text: str) -> None:
    found = lookup.find(company.person("caller"), text)
    assert [asset.serial_no for asset in found.assets] == [HANDSET_A]
    assert found.assets[0].customer is not None
    assert found.assets[0].customer.name == "李娜"


@pytest.mark.parametrize(
    "text", ["13805710001", "138 0571 0001", "+86 138-0571-0001", "0086 13805710001", "(138) 0571.0001"]
)
def test_a_customer_is_found_by_every_spelling_of_the_telephone_number(company: Company, text: str) -> None:
    assert [customer.name for customer in lookup.find(company.person("caller"), text).customers] == ["李娜"]


def test_a_landline_belongs_to_the_company_and_its_contact(company: Company) -> None:
    (firm,) = lookup.find(company.person("caller"), "0571-8888 0000").customers
    assert (firm.name, [contact.name for contact in firm.contacts]) == ("海星电子有限公司", ["王强"])


@pytest.mark.parametrize("text", ["海星", "王强"])
def test_a_name_of_customer_or_contact_is_enough(company: Company, text: str) -> None:
    assert [customer.name for customer in lookup.find(company.person("caller"), text).customers] == ["海星电子有限公司"]


@pytest.mark.parametrize("text", ["ZZ99999999", "13700000000", "没有此人", "%%", "__"])
def test_nothing_is_found_for_what_is_not_on_file(company: Company, text: str) -> None:
    found = lookup.find(company.person("caller"), text)
    assert found.nothing
    assert not found.too_short


@pytest.mark.parametrize("text", ["138", "A1", "李", ""])
def test_too_little_to_search_for_finds_nothing(company: Company, text: str) -> None:
    found = lookup.find(company.person("caller"), text)
    assert found.nothing
    assert found.too_short == bool(text)


def test_only_staff_may_look_people_up(company: Company) -> None:
    outsider = dataclasses.replace(company.person("caller"), permissions=frozenset())
    with pytest.raises(Forbidden):
        lookup.find(outsider, "13805710001")


@pytest.mark.parametrize(
    ("text", "customers", "devices"),
    [
        ("0001", {"李娜"}, ()),
        ("5710001", {"李娜"}, ()),
        ("8888 0000", {"海星电子有限公司"}, ()),
        ("0A100", set(), (HANDSET_A,)),
        ("3237518", set(), (HANDSET_A,)),
        ("电子", {"海星电子有限公司"}, ()),
    ],
)
def test_the_end_of_a_number_or_a_word_within_a_name_is_enough(
    company: Company, text: str, customers: set[str], devices: tuple[str, ...]
) -> None:
    found = lookup.find(company.person("caller"), text)
    assert {customer.name for customer in found.customers} >= customers
    assert tuple(asset.serial_no for asset in found.assets) == devices


def test_what_is_written_or_changed_is_found_by_what_it_says_now(company: Company) -> None:
    caller = company.person("caller")
    with transaction() as session:
        customer = company.customer("李娜")
        customer.name, customer.name_en, customer.phone = "李小娜", "Nora Lee", "13905719876"
        contacts = session.scalars(sa.select(Contact).where(Contact.customer_id == customer.id)).all()
        for contact in contacts:
            contact.name, contact.phone = "李小娜", "13905719876"
    for text in ("小娜", "lee", "9876", "NORA  L"):
        assert [one.name for one in lookup.find(caller, text).customers] == ["李小娜"], text
    assert lookup.find(caller, "0001").customers == ()
    with transaction() as session:
        for contact in contacts:
            session.delete(session.get(Contact, contact.id))
    left = sa.select(SearchKey).where(SearchKey.kind == "contact", SearchKey.owner_id.in_([one.id for one in contacts]))
    assert db.session.scalars(left).all() == []
