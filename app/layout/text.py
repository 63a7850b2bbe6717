"""How much room a text takes in a drawing: estimated widths and the line breaks a BPMN viewer makes."""

import unicodedata
from typing import NamedTuple

LABEL_WIDTH = 90  # bpmn-js breaks labels outside shapes at this width
LABEL_FONT = 11
SHAPE_FONT = 12
_NARROW = frozenset("ilj.,;:'|!ftr()[]I ")
_BROAD = frozenset("mwMW%@")


class Size(NamedTuple):
    width: float
    height: float


def text_width(text: str, font: int = LABEL_FONT) -> float:
    """Width in pixels; a Chinese character fills the whole em square."""
    return sum(_em(character) for character in text) * font


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.40
    return 0.80 if character.isupper() or character in _BROAD else 0.63


def wrap(text: str, limit: float, font: int = LABEL_FONT) -> list[str]:
    """Lines broken at spaces, and inside a word that is wider than a line, as Chinese ones are."""
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, limit, font)]


def _wrap_paragraph(paragraph: str, limit: float, font: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, font) <= limit:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _break_word(word, limit, font)
        lines += full
    return [*lines, line]


def _break_word(word: str, limit: float, font: int) -> list[str]:
    pieces = [""]
    for character in word:
        if pieces[-1] and text_width(pieces[-1] + character, font) > limit:
            pieces.append("")
        pieces[-1] += character
    return pieces


def label_size(*texts: str) -> Size:
    """A box outside its shape that is large enough for each of the texts."""
    blocks = [wrap(text, LABEL_WIDTH) for text in texts]
    widest = max(text_width(line) for lines in blocks for line in lines)
    highest = max(len(lines) for lines in blocks)
    return Size(int(widest) + 5, int(highest * LABEL_FONT * 1.27) + 1)
