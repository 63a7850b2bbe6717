"""The list as a file: exactly the rows that fit and the columns that are shown, and no formula for whoever opens it."""

import csv
import io

import openpyxl
import pytest
import sqlalchemy as sa

from app import engine
from app.cockpit import export
from app.cockpit.comparing import Comparison, comparisons
from app.db import transaction
from app.desk.models import Case, Customer
from app.engine.models import ProcessInstance
from app.errors import Invalid
from tests.cockpit.conftest import As
from tests.company import Company
from tests.conftest import both_databases
from tests.engine.diagrams import END, START, bpmn, chain, user

COUNT = bpmn("count", chain(START, user("u", name="清点"), END), name="清点")


def start(company: Company, *given: dict[str, object]) -> list[int]:
    engine.deploy(company.person("owner"), [engine.File("count.bpmn", COUNT)])
    return [engine.start_instance(company.person("agent"), "count", one).key for one in given]


def read(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@both_databases
def test_a_file_has_the_rows_and_columns_of_the_list_page_by_page(
    browse: As, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "CHUNK", 2)
    start(company, *({} for _ in range(5)))
    client = browse("supervisor")
    rows = read(client.get("/cockpit/instances.csv?process=count&columns=case,process,state"))
    assert rows[0] == ["Case no.", "Process", "State"]
    assert len(rows) == 6
    assert {tuple(row[1:]) for row in rows[1:]} == {("清点 v1", "Running")}
    page = client.get("/cockpit/instances?process=count&columns=case&columns=process&columns=state")
    assert "With whom" not in page.get_data(as_text=True).split("<thead>")[1].split("</thead>")[0]
    answer = client.get("/cockpit/instances.xlsx?process=count&columns=case,process,state")
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    assert [[cell.value for cell in row] for row in book.active.iter_rows()] == rows


def test_what_begins_like_a_formula_stays_a_text(browse: As, company: Company) -> None:
    (key,) = start(company, {})
    with transaction() as session:
        customer = session.scalars(sa.select(Customer)).first()
        customer.name = "=1+1"
        session.get(Case, session.get(ProcessInstance, key).case_id).customer_id = customer.id
    rows = read(browse("supervisor").get(f"/cockpit/instances.csv?keys={key}&columns=customer"))
    assert rows[1] == ["'=1+1"]


def test_a_list_too_long_for_excel_says_so(browse: As, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(export.MOST, "xlsx", 1)
    start(company, {}, {})
    answer = browse("supervisor").get("/cockpit/instances.xlsx?process=count")
    assert answer.status_code == 422
    assert "take the CSV file" in answer.get_data(as_text=True)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_only_leaders_get_a_file_and_only_of_the_two_kinds(browse: As, company: Company, form: str) -> None:
    assert browse("agent").get(f"/cockpit/instances.{form}").status_code == 403
    assert browse("supervisor").get("/cockpit/instances.pdf").status_code == 404


VARIABLES: dict[str, set[int]] = {
    "amount > 500": {1, 2},
    "amount >= 500; amount < 1000": {0, 1},
    "amount = 500": {0},
    "amount != 500": {1, 2},
    'level = "VIP"': {0},
    "level = VIP": {0},
    "level > A": {0, 1},
    "since >= 2024-06-02": {1},
    "paid = true": {2},
    "paid = false": set(),
    "nothing = 1": set(),
    "nonsense": set(),
}


@both_databases
def test_variables_are_compared_by_their_type(browse: As, company: Company) -> None:
    keys = start(
        company,
        {"amount": 500, "level": "VIP", "since": "2024-06-01"},
        {"amount": 900.5, "level": "normal", "since": "2024-06-02"},
        {"amount": 1000, "paid": True},
    )
    client, found = browse("supervisor"), {}
    for text in VARIABLES:
        page = client.get("/cockpit/instances", query_string={"process": "count", "variable": text})
        said = page.get_data(as_text=True)
        found[text] = {number for number, key in enumerate(keys) if f'id="instance-{key}"' in said}
    assert found == VARIABLES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a=1", [Comparison("a", "=", 1)]),
        (' a <= "x"; b != null ;', [Comparison("a", "<=", "x"), Comparison("b", "!=", None)]),
        ("when >= 2024-01-01", [Comparison("when", ">=", "2024-01-01")]),
    ],
)
def test_comparisons_are_read(text: str, found: list[Comparison]) -> None:
    assert comparisons(text) == found


@pytest.mark.parametrize("text", ["a", "= 1", "a ~ 1", "#x = 1", "a=1;" * 6])
def test_what_is_no_comparison_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        comparisons(text)
