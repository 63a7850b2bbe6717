"""The API's tests happen in the company, over HTTP with Basic credentials."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app.db import transaction
from app.people.models import User
from app.people.passwords import hash_password
from tests.api.caller import Caller
from tests.company import PASSWORD, Company
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

PASSWORD_HASH = hash_password(PASSWORD)

As = Callable[[str | None], Caller]


@pytest.fixture
def call(app: Flask, company: Company) -> As:
    """Call the API as somebody of the company, or as nobody."""
    with transaction() as session:
        session.execute(sa.update(User).values(password_hash=PASSWORD_HASH))
    return lambda username: Caller(app, username)
