"""What rows name, looked up in what there is: elements of diagrams with their forms and tables, and everything else by name."""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property

from app import dmn
from app.db import Model
from app.desk.handlers.documents import PREFIXES
from app.desk.registers import REGISTERS
from app.kernel import ProcessModel
from app.people.roles import CATALOGUE as ROLES
from app.scenarios import processes_of
from tests.company import ROOT, library
from tests.reference.traceability.rows import Row

STEP = re.compile(r"(\d+)([a-z]?)")
PRINTED = ("paper", "report")
"""Kinds of documents; reports are those that managers read as such."""


@dataclasses.dataclass(frozen=True)
class Part:
    """What of a process answers a row."""

    process: str
    steps: tuple[str, ...]
    elements: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Library:
    """Diagrams, and names of everything else that a row may name, by kind."""

    processes: Mapping[str, ProcessModel]
    pages: Collection[str]

    @cached_property
    def names(self) -> Mapping[str, Collection[str]]:
        """Kind → names there are of it. Papers are those that a diagram writes."""
        written = {one.headers.get("kind") for process in self.processes.values() for one in process.elements.values()}
        documents = PREFIXES.keys() & written
        tables = (dmn.parse(path.read_bytes()).decisions for path in (ROOT / "bpmn").rglob("*.dmn"))
        return {
            "table": {decision.id for decisions in tables for decision in decisions},
            "form": {path.stem for path in (ROOT / "forms").rglob("*.form")},
            **dict.fromkeys(PRINTED, documents),
            "register": REGISTERS.keys(),
            "field": {f"{table.name}.{one.name}" for table in Model.metadata.tables.values() for one in table.columns},
            "role": {role for role, *_ in ROLES},
            "test": {path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")},
            "page": self.pages,
        }


@cache
def diagrams() -> Mapping[str, ProcessModel]:
    """The processes of the library, by id."""
    return processes_of(library())


def parts(row: Row, processes: Mapping[str, ProcessModel]) -> list[Part]:
    """Return what of the diagrams answers a row. A step that is not there has no elements; see `unknown`."""
    return [
        Part(name, steps, tuple(one for step in steps for one in elements_of(processes[name], step)))
        for name, steps in row.steps
        if name in processes
    ]


def tables_and_forms(row: Row, processes: Mapping[str, ProcessModel]) -> tuple[list[str], list[str]]:
    """Return the decision tables and forms of a row's elements, and those that it names itself."""
    elements = [processes[part.process].elements[one] for part in parts(row, processes) for one in part.elements]
    tables = [one.decision.decision_id for one in elements if one.decision]
    forms = [one.form.form_id for one in elements if one.form]
    return _once([*tables, *row.named("table")]), _once([*forms, *row.named("form")])


def unknown(row: Row, there: Library) -> Iterator[str]:
    """Return what a row names that does not exist."""
    for process, steps in row.steps:
        model = there.processes.get(process)
        yield from (f"{process} {step}" for step in steps if model is None or not elements_of(model, step))
        if not steps:
            yield f"{process} without a step"
    for one in row.cover:
        kind, colon, name = one.partition(":")
        if colon and name not in there.names.get(kind, ()):
            yield one


def elements_of(process: ProcessModel, step: str) -> list[str]:
    """Return the element that bears the number alone; where there is none, those that bear it with a letter."""
    found = STEP.fullmatch(step)
    if found is None:
        return []
    number, letter = int(found[1]), found[2]
    exact = [one for one in process.elements if one.startswith(f"s{number:03}{letter}_")]
    return exact or [one for one in process.elements if re.match(rf"s{number:03}[a-z]_", one) and not letter]


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))
