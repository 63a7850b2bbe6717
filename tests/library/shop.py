"""The library's own files running without a database: real kernel, FEEL, tables, forms and calendar, a pretended desk."""

import datetime as dt
import functools
from collections import ChainMap
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from app import dmn
from app.calendars.calendar import Calendar
from app.calendars.functions import register_functions
from app.feel import Environment, FunctionRegistry, compile_expression, to_json
from app.forms import Form, parse_form
from app.kernel import CalledDecision, Decided, JobWait, Kernel, ProcessModel, UserWait, parse
from tests.kernel.host import SHANGHAI, FeelPort, Host

ROOT = Path(__file__).parents[2]
CASE = {
    "case_no": "RO-20240603-0001",
    "unit": "outlet-1",
    "customer_id": 7,
    "asset_id": 9,
    "serial_no": "A-100",
    "fault_description": "No sound",
}
PRICES = {"LCD": 300, "SPK": 40, "F-AUDIO": 60}
"""The price list; everything else has to be priced by hand."""

OFFICE = Calendar(SHANGHAI)

FACTORY = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
  <process id="factory_intake" isExecutable="true"><startEvent id="s"><outgoing>f</outgoing></startEvent>
    <sequenceFlow id="f" sourceRef="s" targetRef="u"/>
    <userTask id="u"><incoming>f</incoming><outgoing>g</outgoing></userTask>
    <sequenceFlow id="g" sourceRef="u" targetRef="e"/><endEvent id="e"><incoming>g</incoming></endEvent>
  </process></definitions>"""
"""Stands for the factory's processes, into which these runs do not go."""


def fact(value: Any, source: str = "asset_register") -> dict[str, Any]:
    return {"value": value, "source": source, "date": "2024-01-10"}


def facts(**changed: Any) -> dict[str, Any]:
    """What the desk knows of a handset in its first year, with proof and without a contract."""
    known = {
        "asset": 9, "model": "E-900", "owner": "Li Na", "sale_date": "2024-01-10", "identity_ok": True, "proof": "record",
        "warranty_end": "2025-01-10", "warranty_days_left": 221, "repeat_days": -1,
        "contract": None, "contract_active": False, "free_parts": False, "free_labour": False,
    }  # fmt: skip
    return {name: fact(value) for name, value in (known | changed).items()}


@functools.cache
def library_process(name: str) -> ProcessModel:
    """A process of the library; models are shared by all runs."""
    return parse(next((ROOT / "bpmn").rglob(f"{name}.bpmn")).read_bytes()).processes[0]


@functools.cache
def library_table(name: str) -> dmn.Definitions:
    return dmn.parse(next((ROOT / "bpmn").rglob(f"{name}.dmn")).read_bytes())


class Port(FeelPort):
    def __init__(self) -> None:
        super().__init__()
        self.time = dt.datetime(2024, 6, 3, 9, tzinfo=SHANGHAI)
        functions = FunctionRegistry()
        register_functions(functions, lambda: OFFICE)
        self.environment = Environment(now=self.now, zone=SHANGHAI, functions=functions)

    def evaluate(self, expression: str, view: Mapping[str, Any]) -> Any:
        context = {"case": CASE, **view}
        return to_json(compile_expression(expression[1:]).evaluate(context, environment=self.environment))

    def decide(self, decision: CalledDecision, view: Mapping[str, Any]) -> Decided:
        name = decision.decision_id
        result = library_table(name).evaluate(name, dict(view), self.environment)
        return Decided(to_json(result.value), result.trace)


