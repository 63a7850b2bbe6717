"""Which row a node stands in.  Every lane owns a block of rows.

1. Each node starts in the row of its predecessor in the same lane, or the nearest free one.
2. Hill climbing, in a fixed order so that the result never changes: move one node, a straight chain of
   nodes, or let two chains change places; keep what makes the estimated drawing better.
3. The rows that are used are numbered from the top.
"""

from collections import defaultdict
from collections.abc import Iterator

from app.layout.model import Flow, Node, Scene
from app.layout.row_cost import RowCost

_LANE_ROWS = 40  # far more than a lane ever uses; the used ones are renumbered at the end
_ROUNDS = 7
_BETTER = 1e-6
Rows = dict[Node, int]


def assign_rows(scene: Scene) -> None:
    if scene.placed:
        _RowSearch(scene).run()
    _renumber(scene)


def _middle(lane: int) -> int:
    return lane * _LANE_ROWS + _LANE_ROWS // 2


class _RowSearch:
    def __init__(self, scene: Scene) -> None:
        self._nodes = sorted(scene.placed, key=lambda node: (node.column, node.order))
        self._cost = RowCost(scene)
        self._at: dict[tuple[int, int], Node] = {}
        self._into: dict[Node, list[Flow]] = defaultdict(list)
        self._out: dict[Node, list[Flow]] = defaultdict(list)
        for flow in scene.flows:
            if not flow.back:
                self._into[flow.end].append(flow)
                self._out[flow.start].append(flow)
        self._now = 0.0

    def run(self) -> None:
        self._start_greedily()
        self._now = self._cost.total()
        for _ in range(_ROUNDS):
            before = self._now
            for node in self._nodes:
                for group in self._groups(node):
                    self._move_to_best_row(group)
            self._exchange_chains()
            if self._now > before - _BETTER:
                return

    def _start_greedily(self) -> None:
        for node in self._nodes:
            wanted = self._wanted_row(node)
            node.row = next(
                row
                for distance in range(_LANE_ROWS)
                for row in (wanted + distance, wanted - distance)
                if row // _LANE_ROWS == node.lane and (node.column, row) not in self._at
            )
            self._at[node.column, node.row] = node

    def _wanted_row(self, node: Node) -> int:
        same_lane = [flow for flow in self._into[node] if flow.start.lane == node.lane]
        if not same_lane:
            return _middle(node.lane)
        flow = min(same_lane, key=lambda flow: (not flow.main, -flow.start.column))
        return flow.start.row + (0 if flow.source is flow.start else 1)

    def _groups(self, node: Node) -> Iterator[list[Node]]:
        """The node alone, with the straight chain after it, and with the chain before it as well."""
        yield [node]
        chain = self._grow([node], self._out, ahead=True)
        if len(chain) > 1:
            yield chain
        whole = self._grow(chain, self._into, ahead=False)
        if len(whole) > max(2, len(chain)):
            yield whole

    def _grow(self, nodes: list[Node], flows: dict[Node, list[Flow]], *, ahead: bool) -> list[Node]:
        group = list(nodes)
        for node in group:  # the list grows while it is walked
            for flow in flows[node]:
                other = flow.end if ahead else flow.start
                if other.row == node.row and other.lane == node.lane and other not in group:
                    group.append(other)
        return group

    def _move_to_best_row(self, group: list[Node]) -> None:
        lead = group[0]
        rows = [node.row for node in self._nodes if node.lane == lead.lane]
        best: tuple[float, Rows] | None = None
        for row in range(min(rows) - 1, max(rows) + 2):
            change = self._shifted(group, row - lead.row)
            cost = self._price(change) if change else None
            if cost is not None and change and cost < (best[0] if best else self._now) - _BETTER:
                best = cost, change
        if best:
            self._apply(best[1])
            self._now = best[0]

    def _shifted(self, group: list[Node], by: int) -> Rows | None:
        """New rows when the group moves; a node that stands in the way goes to the row that became free."""
        change = {node: node.row + by for node in group}
        for node in group:
            other = self._at.get((node.column, node.row + by))
            if other is not None and other not in change:
                change[other] = node.row
        return change if by and self._possible(change) else None

    def _possible(self, change: Rows) -> bool:
        places = {(node.column, row) for node, row in change.items()}
        return len(places) == len(change) and all(
            row // _LANE_ROWS == node.lane and self._at.get((node.column, row), node) in change
            for node, row in change.items()
        )

    def _price(self, change: Rows) -> float:
        before = {node: node.row for node in change}
        for node, row in change.items():
            node.row = row
        cost = self._cost.total()
        for node, row in before.items():
            node.row = row
        return cost

    def _apply(self, change: Rows) -> None:
        for node in change:
            del self._at[node.column, node.row]
        for node, row in change.items():
            node.row = row
            self._at[node.column, row] = node

    def _exchange_chains(self) -> None:
        for node in self._nodes:
            for other in self._nodes:
                if (other.column, other.lane) == (node.column, node.lane) and other.row > node.row:
                    self._exchange(node, other)

    def _exchange(self, node: Node, other: Node) -> None:
        by = other.row - node.row
        for upper in self._groups(node):
            for lower in self._groups(other):
                if set(upper) & set(lower):
                    continue
                change = {each: each.row + by for each in upper} | {each: each.row - by for each in lower}
                if not self._possible(change):
                    continue
                cost = self._price(change)
                if cost < self._now - _BETTER:
                    self._apply(change)
                    self._now = cost
                    return


def _renumber(scene: Scene) -> None:
    """Number the used rows from 0; a lane without nodes keeps one empty row."""
    rows = {node.row for node in scene.placed}
    lanes = {row // _LANE_ROWS for row in rows}
    rows |= {_middle(lane) for lane in range(scene.lane_count) if lane not in lanes}
    rank = {row: number for number, row in enumerate(sorted(rows))}
    for node in scene.placed:
        node.row = rank[node.row]
    scene.row_lanes = [row // _LANE_ROWS for row in sorted(rows)]
