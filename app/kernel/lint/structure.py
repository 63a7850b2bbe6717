"""Ids, processes, and where a scope starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.events import alone
from app.kernel.lint.scope import Scope, remark
from app.kernel.normalise import GLOBAL_TASKS
from app.kernel.xml import bpmn, executables, is_instantiating, kind, local


def file(root: etree._Element) -> Iterator[Finding]:
    processes = root.findall(bpmn("process"))
    callable_tasks = any(kind(child) in GLOBAL_TASKS for child in root)
    if not processes and not callable_tasks:
        yield Finding("kernel.no_process")
    for process in processes:
        if not process.get("id"):
            yield remark("kernel.process_without_id", process)
    if processes and not executables(root) and not callable_tasks:
        yield remark("kernel.not_executable", processes[0])
    yield from _duplicate_ids(root)


def scope(found: Scope) -> Iterator[Finding]:
    starts = found.of_kind("startEvent")
    none_starts = [start for start in starts if not found.events_of(start)]
    if found.is_event_subprocess:
        yield from _event_subprocess(found, starts)
        return
    for extra in none_starts[1:]:
        yield remark("kernel.several_none_starts", extra)
    if not found.nodes:
        yield remark("kernel.empty_scope", found.node)
        return
    if kind(found.node) == "adHocSubProcess":
        return
    if not starts and not _implicit_starts(found):
        yield remark("kernel.nothing_to_start_at", found.node)
    if not found.is_process:
        for start in starts:
            if found.events_of(start):
                yield remark("kernel.subprocess_start_with_event", start)
    yield from _unreachable(found, [*starts, *(node for node in found.nodes if is_instantiating(node))])


def _duplicate_ids(root: etree._Element) -> Iterator[Finding]:
    named = [element for element in root.iter() if kind(element) and element.get("id")]
    counts = Counter(element.get("id") for element in named)
    for element in named:
        identifier = element.get("id")
        if counts[identifier] > 1:
            counts[identifier] = 1
            yield remark("kernel.duplicate_id", element, id=identifier or "")


def _event_subprocess(found: Scope, starts: list[etree._Element]) -> Iterator[Finding]:
    if len(starts) != 1 or not found.events_of(starts[0]):
        yield remark("kernel.event_subprocess_start", found.node)
        return
    if "compensate" in found.events_of(starts[0]):
        yield from alone(found, starts[0], "compensate")
    outer = found.node.getparent()
    identifier = found.node.get("id")
    for flow in outer.findall(bpmn("sequenceFlow")) if outer is not None else ():
        if identifier in (flow.get("sourceRef"), flow.get("targetRef")):
            yield remark("kernel.event_subprocess_with_flow", found.node)
            return
    if "error" in found.events_of(starts[0]) and starts[0].get("isInterrupting") == "false":
        yield remark("kernel.error_must_interrupt", starts[0])


def _implicit_starts(found: Scope) -> list[etree._Element]:
    return [
        node
        for node in found.nodes
        if not found.flows_into(node)
        and kind(node) != "boundaryEvent"
        and "true" not in (node.get("triggeredByEvent"), node.get("isForCompensation"))
    ]


def _unreachable(found: Scope, starts: list[etree._Element]) -> Iterator[Finding]:
    """Nodes that no token can reach are most likely a forgotten flow."""
    if not starts:
        return
    reached = _reached(found, starts)
    for node in found.nodes:
        apart = node.get("triggeredByEvent") == "true" or node.get("isForCompensation") == "true"
        if node not in reached and not apart:
            yield remark("kernel.unreachable", node, "warning")


def _reached(found: Scope, starts: list[etree._Element]) -> set[etree._Element]:
    """All nodes that can be reached over flows, boundary events and links."""
    targets: dict[str, list[etree._Element]] = {}
    for event in found.of_kind("intermediateCatchEvent"):
        for link in _links(event):
            targets.setdefault(link, []).append(event)
    reached: set[etree._Element] = set()
    todo = list(starts)
    while todo:
        node = todo.pop()
        if node not in reached:
            reached.add(node)
            todo.extend(_next(found, node))
            if kind(node) == "intermediateThrowEvent":
                todo.extend(event for link in _links(node) for event in targets.get(link, ()))
    return reached


def _next(found: Scope, node: etree._Element) -> Iterator[etree._Element]:
    for flow in found.flows_out_of(node):
        target = found.by_id.get(local(flow.get("targetRef")))
        if target is not None:
            yield target
    yield from found.boundary_of(node)


def _links(node: etree._Element) -> list[str]:
    return [link.get("name", "") for link in node.findall(bpmn("linkEventDefinition"))]
