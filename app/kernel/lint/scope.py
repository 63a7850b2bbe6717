"""What the checks want to know about one process or sub-process."""

from __future__ import annotations

from lxml import etree

from app.kernel.findings import Finding, Severity
from app.kernel.xml import DOCUMENTATION, NODES, SCOPES, Shared, all_definitions_of, bpmn, kind, local, nodes_of

_LONGEST_QUOTE = 120
_MOST_DIGITS = 9
_CLICKED = NODES | SCOPES | {"sequenceFlow"}


class Scope:
    """A process or sub-process with its nodes and flows, as drawn."""

    def __init__(self, node: etree._Element, shared: Shared) -> None:
        self.node = node
        self.shared = shared
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

    def before(self, node: etree._Element) -> list[etree._Element]:
        """The nodes that flows lead from to a node."""
        sources = (self.by_id.get(local(flow.get("sourceRef"))) for flow in self.flows_into(node))
        return [source for source in sources if source is not None]

    def events_of(self, node: etree._Element) -> list[str]:
        """The kinds of event definitions of an event."""
        return [kind(found).removesuffix("EventDefinition") for found in all_definitions_of(node, self.shared)]


def drawn(node: etree._Element) -> etree._Element:
    """The nearest node around that a person can click on."""
    here: etree._Element | None = node
    while here is not None and kind(here) not in _CLICKED and kind(here) != "definitions":
        here = here.getparent()
    return node if here is None or kind(here) == "definitions" else here


def hangs_at(activity: etree._Element, event: str, shared: Shared) -> bool:
    """Is a boundary event with this kind of definition attached to an activity?"""
    scope = activity.getparent()
    events = scope.findall(bpmn("boundaryEvent")) if scope is not None else []
    beside = (found for found in events if found.get("attachedToRef") == activity.get("id"))
    return any(kind(found) == f"{event}EventDefinition" for one in beside for found in all_definitions_of(one, shared))


def remark(code: str, node: etree._Element, severity: Severity = "error", **params: str) -> Finding:
    """A finding on a node; its name is among the parameters so that the sentence can quote it."""
    name = node.get("name") or node.get("id") or kind(node)
    if kind(node) == "sequenceFlow" and not node.get("name"):
        name = f"{node.get('sourceRef')} → {node.get('targetRef')}"
    return Finding(code, node.get("id"), {"name": _short(name), **params}, severity)


def not_feel(node: etree._Element, expression: str) -> Finding:
    """The finding on a text where an expression is wanted."""
    foreign = expression.startswith(("${", "#{"))
    code = "kernel.foreign_expression" if foreign else "kernel.not_an_expression"
    return remark(code, node, expression=_short(expression))


def whole_number(text: str) -> int | None:
    """The number in a text of plain digits; None for anything else, and for more than a diagram can mean."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _short(text: str) -> str:
    """On one line and not longer than a sentence can bear."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"
