"""Handing over moves the responsibility when the other accepts; escalating leaves it where it is."""

import pytest

from app import engine
from app.db import db, transaction
from app.desk import handover
from app.desk.models import Case, ResponsibilityLink
from app.engine.models import ProcessInstance, UserTask
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people.models import User
from app.people.notifications import Notification
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.play import Play


@pytest.fixture
def handed_in(play: Play) -> Case:
    """A handset at the counter of HZ1, received by agent, who has its first step in hand."""
    case_id = play.start(
        "outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音", channel="counter"
    )
    engine.claim_task(play.company.person("agent"), play.task("s020_fill_slip").key)
    return play.case(case_id)


def responsible(case: Case) -> tuple[str, str]:
    """Usernames of first responder and accountable person."""
    db.session.rollback()
    found = db.session.get(Case, case.id, populate_existing=True)
    assert found is not None
    names = {user.id: user.username for user in db.session.query(User)}
    return names[found.first_responder_id or 0], names[found.accountable_user_id or 0]


def told(username: str) -> list[str]:
    rows = db.session.query(Notification.template).join(User, User.id == Notification.user_id)
    return [row.template for row in rows.filter(User.username == username, Notification.template.startswith("desk."))]


@both_databases
def test_a_case_changes_hands_when_the_other_accepts(company: Company, play: Play) -> None:
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音")
    case = play.case(case_id)
    task = play.task("s020_fill_slip").key
    engine.claim_task(company.person("agent"), task)
    handover.hand_over(company.person("agent"), case.case_no, "colleague", "my shift ends")
    assert responsible(case) == ("agent", "agent")
    assert told("colleague") == ["desk.handover.asked"]
    assert handover.answer(company.person("colleague"), case.case_no, accept=True) == []
    assert responsible(case) == ("colleague", "colleague")
    db.session.rollback()
    assert db.session.get(UserTask, task, populate_existing=True).assignee == "colleague"
    (link,) = db.session.query(ResponsibilityLink).filter_by(case_id=case.id)
    assert (link.kind, link.result, link.reason) == ("transfer", "transferred", "my shift ends")
    assert told("agent") == ["desk.handover.accepted"]


def test_whoever_declines_says_why_and_the_responsibility_stays(company: Company, handed_in: Case) -> None:
    handover.hand_over(company.person("agent"), handed_in.case_no, "colleague", "my shift ends")
    with pytest.raises(Invalid) as wrong:
        handover.answer(company.person("colleague"), handed_in.case_no, accept=False)
    assert wrong.value.fields == {"reason": [("desk.reason_needed", {})]}
    handover.answer(company.person("colleague"), handed_in.case_no, accept=False, reason="ill")
    assert responsible(handed_in) == ("agent", "agent")
    assert told("agent") == ["desk.handover.declined"]
    handover.hand_over(company.person("agent"), handed_in.case_no, "analyst", "once more")


def test_one_colleague_is_asked_at_a_time_and_the_question_can_be_taken_back(company: Company, handed_in: Case) -> None:
    agent = company.person("agent")
    handover.hand_over(agent, handed_in.case_no, "colleague", "my shift ends")
    with pytest.raises(Conflict, match="asked_already"):
        handover.hand_over(agent, handed_in.case_no, "analyst", "you then")
    handover.withdraw(agent, handed_in.case_no)
    with pytest.raises(Conflict, match="nothing_to_answer"):
        handover.answer(company.person("colleague"), handed_in.case_no, accept=True)


def test_steps_that_the_other_may_not_do_stay_and_are_named(company: Company, handed_in: Case) -> None:
    handover.hand_over(company.person("agent"), handed_in.case_no, "clerk", "it is about the invoice")
    assert handover.answer(company.person("clerk"), handed_in.case_no, accept=True) == ["填写送修单，双方签字"]
    assert responsible(handed_in) == ("clerk", "clerk")


@pytest.mark.parametrize(
    ("username", "error"),
    [("colleague", Forbidden), ("owner", Forbidden), ("stranger", NotFound), ("agent", None), ("supervisor", None)],
)
def test_who_answers_for_a_case_and_supervisors_move_it(
    company: Company, handed_in: Case, username: str, error: type[Exception] | None
) -> None:
    person = company.person(username)
    if error is None:
        handover.hand_over(person, handed_in.case_no, "analyst", "reason")
        return
    with pytest.raises(error):
        handover.hand_over(person, handed_in.case_no, "analyst", "reason")
    with pytest.raises(error):
        handover.escalate(person, handed_in.case_no, "skill", "note")
    with pytest.raises(error):
        handover.withdraw(person, handed_in.case_no)


