"""What one does with tasks: claim, hand back, assign, follow up, complete, record, many at once."""

import io
import typing as t

import pytest

from app import engine
from app.db import db
from app.engine.models import Attachment, MessageSubscription, UserTask
from tests.company import Company
from tests.inbox.conftest import As
from tests.inbox.scene import LIQUID, SLIP, hand_in, morning, quoted
from tests.play import Play


def task(key: int) -> UserTask:
    db.session.rollback()
    found = db.session.get(UserTask, key, populate_existing=True)
    assert found is not None
    return found


def filled(company: Company, key: int) -> dict[str, t.Any]:
    """A slip as its form opens, with the rest filled in."""
    return {**engine.open_form(company.person("agent"), key).data, **SLIP}


def post(browse: As, username: str, path: str, **data: t.Any) -> str:
    """Press a button; returns the page one lands on."""
    return browse(username).post(path, data=data, follow_redirects=True).get_data(as_text=True)


def test_claiming_and_handing_back_with_a_reason(browse: As, slip: int) -> None:
    assert "Claimed" in post(browse, "agent", f"/inbox/tasks/{slip}/claim")
    assert task(slip).assignee == "agent"
    page = post(browse, "agent", f"/inbox/tasks/{slip}/release", reason="lunch")
    assert "Handed back" in page
    assert "lunch" in page
    assert task(slip).assignee is None


