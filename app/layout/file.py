"""Laying out a whole file, bytes to bytes."""

from lxml import etree

from app.layout.errors import LayoutFailed
from app.layout.pages import write_pages
from app.layout.read import BPMN
from app.layout.write import DIAGRAM


def parse(xml: bytes) -> etree._Element:
    """The root of a BPMN file.  Entities stay unresolved and nothing is fetched: files come from anybody."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise LayoutFailed("layout.not_xml", reason=str(error)) from error
    if root.tag != f"{BPMN}definitions":
        raise LayoutFailed("layout.not_bpmn", root=str(root.tag))
    if b"<!DOCTYPE" in xml[: xml.find(b"definitions")]:
        raise LayoutFailed("layout.doctype")
    return root


def layout(xml: bytes) -> bytes:
    """The same file with a freshly drawn diagram; any earlier diagram in it is replaced."""
    root = parse(xml)
    for diagram in root.findall(DIAGRAM):
        root.remove(diagram)
    before = len(root)
    write_pages(root)
    for number in range(before, len(root)):
        etree.indent(root[number], "  ", level=1)
    _separate(root, before)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8") + b"\n"


def _separate(root: etree._Element, first: int) -> None:
    """Line breaks between the diagrams and what stands before them; nothing inside that is touched."""
    for number in range(max(0, first - 1), len(root)):
        root[number].tail = "\n" if number == len(root) - 1 else "\n  "
