"""Asking our evaluator the questions of one test file."""

from __future__ import annotations

import dataclasses
import typing as t
from pathlib import Path

from lxml import etree

from app.dmn import Decision, Definitions, DmnError, DmnInvalid, Import, Linker
from app.dmn.nodes import Service
from app.feel import FeelError, FeelValue, compile_expression, render
from tests.conformance.tck.cases import Case, Result, TestFile
from tests.conformance.tck.comparison import same
from tests.conformance.tck.values import Plain, Temporal, plain, squeezed, tag

_LONGEST = 300


@dataclasses.dataclass(frozen=True)
class Failure:
    """Why a result is not the expected one, in words for those who will mend it."""

    result: str
    expected: str
    got: str
    logic: str


@dataclasses.dataclass(frozen=True)
class Judged:
    """A case that ran; it passed when nothing failed."""

    id: str
    non_null: bool
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """A case passes only when all its results are the expected ones."""
        return not self.failures


class Refused(t.NamedTuple):
    """An orderly error. One of deciding, such as a value that has not the declared type, is what the standard calls
    null; one of FEEL, such as a spent budget, is null only where the suite announces an error.
    """

    reason: str
    null: bool


class Crashed(t.NamedTuple):
    """An exception that nobody promised. It is equal to nothing, least of all to null."""

    reason: str


def run(file: TestFile) -> list[Judged]:
    """Compile the model once and ask it every case. Inputs of one case cannot leak: each is evaluated afresh."""
    try:
        definitions = _compiled(file.model)
    except DmnInvalid as invalid:
        failure = Failure("", "a model that can be read", str(invalid), "")
        return [Judged(case.id, case.non_null, (failure,)) for case in file.cases]
    logic = _logic_of(file.model)
    return [_judged(definitions, case, logic) for case in file.cases]


def _compiled(model: Path) -> Definitions:
    """The model with the siblings it imports by namespace. What it cannot run is null; that is for us to show."""
    siblings = {etree.parse(path).getroot().get("namespace"): path for path in model.parent.glob("*.dmn")}

    def find(wanted: Import) -> bytes | None:
        path = siblings.get(wanted.namespace)
        return path.read_bytes() if path else None

    return Linker(find).compile(model.read_bytes()).definitions


def _judged(definitions: Definitions, case: Case, logic: dict[str, str]) -> Judged:
    failures = []
    for result in case.results:
        answer = _answer(definitions, case, result)
        if not _as_expected(result, answer):
            shown = answer.reason if isinstance(answer, (Refused, Crashed)) else render(answer)
            text = logic.get(case.invocable or result.name, "")
            failures.append(Failure(result.name, _shown(result.expected), shown[:_LONGEST], text))
    return Judged(case.id, case.non_null, tuple(failures))


def _as_expected(result: Result, answer: FeelValue | Refused | Crashed) -> bool:
    if isinstance(answer, Refused):
        return result.expected is None and (answer.null or result.error)
    return not isinstance(answer, Crashed) and same(result.expected, plain(answer))


def _answer(definitions: Definitions, case: Case, result: Result) -> FeelValue | Refused | Crashed:
    try:
        context = {one.name: _given(one.value) for one in case.inputs}
        asked = _node(definitions, case.invocable or result.name)
        value = definitions.evaluate(asked.id, context).value
    except (DmnError, FeelError) as error:
        return Refused(f"error {error.code} {error.params}", isinstance(error, DmnError))
    except Exception as error:  # noqa: BLE001 - whatever escapes is a finding of this case and of no other
        return Crashed(f"{type(error).__name__}: {error}")
    # A service with several output decisions gives all of them at once.
    return value.get(result.name) if isinstance(asked, Service) and len(asked.outputs) > 1 else value


def _node(definitions: Definitions, name: str) -> Decision | Service:
    asked = (node for node in definitions.nodes.values() if isinstance(node, (Decision, Service)))
    return next(node for node in asked if node.name == name)


def _given(value: Plain) -> FeelValue:
    """An input as our evaluator takes it."""
    if isinstance(value, Temporal):
        given = compile_expression(f'@"{value.text}"').evaluate({})
        if not same(value, plain(given)):
            raise ValueError(f"the input {value.text} cannot be represented")
        return given
    if isinstance(value, list):
        return [_given(item) for item in value]
    if isinstance(value, dict):
        return {name: _given(item) for name, item in value.items()}
    return value


def _shown(value: Plain) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_shown(item)}" for name, item in value.items()) + "}"
    return value.text if isinstance(value, Temporal) else render(value)


def _logic_of(model: Path) -> dict[str, str]:
    """The expressions of each decision and service, by name, for those who read why a case fails."""
    found = {}
    for element in etree.parse(model).getroot():
        if tag(element) in ("decision", "decisionService"):
            texts = [" ".join((inner.text or "").split()) for inner in element.iter() if tag(inner) == "text"]
            found[squeezed(element.get("name"))] = " | ".join(texts)[:_LONGEST]
    return found
