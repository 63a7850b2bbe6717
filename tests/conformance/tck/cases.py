"""Reading the TCK's test files."""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from tests.conformance.suite import CorpusBroken
from tests.conformance.tck.values import Element, Plain, children, read, squeezed, tag

LEVELS = (2, 3)


@dataclasses.dataclass(frozen=True)
class Input:
    """A value that a case gives; `namespace` says in which model the name is declared, empty for its own."""

    name: str
    namespace: str
    value: Plain


@dataclasses.dataclass(frozen=True)
class Result:
    """A decision to ask, the wanted value, and whether it must come with an error."""

    name: str
    expected: Plain
    error: bool


@dataclasses.dataclass(frozen=True)
class Case:
    """One case. `invocable` names the decision service to call, where one is called."""

    id: str
    inputs: tuple[Input, ...]
    results: tuple[Result, ...]
    invocable: str | None

    @property
    def non_null(self) -> bool:
        """Whether anything but null is expected anywhere in it."""
        return any(result.expected is not None for result in self.results)


@dataclasses.dataclass(frozen=True)
class TestFile:
    """A test file with the model beside it."""

    level: int
    path: Path
    model: Path
    cases: tuple[Case, ...]

    @property
    def directory(self) -> str:
        """The name of the folder, which vendors use as the first part of a case's key."""
        return self.path.parent.name

    def counts(self) -> tuple[str, ...]:
        """What counts.csv says of this file."""
        results = [result for case in self.cases for result in case.results]
        numbers = (len(self.cases), sum(case.non_null for case in self.cases), len(results))
        errors = sum(result.error for result in results)
        return (str(self.level), self.directory, self.path.name, self.model.name, *map(str, (*numbers, errors)))


def test_files(corpus: Path) -> list[TestFile]:
    """Every test file of both levels. Raises CorpusBroken when they are not those of counts.csv."""
    found = list(_read_all(corpus))
    _check_counts(corpus / "counts.csv", found)
    return found


def _read_all(corpus: Path) -> Iterator[TestFile]:
    for level in LEVELS:
        for path in sorted((corpus / "TestCases" / f"compliance-level-{level}").glob("*/*.xml")):
            try:
                root = etree.parse(path).getroot()
            except etree.XMLSyntaxError as error:
                raise CorpusBroken(f"{path} is damaged: {error}") from error
            if tag(root) == "testCases":
                (model,) = children(root, "modelName")
                cases = tuple(_case(element) for element in children(root, "testCase"))
                yield TestFile(level, path, path.parent / squeezed(model.text), cases)


def _case(element: Element) -> Case:
    inputs = tuple(
        Input(squeezed(node.get("name")), node.get("namespace") or "", read(node))
        for node in children(element, "inputNode")
    )
    results = tuple(
        Result(squeezed(node.get("name")), _expected(node), node.get("errorResult") == "true")
        for node in children(element, "resultNode")
    )
    called = squeezed(element.get("invocableName")) if element.get("type") == "decisionService" else None
    return Case(element.get("id") or "", inputs, results, called)


def _expected(node: Element) -> Plain:
    for expected in children(node, "expected"):
        return read(expected)
    return None


def _check_counts(path: Path, found: Sequence[TestFile]) -> None:
    if not path.is_file():
        raise CorpusBroken(f"{path} is missing, so nothing tells whether the corpus is complete.")
    with path.open(encoding="utf-8", newline="") as file:
        listed = {(row[1], row[2]): tuple(row) for row in list(csv.reader(file))[1:]}
    counted = {(file.directory, file.path.name): file.counts() for file in found}
    different = sorted(key for key in listed.keys() | counted.keys() if listed.get(key) != counted.get(key))
    if different:
        names = ", ".join("/".join(key) for key in different[:5])
        raise CorpusBroken(f"The corpus is not what {path} says; {len(different)} test files differ: {names}")
    missing = [file.model for file in found if not file.model.is_file()]
    if missing:
        raise CorpusBroken(f"The model {missing[0]} is missing.")
