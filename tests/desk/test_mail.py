"""Letters to customers: written with their cause, sent once, tried again, given up where a supervisor sees it."""

import datetime as dt
import email
import email.policy
import smtplib
import typing as t
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import engine
from app.config import ConfigError, Settings, from_mapping
from app.db import db, transaction
from app.desk import links, mail
from app.desk.mail import outbox, wording
from app.desk.mail.letter import letter_of
from app.desk.mail.transport import Folder, Refused, Server, transport_for
from app.desk.models import Case, Contact, CustomerLink, Notice, OutboxMail
from app.errors import Conflict, Forbidden
from app.people.audit import AuditEntry
from tests import outlet
from tests.company import HANDSET_B, Company
from tests.conftest import both_databases
from tests.desk.conftest import As
from tests.play import Play


class Postman:
    """Takes letters, or meets with what the test says."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.meets: list[Exception] = []

    def send(self, message: EmailMessage) -> None:
        if self.meets:
            raise self.meets.pop(0)
        self.taken.append(message)


@pytest.fixture
def postman(company: Company) -> Postman:
    company.app.extensions["mail_transport"] = found = Postman()
    return found


@pytest.fixture
def contact(company: Company) -> Contact:
    """The person at 赵敏's, who prefers e-mail."""
    with transaction() as session:
        customer = company.customer("赵敏")
        query = sa.select(Contact).where(Contact.customer_id == customer.id)
        found: Contact | None = session.scalars(query).first()
        if found is None:
            from app.db import next_key

            found = Contact(id=next_key(), customer_id=customer.id, name="赵敏", phone=customer.phone)
            session.add(found)
        found.email, found.preferred_channel, found.language = "zhao@example.com", "email", "en"
    return found


def priced(play: Play, contact: Contact, **more: t.Any) -> int:
    case_id = play.start(
        "repair_quotation_payment", "analyst", **outlet.QUOTE, unit="HZ1", contact_id=contact.id,
        customer_id=contact.customer_id, **more,
    )  # fmt: skip
    play.do("s020_price_quote", "analyst", lines=[{"kind": "labour", "code": "F-AUDIO", "quantity": 1}])
    return case_id


def rows() -> list[OutboxMail]:
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id).execution_options(populate_existing=True))
    )


def parts(message: EmailMessage) -> tuple[str, str]:
    found = [message.get_body((kind,)) for kind in ("plain", "html")]
    return tuple(str(part.get_content()) for part in found if part is not None)  # type: ignore[return-value]


@both_databases
def test_a_quotation_sent_by_email_is_a_letter_with_a_link_to_answer_it(
    company: Company, play: Play, contact: Contact, postman: Postman
) -> None:
    case_id = priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="email")
    assert outbox.send_due() == 1
    (letter,) = postman.taken
    assert letter["To"].addresses[0].addr_spec == "zhao@example.com"
    text, html = parts(letter)
    assert "We have a quotation for you: QT-" in text
    assert "valid until 2024-06-17 09:30" in text
    (link,) = db.session.scalars(sa.select(CustomerLink))
    assert (link.purpose, link.case_id, link.issued_by) == (links.QUOTE, case_id, None)
    assert links.address_of(link) in text
    assert f'href="{links.address_of(link)}"' in html
    assert letter["List-Unsubscribe"] == f"<{links.address_of(link)}/mail>"
    assert [one.state for one in rows()] == ["sent"]


def test_a_quotation_handed_over_at_the_counter_writes_no_letter(
    play: Play, contact: Contact, postman: Postman
) -> None:
    priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="hand")
    assert rows() == []


@pytest.mark.parametrize("channel", ["phone", "sms"])
def test_who_does_not_prefer_mail_gets_a_notice_and_no_letter(
    play: Play, contact: Contact, postman: Postman, channel: str
) -> None:
    with transaction() as session:
        session.get(Contact, contact.id).preferred_channel = channel
    case_id = priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="email")
    assert play.notices(case_id) == [("quote_ready", "customer:赵敏")]
    assert rows() == []


def test_without_a_mail_server_nothing_is_written_that_would_come_in_a_burst_later(
    play: Play, contact: Contact
) -> None:
    priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="email")
    assert rows() == []


def test_a_reminder_reuses_the_link_and_no_cause_writes_twice(
    company: Company, play: Play, contact: Contact, postman: Postman
) -> None:
    case_id = priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="email")
    play.wait(days=3, minutes=1)
    assert [one.template for one in rows()] == ["quote_ready", "quote_reminder"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CustomerLink)) == 1
    with transaction() as session:
        case, key = session.get(Case, case_id), rows()[0].key
        assert not outbox.write(session, case, session.get(Contact, contact.id), "quote_ready", {}, key)
    assert outbox.send_due() == 2


