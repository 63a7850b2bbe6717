"""A case whose instances have left the database is still a case: its page, its papers, its story."""

import dataclasses

import pytest

from app import engine
from app.config import Retention
from app.engine import retention
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests.company import HANDSET_A, Company
from tests.conftest import both_databases
from tests.engine.truth import assert_rows_follow_the_state
from tests.play import Play

pytestmark = both_databases


@pytest.mark.parametrize(("language", "words"), [("en", "archived the steps"), ("zh", "归档了办理过程")])
def test_the_page_of_a_case_whose_steps_are_archived_says_where_they_are(
    company: Company, play: Play, language: str, words: str
) -> None:
    case_id = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, fault_description="No sound")
    engine.add_comment(company.person("agent"), engine.Place(case_id=case_id), "Customer called again")
    engine.cancel_instance(company.person("outlet_head"), play.instance("outlet_intake_repair").key, "went home")
    other = play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A)
    settings = company.app.extensions["settings"]
    company.app.extensions["settings"] = dataclasses.replace(settings, retention=Retention(finished_days=30))
    company.clock.advance(days=31)
    assert retention.sweep() == 1
    assert assert_rows_follow_the_state() == 1
    browser = company.app.test_client()
    with browser.session_transaction() as session:
        here = Peer("127.0.0.1", "tests", loopback=True)
        session[COOKIE_KEY] = start_session(company.person("agent").id, here, method="password").token
        session["language"] = language
    browser.environ_base["HTTP_ACCEPT"] = "text/html"
    case = play.case(case_id)
    page = browser.get(f"/cases/{case.case_no}")
    assert page.status_code == 200
    for said in ("No sound", "Customer called again", words, ".jsonl.gz"):
        assert said in page.text
    assert browser.get(f"/cases/{case.case_no}/now").status_code == 200
    for address in ("/cases", f"/cases/{play.case(other).case_no}", "/inbox"):
        assert browser.get(address).status_code == 200
