"""The lines along which flows may run, and with them the place of every node.

While routing there are several candidate tracks in every gap.  Afterwards the grid is built again with only
the tracks that are used, so a gap is as wide as its traffic and its labels need.  Lane borders are no tracks.
"""

from dataclasses import dataclass, field

from app.layout.model import ACTIVITIES, Flow, Kind, Node, Scene
from app.layout.text import LABEL_WIDTH

TRACK = 12
_GUTTER = 46
_ROW_GAP = 24
_LANE_EDGE = 20
_TRACKS_PER_GUTTER = 6
_TRACKS_PER_ROW_GAP = 5
PORT_SHIFT = 22  # the second and third place for lines on a task's side, from the middle

Key = tuple[str, int, float]


@dataclass(slots=True)
class Lines:
    """Line positions in rising order, each under a key that survives compacting."""

    keys: list[Key] = field(default_factory=list)
    positions: list[float] = field(default_factory=list)

    def add(self, key: Key, position: float) -> None:
        self.keys.append(key)
        self.positions.append(position)

    def index(self) -> dict[Key, int]:
        return {key: number for number, key in enumerate(self.keys)}

    def after(self, position: float) -> int | None:
        return next((number for number, at in enumerate(self.positions) if at > position), None)

    def before(self, position: float) -> int | None:
        found = [number for number, at in enumerate(self.positions) if at < position]
        return found[-1] if found else None


def column_key(node: Node) -> Key:
    return ("column", node.anchor.column, node.offset)


def row_key(node: Node, shift: int = 0) -> Key:
    return ("row", node.row, shift)


def build_columns(scene: Scene, used: set[Key] | None = None) -> Lines:
    """Vertical lines; sets the x of every placed node.  `used` None means: all tracks, for routing."""
    lines = Lines()
    x = _gutter(lines, scene, -1, 0.0, used)
    for column in range(scene.column_count):
        nodes = [node for node in scene.placed if node.column == column]
        half = _half_width(nodes)
        centre = x + half
        for node in nodes:
            node.x = centre
            for event in node.attached:
                event.x = centre + event.offset
        for offset in sorted({0.0} | {event.offset for node in nodes for event in node.attached}):
            lines.add(("column", column, offset), centre + offset)
        x = _gutter(lines, scene, column, x + 2 * half, used)
    scene.width = x
    return lines


def _half_width(nodes: list[Node]) -> float:
    labels = [node.label.width / 2 + 2 for node in nodes if node.label]
    return max([18.0, *(node.width / 2 for node in nodes), *labels])


def _gutter(lines: Lines, scene: Scene, column: int, x: float, used: set[Key] | None) -> float:
    """Add the tracks right of a column; answers where the next column begins."""
    outer = column < 0 or column == scene.column_count - 1
    keys: list[Key] = [("gutter", column, n) for n in range(3 if outer else _TRACKS_PER_GUTTER)]
    lead = _room_for_leaving_labels(scene, column)
    if used is None:
        first = 16 + lead
        for number, key in enumerate(keys):
            lines.add(key, x + first + number * TRACK)
        return x + first + TRACK * (len(keys) - 1) + 18
    tail = 0.0 if outer else _room_for_arriving_labels(scene, column + 1)
    keys = [key for key in keys if key in used]
    least = max(14 if outer else _GUTTER, lead + 24) + tail
    if not keys:
        return x + least
    first = max(16, lead + 8)
    needed = first + TRACK * (len(keys) - 1) + 18 + tail
    width = max(least, needed)
    for number, key in enumerate(keys):
        lines.add(key, x + first + (width - needed) / 2 + number * TRACK)
    return x + width


def _room_for_leaving_labels(scene: Scene, column: int) -> float:
    nodes = [node for node in scene.placed if node.column == column]
    half = _half_width(nodes)
    rooms = [0.0]
    for flow in scene.flows:
        leaves_right = flow.track is None or flow.track.leaves.side == "r" or _level(flow)
        if flow.source in nodes and flow.label and not flow.back and leaves_right:
            rooms.append(min(flow.label.width, LABEL_WIDTH) + 6 - (half - flow.source.width / 2))
    return max(rooms)


def _room_for_arriving_labels(scene: Scene, column: int) -> float:
    """Flows that leave through one shared port carry their labels at the other end."""
    rooms = [0.0]
    for flow in scene.flows:
        if flow.label and flow.track and flow.end.column == column and flow.track.enters.side == "l":
            side = flow.track.leaves.side
            together = any(
                other is not flow and other.track and other.track.leaves.side == side
                for other in scene.flows
                if other.source is flow.source
            )
            if together and not _level(flow):
                rooms.append(flow.label.width - 6)
    return max(rooms)


def _level(flow: Flow) -> bool:
    return flow.target.host is None and flow.target.row == flow.source.row


def build_rows(scene: Scene, used: set[Key] | None = None) -> Lines:
    """Horizontal lines; sets the y of every placed node and the span of every lane."""
    lines = Lines()
    y = 0.0
    for row, lane in enumerate(scene.row_lanes):
        nodes = [node for node in scene.placed if node.row == row]
        first = row == 0 or scene.row_lanes[row - 1] != lane
        last = row == len(scene.row_lanes) - 1 or scene.row_lanes[row + 1] != lane
        if first:
            top = y
            y = _row_gap(lines, ("above", row), y, least=_LANE_EDGE, margin=14, used=used)
        centre = y + _reach_up(nodes)
        _add_row(lines, row, centre, nodes)
        for node in nodes:
            node.y = centre
            for event in node.attached:
                event.y = centre + node.height / 2
        y = centre + _reach_down(nodes)
        least = _LANE_EDGE if last else _ROW_GAP
        y = _row_gap(lines, ("below", row), y, least=least, margin=12, used=used)
        if last:
            scene.lane_spans[lane] = (top, y)
    scene.height = y
    return lines


def _add_row(lines: Lines, row: int, centre: float, nodes: list[Node]) -> None:
    shifts = (-1, 0, 1) if any(node.kind in ACTIVITIES for node in nodes) else (0,)
    for shift in shifts:
        lines.add(("row", row, shift), centre + shift * PORT_SHIFT)


def _row_gap(
    lines: Lines, place: tuple[str, int], y: float, *, least: float, margin: float, used: set[Key] | None
) -> float:
    keys: list[Key] = [(*place, number) for number in range(_TRACKS_PER_ROW_GAP)]
    if used is not None:
        keys = [key for key in keys if key in used]
    if not keys:
        return y + least
    needed = 2 * margin + TRACK * (len(keys) - 1)
    height = max(least, needed)
    for number, key in enumerate(keys):
        lines.add(key, y + margin + (height - needed) / 2 + number * TRACK)
    return y + height


def _reach_up(nodes: list[Node]) -> float:
    """How far a row reaches above its centre line, labels included."""
    labels = [
        node.height / 2 + 4 + node.label.height
        for node in nodes
        if node.label and (node.kind is Kind.GATEWAY or node.label_above)
    ]
    return max([30.0, *(node.height / 2 for node in nodes), *labels])


def _reach_down(nodes: list[Node]) -> float:
    below = [
        node.height / 2 + 5 + node.label.height
        for node in nodes
        if node.label and node.kind in (Kind.EVENT, Kind.DATA) and not node.label_above
    ]
    hanging = [
        node.height / 2 + 20 + (event.label.height if event.label else 0) for node in nodes for event in node.attached
    ]
    return max([30.0, *(node.height / 2 for node in nodes), *below, *hanging])
