"""From BPMN XML to scenes.  Only the semantic part is read; drawn positions in the file are ignored."""

from collections.abc import Iterable

from lxml import etree

from app.layout.model import UNKNOWN_LANE, Flow, Kind, Lane, Node, Scene
from app.layout.text import SHAPE_FONT, label_size, text_width, wrap

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_KINDS = {
    **dict.fromkeys(
        (
            *("task", "userTask", "manualTask", "serviceTask", "scriptTask"),
            *("businessRuleTask", "sendTask", "receiveTask", "callActivity"),
        ),
        Kind.TASK,
    ),
    **dict.fromkeys(("subProcess", "transaction", "adHocSubProcess"), Kind.SUBPROCESS),
    **dict.fromkeys(
        ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway"),
        Kind.GATEWAY,
    ),
    **dict.fromkeys(("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"), Kind.EVENT),
    "boundaryEvent": Kind.BOUNDARY,
    "dataObjectReference": Kind.DATA,
    "dataStoreReference": Kind.DATA,
    "textAnnotation": Kind.NOTE,
}
_SIZES = {
    Kind.TASK: (100, 80),
    Kind.SUBPROCESS: (100, 80),
    Kind.GATEWAY: (50, 50),
    Kind.EVENT: (36, 36),
    Kind.BOUNDARY: (36, 36),
    Kind.DATA: (36, 50),
    Kind.NOTE: (110, 30),
}
_LABELLED = frozenset({Kind.EVENT, Kind.GATEWAY, Kind.BOUNDARY, Kind.DATA})


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; comments and processing instructions have none."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def read_scene(container: etree._Element) -> Scene:
    """Nodes, flows and lanes of a process or sub-process, and of the sub-processes inside it."""
    scene = Scene(container.get("id", ""))
    found = {node.id: node for node in map(_node, container, range(len(container))) if node}
    scene.nodes = list(found.values())
    _attach_boundaries(container, found)
    scene.flows = _flows(container, found)
    scene.associations = [*_associations(container, found), *_data_associations(container, found)]
    _read_lanes(scene, container, found)
    _mark_strip(scene, container)
    return scene


def _node(element: etree._Element, order: int) -> Node | None:
    kind = _KINDS.get(local_name(element))
    if kind is None or not element.get("id"):
        return None
    width, height = _SIZES[kind]
    name = (element.get("name") or "").strip()
    node = Node(element.get("id", ""), kind, local_name(element), name, width, height, order)
    names = _names(element)
    if kind is Kind.TASK and any(len(wrap(one, 88, SHAPE_FONT)) > 5 for one in names):
        node.width = 140
    if kind is Kind.NOTE:
        text = (element.findtext(f"{BPMN}text") or "").strip()
        node.height = max(30, 14 * len(wrap(text, 96, SHAPE_FONT)) + 10)
    if kind is Kind.SUBPROCESS:
        inner = read_scene(element)
        node.inner = inner if inner.nodes else None
    if names and kind in _LABELLED:
        node.label = label_size(*names)
    return node


def _names(element: etree._Element) -> list[str]:
    """The name in every language the file holds: one drawing has room for all of them."""
    properties = element.iterfind(f"{BPMN}extensionElements/{_ZEEBE}properties/{_ZEEBE}property")
    translated = [item.get("value") or "" for item in properties if (item.get("name") or "").startswith("name:")]
    return [name.strip() for name in (element.get("name") or "", *translated) if name.strip()]


def _attach_boundaries(container: etree._Element, found: dict[str, Node]) -> None:
    for element in container.iterchildren(f"{BPMN}boundaryEvent"):
        event, host = found.get(element.get("id", "")), found.get(element.get("attachedToRef", ""))
        if event and host:
            event.host = host
            host.attached.append(event)


