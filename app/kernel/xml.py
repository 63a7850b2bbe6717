"""Reading XML from people we do not know: no document types, no entities, no network."""

from __future__ import annotations

from lxml import etree

from app.kernel.findings import Finding

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


class NotReadable(Exception):
    """The bytes are no BPMN file; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read(xml: bytes) -> etree._Element:
    """The root of a BPMN file, or `NotReadable`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        raise NotReadable(Finding("kernel.xml_broken", params={"line": line, "error": error.msg})) from error
    except ValueError as error:
        raise NotReadable(Finding("kernel.xml_broken", params={"line": 0, "error": str(error)})) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable(Finding("kernel.doctype_forbidden"))
    if root.tag != bpmn("definitions"):
        raise NotReadable(Finding("kernel.not_bpmn", params={"root": etree.QName(root).localname}))
    return root


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


def all_definitions_of(event: etree._Element) -> list[etree._Element]:
    """The event definitions of an event, also those that it shares with others by reference."""
    references = [local(reference.text) for reference in event.findall(bpmn("eventDefinitionRef"))]
    return [*definitions_of(event), *(_shared(event, references) if references else ())]


def behaviors_of(loop: etree._Element) -> list[tuple[etree._Element, str]]:
    """The event definitions that the rounds of a multi-instance activity throw, each with its condition or none."""
    named = f"{loop.get('behavior', 'All').lower()}BehaviorEventRef"
    simple = [(found, "") for found in _shared(loop, [local(loop.get(named))])]
    complex_ones = [
        (found, text(behavior.find(bpmn("condition"))))
        for behavior in loop.findall(bpmn("complexBehaviorDefinition"))
        for event in behavior.findall(bpmn("event"))
        for found in all_definitions_of(event)
    ]
    return simple + complex_ones


def handlers_of(scope: etree._Element) -> dict[str, str]:
    """The compensation handler of each compensation event at a boundary, by an association drawn either way."""
    events = {event.get("id", "") for event in scope.findall(bpmn("boundaryEvent")) if "compensate" in _kinds(event)}
    ends = [
        (local(found.get("sourceRef")), local(found.get("targetRef"))) for found in scope.findall(bpmn("association"))
    ]
    found: dict[str, str] = {}
    for one, other in [*ends, *((target, source) for source, target in ends)]:
        if one in events:
            found.setdefault(one, other)
    return found


def _kinds(event: etree._Element) -> set[str]:
    return {kind(found).removesuffix("EventDefinition") for found in all_definitions_of(event)}


def _shared(node: etree._Element, references: list[str]) -> list[etree._Element]:
    """Event definitions that stand directly under the root, in the order in which they are referred to."""
    found = {shared.get("id"): shared for shared in definitions_of(node.getroottree().getroot())}
    return [found[name] for name in references if name in found]


def by_id(root: etree._Element, name: str) -> dict[str, etree._Element]:
    """Definitions of one kind that stand directly under the root, such as messages."""
    return {child.get("id", ""): child for child in root if kind(child) == name}


def executables(root: etree._Element) -> list[etree._Element]:
    """The processes that are meant to be run."""
    return [child for child in root if kind(child) == "process" and child.get("isExecutable") == "true"]


def nodes_of(scope: etree._Element) -> list[etree._Element]:
    """The flow nodes that lie directly in a process or sub-process."""
    return [child for child in scope if kind(child) in NODES]
