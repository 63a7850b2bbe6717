"""Reading the XML, by local names: DMN 1.1 to 1.5 differ in little but the namespace."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.dmn.errors import DmnInvalid, Finding

Element = etree._Element  # noqa: SLF001 - lxml has no public name for its element type

MAX_BYTES = 10_000_000
MAX_EXPRESSIONS = 20_000
MAX_TEXT = 150_000
"""Characters of all expressions together; a second goes into compiling so many."""


def read(xml: bytes) -> Element:
    if len(xml) > MAX_BYTES:
        raise DmnInvalid([Finding("dmn.too_large", None, {"limit": MAX_BYTES})])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (1, 1))
        raise DmnInvalid([Finding("dmn.xml", None, {"line": line, "column": column})]) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DmnInvalid([Finding("dmn.doctype", None)])
    if tag(root) != "definitions" or "DMN" not in (etree.QName(root).namespace or ""):
        raise DmnInvalid([Finding("dmn.no_definitions", None, {"found": tag(root)})])
    _require_bounds(root)
    return root


def _require_bounds(root: Element) -> None:
    lengths = [len(text.text or "") for text in root.iter("{*}text")]
    if len(lengths) > MAX_EXPRESSIONS or sum(lengths) > MAX_TEXT:
        limits = {"expressions": MAX_EXPRESSIONS, "characters": MAX_TEXT}
        raise DmnInvalid([Finding("dmn.too_many_expressions", None, limits)])


def tag(element: Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Element, *tags: str) -> Iterator[Element]:
    return (child for child in element if tag(child) in tags)


def child(element: Element | None, *tags: str) -> Element | None:
    return None if element is None else next(children(element, *tags), None)


def text(element: Element | None) -> str:
    """The content of the `text` element inside, without surrounding space."""
    return text_of(child(element, "text"))


def text_of(element: Element | None) -> str:
    """The content of the element itself, without surrounding space."""
    return "" if element is None else (element.text or "").strip()


def name_of(element: Element | None) -> str:
    """The name with its white space made single."""
    return "" if element is None else " ".join((element.get("name") or "").split())


def id_of(element: Element) -> str | None:
    """The id of the element, or of the nearest one around it that has one."""
    here: Element | None = element
    while here is not None:
        if here.get("id"):
            return here.get("id")
        here = here.getparent()
    return None


def is_dmn(import_type: str | None) -> bool:
    """Whether an import is of decisions. The type is the namespace of the standard, of whatever version."""
    return "dmn" in (import_type or "dmn").lower()
