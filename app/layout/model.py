"""What is drawn: nodes, flows and lanes of one process or sub-process, with the places they are given."""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from app.layout.geometry import Box, Point
from app.layout.text import Size


class Kind(Enum):
    TASK = "task"
    SUBPROCESS = "subprocess"
    GATEWAY = "gateway"
    EVENT = "event"
    BOUNDARY = "boundary"
    DATA = "data"
    NOTE = "note"
    POOL = "pool"  # only as the end of a message flow


ARTIFACTS = frozenset({Kind.DATA, Kind.NOTE})
ACTIVITIES = frozenset({Kind.TASK, Kind.SUBPROCESS})
UNKNOWN_LANE = -1


class Direction(Enum):
    """The way a line runs; the number counts quarter turns to the right."""

    RIGHT = 0
    DOWN = 1
    LEFT = 2
    UP = 3

    def __init__(self, quarter: int) -> None:
        self.level = quarter % 2 == 0

    # Members are single objects, and the router looks millions of them up: Enum's own hash is written in Python.
    __hash__ = object.__hash__


class Port(NamedTuple):
    """A place where a line leaves or meets a shape: grid cell, direction of the line there, its price."""

    column: int
    row: int
    direction: Direction
    price: float
    side: str  # "r", "l", "t", "b"
    shift: int = 0  # -1 and 1: above and below the middle of a task's side


class Track(NamedTuple):
    """A routed line on the grid."""

    cells: tuple[tuple[int, int], ...]
    leaves: Port
    enters: Port
    price: float


@dataclass(eq=False, slots=True)
class Node:
    id: str
    kind: Kind
    tag: str
    name: str
    width: float
    height: float
    order: int
    lane: int = UNKNOWN_LANE
    column: int = 0
    row: int = 0
    x: float = 0.0  # of the centre
    y: float = 0.0
    host: "Node | None" = None
    attached: list["Node"] = field(default_factory=list)
    offset: float = 0.0  # of a boundary event from the centre of its host
    inner: "Scene | None" = None
    in_strip: bool = False  # an event sub-process stands apart from the columns, at the foot of its lane
    label: Size | None = None
    label_above: bool = False
    label_box: Box | None = None

    @property
    def box(self) -> Box:
        return Box.sized(self.x - self.width / 2, self.y - self.height / 2, self.width, self.height)

    @property
    def anchor(self) -> "Node":
        """The node that has a place in the grid: for a boundary event that is its host."""
        return self.host or self


@dataclass(eq=False, slots=True)
class Flow:
    id: str
    name: str
    source: Node
    target: Node
    default: bool = False
    label: Size | None = None
    back: bool = False  # runs against the reading direction
    main: bool = False  # belongs to the longest path, which should be straight
    step: bool = False  # goes straight up or down into another lane
    shares: bool = False  # may leave through the same side as another flow of its source
    track: Track | None = None
    points: list[Point] = field(default_factory=list)
    label_box: Box | None = None

    @property
    def start(self) -> Node:
        return self.source.anchor

    @property
    def end(self) -> Node:
        return self.target.anchor


@dataclass(eq=False, slots=True)
class Lane:
    id: str
    index: int  # of the leaf lane; UNKNOWN_LANE when it holds lanes itself
    children: list["Lane"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return 1 + max((child.depth for child in self.children), default=0)

    def leaves(self) -> list[int]:
        if not self.children:
            return [self.index]
        return [leaf for child in self.children for leaf in child.leaves()]


@dataclass(eq=False, slots=True)
class Scene:
    """One process or expanded sub-process, in coordinates of its own that start at (0, 0)."""

    id: str
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    associations: list[Flow] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    lane_count: int = 1
    column_count: int = 0
    row_lanes: list[int] = field(default_factory=list)  # lane of every row
    lane_spans: dict[int, tuple[float, float]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0

    @property
    def placed(self) -> list[Node]:
        """The nodes that get a column and a row."""
        return [node for node in self.nodes if node.host is None and not node.in_strip]

    @property
    def lane_depth(self) -> int:
        return max((lane.depth for lane in self.lanes), default=0)

    def everything(self) -> "list[Scene]":
        """The scene itself and the ones inside its sub-processes."""
        inner = [node.inner for node in self.nodes if node.inner is not None]
        return [self, *(scene for child in inner for scene in child.everything())]

    def move(self, dx: float, dy: float) -> None:
        for scene in self.everything():
            scene.move_own(dx, dy)

    def move_own(self, dx: float, dy: float) -> None:
        for node in self.nodes:
            node.x += dx
            node.y += dy
            node.label_box = node.label_box and node.label_box.moved(dx, dy)
        for flow in (*self.flows, *self.associations):
            flow.points = [(x + dx, y + dy) for x, y in flow.points]
            flow.label_box = flow.label_box and flow.label_box.moved(dx, dy)
        self.lane_spans = {lane: (top + dy, foot + dy) for lane, (top, foot) in self.lane_spans.items()}
