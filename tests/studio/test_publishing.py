"""Publishing: seen by a second person, effective now or at a moment, exactly once, and never broken."""

import dataclasses
import datetime as dt
import typing as t

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.errors import Conflict, Forbidden, Invalid
from app.people.notifications import Notification
from app.studio import blanks, drafts, publishing, saving, versions
from app.studio.models import FileDraft, FileDraftRevision
from tests.company import MONDAY, Company
from tests.conftest import both_databases
from tests.studio.conftest import Enter, token
from tests.studio.test_saving import changed, post, source_of

TABLE = "warranty_eligibility"
TONIGHT = MONDAY + dt.timedelta(hours=12)


def draft_of(company: Company, source: str = "", who: str = "owner") -> int:
    return drafts.begin(company.person(who), "decision", TABLE, source or changed(company), base=1)


def newest(company: Company) -> versions.Version:
    db.session.rollback()
    return versions.newest(company.person("owner"), "decision", TABLE)


def require_review(company: Company) -> None:
    settings = company.app.extensions["settings"]
    studio = dataclasses.replace(settings.studio, review="required")
    company.app.extensions["settings"] = dataclasses.replace(settings, studio=studio)


def ask(company: Company, key: int, **more: t.Any) -> publishing.Asked:
    owner = company.person("owner")
    return publishing.ask(owner, key, base=drafts.find(owner, key).revision, note="60 天", **more)


def told(company: Company, username: str) -> list[str]:
    query = sa.select(Notification.template).where(Notification.user_id == company.person(username).id)
    return [one for one in db.session.scalars(query) if "publication" in one]


def test_without_review_a_draft_is_in_force_at_once_and_gone(company: Company) -> None:
    key = draft_of(company)
    asked = ask(company, key)
    assert asked.saved is not None
    assert (asked.publication.state, asked.publication.version, newest(company).number) == ("published", 2, 2)
    assert (newest(company).username, newest(company).note) == ("owner", "60 天")
    assert db.session.get(FileDraft, key) is None


@both_databases
def test_a_second_person_approves_and_nobody_approves_his_own(company: Company) -> None:
    require_review(company)
    key = draft_of(company)
    waiting = ask(company, key).publication
    assert (waiting.state, newest(company).number) == ("review", 1)
    assert told(company, "administrator") == ["notification.publication_asked"]
    with pytest.raises(Forbidden, match=r"studio\.own_review"):
        publishing.approve(company.person("owner"), waiting.key)
    publishing.approve(company.person("administrator"), waiting.key, "checked")
    assert (newest(company).number, newest(company).username) == (2, "owner")
    assert told(company, "owner") == ["notification.publication_approved"]
    with pytest.raises(Conflict, match=r"studio\.publication_over"):
        publishing.approve(company.person("administrator"), waiting.key)


def test_with_review_nobody_goes_past_it(enter: Enter, company: Company) -> None:
    require_review(company)
    owner = company.person("owner")
    with pytest.raises(Forbidden, match=r"engine\.review_required"):
        saving.save(owner, "decision", TABLE, changed(company), base=1, note="past it")
    answer = post(enter("owner", language="en"), f"/studio/decision/{TABLE}", source=changed(company), base=1, note="x")
    assert (answer.status_code, answer.json["detail"][:38]) == (403, "Here a second person looks at every ch")
    page = enter("owner").get(f"/studio/decision/{TABLE}").text
    assert 'data-keeps="editor"' in page
    assert 'data-saves="editor"' not in page
    assert 'data-saves="editor"' in enter("administrator").get(f"/studio/decision/{TABLE}").text
    version = newest(company)
    with pytest.raises(Forbidden):
        engine.deploy(owner, [engine.File(version.file, changed(company).encode())])
    assert newest(company).number == 1


def test_what_is_sent_back_says_why_and_can_be_changed_and_sent_again(company: Company) -> None:
    require_review(company)
    key = draft_of(company)
    waiting = ask(company, key).publication
    with pytest.raises(Conflict, match=r"studio\.draft_waits"):
        drafts.save(company.person("owner"), key, "x", base=2)
    with pytest.raises(Invalid, match=r"studio\.reason_missing"):
        publishing.send_back(company.person("administrator"), waiting.key, "  ")
    publishing.send_back(company.person("administrator"), waiting.key, "30 days, please")
    assert told(company, "owner") == ["notification.publication_returned"]
    thirty = changed(company).replace("[0..60]", "[0..30]")
    drafts.save(company.person("owner"), key, thirty, base=2)
    assert ask(company, key).publication.state == "review"


@both_databases
def test_what_is_planned_takes_effect_once_when_its_time_has_come(company: Company) -> None:
    key = draft_of(company)
    planned = ask(company, key, at=TONIGHT).publication
    assert (planned.state, publishing.publish_due(), newest(company).number) == ("scheduled", 0, 1)
    company.clock.set(TONIGHT)
    assert [publishing.publish_due(), publishing.publish_due()] == [1, 0]
    assert newest(company).number == 2
    assert source_of(company, "decision", TABLE) == changed(company).replace("[0..90]", "[0..60]")


