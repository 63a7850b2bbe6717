"""Gives every flow of a scene its track.

1. Route the easy flows first: straight steps, the main path, short ones; loops last.
2. A flow that is walled in may share the way out of its source.
3. Route each flow again, the dearest first, while that changes anything (at most four times).
4. Take back shared ways out that are not needed any more.
5. For two flows that cross or leave the same gateway, try both orders and keep the cheaper one.
"""

from app.layout.geometry import Box
from app.layout.grid import Lines
from app.layout.maze import Maze
from app.layout.model import Flow, Kind, Node, Scene, Track
from app.layout.ports import CLEARANCE, Ports

_ROUNDS = 4
_WORTH_SHARING = 400
_EXCHANGES = 400  # pairs tried at most, so that a very large diagram still ends soon


def route(scene: Scene, columns: Lines, rows: Lines) -> None:
    _Routing(scene, columns, rows).run()


class _Routing:
    def __init__(self, scene: Scene, columns: Lines, rows: Lines) -> None:
        placed = [node for node in scene.nodes if not node.in_strip]
        walls = [node.box.grown(CLEARANCE) for node in placed]
        labels = [box for node in placed if (box := _likely_label(node))]
        self._maze = Maze(columns, rows, walls, labels)
        self._ports = Ports(scene, columns, rows)
        self._flows = sorted(scene.flows, key=_difficulty)

    def run(self) -> None:
        for flow in self._flows:
            self._route(flow)
        for flow in self._flows:
            if flow.track is None:
                flow.shares = True
                self._route(flow)
        self._improve()
        self._stop_sharing()
        self._exchange()

    def _route(self, flow: Flow) -> bool:
        """Route a flow that is not on the grid; without a way it stays off it."""
        flow.track = self._maze.find(flow, self._ports.leaving(flow), self._ports.entering(flow))
        if flow.track:
            self._maze.occupy(flow)
        return flow.track is not None

    def _lift(self, flow: Flow) -> Track | None:
        self._maze.release(flow)
        track, flow.track = flow.track, None
        return track

    def _put(self, flow: Flow, track: Track | None) -> None:
        if flow.track:
            self._maze.release(flow)
        flow.track = track
        if track:
            self._maze.occupy(flow)

    def _improve(self) -> None:
        for _ in range(_ROUNDS):
            changed = False
            for flow in sorted(self._flows, key=lambda flow: -_price(flow)):
                before = self._lift(flow)
                if not self._route(flow):
                    self._put(flow, before)
                changed |= bool(flow.track and before and flow.track.cells != before.cells)
            if not changed:
                return

    def _stop_sharing(self) -> None:
        for flow in self._flows:
            before = flow.track
            if flow.shares and before:
                self._lift(flow)
                flow.shares = False
                if not self._route(flow) or _price(flow) > before.price + _WORTH_SHARING:
                    flow.shares = True
                    self._put(flow, before)

    def _exchange(self) -> None:
        tried = 0
        routed = [flow for flow in self._flows if flow.track]
        for number, flow in enumerate(routed):
            for other in routed[number + 1 :]:
                same_gateway = flow.source is other.source and flow.source.kind is Kind.GATEWAY
                if (same_gateway or other in self._maze.met_by(flow)) and tried < _EXCHANGES:
                    tried += 1
                    self._try_both_orders(flow, other)

    def _try_both_orders(self, flow: Flow, other: Flow) -> None:
        best = (flow.track, other.track)
        best_price = float("inf")
        for first, second in ((flow, other), (other, flow)):
            self._put(flow, None)
            self._put(other, None)
            if self._route(first) and self._route(second):
                price = _price(flow) + _price(other)
                if price < best_price:
                    best, best_price = (flow.track, other.track), price
        self._put(flow, None)
        self._put(other, None)
        self._put(flow, best[0])
        self._put(other, best[1])


def _price(flow: Flow) -> float:
    return flow.track.price if flow.track else float("inf")


def _difficulty(flow: Flow) -> tuple[bool, bool, bool, float, str]:
    neighbours = flow.end.column == flow.start.column + 1 and flow.target.row == flow.source.row
    distance = abs(flow.source.x - flow.target.x) + 2 * abs(flow.source.y - flow.target.y)
    return flow.back, not (flow.step or neighbours), not flow.main, distance, flow.id


def _likely_label(node: Node) -> Box | None:
    """Where the label of a node will probably stand; lines go around it if that is cheap."""
    if node.label is None:
        return None
    width, height = node.label
    left, box = node.x - width / 2, node.box
    if node.kind is Kind.BOUNDARY:
        return Box.sized(node.x + 4, box.bottom, width, height + 4)
    if node.kind is Kind.GATEWAY or node.label_above:
        return Box.sized(left, box.top - height - 4, width, height + 4)
    return Box.sized(left, box.bottom, width, height + 6)
