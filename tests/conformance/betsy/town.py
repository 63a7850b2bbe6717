"""Instances that find each other: the kernels' test host, with processes started by messages and signals and a trace.

Files go through the deploy gate, diagrams through our parser, instances through our kernel, expressions through FEEL;
nothing in them knows that it is measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from app.engine.gate import File, check
from app.feel import Environment, FunctionRegistry, compile_expression, to_json
from app.kernel import BpmnError, BroadcastSignal, JobWait, Kernel, ProcessModel, PublishMessage
from app.kernel.reading import read
from app.kernel.xml import EVENTS, Shared, all_definitions_of, bpmn, kind
from tests.conformance.betsy.adapter import MARKER, STARTED, adapted
from tests.kernel.host import SHANGHAI, FeelPort, Host

TICK = 0.25
LASTING = 10.0


class Refused(Exception):
    """The deploy gate does not take the model."""


def deployed(xml: bytes) -> tuple[ProcessModel, ...]:
    """The processes of a model that the gate takes. Raises Refused."""
    checked = check([File("model.bpmn", adapted(xml))], lambda kind, identifier: False)
    if checked.errors:
        raise Refused(", ".join(sorted({finding.code for finding in checked.errors})))
    return checked.processes["model.bpmn"]


class Trace:
    """What the scripts of one case did."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.started = self.marked = False
        self.spans: list[tuple[float, float]] = []

    def note(self, word: str) -> None:
        if word == STARTED:
            self.started = True
        elif word == MARKER:
            self.marked = True
        else:
            self.words.append(word)

    @property
    def parallel(self) -> bool:
        """Did the two long scripts overlap?"""
        return len(self.spans) == 2 and max(s for s, _ in self.spans) < min(e for _, e in self.spans)


class ScriptPort(FeelPort):
    """FEEL with the functions that scripts have been translated to."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self.trace = trace
        self.functions = FunctionRegistry()
        self._register("traced", trace.note, ("word", "string"))
        self._register("counted", self._counted, ("number", "number"), "number")
        self._register("read_back", self._read_back, ("value?", "string"))
        self._register("failed", self._failed, ("code", "string"))

    def evaluate(self, expression: str, view: Mapping[str, Any]) -> Any:
        environment = Environment(now=self.now, zone=SHANGHAI, functions=self.functions)
        return to_json(compile_expression(expression[1:]).evaluate(view, environment=environment))

    def _register(self, name: str, act: Callable[..., Any], parameter: tuple[str, str], returns: str = "any") -> None:
        self.functions.register(name, [parameter], returns, "", act)

    def _counted(self, number: Any) -> Any:
        self.trace.note("INCREMENT_correct")
        return number + 1

    def _read_back(self, value: str | None) -> None:
        if value == "String":
            self.trace.note("DATA_correct")

    def _failed(self, code: str) -> None:
        raise BpmnError(code)


class Town(Host):
    """All instances that one case brings about. With `reload` each is stored and loaded again after every command."""

    def __init__(self, *models: ProcessModel, trace: Trace, reload: bool) -> None:
        super().__init__(*models)
        self.port: FeelPort = ScriptPort(trace)
        self.trace = trace
        self.reload = reload
        self.passed = 0.0
        self._long: dict[tuple[int, int], tuple[float, str]] = {}

    def live_on(self, seconds: float) -> None:
        """Let the clock run, doing whatever is due at each tick."""
        self._look_for_long_scripts()
        while self.passed < seconds:
            self.passed += TICK
            self.wait(seconds=TICK)
            self._end_long_scripts()
            self._look_for_long_scripts()

    def problems(self) -> Iterator[str]:
        """The errors of the case: one for each error event that nothing caught, and one for all else that failed."""
        codes = [code for number in self.kernels for _, code in self.incidents(number)]
        yield from ("ERROR_thrownErrorEvent" for code in codes if code == "kernel.error_not_caught")
        if any(code != "kernel.error_not_caught" for code in codes):
            yield "ERROR_runtime"

    def _deliver(self, number: int, kernel: Kernel, message: object) -> None:
        super()._deliver(number, kernel, message)
        if isinstance(message, PublishMessage):
            found = self.receiver(message.name, message.correlation_key)
            if found is None:
                self._start_by("message", message.name, message.variables)
            else:
                self.kernels[found[0]].fire(found[1].token, found[1].index, message.variables)
        elif isinstance(message, BroadcastSignal):
            self._start_by("signal", message.name, message.variables)

    def _start_by(self, kind: str, name: str, variables: Mapping[str, Any]) -> None:
        for model in list(self.models.values()):
            for start in model.starts:
                if any((found.kind, found.name) == (kind, name) for found in start.triggers):
                    self.begin({}, model.id, start.id, variables)

    def _look_for_long_scripts(self) -> None:
        for number, kernel in self.kernels.items():
            for wait in kernel.waits():
                if isinstance(wait, JobWait):
                    self._long.setdefault((number, wait.token), (self.passed, wait.type))

    def _end_long_scripts(self) -> None:
        for (number, token), (began, script) in list(self._long.items()):
            if self.passed < began + LASTING:
                continue
            del self._long[number, token]
            if script.startswith("CREATE_TIMESTAMP"):
                self.trace.spans.append((began, self.passed))
            if any(wait.token == token and isinstance(wait, JobWait) for wait in self.kernels[number].waits()):
                self.do(number, "complete", token)

    def _reload(self, number: int, kernel: Kernel) -> None:
        if self.reload:
            super()._reload(number, kernel)


def dropped(xml: bytes, models: tuple[ProcessModel, ...]) -> list[str]:
    """Events of a model whose definitions are not all in what we execute: a pass with one of them would be luck."""
    root = read(xml)
    shared = Shared(root)
    executed = {
        element.id: Counter(trigger.kind for trigger in element.triggers)
        for model in models
        for element in model.elements.values()
    }
    drawn = {node.get("id", ""): _kinds(node, shared) for node in root.iter(*map(bpmn, EVENTS))}
    return [name for name, kinds in drawn.items() if name in executed and kinds != executed[name]]


def _kinds(event: etree._Element, shared: Shared) -> Counter[str]:
    """The kinds of events that are drawn. A pair of link events is executed as a flow."""
    kinds = (kind(found).removesuffix("EventDefinition") for found in all_definitions_of(event, shared))
    return Counter(found for found in kinds if found != "link")
