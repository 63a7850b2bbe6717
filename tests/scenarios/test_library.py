"""Every scenario of the library ends as it says, on SQLite."""

from pathlib import Path

import pytest

from tests.reference import DOCS, coverage
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


ENOUGH = 0.95
"""Part of the elements that scenarios must visit, of all processes that have any."""


def test_every_element_is_visited_or_the_reason_is_given(played: Played) -> None:
    outcomes = [played(path) for path in PATHS]
    told = {outcome.scenario.process for outcome in outcomes}
    shares = {name: share for name, share in coverage.covered(outcomes).items() if name in told}
    missed = {(name, element) for name, share in shares.items() for element in share.missed_elements}
    listed = {(name, element) for name, elements in coverage.reasons().items() for element in elements}
    assert missed - listed == set(), "Visit them in a scenario, or say why not in not_visited.json."
    assert listed - missed == set(), "These are visited now: take them out of not_visited.json."
    assert len(missed) <= (1 - ENOUGH) * sum(share.elements for share in shares.values())


def test_the_page_on_coverage_is_the_generated_one(played: Played) -> None:
    committed = (DOCS / "reference" / "coverage.md").read_text("utf-8")
    made = coverage.page([played(path) for path in PATHS])
    assert committed == made, 'Run `make reference ARGS="coverage"` and commit what it writes.'
