"""A company on disk with cases that wait for somebody, and the server that serves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, engine, schema
from app.config import from_mapping
from app.db import db, transaction
from app.people import SYSTEM
from app.people.models import User
from app.people.passwords import hash_password
from tests.chaos.server import ServerProcess
from tests.company import PASSWORD, found
from tests.engine.diagrams import END, START, bpmn, chain, service, user

CASES = 120
NOTE = '<zeebe:taskHeaders><zeebe:header key="kind" value="written_once"/></zeebe:taskHeaders>'
TEXT = '<zeebe:input source="=case.case_no" target="case_no"/><zeebe:input source="=&quot;once&quot;" target="text"/>'
WORK = bpmn(
    "chaos_work",
    chain(START, user("first"), service("note", "desk.case_note", headers=NOTE, inputs=TEXT), user("second"), END),
)


@pytest.fixture(scope="module")
def company_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database as `firstline init` leaves it, with the company in it and as many open cases as CASES says."""
    folder = tmp_path_factory.mktemp("chaos")
    url = f"sqlite:///{folder / 'firstline.sqlite3'}"
    with _app(folder, url).app_context():
        schema.upgrade()
        found(_current())
        with transaction() as session:
            session.execute(
                sa.update(User).where(User.username == "administrator").values(password_hash=hash_password(PASSWORD))
            )
        engine.deploy(SYSTEM, [engine.File("chaos_work.bpmn", WORK)])
        for _ in range(CASES):
            engine.start_instance(SYSTEM, "chaos_work")
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    return url


@pytest.fixture
def url(company_url: str, tmp_path: Path) -> str:
    """This test's own copy."""
    copy = tmp_path / "firstline.sqlite3"
    copy.write_bytes(Path(company_url.removeprefix("sqlite:///")).read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(tmp_path, url)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def app(url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app beside the server on the same database, to look at what is in it."""
    application = _app(tmp_path, url)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def _app(folder: Path, url: str) -> Flask:
    return create_app(from_mapping({"var": str(folder / "var"), "database": {"url": url, "synchronous": "normal"}}))


def _current() -> Flask:
    from flask import current_app

    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]
