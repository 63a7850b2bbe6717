"""Links: what opens, what does not, who gives and takes back, and what nobody learns from them."""

import datetime as dt
import multiprocessing
import types
import typing as t

import gunicorn.config
import pytest

from app.access_log import AccessLog
from app.db import db
from app.desk import links
from app.desk.models import Case, CustomerLink
from app.errors import Conflict, Forbidden, Gone, NotFound
from app.people.audit import AuditEntry
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from app.portal import limits
from tests.company import Company
from tests.conftest import both_databases
from tests.play import Play
from tests.portal.conftest import Holder, all_of

Give = t.Callable[..., Holder]


@both_databases
def test_a_link_opens_its_page_and_the_database_does_not_know_its_token(holder: Give) -> None:
    customer = holder(links.STATUS)
    assert "We are waiting for your answer" in customer.open().text
    token = customer.address.removeprefix("/p/")
    row = customer.reread()
    assert token not in str({column.key: getattr(row, column.key) for column in CustomerLink.__table__.columns})
    assert row.opened_at is not None


@pytest.mark.parametrize("change", ["x", "", "shorter", "other"])
def test_a_token_that_is_not_exactly_ours_is_not_here(holder: Give, change: str, company: Company) -> None:
    token = holder(links.STATUS).address.removeprefix("/p/")
    wrong = {
        "x": "A" * 44,
        "": "%20",
        "shorter": token[:-4],
        "other": token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
    }
    answer = company.app.test_client().get(f"/p/{wrong[change]}", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "does not open anything" in answer.text


def test_a_new_secret_key_ends_every_link(holder: Give, company: Company) -> None:
    customer = holder(links.STATUS)
    company.app.secret_key = "another key altogether"
    assert customer.open().status_code == 404


def test_an_ended_link_says_so_and_what_to_do(holder: Give, company: Company) -> None:
    customer = holder(links.STATUS)
    company.clock.advance(days=91)
    answer = customer.open()
    assert answer.status_code == 410
    assert "This link ended on 2024-09-01" in answer.text


def test_staff_take_a_link_back_and_both_acts_are_told_in_the_case(holder: Give, company: Company, case: Case) -> None:
    customer = holder(links.STATUS)
    links.revoke(company.person("agent"), case.case_no, customer.link.id, "Sent to the wrong number")
    answer = customer.open()
    assert answer.status_code == 410
    assert "taken back" in answer.text
    acts = [(one.action, one.username, one.reason) for one in all_of(AuditEntry) if one.action.startswith("desk:link")]
    assert acts == [("desk:link:issued", "agent", ""), ("desk:link:revoked", "agent", "Sent to the wrong number")]


def test_of_one_purpose_the_last_link_given_counts(holder: Give) -> None:
    first, second, photos = holder(links.STATUS), holder(links.STATUS), holder(links.PHOTOS)
    assert [one.open().status_code for one in (first, second, photos)] == [410, 200, 200]


@pytest.mark.parametrize(("who", "error"), [("stranger", NotFound), ("auditor", Forbidden)])
def test_only_staff_who_see_the_case_give_and_take_back(
    holder: Give, company: Company, case: Case, who: str, error: type[Exception]
) -> None:
    customer = holder(links.STATUS)
    if who == "auditor":
        person = company.person("agent")
        person = type(person)(**{**vars(person), "permissions": frozenset()})
    else:
        person = company.person(who)
    with pytest.raises(error):
        links.give(person, case.case_no, links.STATUS)
    with pytest.raises(error):
        links.revoke(person, case.case_no, customer.link.id)
    assert customer.open().status_code == 200


def test_a_link_of_another_case_cannot_be_taken_back_through_this_one(
    holder: Give, company: Company, play: Play, case: Case
) -> None:
    other = play.case(play.start("outlet_intake_repair", "agent", serial_no="EC900A100", channel="counter"))
    customer = holder(links.STATUS, of=other)
    with pytest.raises(NotFound):
        links.revoke(company.person("agent"), case.case_no, customer.link.id)


def test_what_cannot_be_asked_gets_no_link(holder: Give, company: Company, play: Play) -> None:
    fresh = play.case(play.start("outlet_intake_repair", "agent", serial_no="EC900A100", channel="counter"))
    for purpose in (links.QUOTE, links.RATING):
        with pytest.raises(Conflict):
            holder(purpose, of=fresh)
    with pytest.raises(NotFound):
        holder("everything", of=fresh)


def test_a_link_for_a_quotation_ends_with_the_quotation(holder: Give, company: Company) -> None:
    company.clock.advance(days=4)
    link = holder(links.QUOTE).link
    assert link.expires_at - company.clock.now() == dt.timedelta(days=10)


def test_a_link_does_what_it_is_for_and_nothing_else(holder: Give) -> None:
    assert holder(links.STATUS).send("answer", answer="accepted", signer="Me", understood="1").status_code == 404
    assert holder(links.QUOTE).send("rating", stars="5").status_code == 404
    assert holder(links.PHOTOS).send("rating", stars="5").status_code == 404


@pytest.mark.parametrize("purpose", [links.STATUS, links.QUOTE, links.PHOTOS])
def test_nobody_is_named_but_the_first_responder_and_nothing_leaks(holder: Give, purpose: str) -> None:
    answer = holder(purpose).open()
    assert answer.status_code == 200
    for name in ("接待员", "agent", "repair_", "s070", "analyst"):
        assert name not in answer.text
    headers = answer.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["Cache-Control"] == "private, no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_the_page_speaks_the_language_of_the_browser_until_it_is_switched(holder: Give) -> None:
    customer = holder(links.STATUS)
    assert "等待您的答复" in customer.open(**{"Accept-Language": "zh-CN,zh;q=0.9"}).text
    switched = customer.client.post("/language/zh", data={"next": customer.address})
    assert switched.location.endswith(customer.address)
    assert "等待您的答复" in customer.open().text


def test_who_comes_too_often_is_asked_to_wait_and_let_in_again(holder: Give, company: Company) -> None:
    customer, other = holder(links.STATUS), holder(links.PHOTOS)
    assert {customer.open().status_code for _ in range(limits.PER_LINK)} == {200}
    refused = customer.open()
    assert refused.status_code == 429
    assert "wait" in refused.text
    assert int(refused.headers["Retry-After"]) <= 60
    assert other.open().status_code == 200
    company.clock.advance(seconds=60)
    assert customer.open().status_code == 200


def test_who_guesses_is_refused_sooner(company: Company, holder: Give) -> None:
    customer = holder(links.STATUS)
    answers = [
        company.app.test_client().get(f"/p/{number:044d}").status_code for number in range(limits.WRONG_PER_ADDRESS + 1)
    ]
    assert answers == [404] * limits.WRONG_PER_ADDRESS + [429]
    assert customer.open().status_code == 200


def test_web_processes_count_together() -> None:
    counting = limits.Limits()
    child = multiprocessing.get_context("fork").Process(target=lambda: [counting.count("link", 59) for _ in range(3)])
    child.start()
    child.join()
    assert (counting.count("link", 59), counting.count("another", 59)) == (4, 1)
    assert counting.count("link", 60) == 1, "another minute"


def test_many_keys_are_told_apart_and_a_count_has_an_end() -> None:
    counting = limits.Limits()
    assert {counting.count(f"address {number}", 0) for number in range(5_000)} == {1}
    for _ in range(limits.MOST + 10):
        last = counting.count("link", 0)
    assert last == limits.MOST


def test_addresses_are_told_apart_behind_a_proxy(company: Company) -> None:
    def come(address: str) -> int:
        return company.app.test_client().get("/p/guess", headers={"X-Forwarded-For": address}).status_code

    assert [come("192.0.2.1") for _ in range(limits.WRONG_PER_ADDRESS + 1)][-1] == 429
    assert come("192.0.2.2") == 404


def test_guessing_does_not_ask_the_database(company: Company, statements: list[str]) -> None:
    company.app.test_client().get("/p/" + "A" * 44, headers={"Accept-Language": "en"})
    assert not [one for one in statements if "customer_link" in one]


def test_a_link_found_by_its_token_is_that_link(holder: Give) -> None:
    customer = holder(links.STATUS)
    assert links.find(customer.address.removeprefix("/p/")).id == customer.link.id
    db.session.rollback()
    with pytest.raises((NotFound, Gone)):
        links.find("")


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 303), ("colleague", 303), ("supervisor", 303), ("owner", 303), ("stranger", 404)]
)
def test_the_case_page_gives_and_takes_back_for_whoever_sees_the_case(
    company: Company, case: Case, who: str, status: int
) -> None:
    company.app.config["WTF_CSRF_ENABLED"] = False
    client = company.app.test_client()
    with client.session_transaction() as session:
        session[COOKIE_KEY] = start_session(company.person(who).id, Peer("127.0.0.1", "tests"), method="password").token
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    assert client.post(f"/cases/{case.case_no}/links", data={"purpose": links.STATUS}).status_code == status
    given = all_of(CustomerLink)
    assert len(given) == (status == 303)
    taken = client.post(f"/cases/{case.case_no}/links/{given[0].id if given else 1}/revoke", data={"reason": "test"})
    assert taken.status_code == status
    assert [one.revoked_by for one in all_of(CustomerLink)] == [who] * len(given)


def test_the_access_log_keeps_no_token(holder: t.Callable[..., Holder]) -> None:
    address = holder(links.STATUS).address
    environ = {
        "REQUEST_METHOD": "GET", "RAW_URI": f"{address}/photos/1", "SERVER_PROTOCOL": "HTTP/1.1",
        "PATH_INFO": f"{address}/photos/1", "QUERY_STRING": "", "HTTP_REFERER": f"//portal{address}",
    }  # fmt: skip
    answer = types.SimpleNamespace(status="200 OK", sent=1, headers=[])
    config = gunicorn.config.Config()
    line = config.access_log_format % AccessLog(config).atoms(
        answer, types.SimpleNamespace(headers=[]), environ, dt.timedelta(seconds=1)
    )
    assert address not in line
    assert line.count("/p/…") == 2
