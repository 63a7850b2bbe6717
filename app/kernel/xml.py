"""The names of BPMN and of the Camunda 8 dialect, and small questions to the tree of a file."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
NAMESPACES = {
    "bpmn": BPMN,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "zeebe": ZEEBE,
}

ACTIVITIES = frozenset(
    (
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    )
)
EVENTS = frozenset(("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"))
GATEWAYS = frozenset(("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"))
NODES = ACTIVITIES | EVENTS | GATEWAYS
SCOPES = frozenset(("process", "subProcess", "transaction", "adHocSubProcess"))
DOCUMENTATION = frozenset(
    (
        "documentation",
        "extensionElements",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "ioSpecification",
        "property",
        "category",
        "artifact",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "completionCondition",
        "sequenceFlow",
    )
)
"""What may stand in a scope, or in a node, without meaning anything for execution."""


def bpmn(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def zeebe(name: str) -> str:
    return f"{{{ZEEBE}}}{name}"


def kind(node: etree._Element) -> str:
    """The tag of a BPMN node without its namespace; empty for comments and for foreign elements."""
    tag = node.tag
    if not isinstance(tag, str) or not tag.startswith(f"{{{BPMN}}}"):
        return ""
    return tag.rpartition("}")[2]


def local(reference: str | None) -> str:
    """A reference without the prefix that some modelers write in front of it."""
    return (reference or "").strip().rpartition(":")[2]


def text(node: etree._Element | None) -> str:
    return "" if node is None else "".join(str(part) for part in node.itertext()).strip()


def definitions_of(node: etree._Element) -> list[etree._Element]:
    """The event definitions directly under an event."""
    return [child for child in node if kind(child).endswith("EventDefinition")]


class Shared:
    """What stands directly under the root to be referred to by id: messages, signals, event definitions.

    Read once per file, because looking it up anew for every event makes large files cost the square of their size.
    """

    def __init__(self, root: etree._Element) -> None:
        self._by_kind: dict[str, dict[str, etree._Element]] = {}
        for child in root:
            self._by_kind.setdefault(kind(child), {})[child.get("id", "")] = child
        self._definitions = {found.get("id", ""): found for found in definitions_of(root)}

    def find(self, name: str, reference: str | None) -> etree._Element | None:
        """What of this kind has the id that a reference names."""
        return self._by_kind.get(name, {}).get(local(reference))

    def named(self, references: Iterable[str]) -> list[etree._Element]:
        """The event definitions with these ids, in this order; an id that names none is left out."""
        return [self._definitions[name] for name in references if name in self._definitions]


def all_definitions_of(event: etree._Element, shared: Shared) -> list[etree._Element]:
    """The event definitions of an event, also those that it shares with others by reference."""
    references = [local(reference.text) for reference in event.findall(bpmn("eventDefinitionRef"))]
    return [*definitions_of(event), *shared.named(references)]


def behaviors_of(loop: etree._Element, shared: Shared) -> list[tuple[etree._Element, str]]:
    """The event definitions that the rounds of a multi-instance activity throw, each with its condition or none."""
    named = f"{loop.get('behavior', 'All').lower()}BehaviorEventRef"
    simple = [(found, "") for found in shared.named([local(loop.get(named))])]
    complex_ones = [
        (found, text(behavior.find(bpmn("condition"))))
        for behavior in loop.findall(bpmn("complexBehaviorDefinition"))
        for event in behavior.findall(bpmn("event"))
        for found in all_definitions_of(event, shared)
    ]
    return simple + complex_ones


def is_instantiating(node: etree._Element) -> bool:
    """Is it an event-based gateway or a receive task that starts the process, instead of a start event?"""
    return node.get("instantiate") == "true" and kind(node) in ("eventBasedGateway", "receiveTask")


def handlers_of(scope: etree._Element, shared: Shared) -> dict[str, str]:
    """The compensation handler of each compensation event at a boundary, by an association drawn either way."""
    boundary = scope.findall(bpmn("boundaryEvent"))
    events = {event.get("id", "") for event in boundary if "compensate" in _kinds(event, shared)}
    ends = [
        (local(found.get("sourceRef")), local(found.get("targetRef"))) for found in scope.findall(bpmn("association"))
    ]
    found: dict[str, str] = {}
    for one, other in [*ends, *((target, source) for source, target in ends)]:
        if one in events:
            found.setdefault(one, other)
    return found


def _kinds(event: etree._Element, shared: Shared) -> set[str]:
    return {kind(found).removesuffix("EventDefinition") for found in all_definitions_of(event, shared)}


def executables(root: etree._Element) -> list[etree._Element]:
    """The processes that are meant to be run."""
    return [child for child in root if kind(child) == "process" and child.get("isExecutable") == "true"]


def nodes_of(scope: etree._Element) -> list[etree._Element]:
    """The flow nodes that lie directly in a process or sub-process."""
    return [child for child in scope if kind(child) in NODES]
