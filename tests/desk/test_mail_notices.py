"""Notifications by mail: only what somebody asked for, only what was not read in time, once."""

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.desk import mail
from app.desk.mail import outbox, wording
from app.desk.models import Case
from app.people import notifications
from app.people.models import User
from app.people.notifications import Notification
from tests.company import Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.desk.test_mail import Postman, parts, rows
from tests.play import Play


@pytest.fixture
def postman(company: Company) -> Postman:
    company.app.extensions["mail_transport"] = found = Postman()
    return found


@pytest.fixture
def case(company: Company, play: Play) -> int:
    """A case in which a colleague can be named, who has an address and reads English."""
    with transaction() as session:
        user = session.scalars(sa.select(User).where(User.username == "colleague")).one()
        user.email, user.language = "colleague@example.com", "en"
    return play.start("outlet_intake_repair", "agent", channel="counter", unit="HZ1")


def name_colleague(company: Company, case: int, said: str = "@colleague 请看") -> None:
    engine.add_comment(company.person("agent"), engine.Place(case_id=case), said)


@both_databases
def test_what_was_not_read_in_time_comes_by_mail_once(company: Company, case: int, postman: Postman) -> None:
    notifications.choose_mail(company.person("colleague"), ["mention"])
    name_colleague(company, case)
    assert mail.deliver() == 0, "there is still time to read it in the app"
    company.clock.advance(minutes=5, seconds=1)
    assert (mail.deliver(), mail.deliver()) == (1, 0)
    (letter,) = postman.taken
    assert letter["To"].addresses[0].addr_spec == "colleague@example.com"
    assert "mentioned you: @colleague" in letter["Subject"]
    (told,) = notifications.notifications_of(company.person("colleague"))
    for part in parts(letter):
        assert f"/inbox/notifications/{told.id}" in part
        assert "/account#mail" in part
    assert letter["List-Unsubscribe"] is None


@pytest.mark.parametrize("why", ["nothing chosen", "another kind", "read", "address gone", "no more wanted", "left"])
def test_no_mail_goes_to_whom_it_would_not_help(company: Company, case: int, postman: Postman, why: str) -> None:
    colleague = company.person("colleague")
    if why != "nothing chosen":
        notifications.choose_mail(colleague, ["task"] if why == "another kind" else ["mention"])
    name_colleague(company, case)
    if why == "read":
        notifications.read_all(colleague)
    elif why in {"address gone", "left"}:
        with transaction() as session:
            gone = {"email": ""} if why == "address gone" else {"active": False}
            session.execute(sa.update(User).where(User.id == colleague.id).values(gone))
    company.clock.advance(minutes=6)
    if why == "no more wanted":
        postman.meets = [OSError("away")]
        mail.deliver()
        notifications.choose_mail(colleague, [])
        company.clock.advance(minutes=2)
    assert mail.deliver() == 0
    assert postman.taken == []
    assert {one.state for one in rows()} <= {"dropped"}


def test_without_a_mail_server_nothing_is_kept_that_would_come_in_a_burst_later(
    company: Company, case: int, postman: Postman
) -> None:
    notifications.choose_mail(company.person("colleague"), ["mention"])
    name_colleague(company, case)
    company.clock.advance(minutes=6)
    company.app.extensions["mail_transport"] = None
    assert mail.deliver() == 0
    company.app.extensions["mail_transport"] = postman
    assert mail.deliver() == 0
    assert rows() == []


def test_one_ticks_kinds_on_the_own_page_and_needs_an_address(browse: As, company: Company, case: int) -> None:
    agent = browse("agent")
    with transaction() as session:
        session.execute(sa.update(User).where(User.username == "agent").values(email=""))
    refused = agent.post("/account/mail", data={"kinds": "mention"})
    assert (refused.status_code, "Enter one and save it first" in refused.text) == (422, True)
    colleague = browse("colleague")
    assert "Nothing comes by mail" in colleague.get("/inbox/notifications").text
    assert colleague.post("/account/mail", data={"kinds": ["mention", "visit"]}).status_code == 303
    assert notifications.mailed_kinds(company.person("colleague")) == {"mention", "visit"}
    assert "By mail as well: Mentions, Field visits" in colleague.get("/inbox/notifications").text
    assert colleague.post("/account/mail", data={"kinds": "rumours"}).status_code == 422


def test_supervisors_see_such_letters_and_owners_change_their_wording(
    browse: As, company: Company, case: int, postman: Postman, tmp_path: pytest.TempPathFactory
) -> None:
    (tmp_path / "staff_notice.en.txt").write_text("News: {sentence}\n\nHi {name}, {sentence}", "utf-8")  # type: ignore[operator]
    company.app.extensions["mail_wording"] = wording.read_folder(str(tmp_path))
    notifications.choose_mail(company.person("colleague"), ["mention"])
    name_colleague(company, case)
    company.clock.advance(minutes=6)
    postman.meets = [OSError("Connection refused")]
    mail.deliver()
    page = browse("supervisor").get("/letters").text
    for said in ("colleague@example.com", "Notification to people of the house", "Connection refused"):
        assert said in page
    company.clock.advance(minutes=2)
    assert outbox.send_due() == 1
    assert postman.taken[0]["Subject"].startswith("News: ")


def test_a_message_about_no_case_is_mailed_and_listed_as_well(
    browse: As, company: Company, case: int, postman: Postman
) -> None:
    colleague = company.person("colleague")
    notifications.choose_mail(colleague, ["process"])
    with transaction() as session:
        telling = notifications.Telling("process", "notice.quote_ready", {})
        notifications.tell(session, notifications.named(["colleague"]), telling)
    company.clock.advance(minutes=6)
    assert mail.deliver() == 1
    assert "colleague@example.com" in browse("supervisor").get("/letters").text
    assert db.session.scalars(sa.select(Notification.by_mail)).all().count(True) == 0
    assert db.session.get(Case, case) is not None
