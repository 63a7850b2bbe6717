"""Listeners: events that there are, where they can be, each with a type of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, remark
from app.kernel.xml import GATEWAYS, bpmn, is_instantiating, kind, zeebe

_EVENTS = {
    "executionListeners": frozenset(("start", "end")),
    "taskListeners": frozenset(("creating", "assigning", "updating", "completing", "canceling")),
}


def scope(found: Scope) -> Iterator[Finding]:
    for node in (*found.nodes, *((found.node,) if found.is_process else ())):
        for holder, events in _EVENTS.items():
            drawn = node.findall(f"{bpmn('extensionElements')}/{zeebe(holder)}/*")
            yield from _each(found, node, drawn, events)
            yield from _doubled(node, drawn)


def _each(found: Scope, node: etree._Element, drawn: list[etree._Element], events: frozenset[str]) -> Iterator[Finding]:
    for listener in drawn:
        event = listener.get("eventType", "")
        if event not in events:
            yield remark("kernel.listener_event_unknown", node, event=event, events=", ".join(sorted(events)))
        elif not listener.get("type"):
            yield remark("kernel.listener_without_type", node, event=event)
        elif event in _impossible(found, node):
            yield remark("kernel.listener_misplaced", node, event=event)


def _doubled(node: etree._Element, drawn: list[etree._Element]) -> Iterator[Finding]:
    """Of two alike, nobody could say which one a job belongs to."""
    counts = Counter((listener.get("eventType", ""), listener.get("type", "")) for listener in drawn)
    for (event, job), count in counts.items():
        if count > 1:
            yield remark("kernel.listener_twice", node, event=event, type=job)


def _impossible(found: Scope, node: etree._Element) -> set[str]:
    """The events that never come for an element, because it has no start or no end of its own."""
    own, triggers = kind(node), set(found.events_of(node))
    if (own == "boundaryEvent" and "compensate" in triggers) or (own in GATEWAYS and is_instantiating(node)):
        return {"start", "end"}
    if own in ("startEvent", "boundaryEvent") or (own == "intermediateCatchEvent" and _is_offered(found, node)):
        return {"start"}
    if own in GATEWAYS or (own == "endEvent" and triggers & {"error", "cancel"}):
        return {"end"}
    return set()


def _is_offered(found: Scope, event: etree._Element) -> bool:
    """Does it stand behind an event-based gateway, which waits in its place?"""
    return any(kind(source) == "eventBasedGateway" for source in found.before(event))
