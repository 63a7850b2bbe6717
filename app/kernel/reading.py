"""Reading XML from people we do not know: no document types, no entities, no network, and bounded time and memory.

The bounds are the parser's own (10 MB per text, 256 levels of elements) and those below. They were chosen so that the
largest file that passes costs about two seconds and 100 MB to judge and to build, which one thread of a web server can
spend while its others answer; nothing has to be parsed in a process of its own.
"""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.xml import NODES, SCOPES, bpmn, kind

LARGEST_FILE = 20_000_000
"""Bytes."""
MOST_ELEMENTS = 400_000
"""XML elements; a drawn node takes about a dozen, its shape and its flows included."""
MOST_NODES = 10_000
DEEPEST = 50
"""Sub-processes inside each other; every level costs frames of the interpreter's stack."""

_NESTED = SCOPES | {"transaction", "adHocSubProcess"}
_MAGIC = {
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "GZIP",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\xd0\xcf\x11\xe0": "Microsoft Office 97",
    b"{": "JSON",
}
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_SAYS_UTF16 = re.compile(rb"<\?xml[^>]*encoding=[\"']utf-16", re.IGNORECASE)
_ENCODING = frozenset((32, 81))
"""libxml2: an encoding it does not know, and bytes that the encoding does not have."""
_TOO_MUCH = 114
_CUT_OFF = frozenset((73, 74, 77))
"""libxml2: tags that are opened and never closed when the file ends."""


class NotReadable(Exception):
    """The bytes are no BPMN file; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read(xml: bytes) -> etree._Element:
    """The root of a BPMN file, or `NotReadable`."""
    _refuse_other_content(xml)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise NotReadable(_broken(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable(Finding("kernel.doctype_forbidden"))
    if root.tag != bpmn("definitions"):
        raise NotReadable(_other_root(root))
    _refuse_excess(root)
    return root


def _refuse_other_content(xml: bytes) -> None:
    """What can be told from the first bytes, before a parser touches it."""
    if len(xml) > LARGEST_FILE:
        raise NotReadable(Finding("kernel.too_large", params={"megabytes": LARGEST_FILE // 1_000_000}))
    if not xml.strip():
        raise NotReadable(Finding("kernel.xml_empty"))
    for magic, name in _MAGIC.items():
        if xml.startswith(magic):
            raise NotReadable(Finding("kernel.not_xml", params={"kind": name}))
    # Without its zero bytes, UTF-16 reads like ASCII as far as names of the XML syntax go.
    start = xml[:65_536].replace(b"\0", b"")
    if _SAYS_UTF16.match(start) and b"\0" not in xml[:200]:
        raise NotReadable(Finding("kernel.xml_encoding", params={"line": 1, "column": 1}))
    prolog = _PROLOG.match(start)
    if prolog and start[prolog.end() :].startswith(b"<!DOCTYPE"):
        raise NotReadable(Finding("kernel.doctype_forbidden"))


def _broken(error: etree.XMLSyntaxError) -> Finding:
    """Why the text is no XML, in our own words: the parser's are English and for programmers."""
    place = {"line": error.lineno or 0, "column": error.offset or 0}
    code = cast(int, error.code)  # type: ignore[attr-defined]
    if code in _ENCODING:
        return Finding("kernel.xml_encoding", params=place)
    if code == _TOO_MUCH:
        return _too_deep() if "depth" in error.msg else Finding("kernel.text_too_long", params=place)
    if code in _CUT_OFF:
        return Finding("kernel.xml_cut_off", params=place)
    return Finding("kernel.xml_broken", params=place)


def _other_root(root: etree._Element) -> Finding:
    name = etree.QName(root)
    if "/DMN/" in (name.namespace or ""):
        return Finding("kernel.is_dmn")
    return Finding("kernel.not_bpmn", params={"root": name.localname})


def _refuse_excess(root: etree._Element) -> None:
    elements = nodes = 0
    for element in root.iter():
        elements += 1
        nodes += kind(element) in NODES
    if nodes > MOST_NODES:
        raise NotReadable(Finding("kernel.too_many_nodes", params={"count": nodes, "limit": MOST_NODES}))
    if elements > MOST_ELEMENTS:
        raise NotReadable(Finding("kernel.too_many_elements", params={"count": elements, "limit": MOST_ELEMENTS}))
    scopes = [root]
    for _ in range(DEEPEST + 2):
        scopes = [child for scope in scopes for child in scope if kind(child) in _NESTED]
    if scopes:
        raise NotReadable(_too_deep())


def _too_deep() -> Finding:
    return Finding("kernel.too_deep", params={"limit": DEEPEST})
