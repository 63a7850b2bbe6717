"""Arranges one scene: columns, rows, tracks, compact grid, labels; sub-processes first, as one big node each."""

from app.layout.columns import assign_columns
from app.layout.geometry import Box, segments
from app.layout.grid import build_columns, build_rows
from app.layout.labels import place_labels
from app.layout.model import Flow, Kind, Node, Scene
from app.layout.read import fit_shapes
from app.layout.routes import route
from app.layout.rows import assign_rows
from app.layout.waypoints import draw_flows

_STRIP_GAP = 30
_CLEARANCE = 12
_HEADER = 30  # room for the name of an expanded sub-process


def arrange(scene: Scene) -> None:
    """Give everything in the scene its place; the scene starts at (0, 0) afterwards."""
    for node in scene.nodes:
        if node.inner:
            arrange(node.inner)
    fit_shapes(scene)
    assign_columns(scene)
    assign_rows(scene)
    _turn_labels_up(scene)
    columns, rows = build_columns(scene), build_rows(scene)
    route(scene, columns, rows)
    draw_flows(scene, columns, rows)
    _place_strips(scene)
    for node in scene.nodes:
        if node.inner:
            node.inner.move(node.x - node.inner.width / 2, node.box.top + _HEADER)
    place_labels(scene, Box(0, 0, scene.width, scene.height))


def _turn_labels_up(scene: Scene) -> None:
    """A flow that leaves an event straight down would run through a label below it."""
    for flow in scene.flows:
        if flow.step:
            for node, other in ((flow.start, flow.end), (flow.end, flow.start)):
                node.label_above |= node.kind is Kind.EVENT and other.row > node.row


def _place_strips(scene: Scene) -> None:
    """Stand event sub-processes side by side at the foot of their lane, which grows for them."""
    for lane in range(scene.lane_count):
        members = [node for node in scene.nodes if node.in_strip and node.lane == lane]
        if members:
            _open_strip(scene, lane, members)


def _open_strip(scene: Scene, lane: int, members: list[Node]) -> None:
    top, foot = scene.lane_spans[lane]
    height = max(node.height + 18 * bool(node.attached) for node in members) + _STRIP_GAP
    _push_down(scene, foot, height)
    scene.lane_spans[lane] = (top, foot + height)
    passing = sorted({x for flow in scene.flows for x in _crossing_down(flow, foot)})
    left = float(_STRIP_GAP)
    for node in members:
        left = _free_place(left, node.width, passing)
        node.x, node.y = left + node.width / 2, foot + node.height / 2
        for event in node.attached:
            event.x, event.y = node.x + event.offset, node.box.bottom
        left += node.width + _STRIP_GAP
    scene.width = max(scene.width, left)


def _crossing_down(flow: Flow, height: float) -> list[float]:
    """Where the flow passes a height on its way to another lane."""
    return [x for (x, y), (_, y2) in segments(flow.points) if min(y, y2) <= height < max(y, y2)]


def _free_place(left: float, width: float, passing: list[float]) -> float:
    """The first place from `left` on where no flow runs down through a node of this width."""
    for x in passing:
        if left - _CLEARANCE < x < left + width + _CLEARANCE:
            left = x + _CLEARANCE
    return left


def _push_down(scene: Scene, foot: float, by: float) -> None:
    """Make room below the given height for the whole width of the drawing."""
    scene.height += by
    for node in scene.nodes:
        if node.y > foot:
            node.y += by
    for flow in (*scene.flows, *scene.associations):
        flow.points = [(x, y + by if y > foot else y) for x, y in flow.points]
    for lane, (top, bottom) in scene.lane_spans.items():
        if top >= foot - 0.5:
            scene.lane_spans[lane] = (top + by, bottom + by)
