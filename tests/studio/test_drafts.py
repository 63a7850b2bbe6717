"""Drafts: any drawing is kept as it is, says what it needs, and is saved by one person at a time."""

import io
import zipfile

import pytest
import sqlalchemy as sa
from lxml import etree

from app import engine
from app.db import db
from app.engine import File
from app.engine.models import ProcessDefinition
from app.errors import Conflict, Invalid, NotFound
from app.people.audit import AuditEntry
from app.studio import draft_rows, drafts, fixes, publishing, report, sniffing, versions
from app.studio.blanks import blank
from app.studio.groups import GROUPS, group_of
from app.studio.models import FileDraftRevision
from tests.company import Company
from tests.conftest import both_databases
from tests.kernel.draw import HEAD, end, extension, flow, flows, node, start, user
from tests.kernel.test_texts import codes_in_the_source
from tests.studio.conftest import Enter, token, upload
from tests.studio.test_saving import post

CAMUNDA_7 = HEAD.replace("<definitions", '<definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn"')
TASK = user("a").replace("<userTask", '<userTask name="查一查" camunda:assignee="${who}" camunda:asyncBefore="true"')
BODY = start() + TASK + node("exclusiveGateway", "x") + node("task", "b") + end() + flows("s a x e;x b e")


def drawing(body: str = "", *, head: str = HEAD, process: str = '<process id="drawn" name="画的">') -> bytes:
    body = body or start() + node("task", "a") + node("exclusiveGateway", "x") + user("b") + end() + flows(
        "s a x e;x b e"
    )
    return f"{head}{process}{body}</process></definitions>".encode()


def keep(company: Company, content: bytes, name: str = "drawn.bpmn") -> int:
    (kept,) = drafts.keep(company.person("owner"), [File(name, content)])
    assert kept.key is not None, kept.report.rows
    return kept.key


def canonical(source: bytes) -> bytes:
    return etree.tostring(etree.fromstring(source), method="c14n")


def codes(found: report.Report) -> set[str]:
    return {row["code"] for row in found.rows}


def test_a_drawing_is_kept_byte_for_byte_and_what_it_needs_is_shown(enter: Enter, company: Company) -> None:
    content = drawing().replace(b"<process", b"<!-- from elsewhere -->\r\n<process")
    browser = enter("owner", language="en")
    answer = upload(browser, ("Our drawing.bpmn20.xml", content), act="keep")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    for words in ("Missing before it can run", "Mark executable", "needs a condition", "Let people do it until then"):
        assert words in page
    key = int(answer.location.rsplit("/", 1)[-1])
    assert drafts.find(company.person("owner"), key).content == content
    assert browser.get(f"/studio/drafts/{key}/file?revision=1").data == content
    assert (
        db.session.scalars(sa.select(ProcessDefinition.process_id).where(ProcessDefinition.process_id == "drawn")).all()
        == []
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.bpmn", drawing()),
        ("a.bpmn20.xml", drawing()),
        ("a.xml", b'<?xml version="1.0" encoding="GBK"?>' + drawing().decode().encode("gbk")),
        ("a.bpmn", drawing().decode().encode("utf-16")),
        ("a.bpmn", f"{HEAD}<collaboration id='c'><participant id='p'/></collaboration></definitions>".encode()),
        ("a.bpmn", f"{HEAD}<choreography id='c'/></definitions>".encode()),
        ("a.bpmn", drawing(start() + flow("ghost", "s") + flow("s", "ghost"))),
    ],
)
def test_whatever_is_bpmn_is_kept_and_can_be_opened(enter: Enter, company: Company, name: str, content: bytes) -> None:
    key = keep(company, content, name)
    assert enter("owner").get(f"/studio/drafts/{key}").status_code == 200
    text = drafts.find(company.person("owner"), key).text
    assert "definitions" in text
    assert 'encoding="GBK"' not in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.bpmn", b"<definitions", "ends too early"),
        ("a.bpmn", b"PK\x03\x04" + b"\0" * 40, "ZIP"),
        ("a.bpmn", b'<!DOCTYPE d [<!ENTITY a "b">]><d/>', "DOCTYPE"),
        ("a.bpmn", b"<html/>", "not a BPMN file"),
        ("a.exe", b"MZ", "well-formed"),
    ],
)
def test_what_is_no_drawing_is_not_kept_and_says_why(enter: Enter, name: str, content: bytes, words: str) -> None:
    answer = upload(enter("owner", language="en"), (name, content), act="keep")
    assert answer.status_code == 422
    assert "Nothing was kept." in answer.text
    assert words in answer.text
    assert db.session.scalars(sa.select(FileDraftRevision.revision)).all() == []


