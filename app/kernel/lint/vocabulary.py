"""Elements, events and extensions that the kernel does not know, and must therefore refuse."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint import settings
from app.kernel.lint.scope import drawn, remark
from app.kernel.xml import (
    ACTIVITIES,
    DOCUMENTATION,
    EVENTS,
    NODES,
    SCOPES,
    Shared,
    all_definitions_of,
    bpmn,
    kind,
    zeebe,
)

TRIGGERS = {
    "startEvent": frozenset(("message", "signal", "timer")),
    "event_subprocess_start": frozenset(
        ("message", "signal", "timer", "conditional", "error", "escalation", "compensate")
    ),
    "endEvent": frozenset(("message", "signal", "error", "escalation", "compensate", "cancel", "terminate")),
    "intermediateCatchEvent": frozenset(("message", "signal", "timer", "conditional", "link")),
    "intermediateThrowEvent": frozenset(("message", "signal", "escalation", "compensate", "link")),
    "boundaryEvent": frozenset(
        ("message", "signal", "timer", "conditional", "error", "escalation", "compensate", "cancel")
    ),
}
_USER = frozenset(("userTask",))
_JOBS = frozenset(("serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"))
EXTENSIONS = {
    "adHoc": frozenset(("adHocSubProcess",)),
    "assignmentDefinition": _USER,
    "calledDecision": frozenset(("businessRuleTask",)),
    "calledElement": frozenset(("callActivity",)),
    "executionListeners": NODES | {"process"},
    "formDefinition": _USER | {"startEvent"},
    "ioMapping": ACTIVITIES | EVENTS,
    "loopCharacteristics": frozenset(("multiInstanceLoopCharacteristics",)),
    "priorityDefinition": _USER,
    "script": frozenset(("scriptTask",)),
    "subscription": frozenset(("message",)),
    "taskDefinition": _JOBS,
    "taskHeaders": _JOBS | _USER,
    "taskListeners": _USER,
    "taskSchedule": _USER,
    "userTask": _USER,
    "userTaskForm": frozenset(("process",)),
    "versionTag": frozenset(("process",)),
}
"""The extensions that are executed, and on which nodes; `properties` may stand anywhere."""
ADVICE = {
    "conditional": "kernel.conditional_start",
}
"""Findings that say what to draw instead."""


def process(process: etree._Element, shared: Shared) -> Iterator[Finding]:
    for node in process.iter("{*}*"):
        own = kind(node)
        if own in SCOPES:
            yield from _children(node)
        if own in TRIGGERS:
            yield from _events(node, shared)
        yield from _extensions(node)


def _children(scope: etree._Element) -> Iterator[Finding]:
    """A node of a kind the kernel lacks, such as a transaction or a complex gateway, is never skipped."""
    for child in scope:
        own = kind(child)
        if own and own not in NODES and own not in DOCUMENTATION:
            yield remark(ADVICE.get(own, "kernel.unsupported_element"), child, kind=own)


def _events(node: etree._Element, shared: Shared) -> Iterator[Finding]:
    own, parent = kind(node), node.getparent()
    if own == "startEvent" and parent is not None and parent.get("triggeredByEvent") == "true":
        own = "event_subprocess_start"
    for definition in all_definitions_of(node, shared):
        event = kind(definition).removesuffix("EventDefinition")
        if event not in TRIGGERS[own]:
            yield remark(ADVICE.get(event, "kernel.unsupported_event"), node, event=event)


def _extensions(node: etree._Element) -> Iterator[Finding]:
    """The extensions of Camunda 8 that the kernel does not execute, or not there."""
    owner = node.getparent()
    if kind(node) == "extensionElements" and owner is not None:
        for child in node.iterchildren(zeebe("*")):
            yield from _extension(child, owner)
        if owner.find(bpmn("extensionElements")) is node:
            yield from settings.owner(owner)


def _extension(child: etree._Element, owner: etree._Element) -> Iterator[Finding]:
    name = etree.QName(child).localname
    if name == "properties":
        return
    places = EXTENSIONS.get(name)
    if places is None:
        yield remark("kernel.unsupported_extension", drawn(owner), extension=name)
    elif kind(owner) not in places:
        yield remark("kernel.extension_misplaced", drawn(owner), extension=name)
