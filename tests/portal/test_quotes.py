"""Answering a quotation through a link: signed, told to the process, and every late or double answer defined."""

import threading
import typing as t

import pytest

from app.desk import links
from app.desk.models import Case, QuoteSignature
from tests.company import Company
from tests.conftest import both_databases
from tests.play import Play
from tests.portal.conftest import Holder, all_of

Give = t.Callable[..., Holder]
YES = {"answer": "accepted", "signer": "赵敏", "understood": "1", "version": "1"}
STROKES = "M10 20L30 40L50 60M100 100L110 120"


@both_databases
def test_agreeing_signs_the_version_and_the_repair_goes_on(holder: Give, play: Play, case: Case) -> None:
    customer = holder(links.QUOTE)
    page = customer.open().text
    assert "Please answer our quotation" in page
    assert "Agree to the repair for ¥" in page
    answer = customer.send("answer", **YES, drawing=STROKES, note="Please call before noon")
    assert answer.status_code == 303, answer.text
    play.settle()
    (signature,) = all_of(QuoteSignature)
    (quotation,) = play.documents(case.id, "quotation")
    assert (signature.document_id, signature.version, signature.answer) == (quotation.id, 1, "accepted")
    assert (signature.signer, signature.drawing, signature.note) == ("赵敏", STROKES, "Please call before noon")
    assert float(signature.total) == quotation.content["total"]
    assert len(signature.digest) == 64
    assert quotation.content["answer"] == "accepted"
    assert play.open_elements() == ["s100_sign_quote"]
    after = customer.open().text
    assert "You have answered this quotation" in after
    assert STROKES in after
    assert customer.reread().used_at is not None


def test_the_receptionist_finds_the_signature_filled_in(holder: Give, play: Play) -> None:
    holder(links.QUOTE).send("answer", **YES)
    play.settle()
    play.do("s100_sign_quote", "agent")
    assert play.variables("repair_quotation_payment")["signature"]["signer"] == "赵敏"
    assert play.variables("repair_quotation_payment")["signature"]["returned_by"] == "link"


@pytest.mark.parametrize(
    ("answer", "more", "goes_to"),
    [("refused", {}, "s085_reassemble"), ("change", {"note": "请便宜一点"}, "s020_price_quote")],
)
def test_refusing_and_asking_for_a_change_go_their_ways(
    holder: Give, play: Play, answer: str, more: dict[str, str], goes_to: str
) -> None:
    said = holder(links.QUOTE).send("answer", answer=answer, signer="赵敏", version="1", **more)
    assert said.status_code == 303, said.text
    play.settle()
    assert play.open_elements() == [goes_to]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Choose one of the three"),
        ({**YES, "signer": " "}, "Write your name as a signature"),
        ({**YES, "signer": "x" * 121}, "At most 120 characters"),
        ({**YES, "understood": ""}, "Tick this to agree"),
        ({**YES, "answer": "change"}, "Tell us your question or wish"),
        ({**YES, "drawing": "M0 0<script>"}, "The drawing could not be read"),
        ({**YES, "note": "x" * 1001}, "At most 1000 characters"),
    ],
)
def test_a_wrong_answer_is_said_beside_the_field_and_nothing_happens(
    holder: Give, play: Play, form: dict[str, str], sentence: str
) -> None:
    answer = holder(links.QUOTE).send("answer", **form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]
    assert all_of(QuoteSignature) == []


def test_a_second_answer_does_not_count_and_is_shown_the_first(holder: Give, play: Play) -> None:
    customer = holder(links.QUOTE)
    customer.send("answer", **YES)
    again = customer.send("answer", **{**YES, "answer": "refused"})
    assert again.status_code == 409
    assert "answered already" in again.text
    assert "Agreed to the repair" in again.text
    assert [one.answer for one in all_of(QuoteSignature)] == ["accepted"]


@both_databases
def test_of_two_answers_at_the_same_moment_one_counts(holder: Give, company: Company, play: Play) -> None:
    customer = holder(links.QUOTE)
    together, statuses = threading.Barrier(2), []

    def answer(what: str) -> None:
        with company.app.app_context():
            client = company.app.test_client()
            together.wait(30)
            form = {**YES, "answer": what}
            statuses.append(
                client.post(f"{customer.address}/answer", data=form, headers={"Accept": "text/html"}).status_code
            )

    threads = [threading.Thread(target=answer, args=[what]) for what in ("accepted", "refused")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    assert len(all_of(QuoteSignature)) == 1


def test_an_answer_that_somebody_has_recorded_already_is_not_taken_again(holder: Give, play: Play) -> None:
    customer = holder(links.QUOTE)
    play.answer("s070b_answered", "agent", answer="refused")
    late = customer.send("answer", **YES)
    assert late.status_code == 409
    assert "Repair refused" in late.text
    assert all_of(QuoteSignature) == []


def test_an_answer_after_the_validity_is_late_and_says_what_to_do(holder: Give, play: Play, company: Company) -> None:
    customer = holder(links.QUOTE)
    company.clock.advance(days=13, hours=23, minutes=59)
    assert customer.open().status_code == 200
    company.clock.advance(minutes=2)
    assert customer.send("answer", **YES).status_code == 410
    assert all_of(QuoteSignature) == []


def test_who_opened_an_older_version_is_shown_the_new_one_first(holder: Give, play: Play) -> None:
    customer = holder(links.QUOTE)
    play.answer("s070b_answered", "agent", answer="change", note="cheaper")
    assert "We are changing this quotation" in customer.open().text
    assert "changing this quotation" in customer.send("answer", **YES).text
    play.do("s020_price_quote", "analyst", lines=[{"kind": "labour", "code": "F-AUDIO", "quantity": 1}])
    play.do("s060_send_quote", "agent", sent_by="hand")
    old = customer.send("answer", **YES)
    assert old.status_code == 409
    assert "changed since you opened" in old.text
    assert customer.send("answer", **{**YES, "version": "2"}).status_code == 303
    assert [one.version for one in all_of(QuoteSignature)] == [2]
