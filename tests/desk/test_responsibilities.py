"""Who answers for a case sees it wherever the work is; supervisors see what does not move."""

import datetime as dt

import pytest

from app.db import db, transaction
from app.desk.models import Case, Customer, Document
from app.desk.queries import responsibilities as mine
from app.desk.queries import stuck
from app.engine.models import OutsideWait, UserTask
from app.errors import Forbidden, NotFound
from app.people.absence import set_absence
from app.people.models import User
from tests.company import HANDSET_A, MONDAY, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.play import Play


@pytest.fixture
def handed_in(play: Play) -> Case:
    """A handset at the counter of HZ1, received by agent."""
    return play.case(hand_in(play))


def hand_in(play: Play, by: str = "agent") -> int:
    return play.start("outlet_intake_repair", by, serial_no=HANDSET_A, fault_description="没有声音", channel="counter")


def numbers(company: Company, username: str, show: str = "") -> list[str]:
    return [row.case_no for row in mine.responsibilities(company.person(username), show).rows]


@both_databases
def test_the_first_responder_keeps_the_case_while_others_work_on_it(company: Company, play: Play) -> None:
    case = play.case(hand_in(play))
    with transaction():
        task = db.session.query(UserTask).filter_by(case_id=case.id, state="created").one()
        task.assignee = "colleague"
    (row,) = mine.responsibilities(company.person("agent")).rows
    assert (row.case_no, row.first, row.absent, [one.who for one in row.holders]) == (
        case.case_no, True, "", [db.session.query(User).filter_by(username="colleague").one().names["zh"]],
    )  # fmt: skip
    assert numbers(company, "colleague") == numbers(company, "stranger") == []


@both_databases
def test_a_page_is_one_statement_and_resumes_behind_its_last_row(
    company: Company, play: Play, statements: list[str]
) -> None:
    cases = [hand_in(play) for _ in range(3)]
    with transaction():
        db.session.get(Case, cases[0]).resolve_due = MONDAY + dt.timedelta(days=3)
        db.session.get(Case, cases[2]).resolve_due = MONDAY + dt.timedelta(days=1)
    agent = company.person("agent")
    mine.responsibilities(agent)
    statements.clear()
    first = mine.responsibilities(agent, limit=2)
    assert len([one for one in statements if "FROM absence" not in one]) == 1
    rest = mine.responsibilities(agent, after=first.after or "", limit=2)
    numbered = [db.session.get(Case, key).case_no for key in (cases[2], cases[0], cases[1])]
    assert [row.case_no for row in (*first.rows, *rest.rows)] == numbered
    assert rest.after is None


def test_what_is_late_is_told_from_what_waits_outside(company: Company, play: Play, handed_in: Case) -> None:
    with transaction() as session:
        session.get(Case, handed_in.id).resolve_due = MONDAY + dt.timedelta(hours=1)
        session.query(UserTask).filter_by(case_id=handed_in.id).update(
            {"due_sort": dt.datetime(2030, 1, 1, tzinfo=dt.UTC), "due_at": None}
        )
    company.clock.advance(hours=2)
    assert numbers(company, "agent", "late") == [handed_in.case_no]
    with transaction() as session:
        task = session.query(UserTask).filter_by(case_id=handed_in.id).one()
        session.add(
            OutsideWait(
                key=1, instance_key=task.instance_key, case_id=handed_in.id, token=1, wait=0, element_id="s070b_answered",
                names={"zh": "用户答复"}, waits_for="customer", since=MONDAY, until=None,
            )
        )  # fmt: skip
    assert numbers(company, "agent", "late") == []
    assert numbers(company, "agent", "waiting") == [handed_in.case_no]
    (row,) = mine.responsibilities(company.person("agent")).rows
    assert row.waits_for == ("customer", MONDAY)
    assert (row.times.total, row.times.own) == (dt.timedelta(hours=2), dt.timedelta())


def test_a_substitute_answers_for_the_cases_of_who_is_away(company: Company, handed_in: Case) -> None:
    agent, colleague = company.person("agent"), company.person("colleague")
    set_absence(agent, agent.id, substitute_id=colleague.id, starts_at=MONDAY, ends_at=MONDAY + dt.timedelta(days=5))
    (row,) = mine.responsibilities(colleague).rows
    assert (row.case_no, row.absent) == (handed_in.case_no, agent.name)


@pytest.mark.parametrize(
    ("username", "sees"),
    [("agent", True), ("colleague", False), ("supervisor", False), ("owner", False), ("stranger", False)],
)
def test_the_page_shows_everybody_their_own(browse: As, handed_in: Case, username: str, sees: bool) -> None:
    page = browse(username).get("/cases/mine")
    assert page.status_code == 200
    assert (handed_in.case_no in page.text) is sees
    assert ("You answer for no open case" in page.text) is not sees


