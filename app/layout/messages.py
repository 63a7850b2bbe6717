"""Message flows: routed last, over a grid taken from the finished pools, without moving anything."""

from collections.abc import Iterable, Sequence

from app.layout.geometry import Box, Point, segments, simplified
from app.layout.grid import Lines
from app.layout.labels import place_labels, place_message_labels
from app.layout.maze import Maze
from app.layout.model import Direction, Flow, Kind, Node, Port, Scene, Track

_PORT_SPREAD = 16
_NEAR_POOL_ENDS = 400  # a message meets a closed pool at most this far from its other end
_CLEARANCE = 5


def route_messages(messages: list[Flow], scenes: list[Scene], pools: list[Box]) -> None:
    """Draw every message flow, then place all labels again around them."""
    if not messages:
        return
    nodes = [node for scene in scenes for part in scene.everything() for node in part.nodes]
    flows = [flow for scene in scenes for part in scene.everything() for flow in part.flows]
    closed = [node.box for message in messages for node in (message.source, message.target) if node.kind is Kind.POOL]
    columns, rows = _lines(nodes, flows, pools)
    walls = [node.box.grown(_CLEARANCE) for node in nodes if not node.inner] + closed
    labels = [node.label_box for node in nodes if node.label_box]
    labels += [flow.label_box for flow in flows if flow.label_box]
    maze = Maze(columns, rows, walls, labels)
    for flow in flows:
        flow.track = _as_track(flow.points, columns, rows)
        maze.occupy(flow)
    for message in messages:
        starts = _ports(message.source, message.target, columns, rows, outward=True)
        ends = _ports(message.target, message.source, columns, rows, outward=False)
        message.track = maze.find(message, starts, ends) if starts and ends else None
        maze.occupy(message)
        message.points = _points(message, columns, rows)
    extra = [line for message in messages for line in segments(message.points)]
    page = Box(0, 0, max(box.right for box in pools), max(box.bottom for box in pools))
    for part in (part for scene in scenes for part in scene.everything()):
        place_labels(part, page, extra)
    place_message_labels(messages, scenes)


def pool_node(pool: str, box: Box) -> Node:
    """A whole pool as the end of a message flow."""
    centre = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    return Node(pool, Kind.POOL, "participant", "", box.width, box.height, 0, x=centre[0], y=centre[1])


def _lines(nodes: list[Node], flows: list[Flow], pools: list[Box]) -> tuple[Lines, Lines]:
    xs: set[float] = set()
    ys: set[float] = set()
    for node in nodes:
        box = node.box
        xs |= {node.x, box.left - 12, box.left - 20, box.right + 12, box.right + 20}
        xs |= {node.x - _PORT_SPREAD, node.x + _PORT_SPREAD} if node.width > 60 else set()
        ys |= {node.y, box.top - 10, box.bottom + 10, box.bottom + 26}
    for pool in pools:
        ys |= {pool.top - 24, pool.top - 14, pool.bottom + 14, pool.bottom + 24, pool.bottom + 34}
    for point in (point for flow in flows for point in flow.points):
        xs.add(point[0])
        ys.add(point[1])
    return _as_lines("x", xs), _as_lines("y", ys)


def _as_lines(name: str, positions: Iterable[float]) -> Lines:
    lines = Lines()
    for number, position in enumerate(sorted(positions)):
        lines.add((name, number, 0), position)
    return lines


def _as_track(points: Sequence[Point], columns: Lines, rows: Lines) -> Track | None:
    """A drawn flow in the cells of this grid, so that messages see it."""
    cells: list[tuple[int, int]] = []
    for (x, y), (x2, y2) in segments(points):
        start = (columns.positions.index(x), rows.positions.index(y))
        end = (columns.positions.index(x2), rows.positions.index(y2))
        cells += _walk(start, end)[bool(cells) :]
    if len(cells) < 2:
        return None
    leaving = Direction.RIGHT if cells[0][1] == cells[1][1] else Direction.DOWN
    entering = Direction.RIGHT if cells[-1][1] == cells[-2][1] else Direction.DOWN
    return Track(tuple(cells), Port(*cells[0], leaving, 0, "r"), Port(*cells[-1], entering, 0, "l"), 0)


def _walk(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    (x, y), (x2, y2) = start, end
    steps = max(abs(x2 - x), abs(y2 - y))
    dx, dy = (x2 > x) - (x2 < x), (y2 > y) - (y2 < y)
    return [(x + dx * n, y + dy * n) for n in range(steps + 1)]


def _ports(node: Node, other: Node, columns: Lines, rows: Lines, *, outward: bool) -> list[Port]:
    """Places on the side that faces the other end; for a pool anywhere near it."""
    below = other.y > node.y
    box = node.box
    row = rows.after(box.bottom + _CLEARANCE) if below else rows.before(box.top - _CLEARANCE)
    if row is None:
        return []
    direction = Direction.DOWN if below == outward else Direction.UP
    return [
        Port(column, row, direction, 0 if x == node.x else 6, "b" if below else "t")
        for column, x in enumerate(columns.positions)
        if _meets(node, other, x)
    ]


def _meets(node: Node, other: Node, x: float) -> bool:
    if node.kind is Kind.POOL:
        return node.box.left < x < node.box.right and abs(x - other.x) < _NEAR_POOL_ENDS
    spread = (0, -_PORT_SPREAD, _PORT_SPREAD) if node.width > 60 else (0,)
    return any(x == node.x + shift for shift in spread)


def _points(message: Flow, columns: Lines, rows: Lines) -> list[Point]:
    source, target = message.source, message.target
    if message.track is None:
        middle = (source.y + target.y) / 2
        return simplified([(source.x, source.y), (source.x, middle), (target.x, middle), (target.x, target.y)])
    cells = [(columns.positions[x], rows.positions[y]) for x, y in message.track.cells]
    start, end = message.track.leaves, message.track.enters
    first = (columns.positions[start.column], source.box.bottom if start.side == "b" else source.box.top)
    last = (columns.positions[end.column], target.box.bottom if end.side == "b" else target.box.top)
    return simplified([first, *cells, last])
