"""The story of a case: everything on one page, for those who may see it, in few statements."""

import pytest

from app import i18n
from app.db import db, transaction
from app.desk import queries
from app.desk.models import Case
from app.desk.queries import timeline
from app.engine import add_comment
from app.engine.attachments import attach, get_attachment
from app.engine.places import Place
from app.errors import NotFound
from app.i18n import in_language
from tests.company import HANDSET_A, HANDSET_B, IMEI_A, PHONE, Company
from tests.conftest import both_databases
from tests.outlet import GENUINE, handed_in, judged, quoted, repaired
from tests.play import Play

MOST_STATEMENTS = 26


@pytest.fixture
def repaired_case(play: Play) -> int:
    """Handset A, repaired at the second attempt and waiting for its owner."""
    case_id = handed_in(play, HANDSET_A, "没有声音")
    judged(play, GENUINE)
    repaired(play, "LCD", passed=False)
    repaired(play, "SPK", passed=True)
    play.do("s130_hand_to_reception", "analyst")
    return case_id


@both_databases
def test_the_story_tells_parties_device_work_decisions_and_papers(
    company: Company, play: Play, repaired_case: int
) -> None:
    number = play.case(repaired_case).case_no
    story = queries.story(company.person("agent"), number.lower())
    assert story.case.customer is not None
    assert (story.case.customer.name, story.case.serial_no) == ("李娜", HANDSET_A)
    assert story.unit is not None
    assert (story.unit.code, story.warranty) == ("HZ1", queries_warranty(story))
    assert [task.element_id for task in story.open_tasks] == ["s150_give_to_customer"]
    assert [task.element_id for task in story.done_tasks][:3] == [
        "s020_fill_slip", "s030_judge_misuse", "s060_judge_warranty",
    ]  # fmt: skip
    assert [paper.kind for paper in story.documents] == ["repair_slip", "repair_list"]
    assert [(use.part_no, use.quantity, use.site["zh"]) for use in story.parts] == [
        ("LCD", 1, "HZ1"),
        ("SPK", 1, "HZ1"),
    ]
    warranty = next(one for one in story.decisions if one.decision_id == "warranty_eligibility")
    assert (warranty.version, warranty.value) == (1, {"in_warranty": True, "reason": "within_warranty"})
    assert warranty.names["en"]
    assert story.names["agent"] == {"zh": "agent", "en": "Agent"}
    assert story.incidents == ()


def queries_warranty(story: queries.Story) -> object:
    """Warranty until 2025-01-10, seen on 2024-06-03."""
    assert story.warranty is not None
    assert (story.warranty.end.isoformat(), story.warranty.days_left) == ("2025-01-10", 221)
    return story.warranty


def test_the_timeline_is_in_order_and_has_a_sentence_for_everything_in_both_languages(
    company: Company, play: Play
) -> None:
    case_id = handed_in(play, HANDSET_B, "没有声音")
    judged(play, GENUINE)
    quoted(play)
    play.answer("s070b_answered", "agent", answer="refused")
    play.do("s085_reassemble", "analyst")
    play.do("s090_return_unit", "agent", customer_signed=True, handed_over_on="2024-06-03")
    entries = queries.story_of(company.person("agent"), case_id).timeline
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    codes = {entry.code for entry in entries}
    assert {"opened", "task_done", "decided", "document", "resolved", "closed"} <= codes
    for language in i18n.LANGUAGES:
        with in_language(language):
            for entry in entries:
                assert not entry.sentence.startswith(timeline.PREFIX), entry
                assert "None" not in entry.sentence, entry.sentence
    with in_language("en"):
        said = [entry.sentence for entry in entries]
    assert "Quotation QT-20240603-0001: priced" in said
    assert "Solved: Returned unrepaired" in said


@both_databases
def test_a_story_costs_few_statements_however_long_it_is(
    company: Company, repaired_case: int, statements: list[str]
) -> None:
    person = company.person("agent")
    db.session.remove()
    statements.clear()
    assert queries.story_of(person, repaired_case).timeline
    assert len([one for one in statements if one != "COMMIT"]) <= MOST_STATEMENTS


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("agent", True), ("colleague", True), ("supervisor", True), ("owner", True), ("administrator", True),
        ("manager", True), ("stranger", False), ("purchasing_desk", False),
    ],
)  # fmt: skip
def test_a_case_is_seen_by_its_unit_those_above_and_those_who_oversee(
    company: Company, play: Play, repaired_case: int, who: str, sees: bool
) -> None:
    number = play.case(repaired_case).case_no
    person = company.person(who)
    assert [row.case_no for row in queries.search(person, HANDSET_A)] == ([number] if sees else [])
    if sees:
        assert queries.story(person, number).case.id == repaired_case
    else:
        with pytest.raises(NotFound):
            queries.story(person, number)


