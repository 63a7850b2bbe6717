"""The pages of the desk: who sees what, taking a request, the case page, records."""

import re
import typing as t
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk import requests
from app.desk.models import Asset, Case, CaseNote, Customer
from app.people.audit import AuditEntry
from tests.company import HANDSET_A, HANDSET_B, IMEI_A, PHONE, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.play import Play

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60


@pytest.fixture
def handed_in(play: Play) -> Case:
    """A handset at the counter of HZ1."""
    return play.case(hand_in(play))


def hand_in(play: Play, serial_no: str = HANDSET_A) -> int:
    return play.start(
        "outlet_intake_repair", "agent", serial_no=serial_no, fault_description="没有声音", channel="counter"
    )


def request_of(company: Company, **more: t.Any) -> dict[str, t.Any]:
    """A form filled in for handset A at the counter of HZ1."""
    asset = company.asset(HANDSET_A)
    return {
        "token": "one", "asset_id": asset.id, "customer_id": asset.customer_id, "fault_description": "没有声音",
        "request_class": "fault", "channel": "counter", "unit": "HZ1", "process": "outlet_intake_repair", **more,
    }  # fmt: skip


def cases_now() -> list[Case]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Case).order_by(Case.id).execution_options(populate_existing=True)))


@pytest.mark.parametrize("search", [HANDSET_A, f" {HANDSET_A[:3].lower()} {HANDSET_A[3:]}", IMEI_A])
def test_a_number_shows_device_owner_and_warranty_at_once(browse: As, search: str) -> None:
    page = browse("agent").get("/desk/found", query_string={"q": search}).text
    assert "李娜" in page
    assert "In warranty, 221 days left" in page
    assert "Proof of purchase on file" in page
    assert "outlet_intake_repair" in page


def test_a_telephone_number_shows_the_customer_with_devices(browse: As, company: Company) -> None:
    page = browse("caller").get("/desk/found", query_string={"q": "+86 138-0571-0001"}).text
    assert "李娜" in page
    customer = company.customer("李娜")
    chosen = browse("caller").get("/desk", query_string={"customer": customer.id, "q": PHONE}).text
    assert HANDSET_A in chosen


@pytest.mark.parametrize(("text", "said"), [("12", "Go on typing"), ("999999999", "Nothing found"), ("", "Who is it")])
def test_a_search_that_finds_nothing_says_what_to_do(browse: As, text: str, said: str) -> None:
    page = browse("agent").get("/desk/found", query_string={"q": text}).text
    assert said in page


def test_a_request_opens_one_case_with_its_header_and_leads_to_the_first_task(
    browse: As, company: Company, play: Play
) -> None:
    agent = browse("agent")
    answer = agent.post("/desk/requests", data=request_of(company))
    assert answer.status_code == 303, answer.text
    play.settle()
    (case,) = cases_now()
    assert answer.location.endswith(f"/desk/requests/{case.case_no}/first")
    assert (case.serial_no, case.channel, case.fault_description) == (HANDSET_A, "counter", "没有声音")
    assert (case.customer_id, case.unit_id is not None) == (company.asset(HANDSET_A).customer_id, True)
    led = agent.get(answer.location)
    assert f"task={play.task('s020_fill_slip').key}" in led.location
    assert play.task("s020_fill_slip").assignee == "agent"


def test_pressing_twice_opens_one_case(browse: As, company: Company) -> None:
    agent = browse("agent")
    first, second = (agent.post("/desk/requests", data=request_of(company)) for _ in range(2))
    assert first.location == second.location
    assert len(cases_now()) == 1
    agent.post("/desk/requests", data=request_of(company, token="another"))
    assert len(cases_now()) == 2


def test_wrong_fields_are_said_beside_them_and_nothing_is_written(browse: As, company: Company) -> None:
    answer = browse("agent").post(
        "/desk/requests", data=request_of(company, fault_description="", unit="NJ1", channel="x")
    )
    assert answer.status_code == 422
    assert "This is needed" in answer.text
    assert cases_now() == []


def test_an_outlet_is_needed_for_a_repair_at_the_counter(browse: As, company: Company) -> None:
    answer = browse("caller").post("/desk/requests", data=request_of(company, unit="ZJ"))
    assert answer.status_code == 422
    assert "outlet" in answer.text
    assert cases_now() == []


