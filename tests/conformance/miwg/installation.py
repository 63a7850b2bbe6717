"""A small installation of the product with one process owner in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from app import create_app
from app.clock import SetClock
from app.db import db, transaction
from app.people.models import User
from app.people.passwords import hash_password
from app.people.person import Person, find_person
from tests.clock import NOON
from tests.conftest import settings_for

OWNER, PASSWORD = "owner", "conformance"


@contextmanager
def installed(folder: Path) -> Iterator[Flask]:
    """An app with an empty database and a process owner, its context open."""
    app = create_app(settings_for(folder, f"sqlite:///{folder / 'firstline.sqlite3'}"), clock=SetClock(NOON))
    app.testing = True
    with app.app_context():
        db.create_all()
        with transaction() as session:
            session.add(
                User(
                    username=OWNER,
                    names={},
                    password_hash=hash_password(PASSWORD),
                    process_owner=True,
                    staff=True,
                    created_at=NOON,
                )
            )
        yield app
        db.session.remove()
        db.engine.dispose()


def owner() -> Person:
    found = find_person(OWNER)
    assert found is not None
    return found
