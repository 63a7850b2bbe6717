"""Scenarios are played in copies of the company; each once per test run and database, whatever then asks about it."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from app.scenarios import FILE, Outcome, Sandbox, read_company, read_scenario
from tests.company import library
from tests.company_fixtures import clock, company, database, play, postgres_company, sqlite_company

__all__ = ["clock", "company", "database", "play", "postgres_company", "sqlite_company"]

Played = Callable[[Path], Outcome]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    return Sandbox(tmp_path_factory.mktemp("scenarios"), read_company(FILE), library())


@pytest.fixture(scope="session")
def played(sandbox: Sandbox) -> Played:
    """Plays a scenario's file on SQLite, or remembers what came of it."""
    return functools.cache(lambda path: sandbox.play(read_scenario(path)))
