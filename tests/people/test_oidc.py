"""Sign-in through an OpenID Connect provider that the test runs on loopback."""

import dataclasses
import time

import pytest
import sqlalchemy as sa
import structlog

from app.config import Oidc
from app.db import db
from app.people import SYSTEM, find_person
from app.people.accounts import set_active
from app.people.audit import AuditEntry
from app.people.models import User
from app.people.queries import sign_ins
from tests.people.provider import CLIENT, SECRET, Provider


@pytest.fixture(autouse=True)
def quiet():
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def provider():
    running = Provider()
    yield running
    running.stop()


@pytest.fixture
def oidc(provider):
    return Oidc(issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET, label="Company account")


@pytest.fixture
def settings(settings, oidc):
    return dataclasses.replace(settings, oidc=oidc)


@pytest.fixture
def sign_in(cast, provider):
    """Walk through the provider with one browser; returns the browser and the answer to its coming back."""

    def walk(browser=None, address="/sign-in/company?next=/account"):
        browser = browser or cast.browser(None)
        answer = browser.get(address)
        return browser, browser.get(provider.authorise(answer.location))

    return walk


def signed_in(browser):
    return browser.get("/account").status_code == 200


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_known_person_signs_in_and_comes_to_the_page_they_wanted(sign_in, provider, algorithm):
    provider.algorithm = algorithm
    browser, answer = sign_in()
    assert (answer.status_code, answer.location) == (303, "/account")
    assert signed_in(browser)
    assert [(row.method, row.outcome) for row in sign_ins("agent")] == [("oidc", "signed_in")]


def test_the_sign_in_page_offers_it(cast):
    assert "Company account" in cast.browser(None).get("/sign-in").text


def test_the_account_is_linked_at_first_and_found_by_subject_afterwards(sign_in, provider):
    sign_in()
    linked = db.session.scalar(sa.select(User.subject_id).where(User.username == "agent"))
    assert linked == f"{provider.issuer}#subject-1"
    assert db.session.scalar(sa.select(AuditEntry.subject).where(AuditEntry.action == "people:user:linked"))
    provider.claims = {"preferred_username": "renamed"}
    browser, _answer = sign_in()
    assert signed_in(browser)
    assert [row.outcome for row in sign_ins("agent")] == ["signed_in", "signed_in"]


def test_another_subject_of_the_same_username_is_not_let_in(sign_in, provider):
    sign_in()
    provider.claims = {"sub": "subject-2"}
    browser, answer = sign_in()
    assert answer.status_code == 401
    assert not signed_in(browser)


def test_somebody_without_account_is_told_so(sign_in, provider):
    provider.claims = {"preferred_username": "newcomer", "name": "新人"}
    browser, answer = sign_in()
    assert answer.status_code == 403
    assert "新人 has no account here yet" in answer.text
    assert not signed_in(browser)


class TestCreatingUsers:
    @pytest.fixture
    def oidc(self, oidc):
        return dataclasses.replace(oidc, create_users=True)

    def test_an_account_is_made_when_configured(self, sign_in, provider):
        provider.claims = {"preferred_username": "New.Comer", "name": "新人"}
        browser, _answer = sign_in()
        assert signed_in(browser)
        person = find_person("new.comer")
        assert (person.names["zh"], person.permissions) == ("新人", {"staff"})


class TestAnotherClaim:
    @pytest.fixture
    def oidc(self, oidc):
        return dataclasses.replace(oidc, username_claim="upn")

    def test_the_username_comes_from_the_configured_claim(self, sign_in, provider):
        provider.claims = {"preferred_username": "administrator", "upn": "colleague"}
        browser, _answer = sign_in()
        assert signed_in(browser)
        assert sign_ins("colleague")

    def test_without_it_nobody_is_let_in(self, sign_in):
        assert sign_in()[1].status_code == 401


def test_deactivated_and_demonstration_accounts_are_not_let_in(cast, sign_in):
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert sign_in()[1].status_code == 401
    set_active(SYSTEM, cast.ids["agent"], active=True)
    db.session.execute(sa.update(User).where(User.username == "agent").values(demo=True))
    db.session.commit()
    assert sign_in()[1].status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1/"},
        {"aud": "another client"},
        {"aud": "another client", "azp": CLIENT},
        {"nonce": "of another browser"},
        {"nonce": None},
        {"exp": int(time.time()) - 3_600},
        {"exp": None},
        {"sub": None},
        {"preferred_username": None},
        {"preferred_username": "no username"},
    ],
)
def test_an_id_token_that_is_not_for_us_now_is_refused(sign_in, provider, claims):
    provider.claims = claims
    browser, answer = sign_in()
    assert answer.status_code == 401
    assert "did not succeed" in answer.text
    assert not signed_in(browser)


@pytest.mark.parametrize("algorithm", ["none", "HS256", ""])
def test_an_id_token_not_signed_by_the_providers_key_is_refused(sign_in, provider, algorithm):
    provider.algorithm = algorithm
    browser, answer = sign_in()
    assert answer.status_code == 401
    assert not signed_in(browser)


def test_a_signature_of_somebody_else_is_refused(sign_in, provider):
    provider.foreign = True
    assert sign_in()[1].status_code == 401


def test_the_way_back_of_one_browser_does_not_sign_another_in(cast, provider):
    attacker, victim = cast.browser(None), cast.browser(None)
    back = provider.authorise(attacker.get("/sign-in/company").location)
    assert victim.get(back).status_code == 401
    assert not signed_in(victim)


def test_a_way_back_works_once(cast, provider):
    browser = cast.browser(None)
    back = provider.authorise(browser.get("/sign-in/company").location)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 401


@pytest.mark.parametrize("query", ["", "?error=access_denied", "?code=x", "?state=x", "?code=x&state=x"])
def test_odd_ways_back_are_refused(cast, query):
    assert cast.browser(None).get(f"/sign-in/company/callback{query}").status_code == 401


def test_the_way_back_never_leaves_the_site(sign_in):
    _browser, answer = sign_in(address="/sign-in/company?next=https://evil.test/")
    assert answer.location == "/"


def test_a_provider_that_is_down_is_said_to_be(cast, provider):
    provider.broken = True
    answer = cast.browser(None).get("/sign-in/company")
    assert answer.status_code == 502
    assert "cannot be reached" in answer.text


def test_nothing_is_fetched_before_somebody_signs_in(cast, provider):
    cast.browser(None).get("/sign-in")
    assert provider.asked == []


class TestWithoutProvider:
    @pytest.fixture
    def oidc(self):
        return Oidc()

    def test_there_is_no_such_page(self, cast):
        browser = cast.browser(None)
        assert browser.get("/sign-in/company").status_code == 404
        assert browser.get("/sign-in/company/callback").status_code == 404
        assert "/sign-in/company" not in browser.get("/sign-in").text