class Shop(Host):
    """An outlet: the host of the kernel's tests with a desk that does the service tasks at once."""

    def __init__(self, *processes: str, known: Mapping[str, Any] | None = None) -> None:
        super().__init__(*(library_process(name) for name in processes), *parse(FACTORY).processes)
        self.port: Port = Port()
        self.facts = facts() | dict(known or {})
        self.jobs: list[tuple[str, str, dict[str, Any], dict[str, str]]] = []
        """(type, element, variables it read, headers) of every job done."""
        self.submitted: list[tuple[str, dict[str, Any]]] = []
        self._numbers = 0
        self._forms: dict[str, Form] = {}

    def settle(self) -> None:
        super().settle()
        for number, kernel in list(self.kernels.items()):
            for job in [wait for wait in kernel.waits() if isinstance(wait, JobWait)]:
                self.do(number, "complete", job.token, self._work(kernel, job))
                return

    def _work(self, kernel: Kernel, job: JobWait) -> dict[str, Any]:
        seen = dict(kernel.view(kernel.token(job.token)))
        self.jobs.append((job.type, job.element_id, seen, dict(job.headers)))
        if job.type == "desk.facts":
            return {"facts": self.facts}
        if job.type == "desk.document":
            self._numbers += 1
            return {"document_no": seen["document_no"] or f"{job.headers['kind']}-{self._numbers}"}
        if job.type == "desk.price":
            return {"priced": priced(seen["lines"], seen["basis"], seen.get("agreed"))}
        return {}

    def instance(self, process: str) -> int:
        """The number of the newest instance of a process."""
        return max(number for number, kernel in self.kernels.items() if kernel.model.id == process)

    def submit(self, element: str, data: Mapping[str, Any] | None = None) -> None:
        """Fill in the task's form as a person would: opened with its values, checked by the server, completed."""
        number, task = self._task(element)
        kernel = self.kernels[number]
        context = dict(ChainMap(dict(kernel.view(kernel.token(task.token))), {"case": CASE}))
        stored = dict(data or {})
        if task.form:
            form = self._form(task.form.form_id)
            opened = form.initial(context, self.port.environment)
            stored = form.clean(opened | stored, context, self.port.environment)
        self.submitted.append((element, stored))
        self.do(number, "complete", task.token, stored)

    def _task(self, element: str) -> tuple[int, UserWait]:
        for number, kernel in self.kernels.items():
            for wait in kernel.waits():
                if isinstance(wait, UserWait) and wait.element_id == element:
                    return number, wait
        tasks = [self.open(number) for number in self.kernels]
        raise AssertionError(f"{element} is not open; open are {tasks}, incidents {self.all_incidents()}")

    def _form(self, name: str) -> Form:
        if name not in self._forms:
            path = next((ROOT / "forms").rglob(f"{name}.form"))
            self._forms[name] = parse_form(path.read_bytes())
        return self._forms[name]

    def groups(self, element: str) -> tuple[str, ...]:
        return self._task(element)[1].candidate_groups

    def due(self, element: str) -> dt.datetime | None:
        return self._task(element)[1].due_date

    def all_incidents(self) -> list[tuple[str, str]]:
        return [incident for number in self.kernels for incident in self.incidents(number)]

    def path(self, process: str) -> list[str]:
        """User tasks, calls, rule tasks and ends of the process, in the order they were left."""
        number = self.instance(process)
        kinds = {"userTask", "callActivity", "businessRuleTask", "endEvent", "receiveTask"}
        elements = self.kernels[number].model.elements
        return [name for name in self.visited(number) if name in elements and elements[name].kind in kinds]

    def steps(self, process: str) -> list[str]:
        """The catalogue's step numbers of the path, without the rules behind judgements."""
        return [name[1:4].lstrip("0") for name in self.path(process) if name[4:5] == "_" and name[0] == "s"]

    def written(self, job_type: str) -> list[dict[str, Any]]:
        return [seen for kind, _, seen, _ in self.jobs if kind == job_type]


def priced(lines: list[dict[str, Any]], basis: str, agreed: list[dict[str, Any]] | None) -> dict[str, Any]:
    """`desk.price` as its contract describes it."""
    by_hand = {line["code"]: line.get("price") for line in agreed or []}
    charged = {"part": basis in {"quote_all", "quote_parts"}, "labour": basis in {"quote_all", "quote_labour"}}
    result = []
    for line in lines:
        listed = line["code"] in PRICES
        price = PRICES[line["code"]] if listed else line.get("price") or by_hand.get(line["code"])
        pays = charged[line["kind"]]
        amount = Decimal(str(price or 0)) * line["quantity"] if pays else Decimal(0)
        result.append({**line, "listed": listed, "price": price, "charged": pays, "amount": float(amount)})
    unlisted = [line for line in result if not line["listed"]]
    return {
        "lines": result,
        "total": sum(line["amount"] for line in result),
        "unpriced_items": len(unlisted),
        "hand_priced": sum(line["amount"] for line in unlisted),
    }
