"""What a drawing from anywhere still needs before it can run.

`parse` refuses; `review` explains. It judges a drawing as if the process that is meant to run were marked executable
already, and looks at the picture too, so that a draft can be completed from one list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from app.kernel.by_hand import PEOPLE, PROPERTY, fill
from app.kernel.dialect import respell
from app.kernel.extensions import properties, read_lane
from app.kernel.findings import Finding, bounded
from app.kernel.lint import lint, picture
from app.kernel.lint.scope import remark
from app.kernel.model import Lane
from app.kernel.reading import NotReadable, read
from app.kernel.xml import NODES, bpmn, local


@dataclass(frozen=True, slots=True)
class DrawnProcess:
    """A process of a drawing, usually one pool."""

    id: str
    name: str
    executable: bool
    steps: int
    """Its activities, events and gateways, those of its sub-processes included."""


@dataclass(frozen=True, slots=True)
class Review:
    """What stands in a file and what it still needs."""

    readable: bool
    """Is it a BPMN file at all?"""

    tool: str
    """The program the drawing says it was made with; empty when it does not."""
    processes: tuple[DrawnProcess, ...]
    judged: tuple[str, ...]
    """Ids of the processes that the findings are about."""
    lanes: tuple[Lane, ...]
    """Lanes of those processes."""
    findings: tuple[Finding, ...]


def review(xml: bytes) -> Review:
    """Judge a drawing. Nothing in it makes this fail: what is wrong is a finding."""
    try:
        root = read(xml)
    except NotReadable as error:
        return Review(False, "", (), (), (), (error.finding,))
    drawn = tuple(_drawn_process(root, process) for process in root.findall(bpmn("process")))
    judged = _judged(drawn)
    findings = list(_before(root, drawn, judged))
    respell(root)
    for process in root.findall(bpmn("process")):
        if process.get("id", "") in judged:
            process.set("isExecutable", "true")
    left_to_people = list(fill(root))
    found = bounded((*findings, *lint(root), *left_to_people, *picture.file(root)))
    lanes = [
        read_lane(lane)
        for process in root.findall(bpmn("process"))
        if process.get("id", "") in judged
        for lane in process.iter(bpmn("lane"))
    ]
    return Review(True, _tool(root), drawn, judged, tuple(lanes), found)


def _drawn_process(root: etree._Element, process: etree._Element) -> DrawnProcess:
    identifier = process.get("id", "")
    pool = next((one for one in root.iter(bpmn("participant")) if local(one.get("processRef")) == identifier), None)
    name = process.get("name") or (pool.get("name") if pool is not None else "") or identifier
    steps = sum(1 for _ in process.iter(*(bpmn(node) for node in sorted(NODES))))
    return DrawnProcess(identifier, " ".join(name.split()), process.get("isExecutable") == "true", steps)


def _judged(drawn: tuple[DrawnProcess, ...]) -> tuple[str, ...]:
    """The executable processes; where none is, the largest one, because partners are mostly drawn in less detail."""
    executable = tuple(process.id for process in drawn if process.executable)
    largest = max(drawn, key=lambda process: process.steps, default=None)
    return executable or ((largest.id,) if largest is not None and largest.steps else ())


def _before(root: etree._Element, drawn: tuple[DrawnProcess, ...], judged: tuple[str, ...]) -> Iterator[Finding]:
    """What the lint does not ask, because it decides nothing about running."""
    processes = {process.get("id", ""): process for process in root.findall(bpmn("process"))}
    if drawn and judged and not any(process.executable for process in drawn):
        yield remark("kernel.not_executable", processes[judged[0]])
        others = [process.name for process in drawn if process.steps and process.id not in judged]
        if others:
            yield remark("kernel.several_pools", processes[judged[0]], "warning", others=", ".join(others))
    for imported in root.findall(bpmn("import")):
        location = imported.get("location") or imported.get("namespace") or "?"
        yield Finding("kernel.import_not_read", params={"location": location}, severity="warning")
    for name in judged:
        if properties(processes[name]).get(PROPERTY) != PEOPLE:
            for task in processes[name].iter(bpmn("task")):
                yield remark("kernel.task_without_type", task, "warning")


def _tool(root: etree._Element) -> str:
    return " ".join(filter(None, (root.get("exporter"), root.get("exporterVersion"))))
