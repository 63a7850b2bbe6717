"""Fixtures for tests in the company: every test gets a copy of a database in which it was founded once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.clock import SetClock
from app.db import db
from app.people.guard import Peer
from app.people.identity import COOKIE_KEY
from app.people.signin import start_session
from tests import postgres
from tests.company import MONDAY, Company, found
from tests.conftest import settings_for
from tests.play import Play


def _founded(folder: Path, url: str) -> None:
    app = create_app(settings_for(folder, url), clock=SetClock(MONDAY))
    with app.app_context():
        found(app)
        if url.startswith("sqlite"):
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_company(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    path = folder / "company.sqlite3"
    shutil.copy(sqlite_template, path)
    _founded(folder, f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_company(postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    name = postgres.create_database(postgres_server, "company", template=postgres_template)
    _founded(tmp_path_factory.mktemp("pg-company"), postgres.address(postgres_server, name))
    return name


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of this test's own copy of the company: SQLite, unless parametrised indirectly with "postgres"."""
    if getattr(request, "param", "sqlite") == "sqlite":
        path = tmp_path / "firstline.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_company"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    name = postgres.create_database(server, "test", template=request.getfixturevalue("postgres_company"))
    yield postgres.address(server, name)
    postgres.drop_database(server, name)


@pytest.fixture
def clock() -> SetClock:
    """The company's clock: Monday 2024-06-03, 9:30 in Shanghai, until it is moved."""
    return SetClock(MONDAY)


@pytest.fixture
def company(app: Flask, clock: SetClock) -> Company:
    return Company(app, clock)


@pytest.fixture
def play(company: Company) -> Play:
    return Play(company)


HERE = Peer("127.0.0.1", "tests", loopback=True)
As = Callable[..., FlaskClient]


@pytest.fixture
def browse(company: Company) -> As:
    """Return a function that opens a signed-in browser for somebody of the company."""
    company.app.config["WTF_CSRF_ENABLED"] = False

    def open_browser(username: str, language: str = "en") -> FlaskClient:
        client = company.app.test_client()
        with client.session_transaction() as session:
            session[COOKIE_KEY] = start_session(company.person(username).id, HERE, method="password").token
            session["language"] = language
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        return client

    return open_browser