def test_a_new_customer_with_a_new_device_is_written_with_the_case(browse: As, company: Company, play: Play) -> None:
    product = company.asset(HANDSET_A).product_id
    form = request_of(
        company, asset_id="new", customer_id="new", customer_name="钱多多", customer_phone="139 0000 0001",
        customer_kind="person", device_product_id=product, device_serial_no="c-300 1", device_sale_date="2024-05-01",
    )  # fmt: skip
    answer = browse("agent").post("/desk/requests", data=form)
    assert answer.status_code == 303, answer.text
    (case,) = cases_now()
    device = db.session.scalars(sa.select(Asset).where(Asset.serial_no == "C3001")).one()
    customer = db.session.get(Customer, case.customer_id)
    assert customer is not None
    assert (customer.name, customer.phone, device.customer_id) == ("钱多多", "13900000001", customer.id)
    assert case.asset_id == device.id
    assert {"desk:customer:created", "desk:device:created", "desk:request:taken"} <= set(
        db.session.scalars(sa.select(AuditEntry.action))
    )
    play.settle()
    assert play.incidents() == []


def test_a_serial_number_on_file_is_a_clear_conflict_and_nothing_is_written(browse: As, company: Company) -> None:
    product = company.asset(HANDSET_A).product_id
    form = request_of(
        company, asset_id="new", customer_id="new", customer_name="钱多多", customer_phone="13900000001",
        device_product_id=product, device_serial_no=HANDSET_B,
    )  # fmt: skip
    answer = browse("agent").post("/desk/requests", data=form)
    assert answer.status_code == 409
    assert f"{HANDSET_B} is on file already" in answer.text
    assert cases_now() == []
    assert db.session.scalars(sa.select(Customer).where(Customer.name == "钱多多")).first() is None


def test_an_open_case_of_the_device_is_offered_and_takes_the_repeated_report(
    browse: As, company: Company, handed_in: Case
) -> None:
    caller = browse("caller")
    shown = caller.get("/desk", query_string={"q": IMEI_A}).text
    assert "This device has an open case" in shown
    assert handed_in.case_no in shown
    answer = caller.post("/desk/requests/add", data={"case_no": handed_in.case_no, "fault_description": "还是没有声音"})
    assert answer.location.endswith(f"/cases/{handed_in.case_no}")
    note = db.session.scalars(sa.select(CaseNote)).one()
    assert (note.kind, note.text, note.author) == ("repeated_request", "还是没有声音", "caller")
    assert len(cases_now()) == 1


def test_a_call_leads_through_intake_without_typing_anything_twice(browse: As, company: Company, play: Play) -> None:
    form = request_of(company, process="service_request_intake", unit="ZJ", channel="phone")
    browse("caller").post("/desk/requests", data=form)
    play.settle()
    assert play.open_elements() == ["s050_confirm_data"]
    variables = play.variables("service_request_intake")
    assert variables["match"]["customer_id"] == company.asset(HANDSET_A).customer_id
    assert variables["fault_description"] == "没有声音"


@pytest.mark.parametrize(
    ("username", "status"), [("agent", 200), ("colleague", 200), ("supervisor", 200), ("owner", 200), ("stranger", 404)]
)
def test_a_case_is_shown_to_those_it_concerns(browse: As, handed_in: Case, username: str, status: int) -> None:
    client = browse(username)
    assert client.get(f"/cases/{handed_in.case_no}").status_code == status
    assert (handed_in.case_no in client.get("/cases").text) == (status == 200)


def test_nobody_sees_anything_without_signing_in(company: Company) -> None:
    client = company.app.test_client()
    for path in ("/desk", "/cases", "/desk/customers", "/desk/find?q=x"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 303


def test_the_case_page_tells_the_story_where_it_is_and_who_answers(browse: As, handed_in: Case) -> None:
    page = browse("agent", "zh").get(f"/cases/{handed_in.case_no}").text
    for expected in ("填写送修单", "没有声音", "责任链", "首问负责人", "现在在这里", HANDSET_A, "李娜"):
        assert expected in page, expected
    assert "desk." not in re.sub(r'(href|hx-[a-z]+|src)="[^"]*"', "", page), "a code without a text"


def test_the_case_page_costs_a_bounded_number_of_statements(
    browse: As, handed_in: Case, play: Play, statements: list[str]
) -> None:
    client = browse("agent")
    address = f"/cases/{handed_in.case_no}"
    client.get(address)
    statements.clear()
    client.get(address)
    short = len(statements)
    for number in range(8):
        client.post(f"{address}/comments", data={"text": f"remark {number} @colleague"})
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, accessories=["battery"],
    )  # fmt: skip
    client.get(address)
    statements.clear()
    client.get(address)
    assert len(statements) <= short + 1, "it grows with the story"
    assert len(statements) <= 28, len(statements)


