"""Every scenario of the library ends as it says, on PostgreSQL."""

from pathlib import Path

import pytest

from app.scenarios import play, read_scenario
from tests.company import Company
from tests.scenarios.library import PATHS, name


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("path", PATHS, ids=name)
def test_scenario_ends_as_expected(path: Path, company: Company) -> None:
    outcome = play(read_scenario(path), company.app, company.clock)
    assert [str(problem) for problem in outcome.differences] == []
