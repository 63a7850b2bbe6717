"""The smallest host: instances in a dictionary, everything between them, and a reload after every command."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.feel import Environment, compile_expression, to_json
from app.kernel import (
    BroadcastSignal,
    CalledDecision,
    CancelCall,
    Decided,
    Ended,
    Escalated,
    Kernel,
    LogEntry,
    MessageWait,
    ProcessModel,
    PublishMessage,
    StartCall,
    TaskChanged,
    TaskDenied,
    TimerWait,
    UserWait,
    parse,
)

ELEMENTS = Path(__file__).parent / "elements"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class FeelPort:
    """FEEL behind the kernel's port, with decisions as plain functions and a clock that the test moves."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 1, 1, 12, tzinfo=SHANGHAI)
        self.decisions: dict[str, Any] = {}
        self.broken: set[str] = set()
        """Expressions that fail until the test takes them out."""

    def evaluate(self, expression: str, view: Mapping[str, Any]) -> Any:
        if expression in self.broken:
            raise ArithmeticError(expression)
        environment = Environment(now=self.now, zone=SHANGHAI)
        return to_json(compile_expression(expression[1:]).evaluate(view, environment=environment))

    def reads(self, expression: str) -> frozenset[str]:
        return compile_expression(expression[1:]).names

    def decide(self, decision: CalledDecision, view: Mapping[str, Any]) -> Decided:
        value = self.decisions[decision.decision_id](view)
        return Decided(value, {"rule": 1})

    def explain(self, expression: str, view: Mapping[str, Any], error: Exception | None) -> Mapping[str, Any]:
        return {"expression": expression, "saw": dict(view), "failed": error is not None}

    def explain_decision(
        self, decision: CalledDecision, view: Mapping[str, Any], error: Exception
    ) -> Mapping[str, Any]:
        return {"decision": decision.decision_id, "saw": dict(view), "failed": str(error)}

    def now(self) -> dt.datetime:
        return self.time