@both_databases
def test_a_closed_case_asks_for_a_rating_once(company: Company, play: Play, contact: Contact, postman: Postman) -> None:
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_B, channel="counter", contact_id=contact.id)
    engine.cancel_instance(company.person("supervisor"), play.instance("outlet_intake_repair").key, "withdrawn")
    assert [one.template for one in rows()] == []
    case_id = priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="hand")
    play.answer("s070b_answered", "agent", answer="refused")
    play.do("s085_reassemble", "analyst")
    play.do("s090_return_unit", "agent", handed_over_on="2024-06-03", customer_signed=True)
    assert play.case(case_id).closed_at is not None
    assert outbox.send_due() == 1
    (letter,) = postman.taken
    assert "Were you satisfied?" in parts(letter)[0]
    (link,) = db.session.scalars(sa.select(CustomerLink))
    assert (link.purpose, link.case_id) == (links.RATING, case_id)


@pytest.fixture
def waiting(play: Play, contact: Contact, postman: Postman) -> int:
    """A case with one letter on its way that the postman does not want yet."""
    postman.meets = [OSError("Connection refused")]
    case_id = priced(play, contact)
    play.do("s060_send_quote", "agent", sent_by="email")
    outbox.send_due()
    return case_id


def test_a_server_that_is_away_is_tried_again_with_growing_pauses_until_it_answers(
    company: Company, waiting: int, postman: Postman
) -> None:
    assert [(one.state, one.attempts, one.error) for one in rows()] == [("waiting", 1, "Connection refused")]
    assert outbox.send_due() == 0
    postman.meets = [smtplib.SMTPServerDisconnected("gone")]
    company.clock.advance(minutes=1, seconds=1)
    assert outbox.send_due() == 0
    company.clock.advance(minutes=4)
    assert outbox.send_due() == 0
    company.clock.advance(minutes=2)
    assert outbox.send_due() == 1
    assert [(one.state, one.error) for one in rows()] == [("sent", None)]
    assert outbox.send_due() == 0
    assert len(postman.taken) == 1


def test_what_fails_too_often_is_given_up_and_a_supervisor_sends_it_again(
    company: Company, waiting: int, postman: Postman
) -> None:
    postman.meets = [OSError("still away")] * len(outbox.PAUSES)
    for pause in outbox.PAUSES:
        company.clock.advance(seconds=pause.total_seconds() + 1)
        outbox.send_due()
    (dead,) = rows()
    assert (dead.state, dead.attempts, dead.error) == ("dead", len(outbox.PAUSES) + 1, "still away")
    company.clock.advance(days=3)
    assert outbox.send_due() == 0
    outbox.send_again(company.person("supervisor"), dead.id)
    assert outbox.send_due() == 1
    with pytest.raises(Conflict):
        outbox.send_again(company.person("supervisor"), dead.id)
    acts = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action == "desk:mail:sent_again"))
    assert len(list(acts)) == 1


def test_an_address_that_does_not_exist_is_given_up_at_once(company: Company, waiting: int, postman: Postman) -> None:
    postman.meets = [Refused("550 no such user")]
    company.clock.advance(minutes=2)
    outbox.send_due()
    assert [(one.state, one.error) for one in rows()] == [("dead", "550 no such user")]


def test_a_worker_that_died_between_sending_and_noting_leaves_the_same_letter(
    company: Company, waiting: int, postman: Postman
) -> None:
    company.clock.advance(minutes=2)
    taken = outbox._take()
    assert taken is not None
    first = letter_of(taken, db.session.get(Contact, taken.contact_id))
    assert outbox.send_due() == 0, "the letter is left to whoever took it"
    company.clock.advance(seconds=outbox.LEASE.total_seconds() + 1)
    assert outbox.send_due() == 1
    assert postman.taken[0]["Message-ID"] == first["Message-ID"]


def test_who_stops_mail_gets_none_not_even_what_was_on_its_way(
    company: Company, waiting: int, postman: Postman
) -> None:
    (link,) = db.session.scalars(sa.select(CustomerLink))
    company.app.config["WTF_CSRF_ENABLED"] = True
    customer, address = company.app.test_client(), f"/p/{links.token_of(link)}/mail"
    english = {"Accept-Language": "en"}
    assert "Do you want no more e-mails" in customer.get(address, headers=english).text
    assert outbox.wants_mail(db.session.get(Contact, rows()[0].contact_id))
    one_click = customer.post(address, data={"List-Unsubscribe": "One-Click"}, headers=english)
    assert "You get no more e-mails" in one_click.text
    company.clock.advance(minutes=2)
    assert outbox.send_due() == 0
    assert [one.state for one in rows()] == ["dropped"]
    assert customer.post(address, headers=english).status_code == 200
    db.session.rollback()
    stopped = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "portal:mail:stopped"))
    assert len(list(stopped)) == 1


