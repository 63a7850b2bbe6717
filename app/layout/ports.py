"""Where a flow may leave or meet a shape, and how much each place is liked."""

from collections import Counter

from app.layout.grid import Lines, column_key, row_key
from app.layout.model import ACTIVITIES, Direction, Flow, Kind, Node, Port, Scene

CLEARANCE = 7  # lines keep this distance from shapes they do not touch
_HIDES_A_LABEL = 14
_UNDER_A_BOUNDARY_EVENT = 150
_KEPT_FOR_A_STEP = 80


class Ports:
    def __init__(self, scene: Scene, columns: Lines, rows: Lines) -> None:
        self._columns, self._rows = columns, rows
        self._column_index, self._row_index = columns.index(), rows.index()
        self._leaving = Counter(flow.source for flow in scene.flows)
        self._entering = Counter(flow.target for flow in scene.flows)
        self._kept: dict[tuple[Node, str], Flow] = {}
        for flow in scene.flows:
            if flow.step:
                down = flow.end.row > flow.start.row
                self._kept[flow.start, "b" if down else "t"] = flow
                self._kept[flow.end, "t" if down else "b"] = flow

    def leaving(self, flow: Flow) -> list[Port]:
        node = flow.source
        if node.host is not None:
            return self._sides(node, flow, {"b": 0}, outward=True)
        side = self._price_of_turning_out(node, flow)
        prices = {"r": 25 if flow.back else 0, "t": side, "b": side + self._below(node)}
        ports = self._sides(node, flow, prices, outward=True)
        if node.kind in ACTIVITIES and self._leaving[node] > 1:
            ports += self._shifted(node, "r", 18)
        return ports

    def _price_of_turning_out(self, node: Node, flow: Flow) -> float:
        if flow.back or flow.step:
            return 4 if node.kind is Kind.GATEWAY and self._leaving[node] > 1 else 6
        if node.kind is Kind.GATEWAY:
            return 4 if self._leaving[node] > 1 else 30
        return 40 if node.kind in ACTIVITIES else 22

    def entering(self, flow: Flow) -> list[Port]:
        node = flow.target
        side = self._price_of_turning_in(node, flow)
        ports = self._sides(node, flow, {"l": 0, "t": side, "b": side + self._below(node)}, outward=False)
        if node.kind in ACTIVITIES and self._entering[node] > 1:
            ports += self._shifted(node, "l", 12)
        return ports

    def _price_of_turning_in(self, node: Node, flow: Flow) -> float:
        exits = self._leaving[node]
        if flow.step:
            return 4
        if flow.back:
            return 120 if node.kind is Kind.GATEWAY and exits > 2 else 4
        if node.kind is Kind.GATEWAY and exits > 1:
            return 45 if exits == 2 else 160
        return 18 if node.kind in (Kind.GATEWAY, Kind.EVENT) else 30

    def _below(self, node: Node) -> float:
        label = _HIDES_A_LABEL if node.kind is Kind.EVENT and node.label and not node.label_above else 0
        return label + (_UNDER_A_BOUNDARY_EVENT if node.attached else 0)

    def _sides(self, node: Node, flow: Flow, prices: dict[str, float], *, outward: bool) -> list[Port]:
        ports = []
        for side, price in prices.items():
            cell = self._cell(node, side)
            if cell is None:
                continue
            keeper = self._kept.get((node, side), flow)
            extra = 0 if keeper is flow else _KEPT_FOR_A_STEP
            ports.append(Port(*cell, _direction(side, outward=outward), price + extra, side))
        return ports

    def _cell(self, node: Node, side: str) -> tuple[int, int] | None:
        """The grid point in front of the side."""
        box = node.box.grown(CLEARANCE)
        if side in "lr":
            column = self._columns.after(box.right) if side == "r" else self._columns.before(box.left)
            return None if column is None else (column, self._row_index[row_key(node)])
        row = self._rows.after(box.bottom) if side == "b" else self._rows.before(box.top)
        return None if row is None else (self._column_index[column_key(node)], row)

    def _shifted(self, node: Node, side: str, price: float) -> list[Port]:
        cell = self._cell(node, side)
        if cell is None:
            return []
        direction = _direction(side, outward=side == "r")
        return [
            Port(cell[0], self._row_index[row_key(node, shift)], direction, price, side, shift) for shift in (-1, 1)
        ]


def _direction(side: str, *, outward: bool) -> Direction:
    out = {"r": Direction.RIGHT, "l": Direction.LEFT, "t": Direction.UP, "b": Direction.DOWN}[side]
    return out if outward else Direction((out.value + 2) % 4)
