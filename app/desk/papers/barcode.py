"""Code 128 (ISO/IEC 15417) as a picture of bars that any scanner at a counter reads.

A module of our own: the symbology is a table and a sum, and the libraries for it bring fonts and image formats along.
"""

from collections.abc import Iterator

from markupsafe import Markup

_TABLE = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
)
PATTERNS = tuple(_TABLE.split())
"""Widths of bars and gaps in turn, by value; the last one is the stop."""
TO_C, TO_B, START_B, START_C, STOP = 99, 100, 104, 105, 106
QUIET = 10
"""Modules of white on either side (§4.3.7)."""
SHORTEST_RUN = 4
"""From so many digits on, two of them in one symbol take less room than the switch costs."""


def values(text: str) -> list[int]:
    """Return the symbols of a text: start, data, check sum (§4.3.5), stop. Raises ValueError for what is not ASCII."""
    if not text or not all(" " <= char <= "~" for char in text):
        raise ValueError(f"Code 128 writes printable ASCII, not {text!r}.")
    data = list(_data(text))
    check = (data[0] + sum(place * value for place, value in enumerate(data))) % 103
    return [*data, check, STOP]


def _data(text: str) -> Iterator[int]:
    at, in_c = 0, False
    while at < len(text):
        run = _digits(text, at)
        if run >= SHORTEST_RUN:
            if not in_c:
                yield TO_C if at else START_C
            in_c = True
            for place in range(at, at + run, 2):
                yield int(text[place : place + 2])
            at += run
            continue
        if in_c or at == 0:
            yield TO_B if at else START_B
        in_c = False
        yield ord(text[at]) - 32
        at += 1


def _digits(text: str, at: int) -> int:
    """Return how many digits begin at a place, an even number of them."""
    end = at
    while end < len(text) and text[end].isdigit():
        end += 1
    return (end - at) // 2 * 2


def bars(text: str) -> Iterator[tuple[int, int]]:
    """Return every bar as (left edge, width) in modules, counted from the left end of the quiet zone."""
    at = QUIET
    for value in values(text):
        for place, width in enumerate(map(int, PATTERNS[value])):
            if place % 2 == 0:
                yield at, width
            at += width


def picture(text: str) -> Markup:
    """Return the bars as SVG, one module wide per unit; how large it is printed is the style sheet's business."""
    drawn = list(bars(text))
    width = drawn[-1][0] + drawn[-1][1] + QUIET
    path = "".join(f"M{left} 0h{wide}v40h-{wide}z" for left, wide in drawn)
    return Markup(
        '<svg class="fl-bars" viewBox="0 0 {} 40" preserveAspectRatio="none" shape-rendering="crispEdges" role="img" '
        'aria-label="{}"><path class="fl-bars__bar" d="{}"/></svg>'
    ).format(width, text, path)