def test_a_letter_and_its_cause_commit_together_or_not_at_all(
    company: Company, play: Play, contact: Contact, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = priced(play, contact)
    monkeypatch.setattr(links, "issue", lambda *_args, **_more: 1 / 0)
    play.do("s060_send_quote", "agent", sent_by="email")
    assert rows() == []
    assert [one for one in play.notices(case_id) if one[0] == "quote_ready"] == []


@pytest.mark.parametrize(("who", "error"), [("agent", Forbidden), ("owner", Forbidden), ("stranger", Forbidden)])
def test_only_supervisors_see_and_send_letters_again(
    company: Company, waiting: int, who: str, error: type[Exception]
) -> None:
    person = company.person(who)
    with pytest.raises(error):
        outbox.letters(person)
    with pytest.raises(error):
        outbox.send_again(person, rows()[0].id)


def test_the_pages_of_letters_are_for_whom_they_are_for(browse: As, company: Company, waiting: int) -> None:
    listed = browse("supervisor").get("/letters").text
    for said in ("zhao@example.com", "Quotation", "waiting", "Connection refused"):
        assert said in listed
    assert "No letters here" in browse("supervisor").get("/letters?state=dead").text
    wanted = {"agent": (403, 403, 404), "supervisor": (200, 403, 404), "owner": (403, 200, 404)}
    for who, statuses in wanted.items():
        client = browse(who)
        addresses = ("/letters", "/letters/wording", "/letters/folder")
        assert tuple(client.get(address).status_code for address in addresses) == statuses, who
    assert company.app.test_client().get("/letters", headers={"Accept": "text/html"}).status_code == 303


def test_the_folder_of_the_demonstration_shows_letters_and_is_nowhere_else(
    browse: As, company: Company, waiting: int, tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "mail")
    company.app.extensions["mail_transport"] = folder
    company.clock.advance(minutes=2)
    assert outbox.send_due() == 1
    agent = browse("agent")
    assert agent.get("/letters/folder").status_code == 404
    settings: Settings = company.app.extensions["settings"]
    company.app.extensions["settings"] = Settings(**{**vars(settings), "demo": True})
    assert "We have a quotation for you" in agent.get("/letters/folder").text
    shown = agent.get(f"/letters/folder/{rows()[0].id}")
    assert "<a href=" in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert agent.get("/letters/folder/1").status_code == 404


def test_the_way_out_is_the_server_or_in_demonstration_mode_a_folder(tmp_path: Path) -> None:
    host = {"host": "mail.example.com", "sender": "service@example.com"}
    assert transport_for(from_mapping({"var": str(tmp_path)})) is None
    assert isinstance(transport_for(from_mapping({"var": str(tmp_path), "demo": True})), Folder)
    assert isinstance(transport_for(from_mapping({"var": str(tmp_path), "demo": True, "mail": host})), Server)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"security": "ssl"}, "starttls, tls or none"),
        ({"port": 0}, "not a port number"),
        ({"host": "mail.example.com"}, "needs mail.sender"),
        ({"user": "me", "security": "none"}, "in the clear"),
        ({"server": "x"}, "Unknown setting mail.server"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, t.Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        from_mapping({"mail": given})


def test_the_company_says_it_in_its_own_words(
    company: Company, waiting: int, postman: Postman, tmp_path: Path, browse: As
) -> None:
    (tmp_path / "quote_ready.en.txt").write_text("Repair of {case_no}\n\nHello {name},\n\nit costs {total}.\n", "utf-8")
    company.app.extensions["mail_wording"] = wording.read_folder(str(tmp_path))
    company.clock.advance(minutes=2)
    outbox.send_due()
    (letter,) = postman.taken
    assert letter["Subject"].startswith("Repair of QT-")
    assert "Hello 赵敏,\n\nit costs 60.00." in parts(letter)[0].replace("\r\n", "\n")
    page = browse("owner").get("/letters/wording").text
    assert page.count('class="fl-over') == 2 * (len(wording.TEMPLATES) + 1)
    assert "own words" in page
    assert "it costs {total}." in page


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("quote_ready.fr.txt", "a\nb", "called <template>"),
        ("salary.en.txt", "a\nb", "called <template>"),
        ("quote_ready.en.txt", "only a subject", "first line is the subject"),
        ("quote_ready.en.txt", "a\n{customer}", "names {customer}"),
        ("quote_ready.en.txt", "a\n{name.__class__}", "names {name.__class__}"),
        ("quote_ready.en.txt", "a\n{name:>9999999}", "names {name:}"),
        ("quote_ready.en.txt", "a\n{", "brace"),
    ],
)
def test_wording_that_cannot_be_used_is_refused_with_the_files_name(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=name) as refused:
        wording.read_folder(str(tmp_path))
    assert said in str(refused.value)


def test_a_folder_of_wording_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        wording.read_folder("nowhere")


def test_a_letter_survives_a_hostile_name_and_text(company: Company, waiting: int, postman: Postman) -> None:
    with transaction() as session:
        session.get(Contact, rows()[0].contact_id).name = "A\r\nBcc: all@example.com <script>"
    company.clock.advance(minutes=2)
    outbox.send_due()
    for letter in postman.taken:
        read = email.message_from_bytes(letter.as_bytes(), policy=email.policy.default)
        assert read["Bcc"] is None
        assert "<script>" not in parts(t.cast(EmailMessage, read))[1]


def test_letters_wait_for_nothing_longer_than_a_server_may_take() -> None:
    assert dt.timedelta(seconds=60) < outbox.LEASE
    assert mail.EVERY < 60
    assert Notice.__tablename__ == "notice"
