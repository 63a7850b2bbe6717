"""What the checks want to know about one process or sub-process."""

from __future__ import annotations

from lxml import etree

from app.kernel.findings import Finding, Severity
from app.kernel.xml import DOCUMENTATION, all_definitions_of, bpmn, kind, local, nodes_of


class Scope:
    """A process or sub-process with its nodes and flows, as drawn."""

    def __init__(self, node: etree._Element, root: etree._Element) -> None:
        self.node = node
        self.root = root
        self.nodes = nodes_of(node)
        self.flows = node.findall(bpmn("sequenceFlow"))
        self.by_id = {found.get("id", ""): found for found in self.nodes}
        self.drawn = {child.get("id", "") for child in node if kind(child) not in DOCUMENTATION}
        """Ids of all nodes, also of those that are refused."""
        self.incoming: dict[str, list[etree._Element]] = {}
        self.outgoing: dict[str, list[etree._Element]] = {}
        self._boundary: dict[str, list[etree._Element]] = {}
        for event in self.of_kind("boundaryEvent"):
            self._boundary.setdefault(event.get("attachedToRef", ""), []).append(event)
        for flow in self.flows:
            self.outgoing.setdefault(local(flow.get("sourceRef")), []).append(flow)
            self.incoming.setdefault(local(flow.get("targetRef")), []).append(flow)

    def boundary_of(self, node: etree._Element) -> list[etree._Element]:
        return self._boundary.get(node.get("id", ""), [])

    @property
    def is_process(self) -> bool:
        return kind(self.node) == "process"

    @property
    def is_event_subprocess(self) -> bool:
        return self.node.get("triggeredByEvent") == "true"

    def of_kind(self, *names: str) -> list[etree._Element]:
        return [node for node in self.nodes if kind(node) in names]

    def flows_into(self, node: etree._Element) -> list[etree._Element]:
        return self.incoming.get(node.get("id", ""), [])

    def flows_out_of(self, node: etree._Element) -> list[etree._Element]:
        return self.outgoing.get(node.get("id", ""), [])

    def events_of(self, node: etree._Element) -> list[str]:
        """The kinds of event definitions of an event."""
        return [kind(found).removesuffix("EventDefinition") for found in all_definitions_of(node)]


def hangs_at(activity: etree._Element, event: str) -> bool:
    """Is a boundary event with this kind of definition attached to an activity?"""
    scope = activity.getparent()
    events = scope.findall(bpmn("boundaryEvent")) if scope is not None else []
    beside = (found for found in events if found.get("attachedToRef") == activity.get("id"))
    return any(kind(found) == f"{event}EventDefinition" for one in beside for found in all_definitions_of(one))


def remark(code: str, node: etree._Element, severity: Severity = "error", **params: str) -> Finding:
    """A finding on a node; its name is among the parameters so that the sentence can quote it."""
    name = node.get("name") or node.get("id") or kind(node)
    if kind(node) == "sequenceFlow" and not node.get("name"):
        name = f"{node.get('sourceRef')} → {node.get('targetRef')}"
    return Finding(code, node.get("id"), {"name": name, **params}, severity)
