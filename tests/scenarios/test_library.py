"""Every scenario of the library ends as it says, on SQLite."""

from pathlib import Path

import pytest

from tests.scenarios.conftest import Played
from tests.scenarios.library import PATHS, name


@pytest.mark.parametrize("path", PATHS, ids=name)
def test_scenario_ends_as_expected(path: Path, played: Played) -> None:
    outcome = played(path)
    assert [str(problem) for problem in outcome.differences] == []


def test_a_scenario_lies_where_its_process_does() -> None:
    for path in PATHS:
        area, folder, process, _ = path.parts[-4:]
        assert folder == "scenarios"
        assert list(path.parents[2].glob(f"{process}.bpmn")) != [], f"{process} is not in {area}"


def test_a_file_is_named_after_what_is_in_it(played: Played) -> None:
    for path in PATHS:
        scenario = played(path).scenario
        assert scenario.process == path.parent.name, path
        assert path.stem.startswith(f"{scenario.id.lower()}_"), path


def test_no_two_scenarios_of_a_process_have_the_same_id(played: Played) -> None:
    ids = [(path.parent.name, played(path).scenario.id) for path in PATHS]
    assert len(ids) == len(set(ids))
