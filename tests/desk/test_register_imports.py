"""Spreadsheets into a register and out of it: looked at first, applied at once, harmless to open."""

import csv
import io
import re
import typing as t
import zipfile

import pytest
import sqlalchemy as sa
from openpyxl import Workbook, load_workbook

from app.db import db
from app.desk.models import Customer, Product, RegisterImport, SparePart
from app.desk.registers import REGISTERS, importing, saving, sheets
from app.errors import Conflict, Invalid, NotFound
from app.people.audit import AuditEntry
from tests.company import Company
from tests.conftest import both_databases
from tests.desk.conftest import As

HEAD = "型号,Designation,Product line,brand,Warranty in months\n"
SHEET = f"""{HEAD}e-960,折叠手机,手机,本公司,12
E-900,改了名字,handset,own,24
E-970,,handset,own,12
E-960,又一次,handset,own,12
E-980,什么,茶壶,own,很久
"""


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def as_xlsx(rows: t.Sequence[t.Sequence[t.Any]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(
    company: Company, content: str | bytes, register: str = "products", name: str = "sheet.csv"
) -> RegisterImport:
    data = content.encode() if isinstance(content, str) else content
    return importing.upload(company.person("administrator"), REGISTERS[register], name, data)


def planned(company: Company, taken: RegisterImport) -> importing.Plan:
    return importing.plan(company.person("administrator"), REGISTERS[taken.register], taken)


@both_databases
def test_a_sheet_is_shown_row_by_row_and_writes_nothing_before_one_agrees(company: Company) -> None:
    taken = upload(company, SHEET)
    plan = planned(company, taken)
    assert [(one.line, one.state) for one in plan.changes] == [
        (2, "added"), (3, "changed"), (4, "rejected"), (5, "rejected"), (6, "rejected"),
    ]  # fmt: skip
    wrong = {
        one.line: {name: [code for code, _ in said] for name, said in one.complaints.items()} for one in plan.changes
    }
    assert wrong[4] == {"name": ["desk.field_needed"]}
    assert wrong[5] == {"model": ["desk.twice_in_sheet"]}
    assert wrong[6] == {"line": ["desk.not_a_choice"], "warranty_months": ["desk.not_a_whole_number"]}
    db.session.rollback()
    assert db.session.scalars(sa.select(Product).where(Product.model == "E-960")).first() is None
    done = importing.apply(company.person("administrator"), REGISTERS["products"], taken.id, plan.digest)
    assert done == {"added": 1, "changed": 1, "same": 0, "rejected": 3}
    made = db.session.scalars(sa.select(Product).where(Product.model == "E-960")).one()
    assert (made.name, made.line, made.warranty_start_basis) == ("折叠手机", "handset", "sale")
    changed = db.session.scalars(sa.select(Product).where(Product.model == "E-900")).one()
    assert (changed.name, changed.warranty_months) == ("改了名字", 24)
    subjects = set(db.session.scalars(sa.select(AuditEntry.subject)))
    assert {f"product:{made.id}", f"product:{changed.id}", "register:products"} <= subjects
    with pytest.raises(Conflict) as again:
        importing.apply(company.person("administrator"), REGISTERS["products"], taken.id, plan.digest)
    assert again.value.code == "desk.import_done"


def test_pages_lead_from_the_file_to_the_rejected_rows(browse: As) -> None:
    client = browse("owner")
    answer = client.post("/desk/products/import", data={"file": (io.BytesIO(SHEET.encode()), "新产品.csv")})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for said in (
        "would be added",
        "Designation: This is needed",
        "Row 2 already has this key",
        "改了名字",
        "新产品.csv",
    ):
        assert said in page, said
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest is not None
    assert client.post(answer.location, data={"digest": digest[1]}).status_code == 303
    assert "Imported" in client.get(answer.location).text
    rejected = rows_of(client.get(f"{answer.location}/rejected.csv").data)
    assert rejected[0] == ["Model", "Designation", "Product line", "Brand", "Warranty in months", "Rejected because"]
    assert [row[0] for row in rejected[1:]] == ["E-970", "E-960", "E-980"]
    assert rejected[1][-1] == "Designation: This is needed"
    assert browse("administrator").get(answer.location).status_code == 404, "a sheet is its owner's"


def test_what_was_exported_comes_in_again_without_a_change(company: Company, browse: As) -> None:
    for name, register in REGISTERS.items():
        if not register.written:
            continue
        for form in (sheets.CSV, sheets.XLSX):
            content = browse("administrator", "zh").get(f"/desk/{name}/export.{form}").data
            if len(sheets.lines(f"x.{form}", content)) < 2:
                continue
            taken = upload(company, content, name, f"x.{form}")
            plan = planned(company, taken)
            wrong = [one.complaints for one in plan.of("rejected")]
            assert plan.counts == {"added": 0, "changed": 0, "same": len(plan.rows), "rejected": 0}, (name, wrong)


def test_a_record_is_known_by_its_number_when_its_key_changes(company: Company) -> None:
    product = db.session.scalars(sa.select(Product).where(Product.model == "E-900")).one()
    taken = upload(company, f"Record no.,Model\n{product.id},E-900A\n999,E-1\n")
    plan = planned(company, taken)
    assert [one.state for one in plan.changes] == ["changed", "rejected"]
    assert plan.changes[0].before == {"model": "E-900"}


def test_an_import_is_refused_when_it_would_not_do_any_more_what_was_shown(company: Company) -> None:
    taken = upload(company, SHEET)
    digest = planned(company, taken).digest
    data = {"model": "E-960", "name": "先到", "line": "handset", "brand": "own", "warranty_months": "1",
            "warranty_start_basis": "sale"}  # fmt: skip
    saving.save(company.person("owner"), REGISTERS["products"], data)
    with pytest.raises(Conflict) as refused:
        importing.apply(company.person("administrator"), REGISTERS["products"], taken.id, digest)
    assert refused.value.code == "desk.import_outdated"
    assert db.session.scalars(sa.select(Product).where(Product.model == "E-960")).one().name == "先到"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "desk.sheet_empty"),
        (b"Model\n", "desk.sheet_empty"),
        (b"Designation\nx\n", "desk.heading_missing"),
        (b"Model,model\nx,y\n", "desk.heading_twice"),
        (b"\x00\x01\x02", "desk.not_a_sheet"),
        (b"PK\x03\x04 no archive", "desk.not_a_sheet"),
        (b"Model\n" + b"x\n" * 5001, "desk.sheet_too_long"),
        (b"Model" + b",a" * 101 + b"\nx\n", "desk.sheet_too_wide"),
        (b"Model\n" + b"x" * 9000 + b"\n", "desk.sheet_too_wide"),
    ],
)
def test_what_is_no_sheet_of_the_register_is_refused_with_a_sentence(
    company: Company, content: bytes, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        upload(company, content)
    assert refused.value.code == code


def test_an_archive_without_a_workbook_and_one_that_unpacks_to_too_much_are_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(Invalid) as refused:
        upload(company, packed.getvalue(), name="x.xlsx")
    assert refused.value.code == "desk.not_a_sheet"
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 10)
    with pytest.raises(Invalid) as refused:
        upload(company, as_xlsx([["Model"], ["X-1"]]), name="x.xlsx")
    assert refused.value.code == "desk.sheet_too_long"


