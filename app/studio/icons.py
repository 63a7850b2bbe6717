"""Icons of element templates: drawings of the house's sheet as addresses that a diagram can carry with it."""

import functools
from pathlib import Path
from urllib.parse import quote

from lxml import etree

SHEET = Path(__file__).parents[1] / "web" / "static" / "icons.svg"
SVG = "http://www.w3.org/2000/svg"
COLOUR = "#3c4350"
"""Of lines on the paper of the editor, which is white in the dark as well."""


def icon_address(name: str) -> str:
    """Return one icon as a data address of less than 1 kB, because every element that uses it stores it."""
    drawing = _sheet()[name]
    style = f"fill='none' stroke='{COLOUR}' stroke-width='1.5' stroke-linecap='round' stroke-linejoin='round'"
    svg = f"<svg xmlns='{SVG}' width='18' height='18' viewBox='0 0 20 20' {style}>{drawing}</svg>"
    return "data:image/svg+xml," + quote(svg, safe=" =:/'")


@functools.cache
def _sheet() -> dict[str, str]:
    """What is drawn in each icon, by its name."""
    root = etree.parse(SHEET).getroot()
    symbols = root.iter(f"{{{SVG}}}symbol")
    return {symbol.get("id", "").removeprefix("i-"): "".join(map(_drawn, symbol)) for symbol in symbols}


def _drawn(shape: etree._Element) -> str:
    attributes = " ".join(f"{name}='{shape.get(name)}'" for name in map(str, shape.attrib))
    return f"<{etree.QName(shape).localname} {attributes}/>"
