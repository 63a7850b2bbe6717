"""The cockpit is tried in the small company, with one more process that can fail."""

import typing as t
from collections.abc import Callable

import pytest

from app import engine
from tests.cockpit.failing import failing_files
from tests.company import Company
from tests.company_fixtures import As, browse, clock, company, database, play, postgres_company, sqlite_company

__all__ = ["As", "browse", "clock", "company", "database", "play", "postgres_company", "sqlite_company"]


@pytest.fixture
def failing(company: Company) -> Callable[..., engine.Started]:
    """Deploy the process that fails on a list that is not one; return a function that starts it."""
    engine.deploy(company.person("owner"), failing_files())

    def start(**variables: t.Any) -> engine.Started:
        return engine.start_instance(company.person("agent"), "count_parts", {"parts": "LCD", **variables})

    return start
