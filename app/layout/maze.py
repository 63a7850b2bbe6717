"""Finds the cheapest line through the grid (A*), keeping flows apart.

Two flows may lie on the same stretch only if they have the same target, or the same source when one of them
is allowed to share its way out; everything else may at most cross.
"""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.layout.geometry import Box
from app.layout.grid import Lines
from app.layout.model import Direction, Flow, Port, Track

_BEND = 46
_CROSSING = 95
_JOIN_WITH_BEND = 26
_JOIN = 8
_OVER_A_LABEL = 70
_AGAINST_READING = 3  # running left costs this much more, unless the flow is a loop

_MOVES = {
    Direction.RIGHT: (1, 0),
    Direction.DOWN: (0, 1),
    Direction.LEFT: (-1, 0),
    Direction.UP: (0, -1),
}
_TURNS = {way: (way, Direction((way.value + 1) % 4), Direction((way.value + 3) % 4)) for way in Direction}
_BEND_HERE = "bend"
Cell = tuple[int, int]
_Goals = dict[tuple[Cell, Direction], Port]


class _State(NamedTuple):
    cell: Cell
    direction: Direction


class Maze:
    def __init__(self, columns: Lines, rows: Lines, walls: Iterable[Box], labels: Iterable[Box]) -> None:
        self._xs = columns.positions
        self._ys = rows.positions
        self._blocked = {cell for wall in walls for cell in self._cells_in(wall)}
        self._labelled = {cell for label in labels for cell in self._cells_in(label)}
        self._stretches: dict[tuple[int, int, bool], set[Flow]] = defaultdict(set)
        self._points: dict[Cell, dict[Flow, str]] = defaultdict(dict)

    def _cells_in(self, box: Box) -> list[Cell]:
        columns = [x for x, at in enumerate(self._xs) if box.left < at < box.right]
        rows = [y for y, at in enumerate(self._ys) if box.top < at < box.bottom]
        return [(x, y) for x in columns for y in rows]

    def occupy(self, flow: Flow) -> None:
        for cell, mark in _marks(flow):
            self._points[cell][flow] = mark
        for stretch in _stretches(flow):
            self._stretches[stretch].add(flow)

    def release(self, flow: Flow) -> None:
        for cell, _ in _marks(flow):
            self._points[cell].pop(flow, None)
        for stretch in _stretches(flow):
            self._stretches[stretch].discard(flow)

    def met_by(self, flow: Flow) -> set[Flow]:
        """The flows that touch or cross this one."""
        cells = flow.track.cells if flow.track else ()
        return {other for cell in cells for other in self._points[cell] if other is not flow}

    def find(self, flow: Flow, starts: Sequence[Port], ends: Sequence[Port]) -> Track | None:
        """The cheapest track between any of the ports, or None when the flow is walled in."""
        goals: _Goals = {((port.column, port.row), port.direction): port for port in ends}
        price: dict[_State, float] = {}
        came: dict[_State, _State | Port] = {}
        heap: list[tuple[float, int, float, _State]] = []
        remaining = _remaining(self._xs, self._ys, ends)
        best: tuple[float, _State, Port] | None = None
        serial = itertools.count()

        def reach(state: _State, cost: float, origin: _State | Port) -> None:
            if cost < price.get(state, float("inf")):
                price[state] = cost
                came[state] = origin
                # The serial number keeps equal prices in the order they were found: results never change.
                heapq.heappush(heap, (cost + remaining(state.cell), next(serial), cost, state))

        for port in starts:
            cell = (port.column, port.row)
            if cell not in self._blocked and self._may_start(flow, cell, port.direction):
                reach(_State(cell, port.direction), port.price, port)
        while heap:
            estimate, _, cost, state = heapq.heappop(heap)
            if best and estimate >= best[0]:
                break
            if cost > price[state]:
                continue
            for direction in _TURNS[state.direction]:
                passing = self._passing(flow, state, direction)
                if passing is None:
                    continue
                goal = goals.get((state.cell, direction))
                if goal and (best is None or cost + passing + goal.price < best[0]):
                    best = cost + passing + goal.price, state, goal
                step = self._step(flow, state.cell, direction)
                if step:
                    reach(_State(step[0], direction), cost + passing + step[1], state)
        return _track(best, came) if best else None

    def _may_start(self, flow: Flow, cell: Cell, direction: Direction) -> bool:
        own = _mark(direction, direction)
        return all(
            other is flow or (other.source is flow.source and _may_join(flow, other)) or mark not in (_BEND_HERE, own)
            for other, mark in self._points.get(cell, {}).items()
        )

    def _passing(self, flow: Flow, state: _State, direction: Direction) -> float | None:
        """Price of going through a point, or None when another flow is in the way."""
        turning = state.direction is not direction
        price = float(_BEND if turning else 0)
        for other, mark in self._points.get(state.cell, {}).items():
            if other is flow:
                continue
            if _may_join(flow, other):
                price += _JOIN_WITH_BEND if turning or mark == _BEND_HERE else _JOIN
            elif turning or mark in (_BEND_HERE, _mark(direction, direction)):
                return None
            else:
                price += _CROSSING
        return price

    def _step(self, flow: Flow, cell: Cell, direction: Direction) -> tuple[Cell, float] | None:
        dx, dy = _MOVES[direction]
        x, y = cell[0] + dx, cell[1] + dy
        if not (0 <= x < len(self._xs) and 0 <= y < len(self._ys)) or (x, y) in self._blocked:
            return None
        stretch = (min(x, cell[0]), min(y, cell[1]), direction.level)
        if any(other is not flow and not _may_join(flow, other) for other in self._stretches.get(stretch, ())):
            return None
        distance = abs(self._xs[x] - self._xs[cell[0]]) + abs(self._ys[y] - self._ys[cell[1]])
        if direction is Direction.LEFT and not flow.back:
            distance *= _AGAINST_READING
        return (x, y), distance + (_OVER_A_LABEL if (x, y) in self._labelled else 0)


