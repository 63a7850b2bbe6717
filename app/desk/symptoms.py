"""When two people describe the same symptom: a measure that needs no dictionary and works for Chinese."""

import re

ALIKE = 0.5
"""From here on two descriptions are about the same (proposed): half of all pairs of neighbouring characters agree."""


def plain(text: str) -> str:
    """Return a description without what says nothing: case, spaces and punctuation."""
    return re.sub(r"[\W_]+", "", text.lower())


def likeness(one: str, other: str) -> float:
    """Return how alike two descriptions are, from 0 to 1: Dice's coefficient of their pairs of characters.

    One that contains the other is the same, because people add what they think of.
    """
    first, second = plain(one), plain(other)
    if not first or not second:
        return 0.0
    if first in second or second in first:
        return 1.0
    mine, theirs = _pairs(first), _pairs(second)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def alike(one: str, other: str) -> bool:
    """Whether two descriptions are about the same."""
    return likeness(one, other) >= ALIKE


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