class Host:
    """Runs instances of some models the way the engine does, without a database."""

    def __init__(self, *models: ProcessModel) -> None:
        self.models = {model.id: model for model in models}
        self.port = FeelPort()
        self.kernels: dict[int, Kernel] = {}
        self.models_of: dict[int, str] = {}
        self.parents: dict[int, tuple[int, int]] = {}
        self.children: dict[tuple[int, int], int] = {}
        self.ended: dict[int, Ended] = {}
        self.stored: dict[int, dict[int, dict[str, Any]]] = {}
        self.log: dict[int, list[LogEntry]] = {}
        self.published: list[PublishMessage] = []
        self.signals: list[BroadcastSignal] = []
        self.verdicts: list[TaskChanged | TaskDenied] = []

    @classmethod
    def of(cls, xml: bytes) -> "Host":
        file = parse(xml)
        assert not file.errors, file.errors
        return cls(*file.processes)

    @classmethod
    def of_element(cls, name: str) -> "Host":
        """The host of one of the minimal diagrams beside these tests."""
        return cls.of((ELEMENTS / f"{name}.bpmn").read_bytes())

    # Commands

    def start(
        self,
        variables: Mapping[str, Any] | None = None,
        process: str | None = None,
        event: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> int:
        number = self.begin(variables, process, event, payload)
        self.settle()
        return number

    def begin(
        self,
        variables: Mapping[str, Any] | None = None,
        process: str | None = None,
        event: str | None = None,
        payload: Mapping[str, Any] | None = None,
        parent: tuple[int, int] | None = None,
        undo: Mapping[str, Any] | None = None,
    ) -> int:
        """Start an instance and leave what it has to say to others for `settle`."""
        model = self.models[process] if process else next(iter(self.models.values()))
        number = len(self.stored) + 1
        kernel = Kernel(model, self.port, is_child=parent is not None)
        self.kernels[number] = kernel
        self.models_of[number] = model.id
        self.stored[number], self.log[number] = {}, []
        if parent:
            self.parents[number], self.children[parent] = parent, number
        kernel.start(variables, event, payload) if undo is None else kernel.undo(undo)
        return number

    def do(self, number: int, command: str, *arguments: Any, **named: Any) -> Any:
        """One command, everything that follows from it in other instances, and a reload of all of them."""
        answer = getattr(self.kernels[number], command)(*arguments, **named)
        self.settle()
        return answer

    def complete(self, element: str, variables: Mapping[str, Any] | None = None, number: int = 1) -> None:
        self.do(number, "complete", self.token(element, number), variables)

    def fire(self, element: str, variables: Mapping[str, Any] | None = None, number: int = 1) -> None:
        """Let the event of an element happen."""
        wait = next(w for w in self.kernels[number].waits() if w.element_id == element)
        self.do(number, "fire", wait.token, wait.index, variables)

    def publish(self, name: str, key: str | None = None, variables: Mapping[str, Any] | None = None) -> bool:
        """A message to the first wait of this name and key; answers whether there was one."""
        found = self.receiver(name, key)
        if found is not None:
            number, wait = found
            self.do(number, "fire", wait.token, wait.index, variables)
        return found is not None

    def receiver(self, name: str, key: str | None) -> tuple[int, MessageWait] | None:
        """The first wait for a message of this name and key, with its instance."""
        waits = ((number, wait) for number, kernel in self.kernels.items() for wait in kernel.waits())
        return next(((n, w) for n, w in waits if isinstance(w, MessageWait) and _fits(w, name, key)), None)

    def wait(self, **duration: float) -> None:
        """Let time pass and due timers fire."""
        self.port.time += dt.timedelta(**duration)
        for number, kernel in list(self.kernels.items()):
            due = [w for w in kernel.waits() if isinstance(w, TimerWait) and w.due <= self.port.time]
            for timer in sorted(due, key=lambda wait: wait.due):
                if timer in self.kernels[number].waits():
                    self.do(number, "fire", timer.token, timer.index)

    # What a test wants to know

    def kernel(self, number: int = 1) -> Kernel:
        return self.kernels[number]

    def open(self, number: int = 1) -> list[str]:
        """The elements that wait for a person, sorted; the state once the instance is over."""
        if number in self.ended:
            return [self.ended[number].state]
        return sorted(w.element_id for w in self.kernels[number].waits() if isinstance(w, UserWait))

    def token(self, element: str, number: int = 1) -> int:
        """The token of an element that waits to be completed, else any token there."""
        kernel = self.kernels[number]
        found = [w.token for w in kernel.waits() if w.element_id == element]
        found += [t.id for t in kernel.tasks.values() if t.task_spec.element.id == element]
        return found[0]

    def variables(self, number: int = 1) -> dict[str, Any]:
        if number in self.ended:
            return self.ended[number].variables
        return self.kernels[number].scopes.local(1)

    def incidents(self, number: int = 1) -> list[tuple[str, str]]:
        return [(incident.element_id, incident.code) for incident in self.kernels[number].incidents()]

    def visited(self, number: int = 1) -> list[str]:
        """The elements completed so far, in order."""
        return [entry.element_id for entry in self.log[number] if entry.happened == "completed"]

    # Between instances

    def settle(self) -> None:
        while any(kernel.outbox for kernel in self.kernels.values()):
            for number, kernel in list(self.kernels.items()):
                while kernel.outbox:
                    self._deliver(number, kernel, kernel.outbox.pop(0))
        for number, kernel in list(self.kernels.items()):
            self._reload(number, kernel)

    def _deliver(self, number: int, kernel: Kernel, message: object) -> None:
        if isinstance(message, StartCall):
            self._call(number, kernel, message)
        elif isinstance(message, CancelCall):
            child = self.children.pop((number, message.token), None)
            if child and child not in self.ended:
                self.kernels[child].cancel()
        elif isinstance(message, PublishMessage):
            self.published.append(message)
        elif isinstance(message, TaskChanged | TaskDenied):
            self.verdicts.append(message)
        elif isinstance(message, BroadcastSignal):
            self.signals.append(message)
            for other, receiver in list(self.kernels.items()):
                if other != number and not receiver.completed:
                    receiver.signal(message.name, message.variables)
        elif isinstance(message, Escalated):
            parent, token = self.parents[number]
            self.kernels[parent].escalate(token, message.code, message.variables)
        elif isinstance(message, Ended):
            self._end(number, message)

    def _call(self, number: int, kernel: Kernel, call: StartCall) -> None:
        if call.undo is not None:
            self.begin(process=call.undo["process"], parent=(number, call.token), undo=call.undo)
        elif call.process.process_id in self.models:
            self.begin(call.variables, call.process.process_id, parent=(number, call.token))
        else:
            kernel.raise_incident(call.token, "engine.process_missing", {"process": call.process.process_id})

    def _end(self, number: int, message: Ended) -> None:
        self.ended[number] = message
        parent = self.parents.get(number)
        if parent is None or self.children.pop(parent, None) is None:
            return
        caller = self.kernels[parent[0]]
        if message.state == "completed":
            undo = message.undo and {**message.undo, "process": self.models_of[number]}
            caller.complete(parent[1], message.variables, undo)
        elif message.state == "error":
            caller.fail(parent[1], message.error_code or "", message.variables)

    def _reload(self, number: int, kernel: Kernel) -> None:
        """Store what the kernel says has changed and go on with nothing but that."""
        self.log[number] += kernel.log
        changes, stored = kernel.scopes.take_changes(), self.stored[number]
        for scope in changes.closed:
            del stored[scope]
        for scope, _ in changes.opened:
            stored[scope] = {}
        for change in changes.variables:
            stored[change.scope][change.name] = json.loads(json.dumps(change.value))
        blob = json.loads(json.dumps(kernel.dump()))
        if not kernel.completed:
            assert stored == kernel.scopes.variables
        copies = json.loads(json.dumps([[scope, values] for scope, values in stored.items()]))
        self.kernels[number] = Kernel.load(kernel.model, self.port, blob, dict(copies), is_child=kernel.is_child)


def _fits(wait: MessageWait, name: str, key: str | None) -> bool:
    return wait.name == name and wait.correlation_key in (None, key)
