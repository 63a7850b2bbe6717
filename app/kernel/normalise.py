"""Rewriting a parsed file, in memory, into the few forms the kernel knows.

The stored XML is never touched. Each function does one rewrite; their order matters only where ids are needed.
"""

from __future__ import annotations

import copy

from lxml import etree

from app.kernel.xml import (
    NAMESPACES,
    NODES,
    SCOPES,
    bpmn,
    definitions_of,
    is_instantiating,
    kind,
    local,
    nodes_of,
)

_DRAWING_ONLY = (
    "ioSpecification",
    "dataInputAssociation",
    "dataOutputAssociation",
    "dataStore",
    "dataStoreReference",
)
GLOBAL_TASKS = {
    "globalTask": "task",
    "globalManualTask": "manualTask",
    "globalUserTask": "userTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def normalise(root: etree._Element) -> None:
    """Bring the whole file into the form that the parser expects."""
    give_ids(root)
    inline_definitions(root)
    wrap_global_tasks(root)
    spread_instantiating_gateways(root)
    free_instantiating_receives(root)
    join_links(root)
    drop_drawing_only(root)


def give_ids(root: etree._Element) -> None:
    """Flows without an id vanish in the library, and nodes without one cannot be addressed."""
    taken = {element.get("id") for element in root.iter()}
    number = 0
    for node in root.iter(bpmn("sequenceFlow"), *(bpmn(name) for name in NODES)):
        while not node.get("id"):
            number += 1
            if (candidate := f"unnamed_{number}") not in taken:
                node.set("id", candidate)


def inline_definitions(root: etree._Element) -> None:
    """Event definitions that are shared by reference are copied to where they are used."""
    shared = {child.get("id"): child for child in definitions_of(root)}
    for reference in list(root.iter(bpmn("eventDefinitionRef"))):
        definition = shared.get(local(reference.text))
        parent = reference.getparent()
        if definition is not None and parent is not None:
            parent.replace(reference, copy.deepcopy(definition))


def wrap_global_tasks(root: etree._Element) -> None:
    """A global task is a process of one task, so that a call activity can call it."""
    for node in [child for child in root if kind(child) in GLOBAL_TASKS]:
        process = etree.SubElement(root, bpmn("process"), id=node.get("id", ""), isExecutable="true")
        process.set("name", node.get("name", ""))
        task = copy.deepcopy(node)
        task.tag = bpmn(GLOBAL_TASKS[kind(node)])
        task.set("id", f"{node.get('id')}__task")
        process.append(task)
        root.remove(node)


def spread_instantiating_gateways(root: etree._Element) -> None:
    """A gateway that starts the process is as many start events as stand behind it."""
    for scope in root.iter(*(bpmn(name) for name in SCOPES)):
        for gateway in [node for node in scope.findall(bpmn("eventBasedGateway")) if is_instantiating(node)]:
            flows = [flow for flow in scope.findall(bpmn("sequenceFlow")) if _leaves(flow, gateway)]
            behind = {local(flow.get("targetRef")) for flow in flows}
            for node in [found for found in nodes_of(scope) if found.get("id") in behind]:
                _make_start(node)
            for useless in (gateway, *flows):
                scope.remove(useless)


def _leaves(flow: etree._Element, node: etree._Element) -> bool:
    return local(flow.get("sourceRef")) == node.get("id")


def _make_start(node: etree._Element) -> None:
    if kind(node) == "receiveTask":
        node.set("instantiate", "true")
    else:
        node.tag = bpmn("startEvent")


def free_instantiating_receives(root: etree._Element) -> None:
    """A receive task that starts the process becomes a message start event and a task behind it."""
    followers = {flow.get("targetRef") for flow in root.iter(bpmn("sequenceFlow"))}
    for task in root.iter(bpmn("receiveTask")):
        scope, name = task.getparent(), task.get("id", "")
        if task.get("instantiate") != "true" or scope is None or name in followers:
            continue
        start = etree.SubElement(scope, bpmn("startEvent"), id=f"{name}__start")
        message = etree.SubElement(start, bpmn("messageEventDefinition"))
        message.set("messageRef", task.get("messageRef", ""))
        task.tag = bpmn("task")
        _connect(scope, f"{name}__flow", f"{name}__start", name)


def join_links(root: etree._Element) -> None:
    """A pair of link events is a flow that somebody did not want to draw across the page."""
    for scope in root.iter(*(bpmn(name) for name in SCOPES)):
        targets = {
            definition.get("name"): event.get("id", "")
            for event in scope.findall(bpmn("intermediateCatchEvent"))
            for definition in event.findall(bpmn("linkEventDefinition"))
        }
        for event in scope.findall(bpmn("intermediateThrowEvent")):
            for definition in event.findall(bpmn("linkEventDefinition")):
                if target := targets.get(definition.get("name")):
                    name = event.get("id", "")
                    _connect(scope, f"{name}__link", name, target)
    _remove_all(root, "linkEventDefinition")


def drop_drawing_only(root: etree._Element) -> None:
    """Data objects and stores document a diagram, variables live in scopes, and the library would read the picture."""
    for diagram in root.findall(f"{{{NAMESPACES['bpmndi']}}}BPMNDiagram"):
        root.remove(diagram)
    for name in _DRAWING_ONLY:
        _remove_all(root, name)


def _connect(scope: etree._Element, name: str, source: str, target: str) -> None:
    etree.SubElement(scope, bpmn("sequenceFlow"), id=name, sourceRef=source, targetRef=target)


def _remove_all(root: etree._Element, name: str) -> None:
    for node in list(root.iter(bpmn(name))):
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
