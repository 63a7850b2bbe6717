"""The handbook of a process: what it says of steps, rules, forms, messages, timers and ends, in either language."""

import re

import pytest

from app.engine import File, deploy, lint
from app.i18n import in_language
from app.studio.handbook import Handbook, handbook
from app.studio.handbook.words import Words, moment
from tests.company import Company
from tests.engine.diagrams import bpmn
from tests.studio.conftest import Enter

PAGE = "/studio/process/outlet_intake_repair/v1/handbook"
PROCESS = "outlet_intake_repair"


def read(company: Company, language: str, process_id: str = PROCESS) -> Handbook:
    with in_language(language):
        return handbook(company.person("owner"), process_id, 1)


def plain(page: str) -> str:
    return " ".join(re.sub(r"<script.*?</script>|<[^>]*>", " ", page, flags=re.DOTALL).split())


def test_every_step_has_a_number_and_says_who_does_it_with_what(company: Company) -> None:
    book = read(company, "en")
    assert [step.number for step in book.steps] == [*range(1, len(book.steps) + 1)]
    slip = next(step for step in book.steps if step.id == "s020_fill_slip")
    assert (slip.name, slip.kind) == ("Fill the slip, both sign", "user task")
    assert slip.who == (Words("Repair receptionist of a unit"), Words('"repair_receptionist@" + case.unit', code=True))
    assert [(link.kind, book.title_of(link)) for link in slip.uses] == [("form", "Fill the slip, both sign")]


def test_what_follows_leads_past_gateways_that_only_bring_ways_together(company: Company) -> None:
    book = read(company, "en")
    names = {step.number: step.name for step in book.steps}
    ways = [way for step in book.steps for way in step.ways]
    assert all(names[way.number] == way.name for way in ways if way.number)
    assert all(way.number or way.ends for way in ways)
    assert {way.name for way in ways if way.ends} == {name for name, _ in book.ends}


def test_the_page_says_it_in_the_language_that_is_asked_for(enter: Enter) -> None:
    browser = enter("outlet_head", language="zh")
    chinese, english = plain(browser.get(PAGE).text), plain(browser.get(f"{PAGE}?lang=en").text)
    assert "流程手册 网点接收与维修流程" in chinese
    assert "办理人： 某单位的维修接待员" in chinese
    assert "Handbook Outlet intake and repair" in english
    assert "Done by Repair receptionist of a unit" in english
    for heading in ("Steps", "Rules", "Forms", "Called processes", "Messages", "Timers", "Ends"):
        assert f" {heading} " in english


@pytest.mark.parametrize(("language", "name"), [("zh", "填写送修单，双方签字"), ("en", "Fill the slip, both sign")])
def test_the_diagram_carries_the_names_of_the_language(company: Company, language: str, name: str) -> None:
    task = re.search(r'<userTask id="s020_fill_slip" name="([^"]*)"', read(company, language).drawing)
    assert task is not None
    assert task[1] == name


def test_rules_are_printed_with_what_it_means_that_they_fit(enter: Enter, company: Company) -> None:
    used = next(one for one in read(company, "en").tables if one.version.id == "warranty_eligibility")
    assert [name for _, name in used.steps]
    assert used.decisions[0].rules
    assert re.search("first rule that fits counts|Exactly one rule fits", enter("owner").get(f"{PAGE}?lang=en").text)


def test_fields_say_their_kind_choices_and_whether_they_are_required(company: Company) -> None:
    slip = next(one for one in read(company, "en").forms if one.version.id == "repair_slip")
    required = [row for row in slip.rows if row.required]
    assert required
    assert any(row.options for one in read(company, "en").forms for row in one.rows)
    assert not {row.kind for row in slip.rows} & {"", "button", "spacer"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('=due(now(), "2 wd")', Words("after 2 working days")),
        ("PT30M", Words("after 30 minutes")),
        ("P3D", Words("after 3 days")),
        ("=remind_at", Words("remind_at", code=True)),
        ("0 0 8 1 * *", Words("0 0 8 1 * *", code=True)),
    ],
)
def test_a_moment_is_said_in_words_where_that_is_certain(company: Company, written: str, said: Words) -> None:
    with in_language("en"):
        assert moment(written) == said


CIRCLE = """
<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="again"/>
<exclusiveGateway id="again"/><sequenceFlow id="f2" sourceRef="again" targetRef="work"/>
<userTask id="work" name="&lt;b&gt;活&lt;/b&gt;"><documentation>&lt;script&gt;alert(1)&lt;/script&gt;</documentation></userTask>
<sequenceFlow id="f3" sourceRef="work" targetRef="enough"/>
<exclusiveGateway id="enough" name="够了吗" default="f4"/>
<sequenceFlow id="f4" sourceRef="enough" targetRef="again"/>
<sequenceFlow id="f5" sourceRef="enough" targetRef="end"><conditionExpression>=done = true</conditionExpression></sequenceFlow>
<endEvent id="end"/>
"""


def test_circles_end_and_hostile_names_and_notes_are_text(enter: Enter, company: Company) -> None:
    file = File("circle.bpmn", bpmn("circle", CIRCLE))
    assert not lint([file]).errors
    deploy(company.person("owner"), [file])
    steps = read(company, "en", "circle").steps
    assert [(step.id, step.number) for step in steps] == [("work", 1), ("enough", 2)]
    assert [(way.condition, way.number) for way in steps[1].ways] == [
        (Words("otherwise"), 1),
        (Words("done = true", code=True), 0),
    ]
    page = enter("owner").get("/studio/process/circle/v1/handbook").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "<b>活</b>" not in page


def test_what_does_not_exist_has_no_handbook(enter: Enter) -> None:
    assert enter("owner").get("/studio/process/nothing/v1/handbook").status_code == 404
    assert enter("owner").get("/studio/process/outlet_intake_repair/v9/handbook").status_code == 404
