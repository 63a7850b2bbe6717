"""What a choice of rows costs: an estimate of bends, crossings, detours and height, made before routing."""

from collections import defaultdict
from typing import NamedTuple

from app.layout.model import Flow, Kind, Node, Scene

_ROW = 2.2
_CROSSING = 3.5
_IN_THE_WAY = 5.0
_PER_ROW = 0.35
_PER_COLUMN = 0.05


class Level(NamedTuple):
    """A stretch that runs along a row."""

    row: int
    left: float
    right: float
    flow: int


class Upright(NamedTuple):
    """A stretch that runs across rows."""

    column: float
    top: int
    bottom: int
    flow: int


class Shape(NamedTuple):
    """One way to draw a flow: its price and its stretches."""

    price: float
    parts: tuple[Level | Upright, ...]
    turns_at_source: bool = False


class RowCost:
    """Prices the rows that the nodes of a scene have at the moment."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._nodes = scene.placed
        self._taken: set[tuple[int, int]] = set()
        self._used: list[int] = []
        self._rank: dict[int, int] = {}

    def total(self) -> float:
        self._taken = {(node.column, node.row) for node in self._nodes}
        self._used = sorted({node.row for node in self._nodes})
        self._rank = {row: rank for rank, row in enumerate(self._used)}
        cost = _ROW * len(self._used)
        levels: list[Level] = []
        uprights: list[Upright] = []
        exits: dict[tuple[Node, bool], int] = defaultdict(int)
        for index, flow in enumerate(self._scene.flows):
            shape = self._shape(flow, index, exits)
            cost += shape.price
            levels += [part for part in shape.parts if isinstance(part, Level)]
            uprights += [part for part in shape.parts if isinstance(part, Upright)]
        for link in self._scene.associations:
            cost += 1.5 * (self._distance(link) + abs(link.start.column - link.end.column))
        return cost + _CROSSING * _crossings(levels, uprights)

    def _shape(self, flow: Flow, index: int, exits: dict[tuple[Node, bool], int]) -> Shape:
        start, end = flow.start, flow.end
        if flow.back or end.column < start.column:
            way = 2 + 0.25 * (start.column - end.column) + 0.5 * self._distance(flow)
            return Shape(way, ())
        top, bottom = sorted((start.row, end.row))
        if start.column == end.column:
            price = 0.5 + _PER_ROW * self._distance(flow) + 6 * self._on_column(start.column, top, bottom)
            return Shape(price, (Upright(start.column, top, bottom, index),))
        weight = 2.0 if flow.main else 1.0
        if start.row == end.row:
            return self._straight(flow, index, weight)
        best = min(self._bent(flow, index, exits), key=lambda shape: shape.price)
        if best.turns_at_source and start.kind is Kind.GATEWAY:
            exits[start, end.row > start.row] += 1
        extra = _PER_ROW * self._distance(flow) + _PER_COLUMN * (end.column - start.column)
        return Shape(best.price * weight + extra, best.parts)

    def _straight(self, flow: Flow, index: int, weight: float) -> Shape:
        start, end = flow.start, flow.end
        blocked = self._on_row(start.row, start.column + 1, end.column)
        if flow.source is not start:  # from a boundary event the line goes down and comes up again
            return Shape(3 + 2.5 * blocked, ())
        price = 5.5 * blocked * weight + _PER_COLUMN * (end.column - start.column)
        return Shape(price, (Level(start.row, start.column, end.column, index),))

    def _bent(self, flow: Flow, index: int, exits: dict[tuple[Node, bool], int]) -> list[Shape]:
        start, end = flow.start, flow.end
        left, right = start.column, end.column
        top, bottom = sorted((start.row, end.row))
        late, early = right - 0.4, left + 0.4
        on_start = self._on_row(start.row, left + 1, right)
        on_end = self._on_row(end.row, left + 1, right)
        arriving_flat = (Level(start.row, left, early, index), Upright(early, top, bottom, index))
        early_turn = Shape(2 + _IN_THE_WAY * on_end, (*arriving_flat, Level(end.row, early, right, index)))
        if flow.source is not start:
            return [self._from_boundary(flow, index, top, bottom, early_turn)]
        leaving_flat = (Level(start.row, left, late, index), Upright(late, top, bottom, index))
        into_target = on_start + ((right, start.row) in self._taken) + self._on_column(right, top, bottom)
        turning = 1.0 if start.kind is Kind.GATEWAY else 1.6
        turning += 1.5 if exits[start, end.row > start.row] else 0
        return [
            Shape(2 + _IN_THE_WAY * on_start, (*leaving_flat, Level(end.row, late, right, index))),
            early_turn,
            Shape(
                1.4 + _IN_THE_WAY * into_target,
                (Level(start.row, left, right, index), Upright(right, top, bottom, index)),
            ),
            self._turn_at_source(flow, index, turning),
        ]

    def _from_boundary(self, flow: Flow, index: int, top: int, bottom: int, around: Shape) -> Shape:
        if flow.end.row > flow.start.row:
            return self._turn_at_source(flow, index, 1.0)
        detour = (Upright(flow.start.column + 0.4, top, bottom, index),)
        return Shape(1.5 + around.price, detour)

    def _turn_at_source(self, flow: Flow, index: int, price: float) -> Shape:
        start, end = flow.start, flow.end
        top, bottom = sorted((start.row, end.row))
        blocked = self._on_row(end.row, start.column, end.column) + self._on_column(start.column, top, bottom)
        parts = (
            Upright(start.column, top, bottom, index),
            Level(end.row, start.column, end.column, index),
        )
        return Shape(price + _IN_THE_WAY * blocked, parts, turns_at_source=True)

    def _on_row(self, row: int, first: int, beyond: int) -> int:
        return sum((column, row) in self._taken for column in range(first, beyond))

    def _on_column(self, column: int, top: int, bottom: int) -> int:
        return sum((column, row) in self._taken for row in self._used if top < row < bottom)

    def _distance(self, flow: Flow) -> int:
        return abs(self._rank[flow.start.row] - self._rank[flow.end.row])


def _crossings(levels: list[Level], uprights: list[Upright]) -> int:
    return sum(
        upright.top < level.row < upright.bottom
        and level.left < upright.column < level.right
        and level.flow != upright.flow
        for upright in uprights
        for level in levels
    )