def test_whoever_has_a_task_in_a_case_sees_it_wherever_they_work(company: Company, play: Play) -> None:
    customer = company.customer("李娜")
    case_id = play.start("complaint_service_tracking", "follower", customer_id=customer.id, serial_no=HANDSET_A)
    play.wait(days=2)
    play.do("s020_contact", "follower", reached="yes", satisfied="no", score=2, feedback="外购件不好")
    desk = company.person("purchasing_desk")
    with pytest.raises(NotFound):
        queries.story_of(desk, case_id)
    play.do("s080_record_dissatisfaction", "follower", topics=["purchased_parts"], dissatisfaction="外购件不好")
    assert queries.story_of(desk, case_id).case.id == case_id
    play.do("s120_department_looks", "purchasing_desk", previous_handling="无", assessment="属实")
    assert [row.id for row in queries.search(desk, HANDSET_A)] == [case_id]


def test_whoever_sees_a_case_may_write_on_it_and_open_its_files_and_nobody_else(company: Company, play: Play) -> None:
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="quiet", unit="HZ1")
    with transaction() as session:
        session.get(Case, case_id).first_responder_id = company.person("stranger").id
    responder, outsider = company.person("stranger"), company.person("investigator")
    task = play.task("s020_fill_slip")
    stored = attach(company.person("agent"), Place(task_key=task.key), "slip.txt", b"signed")
    add_comment(responder, Place(case_id=case_id), "I answer for this one")
    assert get_attachment(responder, stored.key).name == "slip.txt"
    case_elsewhere = play.start("outlet_intake_repair", "stranger", fault_description="theirs", unit="NJ1")
    for act in (
        lambda: add_comment(outsider, Place(case_id=case_elsewhere), "not mine"),
        lambda: add_comment(outsider, Place(case_id=10**12), "nothing there"),
    ):
        with pytest.raises(NotFound):
            act()


@both_databases
@pytest.mark.parametrize(
    "text", [HANDSET_A, "ec900-a100", IMEI_A, PHONE, "+86 138 0571 0001", "李娜", "ro-20240603-0001", ""]
)
def test_a_case_is_found_by_everything_people_know_of_it(company: Company, play: Play, text: str) -> None:
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    found = queries.search(company.person("agent"), text)
    assert [(row.case_no, row.customer, row.serial_no, row.unit) for row in found] == [
        ("RO-20240603-0001", "李娜", HANDSET_A, "HZ1")
    ]
    assert queries.search(company.person("agent"), "没有此人") == []


def test_a_device_keeps_its_history_and_open_cases_can_be_told_apart(company: Company, play: Play) -> None:
    asset, person = company.asset(HANDSET_A), company.person("agent")
    first = handed_in(play, HANDSET_A, "没有声音")
    play.do("s030_judge_misuse", "agent", operation_error=True, evidence="none")
    play.do("s050_explain_use", "agent", explained="键盘锁")
    play.wait(days=1)
    second = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A)
    history = queries.cases_of(person, asset_id=asset.id)
    assert [(row.id, row.status, row.close_code) for row in history] == [
        (second, "new", None), (first, "closed", "guided"),
    ]  # fmt: skip
    assert [row.id for row in queries.search(person, HANDSET_A, open_only=True)] == [second]


def test_a_merged_number_leads_to_the_case_it_became_part_of(company: Company, play: Play) -> None:
    kept = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    play.start("service_request_intake", "caller", caller_number=PHONE)
    contact = play.variables("service_request_intake")["match"]["contact_id"]
    play.do("s050_confirm_data", "caller", contact_id=contact)
    play.do(
        "s090_record_request", "caller", channel="phone", severity="degraded", fault_description="又坏了",
        request_class="fault", merge_into="RO-20240603-0001",
    )  # fmt: skip
    person = company.person("supervisor")
    story = queries.story(person, "SR-20240603-0001")
    assert story.case.id == kept
    assert [case.case_no for case in story.merged] == ["SR-20240603-0001"]
    assert {instance.process_id for instance in story.instances} == {"outlet_intake_repair", "service_request_intake"}
    assert "s090_record_request" in {task.element_id for task in story.done_tasks}
    assert [row.case_no for row in queries.search(person, "SR-20240603-0001")][-1:] == ["RO-20240603-0001"]
    assert [row.id for row in queries.cases_of(person, asset_id=company.asset(HANDSET_A).id)] == [kept]


def test_a_case_nobody_knows_is_not_found(company: Company) -> None:
    with pytest.raises(NotFound):
        queries.story(company.person("agent"), "RO-19990101-0001")