def test_a_file_of_chinese_excel_and_one_with_semicolons_are_read(company: Company) -> None:
    for content in (
        "型号,产品名称\nE-900,新名\n".encode("gb18030"),
        "Model;Designation\nE-900;新名\n".encode("utf-8-sig"),
    ):
        plan = planned(company, upload(company, content))
        assert plan.changes[0].values["model"] == "E-900"


def test_numbers_days_and_yes_of_a_workbook_are_taken_as_typed(company: Company) -> None:
    import datetime as dt

    head = ["Kind of price", "Code", "Designation", "Labour", "In force from"]
    content = as_xlsx([head, ["Labour, terminals", "F-X", "名", 12.5, dt.date(2030, 1, 2)], [None] * 5])
    (change,) = planned(company, upload(company, content, "prices", "x.xlsx")).changes
    assert (change.state, change.values["labour_price"], change.values["valid_from"]) == (
        "added", change.values["labour_price"].__class__("12.50"), dt.date(2030, 1, 2),
    )  # fmt: skip


@pytest.mark.parametrize("form", [sheets.CSV, sheets.XLSX])
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(company: Company, browse: As, form: str) -> None:
    evil = '=HYPERLINK("http://evil.example","y")'
    data = {
        "part_no": "EVIL-1",
        "name": evil,
        "brand": "own",
        "fits_line": "handset",
        "unit_cost": "1",
        "sale_price": "",
    }
    saving.save(company.person("administrator"), REGISTERS["parts"], data)
    content = browse("administrator").get(f"/desk/parts/export.{form}?q=EVIL").data
    if form == sheets.CSV:
        assert rows_of(content)[1][2] == f"'{evil}"
    else:
        assert load_workbook(io.BytesIO(content)).worksheets[0]["C2"].data_type == "s"
    plan = planned(company, upload(company, content, "parts", f"x.{form}"))
    assert plan.counts["same"] == 1


def test_prices_of_one_sheet_do_not_overlap_each_other(company: Company) -> None:
    sheet = (
        "kind,code,name,valid_from,valid_to\n"
        "parts,LCD-9,屏,2030-01-01,2030-06-30\nparts,LCD-9,屏,2030-06-30,\nparts,LCD-9,屏,2030-07-01,\n"
    )
    plan = planned(company, upload(company, sheet, "prices"))
    assert [one.state for one in plan.changes] == ["added", "rejected", "added"]


def test_an_import_asks_a_bounded_number_of_statements(company: Company, statements: list[str]) -> None:
    def cost(rows: int) -> int:
        content = (
            "姓名".join([])
            + "Customer's name,Telephone\n"
            + "".join(f"客户{number},1390{number:07d}\n" for number in range(rows))
        )
        taken = upload(company, content, "customers")
        digest = planned(company, taken).digest
        statements.clear()
        importing.apply(company.person("administrator"), REGISTERS["customers"], taken.id, digest)
        return len(statements)

    small = cost(5)
    assert cost(400) <= small + 4
    assert db.session.scalar(sa.select(sa.func.count()).where(Customer.phone.startswith("1390000"))) == 400


def test_only_those_who_maintain_a_register_import_into_it(browse: As) -> None:
    for username, status in (("agent", 403), ("stranger", 403), ("owner", 303)):
        file = {"file": (io.BytesIO(SHEET.encode()), "x.csv")}
        assert browse(username).post("/desk/products/import", data=file).status_code == status


def test_a_sheet_that_is_gone_is_said_to_be_gone(company: Company) -> None:
    first, second = upload(company, SHEET).id, upload(company, SHEET).id
    administrator = company.person("administrator")
    with pytest.raises(NotFound):
        importing.get(administrator, REGISTERS["products"], first)
    assert importing.get(administrator, REGISTERS["products"], second).id == second
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SparePart))