def test_an_archive_is_unpacked_and_every_file_is_judged(enter: Enter, company: Company) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bpmn/finance/one.bpmn", drawing())
        archive.writestr("two.bpmn", drawing())
        archive.writestr(
            "rule.dmn", versions.source(versions.newest(company.person("owner"), "decision", "warranty_eligibility"))
        )
        archive.writestr("broken.bpmn", b"<definitions")
        archive.writestr("readme.txt", b"hello")
    answer = upload(enter("owner"), ("library.zip", packed.getvalue()), act="keep")
    assert answer.status_code == 200
    assert "broken.bpmn" in answer.text
    kept = {line.name: (line.kind, line.area) for line in drafts.all_drafts(company.person("owner"))}
    assert kept == {
        "bpmn/finance/one.bpmn": ("process", "finance"),
        "two.bpmn": ("process", "repair"),
        "rule.dmn": ("decision", "repair"),
    }


def test_an_archive_can_be_published_at_once(enter: Enter, company: Company) -> None:
    packed = io.BytesIO()
    source = blank(company.person("owner"), "process", "packed", name="包", english="Packed")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bpmn/finance/packed.bpmn", source)
    assert upload(enter("owner"), ("library.zip", packed.getvalue()), act="publish").status_code == 200
    assert versions.newest(company.person("owner"), "process", "packed").file == "bpmn/finance/packed.bpmn"


@pytest.mark.parametrize("who", ["agent", "stranger", "outlet_head"])
def test_only_owners_see_and_change_drafts(enter: Enter, company: Company, who: str) -> None:
    key = keep(company, drawing())
    browser = enter(who)
    for path in ("", f"/{key}", f"/{key}/edit", f"/{key}/file"):
        assert browser.get(f"/studio/drafts{path}").status_code == 403
    assert upload(browser, ("a.bpmn", drawing()), act="keep").status_code == 403
    assert post(browser, f"/studio/drafts/{key}", source="x", base=1).status_code == 403
    assert drafts.find(company.person("owner"), key).revision == 1


def test_saving_keeps_a_broken_drawing_and_says_what_is_wrong(enter: Enter, company: Company) -> None:
    content = drawing()
    key = keep(company, content)
    answer = post(enter("owner"), f"/studio/drafts/{key}", source="<definitions", base=1)
    assert (answer.status_code, answer.json["version"]) == (200, 2)
    assert [row["code"] for row in answer.json["findings"]] == ["xml_cut_off"]
    assert enter("owner").get(f"/studio/drafts/{key}").status_code == 200
    assert enter("owner").get(f"/studio/drafts/{key}/edit").status_code == 200
    assert drafts.find(company.person("owner"), key, 1).content == content


def test_saving_what_has_not_changed_makes_no_revision(enter: Enter, company: Company) -> None:
    key = keep(company, drawing().decode().encode("utf-16"))
    text = drafts.find(company.person("owner"), key).text
    assert post(enter("owner"), f"/studio/drafts/{key}", source=text, base=1).json["version"] == 1


@both_databases
def test_who_saved_first_is_named_and_nothing_is_lost(enter: Enter, company: Company) -> None:
    key = keep(company, drawing())
    mine, theirs = drawing().decode().replace("画的", "甲"), drawing().decode().replace("画的", "乙")
    assert post(enter("administrator"), f"/studio/drafts/{key}", source=theirs, base=1).json["version"] == 2
    answer = post(enter("owner", language="en"), f"/studio/drafts/{key}", source=mine, base=1)
    assert answer.status_code == 409
    assert answer.json["detail"].startswith("Administrator saved “乙” today")
    assert drafts.find(company.person("owner"), key).text == theirs
    assert post(enter("owner"), f"/studio/drafts/{key}", source=mine, base=2).json["version"] == 3


