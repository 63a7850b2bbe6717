"""Saving goes through the gate: what is refused leaves nothing behind, and nobody overwrites anybody."""

import threading
import typing as t

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.db import db
from app.engine.models import Deployment
from app.errors import Conflict
from app.people.audit import AuditEntry
from app.studio import saving, versions
from app.studio.blanks import blank
from tests.company import Company
from tests.conftest import both_databases
from tests.studio.conftest import Enter, token, upload

TABLE = "/studio/decision/warranty_eligibility"


def source_of(company: Company, kind: t.Any, identifier: str) -> str:
    return versions.source(versions.newest(company.person("owner"), kind, identifier)).decode()


def deployments() -> int:
    db.session.rollback()
    return db.session.execute(sa.select(sa.func.count()).select_from(Deployment)).scalar_one()


def post(browser: FlaskClient, path: str, **body: t.Any) -> t.Any:
    return browser.post(path, json=body, headers={"X-CSRFToken": token(browser)})


def changed(company: Company) -> str:
    return source_of(company, "decision", "warranty_eligibility").replace("[0..90]", "[0..60]")


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("administrator", 200), ("outlet_head", 403), ("agent", 403), ("stranger", 403)],
)
def test_owners_and_administrators_publish_and_nobody_else(
    enter: Enter, company: Company, who: str, status: int
) -> None:
    before = deployments()
    browser = enter(who)
    assert post(browser, TABLE, source=changed(company), base=1, note="60 天").status_code == status
    assert post(browser, f"{TABLE}/check", source=changed(company)).status_code == status
    assert deployments() - before == (1 if status == 200 else 0)


def test_a_clean_file_becomes_a_new_version_with_who_and_why(enter: Enter, company: Company) -> None:
    answer = post(enter("owner"), TABLE, source=changed(company), base=1, note=" 返修期  60 天 ")
    assert answer.json["version"] == 2
    assert answer.json["message"] == "第 2 版已发布，新案件按它办。"
    newest, first = versions.history(company.person("owner"), "decision", "warranty_eligibility")
    assert (newest.number, newest.username, newest.note, newest.file) == (2, "owner", "返修期 60 天", first.file)
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.reason) == ("engine:deployment:created", "返修期 60 天")


def test_an_unchanged_file_makes_no_version(enter: Enter, company: Company) -> None:
    source = source_of(company, "decision", "warranty_eligibility")
    answer = post(enter("owner"), TABLE, source=source, base=1, note="nothing")
    assert (answer.status_code, answer.json["version"]) == (200, 1)


BROKEN = {
    "broken XML": "<definitions",
    "a DOCTYPE": '<!DOCTYPE x [<!ENTITY a "b">]><definitions/>',
    "nothing": "",
}


@pytest.mark.parametrize("kind", ["process", "decision", "form"])
@pytest.mark.parametrize("broken", BROKEN)
def test_what_cannot_be_read_is_refused_with_a_sentence(enter: Enter, kind: str, broken: str) -> None:
    before = deployments()
    name = {"process": "outlet_intake_repair", "decision": "warranty_eligibility", "form": "repair_slip"}[kind]
    answer = post(enter("owner"), f"/studio/{kind}/{name}", source=BROKEN[broken], base=1, note="x")
    assert answer.status_code == 422
    assert answer.json["findings"][0]["text"]
    assert "." not in answer.json["findings"][0]["text"][:20]  # a sentence, no bare code
    assert deployments() == before


def test_an_unsupported_element_is_named_in_the_language_of_the_page(enter: Enter, company: Company) -> None:
    source = blank(company.person("owner"), "process", "odd", name="怪", english="Odd").replace(
        '<bpmn:endEvent id="end_done">',
        '<bpmn:choreographyTask id="odd_one" name="随意" /><bpmn:endEvent id="end_done">',
    )
    for language, word in (("zh", "不"), ("en", "not")):
        answer = post(enter("owner", language=language), "/studio/process/odd/check", source=source)
        found = [one for one in answer.json["findings"] if one["element_id"] == "odd_one"]
        assert [one["severity"] for one in found] == ["error"]
        assert word in found[0]["text"]
    assert post(enter("owner"), "/studio/process/odd", source=source, base=0, note="x").status_code == 422


def test_a_name_without_english_is_a_reminder(enter: Enter, company: Company) -> None:
    source = blank(company.person("owner"), "process", "quiet", name="静", english="Quiet").replace(
        '<bpmn:endEvent id="end_done">', '<bpmn:endEvent id="end_done" name="完">'
    )
    answer = post(enter("owner"), "/studio/process/quiet", source=source, base=0, note="x")
    assert answer.status_code == 200
    assert [(one["severity"], one["element_id"]) for one in answer.json["findings"]] == [("warning", "end_done")]
    assert answer.json["location"] == "/studio/process/quiet"


def test_too_large_a_body_is_refused(enter: Enter) -> None:
    before = deployments()
    browser = enter("owner")
    answer = post(browser, TABLE, source="x" * 60_000_000, base=1, note="x")
    assert answer.status_code == 413
    assert answer.json["detail"]
    assert deployments() == before


