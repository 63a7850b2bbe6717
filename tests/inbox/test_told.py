"""What people are told: being named, tasks that change hands, watched cases, messages of processes."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db
from app.desk.models import Case
from app.engine.models import CaseWatch
from app.people import notifications
from app.people.accounts import set_permissions
from app.people.notifications import Notification
from app.people.person import SYSTEM
from tests.company import Company
from tests.conftest import both_databases
from tests.inbox.conftest import As
from tests.inbox.scene import hand_in, quoted
from tests.inbox.test_acts import post
from tests.play import Play


def told(company: Company, username: str) -> list[str]:
    """Templates of what somebody was told, oldest first."""
    db.session.rollback()
    person = company.person(username)
    query = sa.select(Notification).where(Notification.user_id == person.id).order_by(Notification.id)
    return [one.template.removeprefix("notification.") for one in db.session.scalars(query)]


@both_databases
def test_whoever_is_named_and_may_see_the_case_is_told(browse: As, company: Company, slip: int) -> None:
    post(browse, "agent", f"/inbox/tasks/{slip}/comments", text="@colleague und @stranger: bitte ansehen. @colleague.")
    assert told(company, "colleague") == ["mentioned"]
    assert told(company, "stranger") == []
    page = browse("colleague").get("/inbox/notifications").get_data(as_text=True)
    assert "agent mentioned you: @colleague und @stranger" in page.replace("Agent", "agent")
    assert "not read" in page


def test_the_bell_of_every_page_counts_what_is_not_read_without_a_statement_more(
    browse: As, company: Company, slip: int, statements: list[str]
) -> None:
    client = browse("colleague")
    client.get("/cases")
    statements.clear()
    client.get("/cases")
    before = len(statements)
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "@colleague 请看")
    statements.clear()
    page = client.get("/cases").get_data(as_text=True)
    assert 'class="fl-bell__n">1<' in page
    assert len(statements) == before


def test_the_folders_that_are_asked_for_again_bring_the_bell_along(browse: As, company: Company, slip: int) -> None:
    client = browse("colleague")
    first = client.get("/inbox/folders")
    assert 'hx-swap-oob="true"' in first.get_data(as_text=True)
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "@colleague 请看")
    again = client.get("/inbox/folders", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, "fl-bell__n" in again.get_data(as_text=True)) == (200, True)


def test_opening_one_leads_to_the_task_and_notes_that_it_was_read(browse: As, company: Company, slip: int) -> None:
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "@colleague 请看")
    (one,) = notifications.notifications_of(company.person("colleague"))
    assert browse("agent").get(f"/inbox/notifications/{one.id}").status_code == 404
    answer = browse("colleague").get(f"/inbox/notifications/{one.id}")
    assert answer.headers["Location"] == f"/inbox?task={slip}"
    assert "fl-bell__n" not in browse("colleague").get("/inbox").get_data(as_text=True)


def test_looking_at_the_task_reads_what_leads_to_it(browse: As, company: Company, slip: int) -> None:
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "@colleague 请看")
    assert "fl-bell__n" not in browse("colleague").get(f"/inbox?task={slip}").get_data(as_text=True)
    (one,) = notifications.notifications_of(company.person("colleague"))
    assert one.read_at is not None


def test_whoever_does_not_work_on_tasks_has_no_bell(browse: As, company: Company) -> None:
    set_permissions(SYSTEM, company.person("director").id, ["supervisor"])
    page = browse("director").get("/cockpit", follow_redirects=True).get_data(as_text=True)
    assert 'id="bell"' not in page
    assert 'id="bell"' in browse("manager").get("/cockpit", follow_redirects=True).get_data(as_text=True)


def test_everything_is_marked_as_read_at_once(browse: As, company: Company, slip: int) -> None:
    for number in range(3):
        engine.add_comment(company.person("agent"), engine.Place(task_key=slip), f"@colleague {number}")
    page = post(browse, "colleague", "/inbox/notifications/read")
    assert "fl-bell__n" not in page
    assert page.count('id="told-') == 4


def test_pages_of_notifications_follow_each_other(
    browse: As, company: Company, slip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.inbox.told.PAGE", 2)
    for number in range(3):
        engine.add_comment(company.person("agent"), engine.Place(task_key=slip), f"@colleague Nr. {number}")
    first = browse("colleague").get("/inbox/notifications").get_data(as_text=True)
    assert ("Nr. 2" in first, "Nr. 0" in first, 'rel="next"' in first) == (True, False, True)
    oldest = notifications.notifications_of(company.person("colleague"))[1].id
    second = browse("colleague").get(f"/inbox/notifications?before={oldest}").get_data(as_text=True)
    assert ("Nr. 0" in second, 'rel="prev"' in second, 'rel="next"' in second) == (True, True, False)


def test_a_kind_that_is_switched_off_is_told_no_more(browse: As, company: Company, slip: int) -> None:
    wanted = [kind for kind in notifications.KINDS if kind != "mention"]
    post(browse, "colleague", "/inbox/notifications/kinds", kinds=wanted)
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "@colleague 请看")
    assert told(company, "colleague") == []
    assert browse("colleague").post("/inbox/notifications/kinds", data={"kinds": ["rumours"]}).status_code == 422


@pytest.mark.parametrize(("typed", "offered"), [("", True), ("coll", True), ("zzz", False)])
def test_only_people_who_may_see_the_case_are_offered(browse: As, slip: int, typed: str, offered: bool) -> None:
    found = {one["username"] for one in browse("agent").get(f"/inbox/tasks/{slip}/mentionable?q={typed}").get_json()}
    assert ("colleague" in found) is offered
    assert not found & {"stranger", "agent"}
    assert browse("stranger").get(f"/inbox/tasks/{slip}/mentionable?q=").status_code == 404


def test_a_case_page_offers_and_tells_as_a_task_does(browse: As, company: Company, play: Play) -> None:
    case_no = play.case(hand_in(play)).case_no
    found = browse("agent").get(f"/cases/{case_no}/mentionable?q=coll").get_json()
    assert [one["username"] for one in found] == ["colleague"]
    assert browse("stranger").get(f"/cases/{case_no}/mentionable?q=").status_code == 404
    browse("agent").post(f"/cases/{case_no}/comments", data={"text": "@colleague"})
    assert told(company, "colleague") == ["mentioned"]


def test_a_task_that_changes_hands_is_told_to_both_with_the_reason(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    post(browse, "supervisor", f"/inbox/tasks/{slip}/assign", assignee="colleague", reason="agent is ill")
    assert told(company, "colleague") == ["assigned_because"]
    assert told(company, "agent") == ["taken_away_because"]
    assert "took “Fill the slip, both sign” from you: agent is ill" in browse("agent").get(
        "/inbox/notifications"
    ).get_data(as_text=True)


def test_what_a_process_tells_its_people_stands_there_too(company: Company, play: Play) -> None:
    with company.app.test_request_context():
        quoted(play)
    told_by_processes = sa.select(sa.func.count()).where(Notification.kind == notifications.PROCESS)
    notices = sum(recipient.startswith(("user:", "role:")) for _template, recipient in play.notices(_only_case()))
    assert (db.session.execute(told_by_processes).scalar_one() > 0) is (notices > 0)


def _only_case() -> int:
    return db.session.scalars(sa.select(Case.id)).one()


@both_databases
def test_a_watched_case_shows_its_steps_and_tells_what_is_written(browse: As, company: Company, slip: int) -> None:
    client = browse("colleague")
    assert "Watching" in client.post(f"/inbox/tasks/{slip}/watch", data={"on": "1"}).get_data(as_text=True)
    engine.claim_task(company.person("agent"), slip)
    page = client.get("/inbox?view=watched").get_data(as_text=True)
    assert f'id="task-{slip}"' in page
    filtered = client.get("/inbox?view=watched&sort=-created").get_data(as_text=True)
    assert f'id="task-{slip}"' in filtered
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "Teil bestellt")
    assert told(company, "colleague") == ["commented"]
    client.post(f"/inbox/tasks/{slip}/watch", data={"on": "0"})
    assert "You watch no case" in client.get("/inbox?view=watched").get_data(as_text=True)


def test_a_case_is_watched_from_its_page_by_those_who_may_see_it(browse: As, play: Play) -> None:
    case_no = play.case(hand_in(play)).case_no
    assert "Watching" in post(browse, "agent", f"/cases/{case_no}/watch", on="1")
    assert browse("stranger").post(f"/cases/{case_no}/watch", data={"on": "1"}).status_code == 404
    assert db.session.scalars(sa.select(CaseWatch.username)).all() == ["agent"]
    assert "Watching" not in post(browse, "agent", f"/cases/{case_no}/watch", on="0")


def test_old_notifications_are_forgotten(company: Company, slip: int) -> None:
    engine.add_comment(company.person("agent"), engine.Place(task_key=slip), "@colleague")
    company.clock.advance(days=91)
    assert notifications.forget_old() == 1
    assert told(company, "colleague") == []