def _may_join(flow: Flow, other: Flow) -> bool:
    return other.target is flow.target or (other.source is flow.source and (flow.shares or other.shares))


def _remaining(xs: Sequence[float], ys: Sequence[float], ends: Sequence[Port]) -> Callable[[Cell], float]:
    """A lower bound of the way that is left: the distance to the box around all ends, with a bend."""
    left, right = min(xs[port.column] for port in ends), max(xs[port.column] for port in ends)
    top, bottom = min(ys[port.row] for port in ends), max(ys[port.row] for port in ends)

    def distance(cell: Cell) -> float:
        x, y = xs[cell[0]], ys[cell[1]]
        across, along = max(left - x, 0, x - right), max(top - y, 0, y - bottom)
        return across + along + (_BEND if across and along else 0)

    return distance


def _track(best: tuple[float, _State, Port], came: dict[_State, _State | Port]) -> Track:
    cost, state, goal = best
    cells = [state.cell]
    origin = came[state]
    while isinstance(origin, _State):
        cells.append(origin.cell)
        origin = came[origin]
    return Track(tuple(reversed(cells)), origin, goal, cost)


def _mark(arriving: Direction, leaving: Direction) -> str:
    if arriving.level != leaving.level:
        return _BEND_HERE
    return "level" if arriving.level else "upright"


def _between(cell: Cell, following: Cell) -> Direction:
    return Direction.RIGHT if cell[1] == following[1] else Direction.DOWN


def _marks(flow: Flow) -> Iterable[tuple[Cell, str]]:
    if flow.track is None:
        return
    cells = flow.track.cells
    for number, cell in enumerate(cells):
        arriving = _between(cells[number - 1], cell) if number else flow.track.leaves.direction
        last = number == len(cells) - 1
        leaving = flow.track.enters.direction if last else _between(cell, cells[number + 1])
        yield cell, _mark(arriving, leaving)


def _stretches(flow: Flow) -> Iterable[tuple[int, int, bool]]:
    cells = flow.track.cells if flow.track else ()
    for (x, y), (x2, y2) in pairwise(cells):
        yield min(x, x2), min(y, y2), y == y2
