"""The list and the task pane, as each of the cast sees them."""

import datetime as dt
import re

import pytest

from app import engine
from app.people.absence import set_absence
from tests.company import HANDSET_B, Company
from tests.conftest import both_databases
from tests.inbox.conftest import As
from tests.inbox.scene import hand_in, morning, quoted
from tests.play import Play


def rows_in(page: str) -> list[int]:
    """Keys of the tasks listed, in order."""
    return [int(key) for key in re.findall(r'<div class="fl-rowbox" id="task-(\d+)"', page)]


def text_of(browse: As, username: str, path: str, language: str = "en") -> str:
    answer = browse(username, language).get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("username", "offered"),
    [("agent", True), ("colleague", True), ("supervisor", True), ("owner", False), ("stranger", False)],
)
def test_unclaimed_work_is_shown_to_those_it_is_offered_to(browse: As, slip: int, username: str, offered: bool) -> None:
    assert (slip in rows_in(text_of(browse, username, "/inbox?view=unclaimed"))) is offered


def test_nobody_is_shown_a_task_of_a_unit_that_is_not_theirs(browse: As, slip: int) -> None:
    page = text_of(browse, "stranger", f"/inbox?task={slip}")
    assert "李娜" not in page
    assert browse("stranger").get(f"/inbox/tasks/{slip}").status_code == 404
    assert browse("stranger").get(f"/inbox/tasks/{slip}/where").status_code == 404


def test_visitors_are_sent_to_the_sign_in_page(company: Company) -> None:
    answer = company.app.test_client().get("/inbox", headers={"Accept": "text/html"})
    assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (303, True)


def test_staff_are_led_from_the_first_address_to_the_inbox(browse: As) -> None:
    assert browse("agent").get("/").headers["Location"].endswith("/inbox")


def test_a_row_says_case_customer_device_and_why_it_is_late(browse: As, play: Play) -> None:
    judging = morning(play)
    page = text_of(browse, "agent", "/inbox")
    assert rows_in(page)[1:] == [judging]
    for words in ("赵敏", "MT-V70 · ", "RO-20240603-0002", "20 min over", "2 working hours given, due today 11:30"):
        assert words in page
    assert "限 2 工时，今天 11:30 到期" in text_of(browse, "agent", "/inbox", "zh")


@both_databases
def test_folders_count_what_they_hold(browse: As, play: Play) -> None:
    morning(play)
    page = text_of(browse, "agent", "/inbox/folders")
    counts = dict(re.findall(r'id="folder-(\w+)".*?fl-view__n[^>]*>([^<]+)<', page))
    assert counts == {
        "mine": "2",
        "today": "2",
        "soon": "4",
        "later": "0",
        "delegated": "0",
        "watched": "0",
        "team": "4",
        "unclaimed": "2",
        "answers": "1",
    }
    for folder, count in counts.items():
        if folder != "answers":
            assert len(rows_in(text_of(browse, "agent", f"/inbox?view={folder}"))) == int(count), folder


@both_databases
def test_filters_and_orders_stand_in_the_address(browse: As, play: Play) -> None:
    morning(play)
    found = text_of(browse, "agent", "/inbox?view=team&customer=赵敏&sort=-created")
    keys = rows_in(found)
    assert keys == sorted(keys, reverse=True)
    assert len(keys) == 2
    assert "赵敏" in found
    assert len(rows_in(text_of(browse, "agent", f"/inbox?view=team&serial={HANDSET_B}"))) == 2
    assert len(rows_in(text_of(browse, "agent", "/inbox?view=team&due=overdue"))) == 2
    assert len(rows_in(text_of(browse, "agent", "/inbox?view=team&unit=ZJ&process=outlet_intake_repair"))) == 4
    assert len(rows_in(text_of(browse, "agent", "/inbox?view=team&step=s030_judge_misuse"))) == 1
    assert rows_in(text_of(browse, "agent", "/inbox?view=team&case=%25")) == []
    several = rows_in(text_of(browse, "agent", "/inbox?view=team&sort=customer,-case"))
    assert len(several) == 4


@both_databases
@pytest.mark.parametrize("sort", ["", "-created", "customer,-priority"])
def test_pages_follow_each_other_without_gap_or_double(
    browse: As, play: Play, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    morning(play)
    monkeypatch.setattr("app.inbox.queries.PAGE", 3)
    first = text_of(browse, "agent", f"/inbox?view=team&sort={sort}")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first)
    second = text_of(browse, "agent", following.replace("&amp;", "&"))
    assert len(rows_in(first)) == 3
    assert "No task is open" in first
    assert len({*rows_in(first), *rows_in(second)}) == 4