def test_the_page_reads_in_chinese(browse: As, handed_in: Case) -> None:
    page = browse("agent", "zh").get("/cases/mine").text
    assert "现在谁手里" in page
    assert "首问负责人" in page


@both_databases
def test_what_does_not_move_is_listed_kind_by_kind(company: Company, play: Play) -> None:
    case = play.case(hand_in(play))
    lead = company.person("supervisor")
    assert [stuck.stuck_page(lead, kind).rows for kind in stuck.KINDS] == [[]] * len(stuck.KINDS)
    company.clock.advance(days=12)
    with transaction() as session:
        session.get(Case, case.id).first_responder_id = session.get(Case, case.id).accountable_user_id = None
        session.query(Customer).filter_by(id=case.customer_id).update({"phone": None})
    found = {kind: stuck.stuck_page(lead, kind).rows for kind in stuck.KINDS}
    assert {kind: [item.case_no for item in rows] for kind, rows in found.items() if kind != "incomplete"} == {
        "overdue": [case.case_no], "idle": [case.case_no], "unaccountable": [case.case_no], "unrecorded": [],
    }  # fmt: skip
    (task,) = found["overdue"]
    assert (task.element_id, task.unit, task.since) == (
        play.task(task.element_id or "").element_id,
        "HZ1",
        play.task("s020_fill_slip").due_at,
    )
    assert {item.kind for item in stuck.stuck_items(None, processes=["outlet_intake_repair"])} >= {"overdue", "idle"}
    assert stuck.stuck_items(None, processes=["goods_exchange"]) == []
    assert stuck.stuck_items([]) == []


@both_databases
@pytest.mark.parametrize(
    ("state", "content", "days", "listed"),
    [
        ("appointed", {"appointment_at": "2024-06-04T10:00:00+08:00", "planned_on": "2024-06-03"}, 1, False),
        ("appointed", {"appointment_at": "2024-06-04T10:00:00+08:00", "planned_on": "2024-06-03"}, 2, True),
        ("assigned", {"appointment_at": "", "planned_on": "2024-06-03"}, 1, True),
        ("assigned", {}, 30, False),
        ("served", {"planned_on": "2024-06-03"}, 1, False),
    ],
)
def test_a_visit_whose_day_has_passed_without_a_record_is_stuck(
    company: Company, play: Play, state: str, content: dict[str, str], days: int, listed: bool
) -> None:
    case, lead = play.case(hand_in(play)), company.person("supervisor")
    values = {"document_no": "DO-1", "case_id": case.id, "created_at": MONDAY, "changed_at": MONDAY, "history": []}
    with transaction() as session:
        session.add(Document(id=1, kind="dispatch_order", state=state, content=content, **values))
    company.clock.advance(days=days)
    assert [item.case_no for item in stuck.stuck_page(lead, "unrecorded").rows] == [case.case_no] * listed


def test_a_case_is_idle_after_the_limit_of_working_hours_and_any_act_counts(
    company: Company, play: Play, browse: As
) -> None:
    case, lead = play.case(hand_in(play)), company.person("supervisor")
    company.clock.set(MONDAY + dt.timedelta(days=9))
    # 48 working hours are six days of work, and 10 June is a holiday.
    assert stuck.stuck_page(lead, "idle").rows == []
    company.clock.advance(hours=1)
    assert [item.since for item in stuck.stuck_page(lead, "idle").rows] == [MONDAY]
    browse("agent").post(f"/cases/{case.case_no}/comments", data={"text": "called the customer"})
    assert stuck.stuck_page(lead, "idle").rows == []


@pytest.mark.parametrize("username", ["agent", "colleague", "owner", "stranger"])
def test_only_supervisors_see_what_is_stuck(company: Company, browse: As, username: str) -> None:
    with pytest.raises(Forbidden):
        stuck.stuck_page(company.person(username))
    assert browse(username).get("/cases/stuck").status_code == 403
    assert 'href="/cases/stuck"' not in browse(username).get("/cases").text


def test_a_supervisor_sees_the_stuck_cases_of_the_own_units_only(company: Company, play: Play, browse: As) -> None:
    here = play.case(hand_in(play))
    there = play.case(hand_in(play, "stranger"))
    company.clock.advance(days=12)
    page = browse("supervisor").get("/cases/stuck")
    assert here.case_no in page.text
    assert there.case_no not in page.text
    assert "Nothing of this kind" in browse("supervisor").get("/cases/stuck?unit=HZ2").text
    assert browse("supervisor").get("/cases/stuck?kind=ghosts").status_code == 404
    with pytest.raises(NotFound):
        stuck.stuck_page(company.person("supervisor"), "ghosts")
