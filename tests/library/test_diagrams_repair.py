"""The diagrams and forms of repair and finance keep the rules of the house."""

import re
from pathlib import Path

import pytest
from lxml import etree

from app import forms, kernel
from app.engine.gate import File, check
from app.layout import check as drawing_defects
from app.layout import layout
from app.layout.check import count_crossings
from tests.library.files import ROOT
from tests.library.texts import PLACE, texts

AREAS = ("repair", "finance", "parts", "factory")
DIAGRAMS = [file for area in AREAS for file in sorted((ROOT / "bpmn" / area).glob("*.bpmn"))]
TABLES = [file for area in AREAS for file in sorted((ROOT / "bpmn" / area).glob("*.dmn"))]
FORMS = [file for area in AREAS for file in sorted((ROOT / "forms" / area).glob("*.form"))]
STEP = re.compile(r"s\d{3}[a-z]?_[a-z0-9_]+|end_[a-z0-9_]+")


def name(path: Path) -> str:
    return path.stem


@pytest.fixture(params=DIAGRAMS, ids=name)
def diagram(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def model(diagram: Path) -> kernel.ProcessModel:
    parsed = kernel.parse(diagram.read_bytes())
    assert not parsed.findings
    return parsed.processes[0]


def test_there_is_something_to_check() -> None:
    assert {name(path) for path in DIAGRAMS} >= {
        "outlet_intake_repair", "repair_quotation_payment", "payment_collection",
    }  # fmt: skip
    assert len(TABLES) >= 5
    assert len(FORMS) >= 20


def test_the_deploy_gate_accepts_all_files_together() -> None:
    files = [File(str(path.relative_to(ROOT)), path.read_bytes()) for path in (*DIAGRAMS, *TABLES, *FORMS)]
    elsewhere = {path.stem for path in (ROOT / "bpmn").rglob("*.*mn")}
    found = check(files, lambda kind, identifier: identifier in elsewhere, both_languages=True).findings
    assert found == ()


def test_a_file_is_named_after_what_is_in_it(diagram: Path) -> None:
    assert model(diagram).id == diagram.stem


def test_element_ids_carry_the_step_number(diagram: Path) -> None:
    assert [element for element in model(diagram).elements if not STEP.fullmatch(element)] == []


def test_everything_named_is_named_in_both_languages(diagram: Path) -> None:
    process = model(diagram)
    things = [process, *process.lanes, *process.elements.values(), *process.flows.values()]
    named = [thing for thing in things if thing.name]
    assert len(named) > 10
    assert [thing.id for thing in named if not thing.name_en or thing.name_en == thing.name] == []


def test_every_choice_says_what_it_asks_and_every_way_out_what_it_means(diagram: Path) -> None:
    process = model(diagram)
    for element in process.elements.values():
        ways = [flow for flow in process.flows.values() if flow.source == element.id]
        if element.kind == "exclusiveGateway" and len(ways) > 1:
            assert element.name, element.id
            assert [flow.id for flow in ways if not flow.name] == []
            assert element.default_flow, element.id


def test_every_task_of_a_person_has_a_form_a_due_date_and_people(diagram: Path) -> None:
    tasks = [element for element in model(diagram).elements.values() if element.kind == "userTask"]
    assert tasks
    assert [task.id for task in tasks if task.form is None or not task.assignment.candidate_groups] == []
    # A customer collects the unit when he likes; the diagram reminds him by timers of its own.
    assert {task.id for task in tasks if not task.schedule.due_date} <= {"s150_give_to_customer"}


def test_every_answer_from_outside_can_be_recorded(diagram: Path) -> None:
    known = {path.stem for path in FORMS}
    for element in model(diagram).elements.values():
        waits = any(trigger.kind == "message" for trigger in element.triggers)
        if waits and element.kind in {"intermediateCatchEvent", "receiveTask"}:
            role, form = element.properties["record"].split(",")
            assert role in {"repair_receptionist", "finance_clerk", "material_dispatcher", "outlet_supervisor"}
            assert form in known


def test_the_drawing_is_clean_and_the_one_the_program_makes(diagram: Path) -> None:
    xml = diagram.read_bytes()
    assert drawing_defects(xml) == []
    assert layout(xml) == xml
    crossings, flows = count_crossings(xml)
    assert crossings <= flows / 4


@pytest.mark.parametrize("path", FORMS, ids=name)
def test_a_form_reads_in_both_languages(path: Path) -> None:
    form = forms.parse_form(path.read_bytes())
    assert form.id == path.stem
    assert form.findings == ()
    assert form.localised("en") != form.localised("zh")


def test_every_form_is_used() -> None:
    used = {element.form.form_id for path in DIAGRAMS for element in model(path).elements.values() if element.form}
    recorded = {
        element.properties["record"].split(",")[1]
        for path in DIAGRAMS
        for element in model(path).elements.values()
        if "record" in element.properties
    }
    assert {path.stem for path in FORMS} == used | recorded


def test_every_notice_has_a_text_in_both_languages_that_names_only_what_it_is_given() -> None:
    notices = 0
    for path in DIAGRAMS:
        for task in etree.parse(path).iter("{*}serviceTask"):
            if task.find(".//{*}taskDefinition").get("type") != "notice.send":
                continue
            notices += 1
            template = task.find(".//{*}header[@key='template']").get("value")
            given = set(re.findall(r"(\w+):", task.find(".//{*}input[@target='params']").get("source")))
            for language in ("en", "zh"):
                assert set(re.findall(PLACE, texts()[f"notice.{template}"][language])) <= given
    assert notices >= 5