def test_a_plan_that_somebody_overtook_fails_in_words_and_leaves_the_draft(enter: Enter, company: Company) -> None:
    key = draft_of(company)
    ask(company, key, at=TONIGHT)
    other = source_of(company, "decision", TABLE).replace("[0..90]", "[0..30]")
    saving.save(company.person("administrator"), "decision", TABLE, other, base=1, note="30 天")
    company.clock.set(TONIGHT)
    assert publishing.publish_due() == 0
    failed = publishing.last_of(company.person("owner"), key)
    assert failed is not None
    assert (failed.state, newest(company).note) == ("failed", "30 天")
    assert told(company, "owner") == ["notification.publication_failed"]
    page = enter("owner", language="en").get(f"/studio/drafts/{key}").text
    assert "It did not take effect" in page
    assert "published version 2 of “warranty_eligibility”" in page
    assert "Go on from v2" in page
    with pytest.raises(Conflict, match=r"studio\.base_moved"):
        ask(company, key)
    drafts.rebase(company.person("owner"), key, base=2)
    assert ask(company, key).publication.state == "published"


def test_the_gate_runs_when_one_asks_and_again_when_it_takes_effect(company: Company) -> None:
    broken = draft_of(company, changed(company).replace("[0..60]", "[0..60"))
    with pytest.raises(Invalid, match=r"studio\.refused"):
        ask(company, broken, at=TONIGHT)
    key = draft_of(company)
    planned = ask(company, key, at=TONIGHT).publication
    state = db.session.get_one(FileDraftRevision, (key, planned.revision))
    with transaction():
        state.content = state.content.replace(b"[0..60]", b"[0..60")  # as if what it names had gone meanwhile
    company.clock.set(TONIGHT)
    assert (publishing.publish_due(), newest(company).number) == (0, 1)
    failed = publishing.last_of(company.person("owner"), key)
    assert failed is not None
    assert failed.failure is not None
    assert (failed.state, failed.failure["code"], len(failed.failure["findings"])) == ("failed", "studio.refused", 1)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"note": "x", "when": "later", "at": ""}, "Write when it shall take effect"),
        ({"note": "x", "when": "later", "at": "2024-06-02T08:00"}, "This moment is over"),
        ({"note": "x", "when": "later", "at": "2031-01-01T08:00"}, "within a year"),
        ({"note": "", "when": "now"}, "Say in a few words what changed"),
    ],
)
def test_a_wrong_wish_is_answered_on_the_page(enter: Enter, company: Company, form: dict[str, str], words: str) -> None:
    key, browser = draft_of(company), enter("owner", language="en")
    data = {"csrf_token": token(browser), "base": "2", **form}
    answer = browser.post(f"/studio/drafts/{key}/ask", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert newest(company).number == 1


@pytest.mark.parametrize("who", ["agent", "stranger", "outlet_head"])
def test_only_owners_ask_approve_and_take_back(enter: Enter, company: Company, who: str) -> None:
    require_review(company)
    key = draft_of(company)
    waiting = ask(company, key).publication
    browser = enter(who)
    data = {"csrf_token": token(browser), "base": "2", "reason": "x", "note": "x", "revision": "1"}
    paths = [f"publications/{waiting.key}/{act}" for act in ("approve", "return", "withdraw")]
    for path in [*paths, f"drafts/{key}/ask", f"drafts/{key}/restore", f"drafts/{key}/rebase"]:
        assert browser.post(f"/studio/{path}", data=data).status_code == 403, path
    assert browser.get(f"/studio/drafts/{key}/compare").status_code == 403
    assert post(browser, f"/studio/decision/{TABLE}/draft", source="x", base=1).status_code == 403
    assert publishing.last_of(company.person("owner"), key).state == "review"  # type: ignore[union-attr]


def test_an_earlier_state_is_restored_and_nothing_is_lost(enter: Enter, company: Company) -> None:
    owner, key = company.person("owner"), draft_of(company)
    browser = enter("owner", language="en")
    data = {"csrf_token": token(browser), "base": "2", "revision": "1"}
    assert browser.post(f"/studio/drafts/{key}/restore", data=data).status_code == 303
    assert drafts.find(owner, key).text == source_of(company, "decision", TABLE)
    assert [state.revision for state in drafts.states(owner, key)] == [3, 2, 1]
    page = browser.get(f"/studio/drafts/{key}").text
    assert "Saved states" in page
    assert "Publish…" in page


def test_what_the_editor_saves_by_itself_in_a_short_while_is_one_state(company: Company) -> None:
    owner, key = company.person("owner"), draft_of(company)
    for number in range(3):
        drafts.save(owner, key, f"<draft number='{number}'/>", base=2 + number, automatic=True)
    assert [(state.revision, state.automatic) for state in drafts.states(owner, key)] == [
        (5, True),
        (2, False),
        (1, False),
    ]
    company.clock.advance(minutes=11)
    drafts.save(owner, key, "<draft/>", base=5, automatic=True)
    assert [state.revision for state in drafts.states(owner, key)] == [6, 5, 2, 1]


def test_with_review_a_new_file_begins_as_a_draft_and_goes_the_same_way(enter: Enter, company: Company) -> None:
    require_review(company)
    owner = company.person("owner")
    source = blanks.blank(owner, "process", "loan_device", name="借用设备", english="Loan a device")
    kept = post(enter("owner"), "/studio/process/loan_device/draft?area=repair", source=source, base=0)
    key = int(kept.json["location"].split("/")[-2])
    draft = drafts.find(owner, key)
    assert (draft.text, draft.name) == (source, "bpmn/loan_device.bpmn")
    waiting = publishing.ask(owner, key, base=draft.revision, note="new").publication
    publishing.approve(company.person("administrator"), waiting.key)
    db.session.rollback()
    assert versions.newest(owner, "process", "loan_device").file == "bpmn/repair/loan_device.bpmn"
