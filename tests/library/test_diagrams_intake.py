"""The diagrams, tables and forms of intake, field, complaint, system equipment and care keep the rules of the house."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from app import forms
from app.engine.gate import File, check
from app.kernel import Element, FlowModel, Lane, ProcessModel
from app.layout import check as drawing_defects
from app.layout import layout
from app.layout.check import count_crossings
from tests.library.files import ROOT, library_process, library_table
from tests.library.texts import PLACE, texts

AREAS = ("intake", "field", "complaint", "system", "care", "demand", "outlets", "planning")
DIAGRAMS = [path for area in AREAS for path in sorted((ROOT / "bpmn" / area).glob("*.bpmn"))]
TABLES = [path for area in AREAS for path in sorted((ROOT / "bpmn" / area).glob("*.dmn"))]
FORMS = [path for area in AREAS for path in sorted((ROOT / "forms" / area).glob("*.form"))]
PROCESSES = [path.stem for path in DIAGRAMS]
STEP = re.compile(r"s\d{3}[a-z]?_[a-z0-9_]+|end_[a-z0-9_]+")
ENDS = {
    "service_request_intake": {"routed", "merged", "cancelled"},
    "first_responder_escalation": {"transferred", "solved", "unsolved"},
    "major_issue_escalation": {"decided", "handled_below"},
    "return_visit": {"satisfied", "unreachable", "re_dispatch", "complaint"},
    "complaint_handling": {"answered", "merged", "withdrawn"},
    "complaint_service_tracking": {"satisfied", "unsatisfied", "unreachable"},
    "dispatch_handle_return_visit": {"completed", "not_completed", "refused"},
    "daily_field_service": {"closed", "closed_refused"},
    "one_stop_service": {"closed", "closed_no_contact"},
    "service_record_compliance": {"reviewed", "day_off"},
    "preventive_maintenance": {"nothing", "released", "done", "skipped"},
    "service_contract_management": {"rejected", "lapsed", "expired", "terminated"},
    "contract_expiry_scan": {"nothing", "told_all"},
    "event_triggered_opportunity": {"ignored", "added", "worked", "rejected", "reviewed"},
    "daily_tracking_selection": {"selected", "nobody", "day_off"},
    "complaint_kpi_monthly": {"filed", "all_filed"},
    "goods_exchange": {"exchanged", "refunded", "rejected", "to_repair"},
    "gsm_pre_atp_return": {"restocked", "exchanged", "returned_via_vendor", "use_normal_return"},
    "gsm_normal_return": {"solved_remote", "solved_onsite", "repaired", "refused"},
    "transmission_repair": {"cancelled", "shipped", "refunded"},
    "network_hotline_support": {"solved", "part_removed", "unsolved"},
    "installation_commissioning": {"installed", "not_installed", "cancelled"},
    "service_reminder": {"acknowledged", "obsolete", "cancelled"},
    "customer_care_program": {"done", "no_contact", "skipped"},
    "product_training": {"held", "refused"},
    "service_info_distribution": {"done"},
    "customer_inquiry_survey": {"done"},
    "demand_report_monthly": {"filed"},
    "outlet_construction": {"opened", "rejected"},
    "outlet_patrol": {"filed"},
    "service_plan_annual": {"executing"},
    "service_plan_monthly": {"approved", "unchanged"},
    "service_plan_weekly": {"executing"},
    "budget_kickoff": {"guideline"},
    "budget_approval_release": {"released", "changed"},
    "product_upgrade": {"declined", "upgraded", "not_possible"},
    "knowledge_capture": {"rejected", "published"},
    "daily_supervision_check": {"done", "clean"},
}
ONLY_THE_CLOCK = {"contract_expiry_scan", "daily_tracking_selection"}
"""What nobody works on: it looks around and begins other processes."""
NOT_IN_THE_LIBRARY_YET: set[str] = set()


def every_element() -> Iterator[Element]:
    for process in PROCESSES:
        yield from library_process(process).elements.values()


@pytest.fixture(params=PROCESSES)
def process(request: pytest.FixtureRequest) -> ProcessModel:
    return library_process(request.param)


def test_the_processes_are_there_with_the_ends_of_the_catalogue() -> None:
    assert set(PROCESSES) == set(ENDS)
    for name, ends in ENDS.items():
        assert ends <= {element.removeprefix("end_") for element in library_process(name).elements}


def test_the_deploy_gate_accepts_all_files_together() -> None:
    files = [File(str(path.relative_to(ROOT)), path.read_bytes()) for path in (*DIAGRAMS, *TABLES, *FORMS)]
    elsewhere = {path.stem for path in (ROOT / "bpmn").rglob("*.*mn")}
    found = check(files, lambda kind, identifier: identifier in elsewhere, both_languages=True).findings
    missing = {finding.params["id"] for finding in found if finding.code == "engine.called_process_missing"}
    assert missing <= NOT_IN_THE_LIBRARY_YET
    assert [finding for finding in found if finding.code != "engine.called_process_missing"] == []


def test_files_are_named_after_what_is_in_them() -> None:
    assert [path.stem for path in DIAGRAMS] == [library_process(path.stem).id for path in DIAGRAMS]
    for path in TABLES:
        assert [decision.id for decision in library_table(path.stem).decisions] == [path.stem]
    for path in FORMS:
        assert forms.parse_form(path.read_bytes()).id == path.stem


def test_element_ids_carry_the_step_number(process: ProcessModel) -> None:
    assert [element for element in process.elements if not STEP.fullmatch(element)] == []


def test_every_process_can_be_called(process: ProcessModel) -> None:
    assert next(start.id for start in process.starts if not start.triggers).startswith("s010_")


def test_everything_named_is_named_in_both_languages(process: ProcessModel) -> None:
    things: list[ProcessModel | Lane | Element | FlowModel] = [
        process,
        *process.lanes,
        *process.elements.values(),
        *process.flows.values(),
    ]
    named = [thing for thing in things if thing.name]
    # GSM is called GSM in both languages.
    assert [t.id for t in named if not t.name_en or (t.name_en == t.name and t.name != "GSM")] == []


def test_every_choice_and_each_way_out_of_it_has_a_name(process: ProcessModel) -> None:
    for element in process.elements.values():
        ways = [flow for flow in process.flows.values() if flow.source == element.id]
        if element.kind == "exclusiveGateway" and len(ways) > 1:
            assert element.name, element.id
            assert element.default_flow, element.id
            assert [flow.id for flow in ways if not flow.name] == []


def test_every_task_of_a_person_has_a_form_people_and_a_due_date(process: ProcessModel) -> None:
    tasks = [element for element in process.elements.values() if element.kind == "userTask"]
    assert tasks or process.id in ONLY_THE_CLOCK
    for task in tasks:
        assert task.form, task.id
        assert task.assignment.candidate_groups, task.id
        assert task.schedule.due_date, task.id


def test_forms_are_complete_and_all_of_them_are_used() -> None:
    used = {element.form.form_id for element in every_element() if element.form}
    recorded = {
        element.properties["record"].split(",")[1] for element in every_element() if "record" in element.properties
    }
    assert {path.stem for path in FORMS} == used | recorded
    for path in FORMS:
        assert forms.parse_form(path.read_bytes()).findings == ()


def test_every_message_a_running_case_waits_for_can_be_recorded_by_somebody(process: ProcessModel) -> None:
    for element in process.elements.values():
        hears = element.kind == "startEvent" and element.parent is not None
        if hears and any(trigger.kind == "message" for trigger in element.triggers):
            assert len(element.properties["record"].split(",")) == 2, element.id


def test_the_contract_of_every_service_task_is_written_down() -> None:
    references = (ROOT / "docs" / "reference").glob("service-tasks*.md")
    written = "".join(path.read_text(encoding="utf-8") for path in references)
    used = {element.job.type for element in every_element() if element.job}
    assert len(used) > 10
    assert [job for job in used if f"| `{job}` |" not in written] == []


def test_every_notice_has_a_text_in_both_languages_that_names_only_what_it_is_given() -> None:
    notices = [element for element in every_element() if element.job and element.job.type == "notice.send"]
    assert len(notices) >= 6
    for element in notices:
        params = next(line.source for line in element.inputs if line.target == "params")
        given = set(re.findall(r"(\w+):", params))
        for text in texts()[f"notice.{element.headers['template']}"].values():
            assert set(re.findall(PLACE, text)) <= given


def test_every_code_a_table_answers_with_has_a_text_in_both_languages() -> None:
    known = texts()
    for path in TABLES:
        tree = etree.parse(path)
        outputs = [output.get("name") for output in tree.iter("{*}output")]
        for rule in tree.iter("{*}rule"):
            entries = [entry.findtext("{*}text") or "" for entry in rule.iter("{*}outputEntry")]
            for output, entry in zip(outputs, entries, strict=True):
                for code in re.findall(r'"(\w+)"', entry) if entry.startswith('"') else []:
                    assert set(known[f"{path.stem}.{output}.{code}"]) == {"en", "zh"}


def test_texts_are_complete_and_differ_between_the_languages() -> None:
    assert [key for key, text in texts().items() if not (text.get("en") and text.get("zh"))] == []
    words = {key: re.sub(PLACE, "", text["zh"]) for key, text in texts().items()}
    assert [
        key for key, text in words.items() if re.search(r"\w", text) and not re.search(r"[\u3400-\u9fff]", text)
    ] == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=PROCESSES)
def test_people_can_read_the_drawing(path: Path) -> None:
    xml = path.read_bytes()
    defects = drawing_defects(xml)
    assert [defect for defect in defects if defect.hard] == []
    # A label that touches a line is a pity and not a defect; many of them would be.
    assert len(defects) <= 1
    crossings, flows = count_crossings(xml)
    assert crossings <= flows / 3


def test_the_drawing_is_the_one_the_program_makes() -> None:
    xml = (ROOT / "bpmn" / "field" / "return_visit.bpmn").read_bytes()
    assert layout(xml) == xml
