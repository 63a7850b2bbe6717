"""Places labels beside events, gateways and flows: of several usual places the one that hides least."""

from collections.abc import Sequence
from typing import NamedTuple

from app.layout.geometry import Box, Segment, segments
from app.layout.model import Flow, Kind, Node, Scene
from app.layout.text import Size

_ON_A_LINE = 12.0
_ON_A_SHAPE = 20.0
_ON_A_LABEL = 25.0
_ON_A_LANE_BORDER = 6.0
_OUTSIDE = 15.0
_LESS_USUAL = 0.4  # per place, in order of preference
_ON_A_SHARED_LINE = 9.0
_ANYWHERE = Box(0, 0, float("inf"), float("inf"))


class _Place(NamedTuple):
    distance: float
    box: Box
    on_shared_line: bool = False


def place_labels(scene: Scene, page: Box, extra: Sequence[Segment] = ()) -> None:
    """Give every label of the scene a box; `extra` are lines of others, such as message flows."""
    board = _Board([scene], page, extra)
    for node in scene.nodes:
        if node.label:
            places = [_Place(n, box) for n, box in enumerate(_node_places(node, node.label))]
            node.label_box = board.put(places)
    for flow in sorted(scene.flows, key=lambda flow: len(flow.points)):
        if flow.label and flow.points:
            flow.label_box = board.put(_flow_places(flow, flow.label, scene.flows))


def place_message_labels(messages: Sequence[Flow], scenes: Sequence[Scene]) -> None:
    """Names of message flows keep clear of everything that stands in the pools."""
    parts = [part for scene in scenes for part in scene.everything()]
    lines = [line for message in messages for line in segments(message.points)]
    for message in messages:
        if message.label:
            board = _Board(parts, _ANYWHERE, lines)
            message.label_box = board.put(_flow_places(message, message.label, []))
            lines += _outline(message.label_box)


def _outline(box: Box) -> list[Segment]:
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    return list(segments([*corners, corners[0]]))


class _Board:
    """What is drawn already, and what a label on it costs."""

    def __init__(self, scenes: Sequence[Scene], page: Box, extra: Sequence[Segment]) -> None:
        drawn = [flow for scene in scenes for flow in (*scene.flows, *scene.associations)]
        nodes = [node for scene in scenes for node in scene.nodes]
        self._lines = [line for flow in drawn for line in segments(flow.points)] + list(extra)
        self._shapes = [node.box for node in nodes]
        self._labels: list[Box] = []
        self._borders = [top for scene in scenes for lane, (top, _) in scene.lane_spans.items() if lane]
        self._page = page

    def put(self, places: list[_Place]) -> Box:
        ranked = sorted(places, key=lambda place: place.distance)
        prices = [
            self._price(place.box) + rank * _LESS_USUAL + (_ON_A_SHARED_LINE if place.on_shared_line else 0)
            for rank, place in enumerate(ranked)
        ]
        box = ranked[prices.index(min(prices))].box
        self._labels.append(box)
        return box

    def _price(self, box: Box) -> float:
        near = box.grown(2, 1)
        return (
            _ON_A_LINE * sum(_touches(near, line) for line in self._lines)
            + _ON_A_SHAPE * sum(box.overlaps(shape) for shape in self._shapes)
            + _ON_A_LABEL * sum(near.overlaps(label) for label in self._labels)
            + _ON_A_LANE_BORDER * sum(box.top < border < box.bottom for border in self._borders)
            + (0 if self._page.holds(box) else _OUTSIDE)
        )


def _touches(box: Box, line: Segment) -> bool:
    (x, y), (x2, y2) = line
    return min(x, x2) < box.right and max(x, x2) > box.left and min(y, y2) < box.bottom and max(y, y2) > box.top


def _node_places(node: Node, size: Size) -> list[Box]:
    """Usual places first: below events, above gateways, right below boundary events."""
    corners = {
        Kind.BOUNDARY: _boundary_corners,
        Kind.GATEWAY: _gateway_corners,
    }.get(node.kind, _event_corners)(node, size)
    boxes = [Box.sized(left, top, *size) for left, top in corners]
    if node.label_above:
        boxes[0], boxes[1] = boxes[1], boxes[0]
    return boxes