@both_databases
def test_the_filter_offers_the_steps_that_are_open(browse: As, play: Play) -> None:
    morning(play)
    page = text_of(browse, "agent", "/inbox/filter?view=team&step=s030_judge_misuse")
    assert '<option value="s030_judge_misuse" selected>Judge misuse</option>' in page
    assert "Outlet intake and repair" in page
    chips = text_of(browse, "agent", "/inbox?view=team&step=s030_judge_misuse&process=outlet_intake_repair")
    assert '<span class="fl-cond__p fl-cond__v">Judge misuse</span>' in chips


def test_a_broken_cursor_is_refused(browse: As) -> None:
    assert browse("agent").get("/inbox?after=nonsense").status_code == 400
    assert browse("agent").get("/inbox?after=nonsense&sort=case").status_code == 400


def test_the_list_is_not_sent_again_while_nothing_has_changed(browse: As, company: Company, slip: int) -> None:
    client = browse("agent")
    first = client.get("/inbox/rows?view=team")
    same = client.get("/inbox/rows?view=team", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    engine.claim_task(company.person("colleague"), slip)
    changed = client.get("/inbox/rows?view=team", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_page_costs_the_same_number_of_statements_however_many_rows_it_has(
    browse: As, play: Play, statements: list[str]
) -> None:
    client = browse("agent")
    hand_in(play)
    client.get("/inbox/rows?view=team")
    statements.clear()
    client.get("/inbox/rows?view=team")
    with_one = len(statements)
    for _number in range(5):
        hand_in(play, HANDSET_B)
    client.get("/inbox/rows?view=team")
    statements.clear()
    page = client.get("/inbox/rows?view=team").get_data(as_text=True)
    assert len(rows_in(page)) == 6
    assert len(statements) <= with_one


@pytest.mark.parametrize("query", ["sort=-created", "process=outlet_intake_repair"])
def test_a_list_filtered_or_in_another_order_costs_no_more_statements_than_any(
    browse: As, play: Play, statements: list[str], query: str
) -> None:
    client = browse("agent")
    hand_in(play)
    taken = []
    for address in ("/inbox/rows?view=team", f"/inbox/rows?view=team&{query}"):
        client.get(address)
        statements.clear()
        client.get(address)
        taken.append(len(statements))
    assert taken[1] == taken[0], "nothing is counted that no page shows"


def test_the_pane_shows_form_verdict_customer_and_what_comes_next(browse: As, play: Play) -> None:
    judging = morning(play)
    page = text_of(browse, "agent", f"/inbox/tasks/{judging}")
    for words in ("Judge misuse", "Out of warranty", "13905710002", "The fault can be reproduced", "What comes next"):
        assert words in page, words
    assert "客户下午来取" in page


def test_the_work_of_somebody_absent_is_marked_as_theirs(browse: As, company: Company, slip: int) -> None:
    engine.claim_task(company.person("agent"), slip)
    agent, now = company.person("agent"), company.clock.now()
    until = now + dt.timedelta(days=2)
    set_absence(agent, agent.id, substitute_id=company.person("colleague").id, starts_at=now, ends_at=until)
    page = text_of(browse, "colleague", "/inbox?view=for-agent")
    assert rows_in(page) == [slip]
    assert "For Agent" in page
    assert "You do this for Agent, who is away." in text_of(browse, "colleague", f"/inbox/tasks/{slip}")


def test_an_answer_from_outside_is_listed_for_the_role_that_records_it(browse: As, play: Play) -> None:
    quoted(play)
    assert "waiting" in text_of(browse, "agent", "/inbox?view=answers")
    assert "No answer is outstanding" in text_of(browse, "analyst", "/inbox?view=answers")


def test_beside_the_assignment_of_a_visit_stands_who_could_go_and_why(browse: As, play: Play) -> None:
    play.start("dispatch_handle_return_visit", "dispatcher", serial_no=HANDSET_B, unit="HZ1")
    order = {"service_type": "on_site", "content": "屏幕有竖线", "planned_on": "2024-06-03", "address": "滨江路8号"}
    play.do("s020_fill_order", "dispatcher", **order)
    task = play.task("s040_assign").key
    page = text_of(browse, "dispatcher", f"/inbox/tasks/{task}")
    assert "Who could go" in page
    assert "Service person" in page
    assert "free that day" in page
    assert "那天空着" in text_of(browse, "dispatcher", f"/inbox/tasks/{task}", "zh")
