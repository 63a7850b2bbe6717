"""Registers: who reads and writes which, lists, forms, who was faster, and what holds between records."""

import datetime as dt
import re
import typing as t

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import i18n
from app.db import db, transaction
from app.desk.models import Contact, Customer, PriceListEntry, Product
from app.desk.registers import NAMINGS, REGISTERS, listing, saving
from app.desk.registers.listing import Wanted
from app.errors import Conflict, Invalid
from app.people.audit import AuditEntry
from tests.company import HANDSET_A, PHONE, Company
from tests.conftest import both_databases
from tests.desk.conftest import As

CAST = ("agent", "colleague", "supervisor", "owner", "stranger")
PRODUCT = {
    "model": "e-950", "name": "新手机", "name_en": "New handset", "line": "handset", "brand": "own",
    "warranty_months": "12", "warranty_start_basis": "sale",
}  # fmt: skip
PRICE = {
    "kind": "terminal", "code": "F-NEW", "name": "换天线", "labour_price": "50", "part_price": "0",
    "valid_from": "2024-07-01", "valid_to": "",
}  # fmt: skip


def seen_of(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', client.get(address).text)
    assert found is not None
    return found[1]


def form_of(company: Company, register: str, key: t.Any) -> dict[str, str]:
    """What the form of a record holds."""
    described = REGISTERS[register]
    row = saving.get(company.person("administrator"), described, str(key))
    return {column.name: column.spelled(getattr(row, column.name)) for column in described.written}


def test_every_description_is_of_its_model(company: Company) -> None:
    for register in REGISTERS.values():
        named = {*register.key, *register.listed, *register.searched, *register.order, *register.filters}
        assert named <= {column.name for column in register.columns}, register.id
        for column in register.columns:
            assert hasattr(register.model, column.name), f"{register.id}.{column.name}"
        assert {column.to for column in register.references} <= NAMINGS.keys()
        for detail in register.details:
            assert detail.column in REGISTERS[detail.register].by_name
        sizes = {
            column.name: getattr(getattr(register.column(column.name), "type", None), "length", None)
            for column in register.written
        }
        for name, size in sizes.items():
            column = register.by_name[name]
            if size and column.control in {"text", "tel", "email"}:
                assert column.longest <= size, f"{register.id}.{name} holds {size}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_every_register_has_its_pages(browse: As, name: str, language: str) -> None:
    client, register = browse("administrator", language), REGISTERS[name]
    page = client.get(f"/desk/{name}")
    assert page.status_code == 200
    first = re.search(rf'class="fl-a fl-b" href="(/desk/{name}/[^"/?]+)"', page.text)
    for address in (first[1] if first else "/desk/records", f"/desk/{name}/export.csv"):
        assert client.get(address).status_code == 200, address
    if register.written:
        assert client.get(f"/desk/{name}/import").status_code == 200
        assert client.get(f"{first[1]}/edit").status_code == 200 if first else True
        assert client.get(f"/desk/{name}/new").status_code == (200 if register.adds else 404)


@pytest.mark.parametrize("username", CAST)
def test_pages_show_and_do_what_the_person_may(browse: As, company: Company, username: str) -> None:
    client, person = browse(username), company.person(username)
    for name, register in REGISTERS.items():
        reads = register.reads.held_by(person)
        writes = reads and bool(register.written) and saving.may_write(person, register)
        assert client.get(f"/desk/{name}").status_code == (200 if reads else 403), name
        assert client.get(f"/desk/{name}/export.xlsx").status_code == (200 if reads else 403), name
        assert client.get(f"/desk/{name}/import").status_code == (200 if writes else 403), name
        if register.adds:
            assert client.get(f"/desk/{name}/new").status_code == (200 if writes else 403), name
            expected = 422 if writes else 403
            assert client.post(f"/desk/{name}/new", data={}).status_code == expected, name
        assert client.get(f"/desk/{name}/nonsense").status_code in ({404} if reads else {403}), name


def test_master_data_is_written_by_those_who_maintain_it(browse: As) -> None:
    for username, status in (("agent", 403), ("supervisor", 403), ("owner", 303), ("stranger", 403)):
        data = {**PRODUCT, "model": f"M-{username}"}
        assert browse(username).post("/desk/products/new", data=data).status_code == status, username
    for username, status in (("agent", 403), ("supervisor", 303), ("manager", 303), ("stranger", 403)):
        data = {**PRICE, "code": f"F-{username}"}
        assert browse(username).post("/desk/prices/new", data=data).status_code == status, username


def test_nobody_reads_anything_without_signing_in(company: Company) -> None:
    for name in REGISTERS:
        assert company.app.test_client().get(f"/desk/{name}").status_code == 303
        assert company.app.test_client().get(f"/desk/{name}/export.csv").status_code == 303


def test_an_unknown_register_is_said_to_be_unknown(browse: As) -> None:
    answer = browse("agent").get("/desk/spaceships")
    assert answer.status_code == 404
    assert "spaceships" in answer.text


@both_databases
def test_a_record_is_written_as_it_is_looked_up_and_its_history_is_shown(browse: As, company: Company) -> None:
    client = browse("owner")
    answer = client.post("/desk/products/new", data=PRODUCT)
    assert answer.status_code == 303, answer.text
    made = db.session.scalars(sa.select(Product).where(Product.model == "E-950")).one()
    page = client.get(answer.location).text
    assert "New handset" in page
    assert company.person("owner").names["en"] in page
    form = {**PRODUCT, "warranty_months": "24", "seen": seen_of(client, f"{answer.location}/edit")}
    assert client.post(f"{answer.location}/edit", data=form).status_code == 303
    assert "Warranty in months was 12" in client.get(answer.location).text
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject == f"product:{made.id}").order_by(AuditEntry.id.desc())
    ).first()
    assert entry is not None
    assert (entry.action, entry.username, entry.detail) == (saving.CHANGED, "owner", {"warranty_months": "12"})


