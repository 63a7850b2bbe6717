"""Measures how readable a diagram is.  It knows nothing of how the layout was made."""

from collections.abc import Iterator
from itertools import combinations

from lxml import etree

from app.layout.drawing import (
    CONTAINERS,
    Drawing,
    elements_by_id,
    families,
    must_be_drawn,
    read_drawings,
)
from app.layout.errors import Defect
from app.layout.file import parse
from app.layout.geometry import crosses, segments, shared_length
from app.layout.read import BPMN, local_name

_CROSSINGS_PER_FLOW = 0.35
_EDGE = 0.5  # shapes may touch
_ENDS_INSIDE = 2.0  # a flow's end may reach into its own shape by rounding


def check(xml: bytes) -> list[Defect]:
    """Defects of all diagrams in the file, hard ones first; an empty list means it reads well."""
    root = parse(xml)
    elements = elements_by_id(root)
    drawings = read_drawings(root, elements)
    defects = list(_missing(elements, drawings))
    for drawing in drawings:
        inspection = _Inspection(root, elements, drawing)
        defects += inspection.all()
    return sorted(defects, key=lambda defect: not defect.hard)


def count_crossings(xml: bytes) -> tuple[int, int]:
    """How often flows cross, and how many flows there are."""
    root = parse(xml)
    elements = elements_by_id(root)
    found = [_Inspection(root, elements, drawing) for drawing in read_drawings(root, elements)]
    return sum(page.crossings for page in found), sum(len(page.flows) for page in found)


def _missing(elements: dict[str, etree._Element], drawings: list[Drawing]) -> Iterator[Defect]:
    drawn = {key for drawing in drawings for key in (*drawing.shapes, *drawing.lines)}
    for identifier, element in elements.items():
        if must_be_drawn(element) and identifier not in drawn:
            yield Defect("layout.not_drawn", identifier)


class _Inspection:
    """The questions asked of one page."""

    def __init__(self, root: etree._Element, elements: dict[str, etree._Element], drawing: Drawing) -> None:
        self._root = root
        self._elements = elements
        self._drawing = drawing
        self._family = families(elements)
        self._nodes = {
            identifier: box
            for identifier, box in drawing.shapes.items()
            if local_name(elements[identifier]) not in CONTAINERS
        }
        self.flows = [
            identifier
            for identifier, points in drawing.lines.items()
            if local_name(elements[identifier]) in ("sequenceFlow", "messageFlow") and len(points) > 1
        ]
        self.crossings = self._count_crossings()

    def all(self) -> list[Defect]:
        return [
            *self._overlapping_shapes(),
            *self._flows_through_shapes(),
            *self._diagonals(),
            *self._shared_stretches(),
            *self._outside_lanes(),
            *self._hidden_labels(),
            *self._too_many_crossings(),
        ]

    def _related(self, one: str, other: str) -> bool:
        return one in self._family[other] or other in self._family[one]

    def _ends(self, flow: str) -> tuple[str, str]:
        element = self._elements[flow]
        return element.get("sourceRef", ""), element.get("targetRef", "")

    def _overlapping_shapes(self) -> Iterator[Defect]:
        for (one, box), (other, box2) in combinations(self._nodes.items(), 2):
            if not self._related(one, other) and box.grown(-_EDGE).overlaps(box2):
                yield Defect("layout.shapes_overlap", one, params={"other": other})

    def _flows_through_shapes(self) -> Iterator[Defect]:
        for flow in self.flows:
            source, target = self._ends(flow)
            surrounding = self._family.get(source, set()) | self._family.get(target, set())
            for node, box in self._nodes.items():
                own = node in (source, target)
                if node in surrounding and not own:
                    continue
                inside = box.grown(-_ENDS_INSIDE if own else -_EDGE)
                if any(inside.cut_by(line) for line in self._drawing.segments(flow)):
                    yield Defect("layout.flow_through_shape", flow, params={"other": node})

    def _diagonals(self) -> Iterator[Defect]:
        for flow in self.flows:
            if any(abs(x - x2) > 1 and abs(y - y2) > 1 for (x, y), (x2, y2) in self._drawing.segments(flow)):
                yield Defect("layout.diagonal", flow)

    def _shared_stretches(self) -> Iterator[Defect]:
        """Flows may run together only towards the same target or away from the same source."""
        for one, other in combinations(self.flows, 2):
            (source, target), (source2, target2) = self._ends(one), self._ends(other)
            if source == source2 or target == target2:
                continue
            mine, theirs = self._drawing.segments(one), self._drawing.segments(other)
            if any(shared_length(first, second) > 1 for first in mine for second in theirs):
                yield Defect("layout.flows_on_one_line", one, params={"other": other})

    def _outside_lanes(self) -> Iterator[Defect]:
        for lane in self._root.iter(f"{BPMN}lane"):
            span = self._drawing.shapes.get(lane.get("id", ""))
            for reference in lane.iterchildren(f"{BPMN}flowNodeRef"):
                node = (reference.text or "").strip()
                attached = node in self._elements and self._elements[node].get("attachedToRef")
                if span and node in self._nodes and not attached and not span.grown(1).holds(self._nodes[node]):
                    yield Defect("layout.outside_lane", node, params={"lane": lane.get("id", "")})

    def _hidden_labels(self) -> Iterator[Defect]:
        lines = [line for flow in self.flows for line in segments(self._drawing.lines[flow])]
        for label, box in self._drawing.labels.items():
            inner = box.grown(-1)
            under_text = any(inner.overlaps(other) for key, other in self._drawing.labels.items() if key < label)
            under_shape = any(
                inner.overlaps(shape)
                for node, shape in self._nodes.items()
                if node != label and node not in self._containers(label)
            )
            if under_text or under_shape or any(inner.cut_by(line) for line in lines):
                yield Defect("layout.label_covered", label, hard=False)

    def _containers(self, identifier: str) -> set[str]:
        return {parent.get("id", "") for parent in self._elements[identifier].iterancestors()}

    def _count_crossings(self) -> int:
        return sum(
            crosses(first, second)
            for one, other in combinations(self.flows, 2)
            for first in self._drawing.segments(one)
            for second in self._drawing.segments(other)
        )

    def _too_many_crossings(self) -> Iterator[Defect]:
        if self.crossings > _CROSSINGS_PER_FLOW * max(1, len(self.flows)):
            params: dict[str, object] = {"crossings": self.crossings, "flows": len(self.flows)}
            yield Defect("layout.many_crossings", self._root.get("id", ""), hard=False, params=params)
