"""A drawn diagram as the checker sees it: boxes, lines and labels read back from the file."""

from dataclasses import dataclass, field

from lxml import etree

from app.layout.geometry import Box, Point, Segment, segments
from app.layout.read import local_name
from app.layout.text import label_size

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
CONTAINERS = frozenset({"participant", "lane", "group"})
_FLOWS = frozenset({"sequenceFlow", "messageFlow"})


@dataclass(slots=True)
class Drawing:
    """One page."""

    shapes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def segments(self, flow: str) -> list[Segment]:
        return list(segments(self.lines[flow]))


def elements_by_id(root: etree._Element) -> dict[str, etree._Element]:
    """The semantic elements; the diagram's own ids are left out."""
    return {
        identifier: element
        for element in root.iter()
        if isinstance(element.tag, str) and (identifier := element.get("id")) and not element.tag.startswith(_DI)
    }


def read_drawings(root: etree._Element, elements: dict[str, etree._Element]) -> list[Drawing]:
    return [_read(plane, elements) for plane in root.iterfind(f"{_DI}BPMNDiagram/{_DI}BPMNPlane")]


def _read(plane: etree._Element, elements: dict[str, etree._Element]) -> Drawing:
    drawing = Drawing()
    for item in plane:
        element = elements.get(item.get("bpmnElement", ""))
        if element is None:
            continue
        identifier = element.get("id", "")
        if item.tag == f"{_DI}BPMNShape":
            drawing.shapes[identifier] = _box(item.find(_BOUNDS))
        elif item.tag == f"{_DI}BPMNEdge":
            drawing.lines[identifier] = [
                (float(point.get("x", 0)), float(point.get("y", 0))) for point in item.iterfind(_WAYPOINT)
            ]
        if _has_outer_label(element):
            bounds = item.find(f"{_DI}BPMNLabel/{_BOUNDS}")
            drawing.labels[identifier] = _box(bounds) if bounds is not None else _usual(identifier, element, drawing)
    return drawing


def _box(bounds: etree._Element | None) -> Box:
    if bounds is None:
        return Box(0, 0, 0, 0)
    left, top, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return Box.sized(left, top, width, height)


def _has_outer_label(element: etree._Element) -> bool:
    kind = local_name(element)
    outside = kind in _FLOWS or kind.endswith(("Event", "Gateway", "Reference"))
    return outside and bool((element.get("name") or "").strip())


def _usual(identifier: str, element: etree._Element, drawing: Drawing) -> Box:
    """Where a viewer puts a label for which the file gives no place."""
    width, height = label_size(element.get("name") or "")
    shape = drawing.shapes.get(identifier)
    if shape:
        return Box.sized((shape.left + shape.right - width) / 2, shape.bottom, width, height)
    points = drawing.lines[identifier]
    (x, y), (x2, y2) = points[(len(points) - 1) // 2], points[min(len(points) - 1, (len(points) + 1) // 2)]
    return Box.sized((x + x2 - width) / 2, (y + y2 - height) / 2, width, height)


def families(elements: dict[str, etree._Element]) -> dict[str, set[str]]:
    """For every element the ones it stands in or on: its containers and the host of a boundary event."""
    found = {}
    for identifier, element in elements.items():
        above = {parent.get("id", "") for parent in element.iterancestors()}
        found[identifier] = above | ({element.get("attachedToRef", "")} - {""})
    return found


def must_be_drawn(element: etree._Element) -> bool:
    kind = local_name(element)
    if kind in _FLOWS or kind in ("task", "callActivity", "subProcess", "lane", "participant"):
        return True
    return kind.endswith(("Task", "Event", "Gateway")) and not kind.startswith("global")
