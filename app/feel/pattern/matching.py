"""What is found in a text, and the questions that every way of searching asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.feel.pattern.program import AtEdge

Spend = Callable[[int], None]
# Where each group starts and ends: (start of 0, end of 0, start of 1, …).
Marks = tuple[int | None, ...]


class Match(NamedTuple):
    start: int
    end: int
    groups: tuple[str | None, ...]


def at_edge(edge: AtEdge, text: str, at: int) -> bool:
    if edge.start:
        return at == 0 or (edge.each_line and text[at - 1] == "\n")
    return at == len(text) or (edge.each_line and text[at] == "\n")


def match_of(marks: Marks, text: str) -> Match:
    groups = tuple(
        None if marks[slot] is None or marks[slot + 1] is None else text[marks[slot] : marks[slot + 1]]
        for slot in range(0, len(marks), 2)
    )
    start, end = marks[0], marks[1]
    assert start is not None
    assert end is not None
    return Match(start, end, groups)