def test_the_first_state_and_the_last_fifty_are_kept(company: Company) -> None:
    owner, key = company.person("owner"), keep(company, drawing())
    for number in range(1, draft_rows.KEPT + 4):
        drafts.save(owner, key, drawing().decode().replace("画的", str(number)), base=number)
    kept = db.session.scalars(sa.select(FileDraftRevision.revision).order_by(FileDraftRevision.revision)).all()
    assert (kept[0], len(kept), kept[-1]) == (1, draft_rows.KEPT + 1, draft_rows.KEPT + 4)


def test_a_draft_that_is_complete_is_published_and_gone(enter: Enter, company: Company) -> None:
    owner = company.person("owner")
    key = keep(company, blank(owner, "process", "ready", name="好", english="Ready").encode(), "Anything.bpmn")
    text = drafts.find(owner, key).text
    assert post(enter("owner"), f"/studio/drafts/{key}/publish", source=text, base=1, note="").status_code == 422
    answer = post(enter("owner"), f"/studio/drafts/{key}/publish", source=text, base=1, note="第一版")
    assert (answer.status_code, answer.json["location"]) == (200, "/studio/process/ready")
    assert versions.newest(owner, "process", "ready").note == "第一版"
    with pytest.raises(NotFound):
        drafts.find(owner, key)


def test_a_draft_that_lacks_something_is_not_published(enter: Enter, company: Company) -> None:
    key = keep(company, drawing())
    answer = post(enter("owner"), f"/studio/drafts/{key}/publish", source=drawing().decode(), base=1, note="x")
    assert answer.status_code == 422
    assert answer.json["findings"]
    assert drafts.find(company.person("owner"), key).revision == 1


def test_publishing_over_a_process_of_the_library_is_said_before(company: Company) -> None:
    content = drawing(process='<process id="outlet_intake_repair" name="画的">')
    (row,) = [one for one in report.report("process", "a.bpmn", content).rows if one["code"] == "replaces"]
    assert (row["severity"], row["element_id"]) == ("warning", "outlet_intake_repair")


def test_a_lane_that_stands_for_no_role_is_said(company: Company) -> None:
    lanes = '<laneSet id="ls"><lane id="sid-1" name="销售"><flowNodeRef>a</flowNodeRef></lane><lane id="Lane_repair_analyst" name="x"/></laneSet>'
    found = report.report("process", "a.bpmn", drawing(lanes + start() + user("a") + flows("s a")))
    assert [(one["element_id"]) for one in found.rows if one["code"] == "lane_without_role"] == ["sid-1"]


def test_names_in_one_language_are_one_reminder(company: Company) -> None:
    body = "".join(user(f"t{number}").replace("<userTask", f'<userTask name="步骤{number}"') for number in range(9))
    process = '<process id="drawn" isExecutable="true" name="画的">'
    found = report.report(
        "process",
        "a.bpmn",
        drawing(start() + body + flows("s " + " ".join(f"t{n}" for n in range(9))), process=process),
    )
    assert [one["code"] for one in found.rows if "language" in one["code"] or "english" in one["code"]] == [
        "one_language"
    ]


def test_marking_executable_and_leaving_the_rest_to_people_makes_it_run(enter: Enter, company: Company) -> None:
    owner, key = company.person("owner"), keep(company, drawing())
    browser = enter("owner")
    answer = browser.post(
        f"/studio/drafts/{key}/fix",
        data={"csrf_token": token(browser), "fix": "people", "element_id": "drawn", "base": "1"},
    )
    assert answer.status_code == 303
    fixed = drafts.find(owner, key)
    assert fixed.revision == 2
    found = report.report("process", "a.bpmn", fixed.content)
    assert found.to_correct == 0
    assert {row["code"] for row in found.rows if row["group"] == "open"} == {"by_hand", "chosen_by_hand"}
    publishing.ask(owner, key, base=2, note="先跑起来")
    assert engine.start_instance(owner, "drawn", {}).key