def _flows(container: etree._Element, found: dict[str, Node]) -> list[Flow]:
    defaults = {element.get("default") for element in container}
    flows = []
    for element in container.iterchildren(f"{BPMN}sequenceFlow"):
        source, target = found.get(element.get("sourceRef", "")), found.get(element.get("targetRef", ""))
        if source and target:
            name = (element.get("name") or "").strip()
            flow = Flow(element.get("id", ""), name, source, target, element.get("id") in defaults)
            names = _names(element)
            flow.label = label_size(*names) if names else None
            flows.append(flow)
    return flows


def _associations(container: etree._Element, found: dict[str, Node]) -> Iterable[Flow]:
    for element in container.iterchildren(f"{BPMN}association"):
        source, target = found.get(element.get("sourceRef", "")), found.get(element.get("targetRef", ""))
        if source and target:
            yield Flow(element.get("id", ""), "", source, target)


def _data_associations(container: etree._Element, found: dict[str, Node]) -> Iterable[Flow]:
    for activity in container:
        node = found.get(activity.get("id", ""))
        for element in activity if node else ():
            kind = local_name(element)
            if kind not in ("dataInputAssociation", "dataOutputAssociation") or node is None:
                continue
            ends = [child.text or "" for child in element if local_name(child) in ("sourceRef", "targetRef")]
            other = next((found[end] for end in ends if end in found), None)
            if other:
                pair = (other, node) if kind == "dataInputAssociation" else (node, other)
                yield Flow(element.get("id", ""), "", *pair)


def _read_lanes(scene: Scene, container: etree._Element, found: dict[str, Node]) -> None:
    lane_set = container.find(f"{BPMN}laneSet")
    if lane_set is not None:
        scene.lanes = _lanes(lane_set, found, iter(range(10_000)))
    scene.lane_count = max(1, sum(len(lane.leaves()) for lane in scene.lanes))
    _adopt_homeless(scene)


def _lanes(lane_set: etree._Element, found: dict[str, Node], numbers: Iterable[int]) -> list[Lane]:
    lanes = []
    for element in lane_set.iterchildren(f"{BPMN}lane"):
        children = element.find(f"{BPMN}childLaneSet")
        lane = Lane(element.get("id", ""), UNKNOWN_LANE)
        if children is not None and len(children):
            lane.children = _lanes(children, found, numbers)
        else:
            lane.index = next(iter(numbers))
            for reference in element.iterchildren(f"{BPMN}flowNodeRef"):
                node = found.get((reference.text or "").strip())
                if node:
                    node.lane = lane.index
        lanes.append(lane)
    return lanes


def _adopt_homeless(scene: Scene) -> None:
    """A node that no lane names takes the lane of a neighbour, or else the last lane."""
    links = [*scene.flows, *scene.associations]
    for _ in range(3):
        for link in links:
            for node, other in ((link.start, link.end), (link.end, link.start)):
                if node.lane == UNKNOWN_LANE:
                    node.lane = other.lane
    for node in scene.nodes:
        if node.host is None and node.lane == UNKNOWN_LANE:
            node.lane = scene.lane_count - 1
    for node in scene.nodes:
        node.lane = node.anchor.lane


def _mark_strip(scene: Scene, container: etree._Element) -> None:
    triggered = {
        element.get("id")
        for element in container.iterchildren(f"{BPMN}subProcess")
        if element.get("triggeredByEvent") == "true"
    }
    for node in scene.nodes:
        node.in_strip = node.id in triggered


def fit_shapes(scene: Scene) -> None:
    """Widen hosts for their boundary events and sub-processes for what they contain."""
    for node in scene.nodes:
        if node.inner:
            node.width = max(node.inner.width + 30, 120, text_width(node.name, SHAPE_FONT) + 30)
            node.height = node.inner.height + 40
        count = len(node.attached)
        node.width = max(node.width, count * _boundary_distance(node.attached))
        for place, event in enumerate(node.attached):
            share = node.width * (place + 0.5) / count
            event.offset = (25 if count == 1 else share) - node.width / 2


def _boundary_distance(events: list[Node]) -> float:
    """Boundary events stand far enough apart for the label of each to hang beside its flow."""
    if len(events) < 2:
        return 50.0
    return max([70.0, *(event.label.width + 14 for event in events[:-1] if event.label)])
