"""Papers: every kind prints what its document says, in both languages, for whoever sees the case."""

import re
import typing as t
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.db import db, next_key, transaction
from app.desk import papers
from app.desk.handlers.documents import PREFIXES
from app.desk.models import Case, Document
from tests import outlet
from tests.company import HANDSET_B, ROOT, Company
from tests.desk.conftest import As
from tests.desk.test_texts import catalogue
from tests.play import Play

TEMPLATES = ROOT / "app" / "desk" / "templates" / "desk" / "papers"
FACTS = re.compile(r"parts\.facts\(sheet, ([^)]*)\)")
TABLES = re.compile(r'sheet\.table\("(\w+)", ([^)]*)\)')


def names_in(template: Path) -> tuple[set[str], dict[str, set[str]]]:
    """What a template prints: facts by name, and lists of lines with their columns."""
    text = template.read_text("utf-8")
    facts = {name for found in FACTS.findall(text) for name in re.findall(r'"([\w.]+)"', found)}
    tables: dict[str, set[str]] = {}
    for name, columns in TABLES.findall(text):
        tables.setdefault(name, set()).update(re.findall(r'"([\w.]+)"', columns))
    return facts, tables


def put(content: dict[str, t.Any], path: str, value: t.Any) -> None:
    *above, last = path.split(".")
    for part in above:
        content = content.setdefault(part, {})
    content[last] = value


def written(case: Case, kind: str, content: dict[str, t.Any]) -> Document:
    with transaction() as session:
        step = {"state": "issued", "at": "2024-06-03T01:30:00+00:00", "by": "agent"}
        document = Document(
            id=next_key(), document_no=f"XX-{kind}", kind=kind, state="issued", case_id=case.id, content=content,
            history=[step], created_at=case.request_time, created_by="agent", changed_at=case.request_time,
        )  # fmt: skip
        session.add(document)
    return document


@pytest.fixture
def case(play: Play) -> Case:
    return play.case(outlet.handed_in(play, HANDSET_B, "没有声音"))


def address(case: Case, document: Document) -> str:
    return f"/cases/{case.case_no}/papers/{document.kind}/{document.id}"


def test_a_paper_prints_everything_its_template_names(browse: As, case: Case) -> None:
    agent = browse("agent")
    assert {kind: missing for kind in papers.KINDS if (missing := left_out(agent, case, kind))} == {}


def left_out(agent: FlaskClient, case: Case, kind: str) -> list[str]:
    """What a document says under the names of its template and its paper does not print."""
    facts, tables = names_in(TEMPLATES / f"{kind}.html")
    assert facts | tables.keys()
    content: dict[str, t.Any] = {"total": 7}
    for number, name in enumerate(sorted(facts)):
        put(content, name, f"said {number}.")
    for name, columns in tables.items():
        content[name] = [{column: f"{name} {column} cell" for column in columns if "." not in column}]
    page = agent.get(address(case, written(case, kind, content)))
    assert page.status_code == 200, kind
    first = next(iter(tables), None)
    said = [f"{first} {column} cell" for column in tables[first]] if first else []
    said += [f"said {number}." for number in range(len(facts))]
    return [one for one in (*said, f'aria-label="{case.case_no}"') if one not in page.text]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_papers_name_has_a_word_in_both_languages(language: str) -> None:
    known = catalogue(language)
    named = set()
    for template in TEMPLATES.glob("[!_]*.html"):
        facts, tables = names_in(template)
        named |= facts | {column for columns in tables.values() for column in columns}
    wanted = {name for name in named if f"desk.paper.{name}" not in known}
    assert {name for name in wanted if f"desk.paper.{name.rpartition('.')[2]}" not in known} == set()


def test_every_kind_of_document_has_a_template_or_is_listed_field_by_field(browse: As, case: Case) -> None:
    assert papers.KINDS.keys() <= PREFIXES.keys()
    assert {path.stem for path in TEMPLATES.glob("[!_]*.html")} == papers.KINDS.keys() | {"other"}
    content = {"reason": "moved", "lines": [{"code": "SPK", "quantity": 3}, "loose"], "total": 12}
    page = browse("agent").get(address(case, written(case, "something_new", content)))
    assert page.status_code == 200
    for said in ("moved", "SPK", "loose", "¥ 12.00"):
        assert said in page.text


def test_a_paper_speaks_the_language_of_whoever_gets_it(browse: As, case: Case, play: Play) -> None:
    (slip,) = play.documents(case.id, "repair_slip")
    agent = browse("agent", "en")
    english, chinese = (agent.get(address(case, slip), query_string={"lang": one}).text for one in ("en", "zh"))
    assert "Handed in with it" in english
    assert "battery" in english
    assert "随机附件" in chinese
    assert "电池" in chinese
    assert 'lang="zh-CN"' in chinese
    assert "Handed in with it" in agent.get(address(case, slip), query_string={"lang": "fr"}).text


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 200), ("colleague", 200), ("supervisor", 200), ("owner", 200), ("stranger", 404)]
)
def test_a_paper_is_shown_to_whoever_sees_its_case(browse: As, case: Case, play: Play, who: str, status: int) -> None:
    (slip,) = play.documents(case.id, "repair_slip")
    assert browse(who).get(address(case, slip)).status_code == status


def test_a_paper_of_another_case_or_kind_is_not_here(browse: As, case: Case, play: Play) -> None:
    (slip,) = play.documents(case.id, "repair_slip")
    other = play.case(play.start("outlet_intake_repair", "agent", serial_no="EC900A100", channel="counter"))
    agent = browse("agent")
    assert agent.get(address(other, slip)).status_code == 404
    assert agent.get(f"/cases/{case.case_no}/papers/quotation/{slip.id}").status_code == 404


def test_the_step_where_a_paper_is_due_offers_it(browse: As, play: Play, company: Company) -> None:
    case_id = play.start("repair_quotation_payment", "analyst", **outlet.QUOTE, unit="HZ1")
    play.do("s020_price_quote", "analyst", lines=[{"kind": "labour", "code": "F-AUDIO", "quantity": 1}])
    (quotation,) = play.documents(case_id, "quotation")
    page = browse("agent").get(f"/inbox/tasks/{play.task('s060_send_quote').key}").text
    assert address(play.case(case_id), quotation) in page
    assert "print now" in page
    db.session.rollback()


@pytest.mark.parametrize(
    ("language", "said"), [("en", ("Applicant", "Service centre")), ("zh", ("申请人", "客户服务中心"))]
)
def test_what_no_template_names_is_called_as_the_forms_call_it(
    browse: As, case: Case, language: str, said: tuple[str, ...]
) -> None:
    document = written(case, "something_new", {"applicant": "centre", "made_up": "something said"})
    page = browse("agent").get(address(case, document), query_string={"lang": language}).text
    assert [one for one in (*said, "made up", "something said") if one not in page] == []