def _boundary_corners(node: Node, size: Size) -> list[tuple[float, float]]:
    width, _ = size
    box = node.box
    right, left = node.x + 5, node.x - 5 - width
    return [
        (box.right + 2, node.y + 4),
        (right, box.bottom + 2),
        (left, box.bottom + 2),
        (box.left - 2 - width, node.y + 4),
        *((right, box.bottom + down) for down in (16, 30, 44)),
        (left, box.bottom + 30),
    ]


def _gateway_corners(node: Node, size: Size) -> list[tuple[float, float]]:
    width, height = size
    box = node.box
    middle = node.x - width / 2
    sides = (node.x - 8 - width, node.x + 8)
    far_sides = (node.x - 6 - width, node.x + 6)
    return [
        (middle, box.top - 3 - height),
        (middle, box.bottom + 3),
        *((side, box.top - height + 4) for side in sides),
        *((side, box.bottom - 4) for side in sides),
        *((side, box.top - height - 6) for side in sides),
        *((side, node.y - 43 - height) for side in far_sides),
        *((side, node.y + 43) for side in far_sides),
    ]


def _event_corners(node: Node, size: Size) -> list[tuple[float, float]]:
    width, height = size
    box = node.box
    middle, right, left = node.x - width / 2, node.x + 5, node.x - 5 - width
    below, above = box.bottom + 3, box.top - 3 - height
    return [
        (middle, below),
        (middle, above),
        (right, below),
        (left, below),
        (box.right + 4, node.y - height - 3),
        (box.right + 4, node.y + 4),
        (right, above),
        (left, above),
    ]


def _flow_places(flow: Flow, size: Size, flows: Sequence[Flow]) -> list[_Place]:
    """Places along the flow on both sides of every stretch, nearest to its source first.

    Flows that leave through one port are told apart only after they split, so places beside the common
    stretch come last.
    """
    places: list[_Place] = []
    walked = 0.0
    for line in segments(flow.points):
        first = 16 if flow.default and not walked else 4
        make = _beside_level if line[0][1] == line[1][1] else _beside_upright
        places += [_Place(walked + along, box) for along, box in make(line, size, first)]
        walked += _length(line)
    together = [
        line
        for other in flows
        if other is not flow and other.source is flow.source and _same_port(flow, other)
        for line in segments(other.points)
    ]
    if not together:
        return places
    return [_late_if_shared(place, together) for place in places]


def _same_port(flow: Flow, other: Flow) -> bool:
    return bool(flow.points and other.points and flow.points[0] == other.points[0])


def _late_if_shared(place: _Place, together: list[Segment]) -> _Place:
    if any(_touches(place.box.grown(6, 4), line) for line in together):
        return _Place(place.distance + 1000, place.box, on_shared_line=True)
    return place


def _length(line: Segment) -> float:
    (x, y), (x2, y2) = line
    return abs(x - x2) + abs(y - y2)


def _beside_level(line: Segment, size: Size, first: float) -> list[tuple[float, Box]]:
    (x, y), (x2, _) = line
    width, height = size
    length = abs(x2 - x)

    def at(along: float, *, below: bool) -> Box:
        left = x + along if x2 > x else x - along - width
        return Box.sized(left, y + 2 if below else y - height - 2, width, height)

    offers = (first, first + 8, 24, 32, 44, length / 2 - width / 2, length - width - 14, *_further(length))
    fitting = [along for along in offers if along >= 2 and along + width <= length + 4]
    places = [(along + 4 * below, at(along, below=below)) for along in fitting for below in (False, True)]
    if length < width + 6:
        places += [(30.0, at(3, below=False)), (32.0, at(3, below=True))]
    return places


def _further(length: float) -> range:
    """Places far from the source; on a crowded page they may be the only free ones."""
    return range(110, int(length), 25)


def _beside_upright(line: Segment, size: Size, first: float) -> list[tuple[float, Box]]:
    (x, y), (_, y2) = line
    width, height = size
    length = abs(y2 - y)

    def at(along: float, *, left: bool) -> Box:
        top = y + along if y2 > y else y - along - height
        return Box.sized(x - 4 - width if left else x + 4, top, width, height)

    offers = (first - 1, first + 8, 20, 28, 36, 60, 90, length / 2 - height / 2, *_further(length))
    fitting = [along for along in offers if along >= 0 and along + height <= length + 2]
    places = [(along + 2 + 2 * left, at(along, left=left)) for along in fitting for left in (False, True)]
    return places or [(40.0, at(2, left=False)), (42.0, at(2, left=True))]
