"""What runs have visited of the diagrams: elements and sequence flows of each process."""

import dataclasses
from collections.abc import Iterable, Mapping

from app import kernel
from app.engine import File
from app.kernel import ProcessModel
from app.scenarios.visits import travelled


@dataclasses.dataclass
class Visited:
    """Ids of what was visited in one process."""

    elements: set[str] = dataclasses.field(default_factory=set)
    flows: set[str] = dataclasses.field(default_factory=set)

    def add(self, other: "Visited") -> None:
        """Take what another run visited as well."""
        self.elements |= other.elements
        self.flows |= other.flows


@dataclasses.dataclass(frozen=True)
class Coverage:
    """How much of a process was visited, and what was not."""

    process: ProcessModel
    elements: int
    missed_elements: tuple[str, ...]
    flows: int
    missed_flows: tuple[str, ...]

    @property
    def element_share(self) -> float:
        """Part of the elements that was visited, between 0 and 1."""
        return 1 - len(self.missed_elements) / self.elements if self.elements else 1.0

    @property
    def flow_share(self) -> float:
        """Part of the sequence flows that was taken, between 0 and 1."""
        return 1 - len(self.missed_flows) / self.flows if self.flows else 1.0


def visited() -> dict[str, Visited]:
    """Return what the instances of the database have visited, by process id."""
    found: dict[str, Visited] = {}
    for one in travelled():
        seen = found.setdefault(one.process, Visited())
        for visit in one.visits:
            seen.elements.add(visit.element)
            seen.flows.update(visit.flows)
    return found


def merged(runs: Iterable[Mapping[str, Visited]]) -> dict[str, Visited]:
    """Return what several runs have visited together."""
    found: dict[str, Visited] = {}
    for run in runs:
        for process, seen in run.items():
            found.setdefault(process, Visited()).add(seen)
    return found


def processes_of(library: Iterable[File]) -> dict[str, ProcessModel]:
    """Return the processes in the diagrams of a library, by id."""
    parsed = (kernel.parse(file.content) for file in library if file.name.endswith(".bpmn"))
    return {process.id: process for one in parsed for process in one.processes if process.executable}


def coverage_of(process: ProcessModel, seen: Visited | None) -> Coverage:
    """Compare a diagram with what was visited of it."""
    been = seen or Visited()
    elements, flows = list(process.elements), list(process.flows)
    return Coverage(
        process,
        len(elements),
        tuple(one for one in elements if one not in been.elements),
        len(flows),
        tuple(one for one in flows if one not in been.flows),
    )