def test_handing_back_without_a_reason_changes_nothing(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    page = post(browse, "agent", f"/inbox/tasks/{slip}/release", reason=" ")
    assert 'role="alert"' in page
    assert task(slip).assignee == "agent"


def test_the_second_to_claim_reads_who_was_first(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("colleague"), slip)
    assert "Colleague claimed it at 09:30" in post(browse, "agent", f"/inbox/tasks/{slip}/claim")
    assert task(slip).assignee == "colleague"


@pytest.mark.parametrize("username", ["stranger", "owner"])
def test_those_it_is_not_offered_to_cannot_claim(browse: As, slip: int, username: str) -> None:
    assert 'role="alert"' in post(browse, username, f"/inbox/tasks/{slip}/claim")
    assert task(slip).assignee is None


def test_take_next_claims_the_most_urgent_and_says_when_there_is_none(browse: As, play: Play, slip: int) -> None:
    play.wait(minutes=20)
    hand_in(play)
    page = post(browse, "agent", "/inbox/next")
    assert "Claimed: Fill the slip, both sign" in page
    assert task(slip).assignee == "agent"
    assert "Nothing is waiting to be claimed." in post(browse, "stranger", "/inbox/next")


def test_a_supervisor_assigns_to_a_candidate_and_to_nobody_else(browse: As, slip: int) -> None:
    choices = browse("supervisor").get(f"/inbox/people?chosen={slip}").get_data(as_text=True)
    assert 'value="colleague"' in choices
    assert 'value="analyst"' not in choices
    assert "Assigned to Colleague" in post(browse, "supervisor", f"/inbox/tasks/{slip}/assign", assignee="colleague")
    assert task(slip).assignee == "colleague"
    assert 'role="alert"' in post(browse, "supervisor", f"/inbox/tasks/{slip}/assign", assignee="analyst")
    assert task(slip).assignee == "colleague"


def test_a_task_put_off_comes_back_at_its_time(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    post(browse, "agent", f"/inbox/tasks/{slip}/follow-up", until="2024-06-04T09:00")
    rows = browse("agent").get("/inbox/rows?view=mine").get_data(as_text=True)
    assert f"task-{slip}" not in rows
    assert f"task-{slip}" in browse("agent").get("/inbox/rows?view=later").get_data(as_text=True)
    company.clock.advance(days=1)
    assert f"task-{slip}" in browse("agent").get("/inbox/rows?view=mine").get_data(as_text=True)


def test_completing_leads_on_and_names_whose_turn_it_is(browse: As, company: Company, play: Play, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    client = browse("agent")
    answer = client.post(f"/inbox/tasks/{slip}/complete", json={"data": filled(company, slip)})
    assert answer.status_code == 200
    play.settle()
    page = client.get(answer.json["location"]).get_data(as_text=True)
    assert "“Fill the slip, both sign” is done." in page
    assert 'rel="next"' not in page
    assert "fl-cond" not in page
    assert "Judge misuse" in page


def test_a_bad_form_is_refused_field_by_field_and_nothing_moves(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    answer = browse("agent").post(f"/inbox/tasks/{slip}/complete", json={"data": {"outer_condition": 7}})
    assert answer.status_code == 422
    assert "outer_condition" in answer.json["fields"]
    assert task(slip).state == "created"


@pytest.mark.parametrize("body", [None, [], {"data": "text"}, {}])
def test_a_body_that_is_no_form_is_refused(browse: As, slip: int, body: t.Any) -> None:
    assert browse("agent").post(f"/inbox/tasks/{slip}/complete", json=body).status_code == 400


def test_completing_too_late_names_who_was_first(browse: As, company: Company, slip: int) -> None:
    data = filled(company, slip)
    engine.complete_task(company.person("colleague"), slip, data)
    answer = browse("agent").post(f"/inbox/tasks/{slip}/complete", json={"data": data})
    assert (answer.status_code, "Colleague completed it" in answer.json["detail"]) == (409, True)


def test_a_draft_is_kept_for_its_writer_alone(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    client = browse("agent")
    assert client.put(f"/inbox/tasks/{slip}/draft", json={"data": {"scratches": "kratzer"}}).status_code == 200
    assert "kratzer" in client.get(f"/inbox/tasks/{slip}").get_data(as_text=True)
    assert "kratzer" not in browse("supervisor").get(f"/inbox/tasks/{slip}").get_data(as_text=True)


def test_the_verdict_answers_in_words_and_changes_nothing(browse: As, play: Play) -> None:
    judging = morning(play)
    question = {
        "component": "finding",
        "decision": "damage_classification",
        "inputs": {**LIQUID, "operation_error": False},
    }
    client = browse("agent")
    answer = client.post(f"/inbox/tasks/{judging}/verdict", json=question).json
    assert (answer["title"], answer["state"]) == ("Human damage: chargeable", "warn")
    assert "Traces of damage: Liquid" in [reason["text"] for reason in answer["reasons"]]
    chinese = browse("agent", language="zh").post(f"/inbox/tasks/{judging}/verdict", json=question).json
    assert chinese["reasons"][0]["text"] == "人为损坏：收费，须附照片"
    assert task(judging).state == "created"
    assert client.post(f"/inbox/tasks/{judging}/verdict", json={**question, "component": "no"}).status_code == 404
    assert browse("stranger").post(f"/inbox/tasks/{judging}/verdict", json=question).status_code == 404


def test_an_answer_is_recorded_and_the_case_goes_on(browse: As, play: Play) -> None:
    quoted(play)
    wait = db.session.query(MessageSubscription).filter_by(element_id="s070b_answered").one().key
    client = browse("agent")
    assert client.post(f"/inbox/answers/{wait}", json={"data": {}}).status_code == 422
    assert client.post(f"/inbox/answers/{wait}", json={"data": {"answer": "refused"}}).status_code == 200
    play.settle()
    assert play.task("s085_reassemble")
    assert client.post(f"/inbox/answers/{wait}", json={"data": {"answer": "refused"}}).status_code == 404


def test_files_are_attached_shown_and_kept_from_strangers(browse: As, company: Company, slip: int) -> None:
    png = b"\x89PNG\r\n\x1a\n0000"
    client = browse("agent")
    answer = client.post(f"/inbox/tasks/{slip}/documents", data={"file": (io.BytesIO(png), "../../x.png")})
    key = int(answer.json["documentId"])
    shown = client.get(f"/inbox/files/{key}")
    assert (shown.data, shown.mimetype, shown.headers["X-Content-Type-Options"]) == (png, "image/png", "nosniff")
    stored = db.session.get(Attachment, key)
    assert stored is not None
    assert stored.name == "x.png"
    page = client.post(f"/inbox/tasks/{slip}/files", data={"file": (io.BytesIO(b"<script>"), "page.html")}).get_data(
        as_text=True
    )
    assert "fl-err" in page
    assert browse("stranger").get(f"/inbox/files/{key}").status_code == 404
    removing = f"/inbox/tasks/{slip}/files/{key}/remove"
    assert removing not in browse("colleague").get(f"/inbox/tasks/{slip}").get_data(as_text=True)
    assert browse("colleague").post(removing).status_code == 403
    assert "No files yet" in client.post(removing).get_data(as_text=True)
    assert client.get(f"/inbox/files/{key}").status_code == 404


def test_an_empty_comment_is_refused_and_a_good_one_shown(browse: As, slip: int) -> None:
    client = browse("agent")
    assert "fl-err" in client.post(f"/inbox/tasks/{slip}/comments", data={"text": " "}).get_data(as_text=True)
    page = client.post(f"/inbox/tasks/{slip}/comments", data={"text": "<b>@colleague</b>"}).get_data(as_text=True)
    assert "&lt;b&gt;" in page


def test_many_are_claimed_with_a_result_each_and_undone(browse: As, company: Company, play: Play, slip: int) -> None:
    hand_in(play)
    other = db.session.query(UserTask).filter(UserTask.key != slip, UserTask.state == "created").one().key
    engine.claim_task(company.person("colleague"), other)
    client = browse("agent")
    page = client.post("/inbox/bulk", data={"chosen": [slip, other]}).get_data(as_text=True)
    assert "1 of 2 done" in page
    assert "Colleague claimed it at" in page
    assert task(slip).assignee == "agent"
    undone = client.post("/inbox/bulk/undo", data={"before": f"{slip}:assignee:"}).get_data(as_text=True)
    assert "1 of 1 undone" in undone
    assert task(slip).assignee is None


def test_many_are_assigned_by_a_supervisor(browse: As, play: Play, slip: int) -> None:
    hand_in(play)
    keys = [row.key for row in db.session.query(UserTask).filter_by(state="created")]
    page = (
        browse("supervisor")
        .post("/inbox/bulk", data={"chosen": keys, "act": "assign", "assignee": "agent"})
        .get_data(as_text=True)
    )
    assert "2 of 2 done" in page
    assert {task(key).assignee for key in keys} == {"agent"}


@pytest.mark.parametrize(
    "path",
    [
        "delegate",
        "give-back",
        "macros",
        "macros/1",
        "macros/1/remove",
        "watch",
        "comments",
        "follow-up",
        "assign",
        "claim",
    ],
)
@pytest.mark.parametrize("username", ["stranger", "owner"])
def test_nothing_is_done_to_a_task_by_those_it_does_not_concern(
    browse: As, company: Company, slip: int, username: str, path: str
) -> None:
    engine.claim_task(company.person("agent"), slip)
    before = vars(task(slip)).copy()
    data = {"assignee": username, "name": "x", "remark": "x", "text": "", "until": "2024-06-04T09:00", "on": "0"}
    answer = browse(username).post(f"/inbox/tasks/{slip}/{path}", data=data)
    assert answer.status_code < 500
    after = vars(task(slip))
    assert {name: before[name] for name in before if name[0] != "_"} == {
        name: after[name] for name in after if name[0] != "_"
    }
