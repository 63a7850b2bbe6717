"""The library: who sees it, what it lists and how one finds something in it."""

import re

import pytest

from app.engine import File
from app.studio import drafts, saving, versions
from tests.company import HANDSET_A, ROOT, Company
from tests.play import Play
from tests.studio.conftest import Enter

PAGES = (
    "/studio",
    "/studio/decisions",
    "/studio/forms",
    "/studio/service-tasks",
    "/studio/functions",
    "/studio/functions.json",
    "/studio/process/outlet_intake_repair",
    "/studio/process/outlet_intake_repair/versions",
    "/studio/process/outlet_intake_repair/v1",
    "/studio/process/outlet_intake_repair/v1/handbook",
    "/studio/decision/warranty_eligibility",
    "/studio/decision/warranty_eligibility/v1",
    "/studio/form/repair_slip",
    "/studio/form/repair_slip/v1",
    "/studio/decision/warranty_eligibility/v1/file",
    "/studio/element-templates",
    "/studio/library.zip",
)
WRITING = ("/studio/upload", "/studio/new/process?id=x_1&name=x")


@pytest.mark.parametrize(
    ("who", "reading", "writing"),
    [("owner", 200, 200), ("administrator", 200, 200), ("outlet_head", 200, 403), ("agent", 403, 403), ("stranger", 403, 403)],
)  # fmt: skip
def test_owners_edit_supervisors_read_and_staff_stay_out(enter: Enter, who: str, reading: int, writing: int) -> None:
    browser = enter(who)
    assert {path: browser.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, reading)
    assert {path: browser.get(path).status_code for path in WRITING} == dict.fromkeys(WRITING, writing)


def test_nobody_is_asked_to_sign_in(enter: Enter) -> None:
    browser = enter(None)
    for path in (*PAGES, *WRITING):
        answer = browser.get(path)
        assert (answer.status_code, "/sign-in" in answer.location) == (303, True), path


def test_the_library_lists_by_area_with_names_in_the_language_of_the_page(enter: Enter) -> None:
    chinese, english = enter("owner").get("/studio").text, enter("owner", language="en").get("/studio").text
    assert "网点接收与维修流程" in chinese
    assert "Outlet intake and repair" in english
    areas = ["受理与首问", "上门与回访", "投诉与跟踪", "维修", "财务"]
    places = [chinese.index(f'scope="colgroup">{area}<') for area in areas]
    assert places == sorted(places)


def test_a_form_is_called_as_the_step_that_shows_it(enter: Enter) -> None:
    page = enter("owner", language="en").get("/studio/forms?q=repair_slip").text
    assert 'href="/studio/form/repair_slip">Fill the slip, both sign<' in page


def test_running_instances_are_counted_that_the_reader_may_see(enter: Enter, play: Play) -> None:
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="x", channel="counter")
    row = r'outlet_intake_repair</span></div></td>\s*<td class="fl-td fl-td--num">(\d+)</td>'
    assert re.findall(row, enter("owner").get("/studio").text) == ["1"]
    assert re.findall(row, enter("outlet_head").get("/studio").text) == ["1"]
    assert re.findall(row, enter("production_head").get("/studio").text) == ["0"]


def test_searching_finds_by_id_name_note_and_step(enter: Enter, company: Company) -> None:
    browser = enter("owner")
    text = versions.source(versions.newest(company.person("owner"), "decision", "priority")).decode()
    changed = text.replace("<text>", "<text> ", 1)
    saving.save(company.person("owner"), "decision", "priority", changed, base=1, note="leap year")

    def found(words: str) -> list[str]:
        page = browser.get("/studio/decisions", query_string={"q": words}, headers={"HX-Request": "true"}).text
        return re.findall(r'<span class="fl-code">(\w+)</span>', page)

    assert found("leap year") == ["priority"]
    assert found("warranty_el") == found("保修判断") == ["warranty_eligibility"]
    assert found("no such thing") == []


def test_a_file_is_given_away_as_it_was_published(enter: Enter) -> None:
    answer = enter("owner").get("/studio/decision/warranty_eligibility/v1/file")
    assert answer.data == (ROOT / "bpmn" / "repair" / "warranty_eligibility.dmn").read_bytes()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="warranty_eligibility.v1.dmn"'


def test_the_whole_library_is_given_away_and_taken_back_without_a_new_version(enter: Enter, company: Company) -> None:
    answer = enter("outlet_head").get("/studio/library.zip")
    assert answer.mimetype == "application/zip"
    files = drafts.unpacked([File("library.zip", answer.data)], (".bpmn", ".dmn", ".form"))
    assert {"bpmn/repair/outlet_intake_repair.bpmn", "forms/repair/repair_slip.form"} <= {one.name for one in files}
    assert not saving.upload(company.person("owner"), files, note="back").changed


def test_what_does_not_exist_is_not_found(enter: Enter) -> None:
    browser = enter("owner")
    for path in ("process/nothing", "process/nothing/versions", "form/repair_slip/v9", "folder/repair_slip"):
        assert browser.get(f"/studio/{path}").status_code == 404, path
