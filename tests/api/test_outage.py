"""While the database is away people and programs are told so, and when to come again; nobody sees a failure."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app import engine
from app.db import db
from app.engine import command
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests.api.conftest import As
from tests.api.diagram import PROCESS, form, process
from tests.company import Company
from tests.conftest import both_databases

on_postgres = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)

WINGS = ("/", "/inbox", "/cases", "/cockpit", "/cockpit/instances", "/studio", "/people/account", "/nowhere")


@pytest.fixture
def away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """A block in which the database does not answer."""
    monkeypatch.setattr(command, "PAUSES", ())

    @contextmanager
    def block() -> Iterator[None]:
        def refuse(*_args: object, **_named: object) -> None:
            raise psycopg.OperationalError("connection refused")

        db.session.remove()
        db.engine.dispose()
        with monkeypatch.context() as patched:
            patched.setattr(db.engine.dialect, "connect", refuse)
            yield

    return block


@pytest.fixture
def browser(company: Company) -> FlaskClient:
    company.app.config["WTF_CSRF_ENABLED"] = False
    client = company.app.test_client()
    with client.session_transaction() as session:
        token = start_session(company.person("agent").id, Peer("127.0.0.1", "tests", loopback=True), method="password")
        session[COOKIE_KEY] = token.token
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


@on_postgres
def test_a_program_is_told_when_to_come_again(call: As, company: Company, away: Callable) -> None:
    files = [("round.bpmn", process()), ("round.form", form())]
    engine.deploy(company.person("owner"), [engine.File(*one) for one in files])
    agent = call("agent")
    with away():
        for path, body in (("/process-instances", {"processDefinitionId": PROCESS}), ("/user-tasks/search", {})):
            answer = agent.response(path, body)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "2"
            assert answer.mimetype == "application/problem+json"
            assert answer.json["code"] == "database.unreachable"
    assert agent.post("/process-instances", {"processDefinitionId": PROCESS})[0] == 200


@on_postgres
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_so_and_tries_again_by_itself(browser: FlaskClient, away: Callable, language: str) -> None:
    with browser.session_transaction() as session:
        session["language"] = language
    with away():
        for address in WINGS:
            assert browser.get(address).status_code == browser.post(address).status_code == 503, address
            assert browser.get(address, headers={"HX-Request": "true"}).status_code == 503, address
        answer = browser.get("/inbox")
        fragment = browser.get("/inbox", headers={"HX-Request": "true"})
        posted = browser.post("/people/password", data={})
    assert answer.status_code == fragment.status_code == 503
    assert {"en": "Not reachable for a moment", "zh": "暂时连不上"}[language] in answer.text
    assert 'http-equiv="refresh"' in answer.text
    assert (fragment.headers["HX-Retarget"], "<html" in fragment.text) == ("#toasts", False)
    assert 'http-equiv="refresh"' not in posted.text
    assert browser.get("/inbox").status_code == 200


def test_a_full_disk_is_said_to_be_full(app: Flask, call: As, company: Company) -> None:
    agent = call("owner")

    def fill(connection: object, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 1}")

    db.session.remove()
    db.engine.dispose()
    sa.event.listen(db.engine, "connect", fill)
    letter = {"name": "m", "timeToLive": 60_000, "variables": {"text": "x" * 9_000}}
    for number in range(100):
        answer = agent.response("/messages/publication", letter | {"correlationKey": str(number)})
        if answer.status_code != 200:
            break
    assert (answer.status_code, answer.json.get("code")) == (503, "database.full"), answer.json
    assert answer.headers["Retry-After"] == "60"


@both_databases
def test_a_crowd_that_finds_no_connection_is_asked_to_come_again(app: Flask, call: As, monkeypatch) -> None:
    agent = call("agent")

    def crowded(*_args: object, **_named: object) -> None:
        raise sa.exc.TimeoutError("QueuePool limit of size 10 overflow 20 reached")

    db.session.remove()
    monkeypatch.setattr(db.engine.pool, "connect", crowded)
    answer = agent.response("/user-tasks/search", {})
    assert (answer.status_code, answer.json["code"]) == (503, "database.crowded")