@pytest.mark.parametrize(
    ("register", "column", "typed", "said"),
    [
        ("products", "model", "", "This is needed"),
        ("products", "line", "teapot", "One of these is meant: Handset"),
        ("products", "warranty_months", "a year", "whole number between 0 and 240"),
        ("products", "warranty_months", "-1", "whole number between 0 and 240"),
        ("products", "name", "x" * 121, "120 characters"),
        ("products", "model", "E-900", "is on file already"),
        ("prices", "labour_price", "a lot", "amount in yuan"),
        ("prices", "labour_price", "1.005", "amount in yuan"),
        ("prices", "labour_price", "NaN", "amount in yuan"),
        ("prices", "valid_from", "2024-02-30", "a day as 2024-06-03"),
        ("prices", "valid_to", "2024-06-30", "ends before it begins"),
    ],
)
def test_a_field_that_cannot_be_is_said_beside_it_and_nothing_is_written(
    browse: As, register: str, column: str, typed: str, said: str
) -> None:
    data = {**(PRODUCT if register == "products" else PRICE), column: typed}
    before = db.session.scalar(sa.select(sa.func.count()).select_from(REGISTERS[register].model))
    answer = browse("administrator").post(f"/desk/{register}/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(REGISTERS[register].model)) == before


@both_databases
def test_whoever_saves_later_is_told_who_saved_what_and_may_insist(browse: As, company: Company) -> None:
    product = db.session.scalars(sa.select(Product).order_by(Product.model)).first()
    assert product is not None
    address = f"/desk/products/{product.id}"
    first, second = browse("owner"), browse("administrator")
    typed = form_of(company, "products", product.id)
    early, late = seen_of(first, f"{address}/edit"), seen_of(second, f"{address}/edit")
    assert early == late
    done = first.post(f"{address}/edit", data={**typed, "warranty_months": "18", "seen": early})
    assert done.status_code == 303, re.findall(r"fl-err\">.*?</svg>([^<]*)", done.text)
    refused = second.post(f"{address}/edit", data={**typed, "name": "另一个名字", "seen": late})
    assert refused.status_code == 409
    assert "has saved since you opened this: Warranty in months." in refused.text
    assert "Warranty in months" in refused.text
    assert "另一个名字" in refused.text, "what was typed is kept"
    again = re.search(r'name="seen" value="([^"]*)"', refused.text)
    assert again is not None
    insisted = {**typed, "name": "另一个名字", "seen": again[1]}
    assert second.post(f"{address}/edit", data=insisted).status_code == 303


def test_what_a_process_changed_meanwhile_is_noticed_too(company: Company) -> None:
    owner, register = company.person("owner"), REGISTERS["products"]
    product = db.session.scalars(sa.select(Product)).first()
    assert product is not None
    seen, typed = saving.stamp(register, product), form_of(company, "products", product.id)
    with transaction() as session:
        session.get(Product, product.id).warranty_months = 99
    with pytest.raises(Conflict) as refused:
        saving.save(owner, register, typed, str(product.id), seen)
    assert refused.value.code == "desk.changed_by_process"


@both_databases
def test_an_item_has_one_price_on_a_day(company: Company) -> None:
    manager, register = company.person("manager"), REGISTERS["prices"]
    first = saving.save(manager, register, {**PRICE, "valid_to": "2024-12-31"})
    for begin, end in (
        ("2024-12-31", ""),
        ("2024-06-01", "2024-07-01"),
        ("2024-08-01", "2024-09-01"),
        ("2024-06-01", ""),
    ):
        with pytest.raises(Invalid) as refused:
            saving.save(manager, register, {**PRICE, "valid_from": begin, "valid_to": end})
        assert [code for code, _ in refused.value.fields["valid_from"]] == ["desk.prices_overlap"]
    saving.save(manager, register, {**PRICE, "valid_from": "2025-01-01"})
    saving.save(manager, register, {**PRICE, "kind": "system"})
    seen = saving.stamp(register, db.session.get(PriceListEntry, first.id))
    changed = saving.save(manager, register, {**PRICE, "valid_to": "2024-11-30"}, str(first.id), seen)
    assert changed.valid_to == dt.date(2024, 11, 30)


@both_databases
@pytest.mark.parametrize(
    "typed",
    [PHONE, "+86 138-0571-0001", "１３８０５７１０００１", "13805710010", "1380571001", "13805711001", "138057100011"],
)
def test_a_customer_is_recognised_by_number_in_any_spelling_and_with_one_slip(company: Company, typed: str) -> None:
    found = listing.page(company.person("agent"), REGISTERS["customers"], Wanted(typed))
    assert "李娜" in [row.name for row in found.rows]


def test_two_slips_are_another_number(company: Company) -> None:
    found = listing.page(company.person("agent"), REGISTERS["customers"], Wanted("13805719901"))
    assert found.rows == []


@both_databases
def test_a_list_is_read_page_by_page_without_losing_or_doubling(company: Company) -> None:
    person, register = company.person("owner"), REGISTERS["products"]
    with transaction():
        for number in range(23):
            saving.save(person, register, {**PRODUCT, "model": f"Z-{number % 4}{number}"})
    every, after = [], ""
    while True:
        found = listing.page(person, register, Wanted("Z-"), after, limit=5)
        every += [row.model for row in found.rows]
        after = found.after
        if not after:
            break
    assert len(every) == len(set(every)) == 23
    assert every == sorted(every)
    assert listing.page(person, register, Wanted(), "no place").rows


def test_a_list_costs_the_same_however_many_records_it_shows(
    browse: As, company: Company, statements: list[str]
) -> None:
    client, person = browse("agent"), company.person("administrator")
    client.get("/desk/contacts")
    statements.clear()
    client.get("/desk/contacts")
    few = len(statements)
    with transaction():
        for number in range(30):
            who = saving.save(
                person, REGISTERS["customers"], {"name": f"客户{number}", "phone": f"139000000{number:02d}"}
            )
            saving.save(person, REGISTERS["contacts"], {"customer_id": who.name, "name": f"联系人{number}"})
    client.get("/desk/contacts")
    statements.clear()
    client.get("/desk/contacts")
    assert len(statements) <= few


def test_a_contact_belongs_to_the_customer_that_is_named(browse: As, company: Company) -> None:
    client, customer = browse("agent"), company.customer("李娜")
    form = client.get("/desk/contacts/new", query_string={"customer_id": customer.id}).text
    assert f"李娜 / {PHONE}" in form
    for named in (f"李娜 / {PHONE}", "李娜", PHONE):
        data = {"customer_id": named, "name": f"小李{len(named)}", "phone": "13805710010", "preferred_channel": "sms"}
        assert client.post("/desk/contacts/new", data=data).status_code == 303, named
    made = list(db.session.scalars(sa.select(Contact).where(Contact.name.startswith("小李"))))
    assert {contact.customer_id for contact in made} == {customer.id}
    wrong = client.post("/desk/contacts/new", data={"customer_id": "谁也不是", "name": "x"})
    assert (wrong.status_code, "“谁也不是” is not on file" in wrong.text) == (422, True)
    proposed = client.get("/desk/contacts/choices/customer_id", query_string={"customer_id": "李"}).text
    assert proposed.strip() == "" or "李娜" in proposed
    assert (
        f"李娜 / {PHONE}" in client.get("/desk/contacts/choices/customer_id", query_string={"customer_id": "李娜"}).text
    )


def test_a_name_that_several_have_is_not_guessed(company: Company) -> None:
    person, customers = company.person("agent"), REGISTERS["customers"]
    for number in ("13900000001", "13900000002"):
        saving.save(person, customers, {"name": "王伟", "phone": number})
    with pytest.raises(Invalid) as refused:
        saving.save(person, REGISTERS["contacts"], {"customer_id": "王伟", "name": "小王"})
    assert [code for code, _ in refused.value.fields["customer_id"]] == ["desk.several_records"]
    saving.save(person, REGISTERS["contacts"], {"customer_id": "王伟 / 139 0000 0002", "name": "小王"})


def test_the_record_of_a_customer_shows_what_belongs_to_it(browse: As, company: Company) -> None:
    customer = company.customer("李娜")
    page = browse("agent").get(f"/desk/customers/{customer.id}").text
    assert HANDSET_A in page
    assert f'href="tel:{PHONE}"' in page


def test_every_word_of_a_choice_is_understood_in_both_languages(company: Company) -> None:
    for register in REGISTERS.values():
        for column in register.written:
            if column.control != "select" or not hasattr(column, "_codes"):
                continue
            for language in i18n.LANGUAGES:
                with i18n.in_language(language):
                    assert {column.read(str(word)) for word in column.words.values()} == set(column.words), column.name


@both_databases
def test_the_same_record_written_twice_at_once_is_on_file_once(company: Company) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> bool:
        with company.app.app_context():
            try:
                saving.save(company.person("owner"), REGISTERS["products"], {**PRODUCT, "model": "RACE-1"})
            except (Conflict, Invalid):
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1


def test_customers_who_are_merged_away_are_not_listed(company: Company) -> None:
    customer = company.customer("李娜")
    with transaction() as session:
        session.get(Customer, customer.id).merged_into = company.customer("海星电子有限公司").id
    names = [row.name for row in listing.page(company.person("agent"), REGISTERS["customers"], Wanted()).rows]
    assert "李娜" not in names