@pytest.mark.parametrize("body", [[], {"base": 1}, {"source": 5}, {"source": "x", "base": "one"}])
def test_a_body_of_another_shape_is_no_crash(enter: Enter, body: t.Any) -> None:
    browser = enter("owner")
    answer = browser.post(TABLE, json=body, headers={"X-CSRFToken": token(browser)})
    assert answer.status_code == 400


def test_who_was_faster_is_named_with_what_to_do(enter: Enter, company: Company) -> None:
    saving.save(company.person("administrator"), "decision", "warranty_eligibility", changed(company), base=1, note="x")
    mine = changed(company).replace("[0..60]", "[0..30]")
    answer = post(enter("owner", language="en"), TABLE, source=mine, base=1, note="mine")
    assert answer.status_code == 409
    assert answer.json["detail"].startswith("Administrator published version 2 of “warranty_eligibility” today 09:30.")
    assert "download your file" in answer.json["detail"]
    assert versions.newest(company.person("owner"), "decision", "warranty_eligibility").number == 2


def test_a_new_file_does_not_take_the_id_of_one_that_exists(company: Company) -> None:
    source = blank(company.person("owner"), "decision", "warranty_eligibility", name="x", english="")
    with pytest.raises(Conflict):
        saving.save(company.person("owner"), "decision", "warranty_eligibility", source, base=0, note="x")


def test_a_file_that_lost_its_id_is_refused(enter: Enter, company: Company) -> None:
    source = changed(company).replace('decision id="warranty_eligibility"', 'decision id="warranty_other"')
    answer = post(enter("owner"), TABLE, source=source, base=1, note="x")
    assert (answer.status_code, answer.json["code"]) == (422, "studio.id_changed")
    assert "warranty_other" in answer.json["detail"]


@pytest.mark.parametrize(("note", "code"), [("  ", "note_missing"), ("x" * 401, "note_too_long")])
def test_every_version_says_why(enter: Enter, company: Company, note: str, code: str) -> None:
    answer = post(enter("owner"), TABLE, source=changed(company), base=1, note=note)
    assert (answer.status_code, answer.json["code"]) == (422, f"studio.{code}")
    assert answer.json["fields"]["note"]


@both_databases
def test_of_two_who_save_in_the_same_moment_one_wins(company: Company) -> None:
    sources = [changed(company).replace("[0..60]", f"[0..{days}]") for days in (61, 62)]
    outcomes: list[t.Any] = []

    def act(source: str) -> None:
        with company.app.test_request_context():
            try:
                outcomes.append(
                    saving.save(
                        company.person("owner"), "decision", "warranty_eligibility", source, base=1, note="x"
                    ).version
                )
            except Conflict as conflict:
                outcomes.append(conflict.code)
            db.session.remove()

    threads = [threading.Thread(target=act, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["2", "studio.saved_meanwhile"]


def test_uploaded_files_are_published_together(enter: Enter, company: Company) -> None:
    owner = company.person("owner")
    first = blank(owner, "process", "up_one", name="一", english="One").encode()
    second = changed(company).encode()
    answer = upload(enter("owner"), ("up_one.bpmn", first), ("warranty_eligibility.dmn", second))
    assert answer.status_code == 200
    assert versions.newest(owner, "process", "up_one").file == "bpmn/repair/up_one.bpmn"
    assert versions.newest(owner, "decision", "warranty_eligibility").number == 2


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("up.bpmn", b"<definitions")], "没有发布"),
        ([("up.exe", b"MZ")], "不是 .bpmn、.dmn 或 .form 文件"),
        ([], "选一个文件"),
    ],
)  # fmt: skip
def test_an_upload_that_does_not_pass_leaves_nothing(enter: Enter, files: list[tuple[str, bytes]], words: str) -> None:
    before = deployments()
    answer = upload(enter("owner"), *files)
    assert answer.status_code == 422
    assert words in answer.text
    assert deployments() == before


def test_an_upload_with_one_bad_file_publishes_none(enter: Enter, company: Company) -> None:
    good = blank(company.person("owner"), "process", "up_two", name="二", english="Two").encode()
    assert upload(enter("owner"), ("up_two.bpmn", good), ("bad.dmn", b"<x/>")).status_code == 422
    assert enter("owner").get("/studio/process/up_two").status_code == 404


def test_a_supervisor_cannot_upload(enter: Enter, company: Company) -> None:
    good = blank(company.person("owner"), "process", "up_three", name="三", english="Three").encode()
    assert upload(enter("outlet_head"), ("up_three.bpmn", good)).status_code == 403


@pytest.mark.parametrize("kind", ["process", "decision", "form"])
def test_a_new_file_begins_with_one_that_passes(company: Company, kind: t.Any) -> None:
    owner = company.person("owner")
    source = blank(owner, kind, "brand_new", name='"<新>"', english="New & old")
    assert saving.check(owner, kind, "brand_new", source) == []
    assert saving.save(owner, kind, "brand_new", source, base=0, note="first").version == 1


@pytest.mark.parametrize("identifier", ["", "A", "x", "1abc", "a-b", "a/b", "a" * 101])
def test_an_id_that_names_no_file_is_refused(enter: Enter, identifier: str) -> None:
    answer = enter("owner").get("/studio/new/process", query_string={"id": identifier, "name": "x"})
    assert answer.status_code == 422
    assert "以小写字母开头" in answer.text
