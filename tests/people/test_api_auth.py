"""The API takes HTTP Basic or a personal token, ignores cookies and asks for no CSRF token."""

import pytest
from flask import Flask, jsonify

from app.people import SYSTEM, passwords, public, signed_in
from app.people.accounts import change_password, set_active, set_permissions
from app.people.person import STAFF
from app.people.tokens import create_token, revoke_token, tokens_of
from tests.conftest import both_databases
from tests.people.cast import PASSWORD

pytestmark = both_databases


@pytest.fixture
def app(app: Flask) -> Flask:
    def me():
        person = signed_in()
        return jsonify(name=person.username, permissions=sorted(person.permissions), read_only=person.read_only)

    for rule in ("/v2/me", "/v2/things/search", "/api/me", "/api/expression/evaluation"):
        app.add_url_rule(rule, rule, me, methods=["GET", "POST", "DELETE"])
    app.add_url_rule("/v2/free-for-all", "free_for_all", public(lambda: "{}"))
    app.extensions["csrf"].exempt("tests.people.test_api_auth.me")
    app.view_functions["/v2/me"].__module__ = "tests.people.test_api_auth"
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


def test_name_and_password_sign_a_program_in(cast, client):
    for address in ("/v2/me", "/api/me"):
        answer = client.get(address, auth=("agent", PASSWORD))
        assert answer.json["name"] == "agent"


def test_no_cookie_is_set_and_no_csrf_token_asked_for(cast, client):
    answer = client.post("/v2/me", auth=("agent", PASSWORD), json={})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic YQ=="},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Digest username=agent"},
        {"Authorization": "ÿþ"},
    ],
)
def test_without_a_good_credential_the_answer_says_how_to_sign_in(cast, client, headers):
    for address in ("/v2/me", "/v2/unknown", "/api/me"):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 401
        assert "Basic" in answer.headers["WWW-Authenticate"]
        assert "Bearer" in answer.headers["WWW-Authenticate"]
        assert answer.mimetype == "application/problem+json"


def test_a_cookie_means_nothing_to_the_api(cast):
    browser = cast.browser("administrator")
    assert browser.get("/v2/me").status_code == 401


def test_a_page_takes_no_authorization_header(app, cast, client):
    answer = client.get("/account", auth=("agent", PASSWORD), headers={"Accept": "text/html"})
    assert answer.status_code == 303


def test_public_api_views_need_nothing(cast, client):
    assert client.get("/v2/free-for-all").status_code == 200


def test_a_wrong_password_counts_towards_the_lock(cast, client):
    for _ in range(5):
        assert client.get("/v2/me", auth=("agent", "wrong password")).status_code == 401
    answer = client.get("/v2/me", auth=("agent", PASSWORD))
    assert answer.status_code == 401
    assert answer.json["code"] == "people.locked"


def test_a_remembered_credential_costs_one_statement_and_no_hash(cast, client, statements, monkeypatch):
    client.get("/v2/me", auth=("agent", PASSWORD))
    monkeypatch.setattr(passwords, "matches", None)  # would fail if called
    statements.clear()
    assert client.get("/v2/me", auth=("agent", PASSWORD)).status_code == 200
    assert len(statements) == 1


def test_a_credential_is_remembered_for_a_short_time_only(cast, client, clock, monkeypatch):
    asked = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *args: asked.append(1) or real(*args))
    client.get("/v2/me", auth=("agent", PASSWORD))
    clock.advance(seconds=59)
    client.get("/v2/me", auth=("agent", PASSWORD))
    assert len(asked) == 1
    clock.advance(seconds=1)
    client.get("/v2/me", auth=("agent", PASSWORD))
    assert len(asked) == 2


def test_a_remembered_credential_dies_with_the_password(cast, client):
    client.get("/v2/me", auth=("agent", PASSWORD))
    change_password(cast.agent, PASSWORD, "a much better one")
    assert client.get("/v2/me", auth=("agent", PASSWORD)).status_code == 401
    assert client.get("/v2/me", auth=("agent", "a much better one")).status_code == 200


def test_a_remembered_credential_dies_with_the_account(cast, client):
    client.get("/v2/me", auth=("agent", PASSWORD))
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert client.get("/v2/me", auth=("agent", PASSWORD)).status_code == 401


def test_a_name_and_password_that_join_alike_are_different_credentials(cast, client, app):
    cache = app.extensions["credentials"]
    assert cache.key("ab", "c") != cache.key("a", "bc")


def test_the_memory_of_credentials_is_bounded(app, clock, monkeypatch):
    from app.people import api_auth

    monkeypatch.setattr(api_auth, "MOST_CREDENTIALS", 2)
    cache = api_auth.CredentialCache()
    entry = api_auth.Verified(1, 0, clock.now().replace(year=2099))
    keys = [cache.key("agent", str(number)) for number in range(3)]
    for key in keys:
        cache.put(key, entry)
    assert [cache.get(key, clock.now()) for key in keys] == [None, entry, entry]


def test_a_token_acts_as_its_owner_within_its_scope(cast, client):
    secret = create_token(cast.supervisor, "till", [STAFF], days=30)
    answer = client.get("/v2/me", headers=bearer(secret))
    assert answer.json == {"name": "supervisor", "permissions": ["staff"], "read_only": False}


def test_a_token_costs_one_statement(cast, client, statements):
    secret = create_token(cast.agent, "till", [STAFF], days=30)
    statements.clear()
    client.get("/v2/me", headers=bearer(secret))
    assert len(statements) == 1


def test_a_token_does_not_keep_a_right_that_its_owner_lost(cast, client):
    secret = create_token(cast.supervisor, "till", ["staff", "supervisor"], days=30)
    set_permissions(SYSTEM, cast.ids["supervisor"], ["staff"])
    assert client.get("/v2/me", headers=bearer(secret)).json["permissions"] == ["staff"]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/v2/me", 200),
        ("POST", "/v2/things/search", 200),
        ("POST", "/api/expression/evaluation", 200),
        ("POST", "/v2/me", 403),
        ("DELETE", "/v2/things/search", 403),
    ],
)
def test_a_token_without_scope_only_reads(cast, client, method, address, status):
    secret = create_token(cast.agent, "reports", [], days=1)
    assert client.open(address, method=method, headers=bearer(secret)).status_code == status


def test_a_token_expires(cast, client, clock):
    secret = create_token(cast.agent, "till", [STAFF], days=2)
    clock.advance(days=1, hours=23)
    assert client.get("/v2/me", headers=bearer(secret)).status_code == 200
    clock.advance(hours=1)
    answer = client.get("/v2/me", headers=bearer(secret))
    assert (answer.status_code, answer.json["code"]) == (401, "people.token_invalid")
    assert tokens_of(cast.ids["agent"]) == []


def test_a_revoked_token_is_refused_at_once(cast, client):
    secret = create_token(cast.agent, "till", [STAFF], days=2)
    revoke_token(cast.agent, tokens_of(cast.ids["agent"])[0].id)
    assert client.get("/v2/me", headers=bearer(secret)).status_code == 401


def test_tokens_end_with_the_account(cast, client):
    secret = create_token(cast.agent, "till", [STAFF], days=2)
    set_active(SYSTEM, cast.ids["agent"], active=False)
    assert client.get("/v2/me", headers=bearer(secret)).status_code == 401
    set_active(SYSTEM, cast.ids["agent"], active=True)
    assert client.get("/v2/me", headers=bearer(secret)).status_code == 401
