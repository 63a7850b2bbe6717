"""Boxes and segments: the little geometry that placing, routing and checking share."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Segment = tuple[Point, Point]


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def sized(cls, left: float, top: float, width: float, height: float) -> "Box":
        return cls(left, top, left + width, top + height)

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float, vertically: float | None = None) -> "Box":
        up = by if vertically is None else vertically
        return Box(self.left - by, self.top - up, self.right + by, self.bottom + up)

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        return (
            other.left >= self.left
            and other.top >= self.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def cut_by(self, segment: Segment) -> bool:
        """Does the segment, of any direction, run through the inside of the box?"""
        (x, y), (x2, y2) = segment
        enter, leave = 0.0, 1.0
        for start, delta, low, high in (
            (x, x2 - x, self.left, self.right),
            (y, y2 - y, self.top, self.bottom),
        ):
            if abs(delta) < 1e-9:
                if start <= low or start >= high:
                    return False
                continue
            near, far = sorted(((low - start) / delta, (high - start) / delta))
            enter, leave = max(enter, near), min(leave, far)
        return leave - enter > 1e-6


def around(boxes: Iterable[Box]) -> Box:
    found = list(boxes)
    return Box(
        min(box.left for box in found),
        min(box.top for box in found),
        max(box.right for box in found),
        max(box.bottom for box in found),
    )


def segments(points: Sequence[Point]) -> Iterator[Segment]:
    return pairwise(points)


def crosses(first: Segment, second: Segment) -> bool:
    """Do the segments cross in the inside of both?  Touching ends do not count."""
    return _apart(first, *second) and _apart(second, *first)


def _apart(line: Segment, one: Point, other: Point) -> bool:
    (px, py), (qx, qy) = line

    def side(point: Point) -> float:
        return (qx - px) * (point[1] - py) - (qy - py) * (point[0] - px)

    a, b = side(one), side(other)
    return abs(a) > 1e-9 and abs(b) > 1e-9 and (a > 0) != (b > 0)


def shared_length(first: Segment, second: Segment) -> float:
    """Length of the stretch that two level or upright segments have in common."""
    for along, across in ((0, 1), (1, 0)):
        heights = [point[across] for point in (*first, *second)]
        if max(heights) - min(heights) < 0.5:
            low = max(min(point[along] for point in part) for part in (first, second))
            high = min(max(point[along] for point in part) for part in (first, second))
            return max(0.0, high - low)
    return 0.0


def simplified(points: Iterable[Point]) -> list[Point]:
    """The same line without repeated points and without bends that do not bend."""
    line: list[Point] = []
    for raw in points:
        point = (round(raw[0], 1), round(raw[1], 1))
        if line and line[-1] == point:
            continue
        if len(line) > 1 and any(line[-1][k] == line[-2][k] == point[k] for k in (0, 1)):
            line[-1] = point
        else:
            line.append(point)
    return line