def test_a_fix_changes_one_thing_and_keeps_everything_else() -> None:
    source = drawing(BODY, head=CAMUNDA_7).replace(b"<process", b"<?pi x?><!-- c --><process")
    fixed = fixes.fix("settings", source, "")
    assert b"asyncBefore" not in fixed
    assert b'camunda:assignee="${who}"' in fixed
    assert b"<?pi x?><!-- c -->" in fixed
    marked = fixes.fix("executable", source, "drawn")
    assert canonical(marked.replace(b' isExecutable="true"', b"")) == canonical(source)
    people = fixes.fix("people", fixes.fix("people", source, "drawn"), "drawn")
    assert people.count(b"open_points") == 1


def test_settings_inside_elements_go_with_their_empty_holder() -> None:
    inside = extension("<camunda:failedJobRetryTimeCycle>R3/PT1M</camunda:failedJobRetryTimeCycle>")
    fixed = fixes.fix("settings", drawing(start() + user("a", inside) + flows("s a"), head=CAMUNDA_7), "")
    assert b"extensionElements" not in fixed


@pytest.mark.parametrize(("fix", "element"), [("people", "ghost"), ("executable", ""), ("everything", "drawn")])
def test_a_fix_that_cannot_be_done_is_said_and_nothing_changes(
    enter: Enter, company: Company, fix: str, element: str
) -> None:
    key = keep(company, drawing())
    with pytest.raises(Invalid):
        drafts.apply(company.person("owner"), key, fix, element, base=1)
    answer = post(enter("owner"), f"/studio/drafts/{key}/fixed", source=drawing().decode(), fix=fix, element_id=element)
    assert answer.status_code == 422
    assert drafts.find(company.person("owner"), key).revision == 1


def test_a_drawing_without_a_picture_is_laid_out_at_a_press(company: Company) -> None:
    key = keep(company, drawing())
    drafts.apply(company.person("owner"), key, "layout", "", base=1)
    assert not {"no_picture", "shape_missing"} & codes(
        report.report("process", "a.bpmn", drafts.find(company.person("owner"), key).content)
    )


def test_a_drawing_that_takes_too_long_to_lay_out_still_shows_what_it_needs(enter: Enter, company: Company) -> None:
    turn = company.app.extensions["studio_drawing"]
    key = keep(company, drawing())
    with turn:
        answer = enter("owner", language="en").get(f"/studio/drafts/{key}/edit")
    assert answer.status_code == 409
    assert "Another diagram is being drawn" in answer.text
    assert "Missing before it can run" in answer.text


def test_discarding_leaves_an_audit_line(enter: Enter, company: Company) -> None:
    key, browser = keep(company, drawing()), enter("owner")
    assert browser.post(f"/studio/drafts/{key}/discard", data={"csrf_token": token(browser)}).status_code == 303
    assert browser.get(f"/studio/drafts/{key}").status_code == 404
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.detail["title"]) == ("studio:draft:discarded", "画的")


def test_there_is_an_end_to_the_drafts(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "MOST", 1)
    keep(company, drawing())
    with pytest.raises(Conflict):
        keep(company, drawing())


def test_hostile_names_are_shown_as_text(enter: Enter, company: Company) -> None:
    name = "&lt;script&gt;alert(1)&lt;/script&gt;"
    key = keep(company, drawing(process=f'<process id="drawn" name="{name}">'), '<img src=x onerror="x">.bpmn')
    for path in (f"/{key}", ""):
        page = enter("owner").get(f"/studio/drafts{path}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_every_finding_of_the_kernel_belongs_to_a_group() -> None:
    assert {group_of(code.partition(".")[2], "error") for code in codes_in_the_source()} <= set(GROUPS)


@pytest.mark.parametrize(
    ("content", "start_of_text"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>\n<a n="\xe4"/>', '<?xml version="1.0" encoding="UTF-8"?>\n<a n="ä"/>'),
        ('<?xml version="1.0" encoding="gb2312"?><a n="㐀"/>'.encode("gb18030"), '<?xml version="1.0" encoding="UTF-8"?><a n="㐀"/>'),
        ('<a n="图"/>'.encode("utf-16-le"), '<a n="图"/>'),
        (b"\xef\xbb\xbf<a/>", "<a/>"),
    ],
)  # fmt: skip
def test_an_editor_is_given_utf_8_whatever_the_file_is(content: bytes, start_of_text: str) -> None:
    assert sniffing.as_text(content) == start_of_text