def test_a_remark_is_written_shown_and_names_a_colleague(browse: As, handed_in: Case) -> None:
    client = browse("agent")
    page = client.post(f"/cases/{handed_in.case_no}/comments", data={"text": "look at <this> @colleague"}).text
    assert '<span class="fl-mention">@colleague</span>' in page
    assert "look at &lt;this&gt;" in page
    assert client.post(f"/cases/{handed_in.case_no}/comments", data={"text": " "}).status_code == 422
    assert browse("stranger").post(f"/cases/{handed_in.case_no}/comments", data={"text": "x"}).status_code == 404


def test_a_photo_is_attached_shown_and_removed_with_a_reason(browse: As, handed_in: Case) -> None:
    client, path = browse("agent"), f"/cases/{handed_in.case_no}"
    page = client.post(f"{path}/files", data={"file": (BytesIO(PNG), "board.png")}).text
    (key,) = set(re.findall(r"/cases/files/(\d+)", page))
    shown = client.get(f"/cases/files/{key}")
    assert (shown.data, shown.mimetype) == (PNG, "image/png")
    assert browse("stranger").get(f"/cases/files/{key}").status_code == 404
    refused = client.post(f"{path}/files", data={"file": (BytesIO(b"MZ"), "virus.exe")})
    assert (refused.status_code, "board.png" in refused.text) == (422, True)
    assert client.post(f"{path}/files/{key}/remove", data={"reason": "wrong device"}).status_code == 303
    assert client.get(f"/cases/files/{key}").status_code == 404


def test_cases_are_found_by_every_filter_page_by_page(browse: As, play: Play, handed_in: Case) -> None:
    client = browse("agent")
    for _ in range(52):
        hand_in(play, HANDSET_B)
    first = client.get("/cases", query_string={"process": "outlet_intake_repair", "unit": "HZ1", "open": "1"}).text
    assert first.count('id="case-RO') == 50
    following = re.search(r'href="(/cases\?[^"]*after=[^"]*)" rel="next"', first)
    assert following is not None
    second = client.get(following[1].replace("&amp;", "&")).text
    assert second.count('id="case-RO') == 3
    assert handed_in.case_no in second
    for query in ({"q": HANDSET_A}, {"q": "李娜"}, {"q": PHONE}, {"q": handed_in.case_no.lower()}):
        found = client.get("/cases", query_string=query).text
        assert found.count('id="case-RO') == 1, query
    for query in ({"status": "closed"}, {"until": "2024-06-02"}, {"process": "complaint_handling"}, {"q": "x"}):
        assert "No cases match" in client.get("/cases", query_string=query).text, query
    assert (
        client.get("/cases", query_string={"since": "2024-06-03", "after": "nonsense"}).text.count('id="case-RO') == 50
    )


def test_the_finder_finds_devices_customers_and_cases(browse: As, handed_in: Case) -> None:
    page = browse("agent").get("/desk/find", query_string={"q": IMEI_A}).text
    assert f"{HANDSET_A} · E-900" in page
    assert handed_in.case_no in page
    assert "李娜" in browse("agent").get("/desk/find", query_string={"q": "李娜"}).text
    assert handed_in.case_no not in browse("stranger").get("/desk/find", query_string={"q": HANDSET_A}).text


def test_a_customer_is_changed_with_the_history_of_the_record(browse: As, company: Company) -> None:
    client, customer = browse("agent"), company.customer("李娜")
    path = f"/desk/customers/{customer.id}"
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(f"{path}/edit").text)
    assert seen is not None
    wrong = client.post(f"{path}/edit", data={"name": "", "phone": "1380571", "seen": seen[1]})
    assert wrong.status_code == 422
    assert "Mobile numbers have 11 digits, this one has 7" in wrong.text
    form = {"name": "李娜", "phone": "138 0571 0009", "address": "杭州", "seen": seen[1]}
    assert client.post(f"{path}/edit", data=form).status_code == 303
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "desk:record:changed")).one()
    assert (entry.username, entry.detail["phone"]) == ("agent", PHONE)
    assert "Telephone was 13805710001" in client.get(path).text


