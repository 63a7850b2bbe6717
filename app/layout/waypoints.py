"""From tracks on the grid to waypoints: the grid is built again with the used tracks only."""

from itertools import pairwise

from app.layout.geometry import Point, simplified
from app.layout.grid import PORT_SHIFT, Key, Lines, build_columns, build_rows
from app.layout.model import Flow, Node, Port, Scene


def draw_flows(scene: Scene, columns: Lines, rows: Lines) -> None:
    used_columns, used_rows = _used(scene, columns, rows)
    x_of = _positions(build_columns(scene, used_columns))
    y_of = _positions(build_rows(scene, used_rows))
    for flow in scene.flows:
        corners = [(x_of[columns.keys[x]], y_of[rows.keys[y]]) for x, y in _corners(flow)]
        flow.points = _line(flow, corners)
    for link in scene.associations:
        link.points = [_border(link.source, link.target), _border(link.target, link.source)]


def _positions(lines: Lines) -> dict[Key, float]:
    return dict(zip(lines.keys, lines.positions, strict=True))


def _used(scene: Scene, columns: Lines, rows: Lines) -> tuple[set[Key], set[Key]]:
    """The lines that carry a stretch of a flow or an end of one."""
    used_columns: set[Key] = set()
    used_rows: set[Key] = set()
    for flow in scene.flows:
        if flow.track is None:
            continue
        cells = flow.track.cells
        for (x, y), (x2, y2) in pairwise(cells):
            if x == x2:
                used_columns.add(columns.keys[x])
            if y == y2:
                used_rows.add(rows.keys[y])
        for (x, y), port in ((cells[0], flow.track.leaves), (cells[-1], flow.track.enters)):
            if port.direction.level:
                used_rows.add(rows.keys[y])
            else:
                used_columns.add(columns.keys[x])
    return used_columns, used_rows


def _corners(flow: Flow) -> list[tuple[int, int]]:
    """The cells where the track bends."""
    if flow.track is None:
        return []
    cells = flow.track.cells
    levels = [
        flow.track.leaves.direction.level,
        *(y == y2 for (_, y), (_, y2) in pairwise(cells)),
        flow.track.enters.direction.level,
    ]
    return [cell for number, cell in enumerate(cells) if levels[number] != levels[number + 1]]


def _line(flow: Flow, corners: list[Point]) -> list[Point]:
    if flow.track:
        start = _touching(flow.source, flow.track.leaves)
        return simplified([start, *corners, _touching(flow.target, flow.track.enters)])
    # Nothing was free: a plain line that the checker will report is better than no line.
    source, target = flow.source.box, flow.target.box
    middle = (source.right + target.left) / 2
    upright = [(middle, flow.source.y), (middle, flow.target.y)]
    return simplified([(source.right, flow.source.y), *upright, (target.left, flow.target.y)])


def _touching(node: Node, port: Port) -> Point:
    box = node.box
    shift = port.shift * PORT_SHIFT
    return {
        "r": (box.right, node.y + shift),
        "l": (box.left, node.y + shift),
        "t": (node.x, box.top),
        "b": (node.x, box.bottom),
    }[port.side]


def _border(node: Node, other: Node) -> Point:
    """Where the straight line between two centres leaves the first shape."""
    dx, dy = other.x - node.x, other.y - node.y
    scales = [size / 2 / abs(delta) for size, delta in ((node.width, dx), (node.height, dy)) if delta]
    scale = min(scales, default=0.0)
    return (node.x + dx * scale, node.y + dy * scale)
