"""Writes shapes, edges and labels as BPMN diagram interchange."""

from collections.abc import Sequence

from lxml import etree

from app.layout.geometry import Box, Point, around
from app.layout.model import Flow, Lane, Node, Scene

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"
DIAGRAM = f"{{{_DI}}}BPMNDiagram"
_NAMESPACES = {"bpmndi": _DI, "dc": _DC, "di": _DD}
LANE_HEADER = 30


class Page:
    """One BPMNDiagram with its plane."""

    def __init__(self, root: etree._Element, number: int, drawn: str) -> None:
        names = {"id": f"BPMNDiagram_{number}"}
        diagram = etree.SubElement(root, DIAGRAM, names, nsmap=_NAMESPACES)
        self._plane = etree.SubElement(diagram, f"{{{_DI}}}BPMNPlane", id=f"BPMNPlane_{number}", bpmnElement=drawn)

    def shape(self, drawn: str, box: Box, label: Box | None = None, **attributes: str) -> None:
        names = {"id": f"{drawn}_di", "bpmnElement": drawn, **attributes}
        shape = etree.SubElement(self._plane, f"{{{_DI}}}BPMNShape", names)
        _bounds(shape, box)
        _label(shape, label)

    def edge(self, drawn: str, points: Sequence[Point], label: Box | None = None) -> None:
        if not drawn:  # a data association may go without an id; then nothing can refer to it
            return
        edge = etree.SubElement(self._plane, f"{{{_DI}}}BPMNEdge", id=f"{drawn}_di", bpmnElement=drawn)
        for x, y in points:
            etree.SubElement(edge, f"{{{_DD}}}waypoint", x=_number(x), y=_number(y))
        _label(edge, label)

    def scene(self, scene: Scene, *, lanes_from: float, right: float) -> None:
        """Lanes first, then shapes, then edges, so that later ones lie on top."""
        self._lanes(scene, scene.lanes, lanes_from, right)
        for part in scene.everything():
            for node in sorted(part.nodes, key=lambda node: node.host is not None):
                self._node(node)
        for part in scene.everything():
            for flow in (*part.flows, *part.associations):
                self._flow(flow)

    def _lanes(self, scene: Scene, lanes: list[Lane], left: float, right: float) -> None:
        for lane in lanes:
            spans = [scene.lane_spans[leaf] for leaf in lane.leaves()]
            box = around(Box(left, top, right, foot) for top, foot in spans)
            self.shape(lane.id, box, isHorizontal="true")
            self._lanes(scene, lane.children, left + LANE_HEADER, right)

    def _node(self, node: Node) -> None:
        extra = {"isExpanded": "true"} if node.inner else {}
        if node.tag == "exclusiveGateway":
            extra = {"isMarkerVisible": "true"}
        self.shape(node.id, node.box, node.label_box, **extra)

    def _flow(self, flow: Flow) -> None:
        self.edge(flow.id, flow.points, flow.label_box)


def _bounds(parent: etree._Element, box: Box) -> None:
    etree.SubElement(
        parent,
        f"{{{_DC}}}Bounds",
        x=_number(box.left),
        y=_number(box.top),
        width=_number(box.width),
        height=_number(box.height),
    )


def _label(parent: etree._Element, box: Box | None) -> None:
    if box is not None:
        _bounds(etree.SubElement(parent, f"{{{_DI}}}BPMNLabel"), box)


def _number(value: float) -> str:
    return str(round(value))