@pytest.mark.parametrize(
    ("username", "error"), [("agent", Forbidden), ("supervisor", Forbidden), ("stranger", NotFound)]
)
def test_only_who_is_asked_answers(company: Company, handed_in: Case, username: str, error: type[Exception]) -> None:
    handover.hand_over(company.person("agent"), handed_in.case_no, "colleague", "my shift ends")
    with pytest.raises(error):
        handover.answer(company.person(username), handed_in.case_no, accept=True)


@pytest.mark.parametrize(
    ("to", "reason", "wrong"),
    [("nobody", "why", "to"), ("agent", "why", "to"), ("colleague", " ", "reason"), ("", "", "to")],
)
def test_a_hand_over_names_a_colleague_and_a_reason(
    company: Company, handed_in: Case, to: str, reason: str, wrong: str
) -> None:
    with pytest.raises(Invalid) as found:
        handover.hand_over(company.person("agent"), handed_in.case_no, to, reason)
    assert wrong in found.value.fields


@both_databases
def test_an_escalation_goes_up_the_chain_and_the_first_responder_stays(company: Company, play: Play) -> None:
    case = play.case(play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="没有声音"))
    agent = company.person("agent")
    handover.escalate(agent, case.case_no, "skill", "no sound after the board was changed")
    play.settle()
    assert responsible(case) == ("agent", "agent")
    (link,) = db.session.query(ResponsibilityLink).filter_by(case_id=case.id)
    assert (link.kind, link.answers_to_id, link.note) == (
        "escalation", agent.id, "no sound after the board was changed",
    )  # fmt: skip
    with pytest.raises(Conflict, match="escalated_already"):
        handover.escalate(agent, case.case_no, "skill", "again")
    names = {one.process_id for one in db.session.query(ProcessInstance).filter_by(case_id=case.id, state="active")}
    assert names == {"outlet_intake_repair", "first_responder_escalation"}


def test_a_closed_case_is_not_moved(company: Company, handed_in: Case) -> None:
    with transaction() as session:
        session.get(Case, handed_in.id).closed_at = company.clock.now()
    for act in (handover.hand_over, handover.escalate):
        with pytest.raises(Conflict, match="case_closed"):
            act(company.person("agent"), handed_in.case_no, "colleague", "reason")


def test_the_pages_lead_from_the_question_to_the_answer(browse: As, company: Company, handed_in: Case) -> None:
    agent, colleague, no = browse("agent"), browse("colleague"), handed_in.case_no
    assert f"/cases/{no}/move" in agent.get(f"/cases/{no}").text
    assert "Ask to take over" in agent.get(f"/cases/{no}/move").text
    wrong = agent.post(f"/cases/{no}/handover", data={"to": "nobody", "reason": ""})
    assert (wrong.status_code, "Say why" in wrong.text) == (422, True)
    agent.post(f"/cases/{no}/handover", data={"to": "colleague", "reason": "shift ends"})
    assert "asks you to take over case" in colleague.get("/cases/mine").text
    assert "Take it over" in colleague.get(f"/cases/{no}").text
    assert "Take it over" not in agent.get(f"/cases/{no}").text
    said = colleague.post(f"/cases/{no}/handover/answer", data={"accept": "1"}, follow_redirects=True)
    assert "You answer for this case now" in said.text
    assert no in colleague.get("/cases/mine").text
    late = colleague.post(f"/cases/{no}/handover/answer", data={"accept": "1"}, follow_redirects=True)
    assert "nothing to answer" in late.text


@pytest.mark.parametrize(
    ("username", "status"),
    [("agent", 200), ("supervisor", 200), ("colleague", 403), ("owner", 403), ("stranger", 404)],
)
def test_the_page_of_both_moves_opens_for_who_may_move_the_case(
    browse: As, handed_in: Case, username: str, status: int
) -> None:
    assert browse(username).get(f"/cases/{handed_in.case_no}/move").status_code == status


@pytest.mark.parametrize(
    ("username", "status"),
    [("agent", 200), ("colleague", 200), ("supervisor", 200), ("owner", 200), ("stranger", 404)],
)
def test_the_sheet_is_for_who_sees_the_case(browse: As, handed_in: Case, username: str, status: int) -> None:
    assert browse(username).get(f"/cases/{handed_in.case_no}/responsibility").status_code == status


def test_the_sheet_says_who_answers_to_whom_in_both_languages(
    browse: As, company: Company, play: Play, handed_in: Case
) -> None:
    handover.escalate(company.person("agent"), handed_in.case_no, "authority", "discount of 200")
    play.settle()
    english = browse("agent").get(f"/cases/{handed_in.case_no}/responsibility").text
    assert "Escalated" in english
    assert "Authority · discount of 200" in english
    chinese = browse("agent", "zh").get(f"/cases/{handed_in.case_no}/responsibility").text
    assert "首问责任单" in chinese
    assert "谁向谁负责" in chinese