def test_a_device_keeps_its_number_to_itself(browse: As, company: Company) -> None:
    client, asset = browse("agent"), company.asset(HANDSET_A)
    path, same = f"/desk/devices/{asset.id}", {"product_id": "E-900", "customer_id": "李娜", "purchase_proof": "yes"}
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(f"{path}/edit").text)
    assert seen is not None
    same["seen"] = seen[1]
    taken = client.post(f"{path}/edit", data={**same, "serial_no": HANDSET_B})
    assert (taken.status_code, "is on file already" in taken.text) == (422, True)
    read_as_imei = client.post(f"{path}/edit", data={**same, "serial_no": HANDSET_B, "imei": IMEI_A})
    assert read_as_imei.status_code == 422
    assert client.post(f"{path}/edit", data={**same, "serial_no": HANDSET_A, "imei": "12"}).status_code == 422
    form = {**same, "serial_no": HANDSET_A, "sale_date": "2024-02-01"}
    assert client.post(f"{path}/edit", data=form).status_code == 303
    page = client.get(path).text
    assert "2024-02-01" in page
    assert "In warranty" in page


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/desk/customers", "海星电子有限公司"), ("/desk/customers?q=王强", "海星"), ("/desk/devices", HANDSET_B),
        ("/desk/devices?q=" + IMEI_A, HANDSET_A), ("/desk/devices?q=海星", "SVR4S300"), ("/desk/parts?q=LCD", "300.00"),
        ("/desk/prices", "F-AUDIO"), ("/desk/contracts", "SC-2024-01"), ("/desk/contracts?q=海星", "SC-2024-01"),
        ("/desk/records", "/desk/products"),
    ],
)  # fmt: skip
def test_records_are_listed_and_searched(browse: As, path: str, expected: str) -> None:
    for language in ("en", "zh"):
        answer = browse("agent", language).get(path)
        assert answer.status_code == 200
        assert expected in answer.text


def test_documents_are_printed(browse: As, play: Play, handed_in: Case) -> None:
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, accessories=["battery"],
    )  # fmt: skip
    (slip,) = play.documents(handed_in.id)
    address = f"/cases/{handed_in.case_no}/papers/repair_slip/{slip.id}"
    paper = browse("agent", "zh").get(address).text
    for expected in (handed_in.case_no, "李娜", "电池", HANDSET_A):
        assert expected in paper
    assert browse("stranger").get(address).status_code == 404


def test_the_case_page_moves_by_itself_and_reads_nothing_while_nothing_moves(
    browse: As, play: Play, company: Company, handed_in: Case
) -> None:
    client, path = browse("agent"), f"/cases/{handed_in.case_no}/now"
    first = client.get(path)
    assert "Fill the slip, both sign" in first.text
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    engine.claim_task(company.person("colleague"), play.task("s020_fill_slip").key)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, "Colleague" in again.text) == (200, True)
    assert browse("stranger").get(path).status_code == 404


def test_the_story_says_what_the_rules_decided(browse: As, play: Play, handed_in: Case) -> None:
    play.do(
        "s020_fill_slip", "agent", outer_condition="good", wished_return="counter", data_loss_consent=True,
        both_signed=True, copy_given=True, accessories=["battery"],
    )  # fmt: skip
    play.do("s030_judge_misuse", "agent", fault_reproduced=True, evidence="liquid")
    page = browse("agent", "zh").get(f"/cases/{handed_in.case_no}?show=tasks").text
    quotes = re.findall(r'fl-quote">([^<]*)<', page)
    assert any("人为损坏" in quote for quote in quotes), quotes


@both_databases
def test_two_presses_at_the_same_moment_open_one_case(company: Company) -> None:
    form = request_of(company)
    db.session.remove()

    def press(_number: int) -> str:
        with company.app.app_context():
            return requests.take_request(company.person("agent"), form).case_no

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(press, range(4)))
    assert [case.case_no for case in cases_now()] == list(numbers)
