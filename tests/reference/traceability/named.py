"""What scenarios say that they visit, read from their files: the steps that they do and answer, and their paths.

Nothing is played: the tests of the scenarios prove that each is true.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from app.kernel import ProcessModel
from app.scenarios import find_scenarios, read_scenario
from app.scenarios.scenario import Scenario
from app.scenarios.visits import ANYTHING
from tests.company import ROOT
from tests.reference.traceability.answers import diagrams, elements_of

Element = tuple[str, str]
"""Process and element."""
DONE = frozenset({"do", "answer"})


@dataclasses.dataclass(frozen=True)
class Told:
    """A scenario with the elements that it names."""

    name: str
    path: Path
    elements: frozenset[Element]


@cache
def told() -> tuple[Told, ...]:
    """Read every scenario of the library, in the order of its files."""
    return tuple(_told(path) for path in find_scenarios([ROOT / "bpmn"]))


def _told(path: Path) -> Told:
    scenario, processes = read_scenario(path), diagrams()
    elements = frozenset([*_done(scenario, processes), *_passed(scenario, processes)])
    return Told(f"{scenario.process} {scenario.id}", path, elements)


def _done(scenario: Scenario, processes: Mapping[str, ProcessModel]) -> Iterator[Element]:
    """Steps that people do. One that several processes have is of those that the scenario speaks of."""
    for step in scenario.steps:
        if step.verb in DONE and not step.refused:
            having = {name for name, process in processes.items() if step.target in process.elements}
            yield from ((name, step.target) for name in sorted(having & scenario.processes or having))


def _passed(scenario: Scenario, processes: Mapping[str, ProcessModel]) -> Iterator[Element]:
    """The elements whose numbers stand in a path."""
    for name, paths in scenario.expected.path.items():
        numbers = {number for path in paths if path for number in path.split("-")} - ANYTHING
        yield from ((name, element) for number in sorted(numbers) for element in elements_of(processes[name], number))
