"""The drawing of a version with its labels in the language of the page."""

from lxml import etree

from app import i18n
from app.db import db
from app.engine import catalogue
from app.layout.file import parse

_PROPERTY = "{http://camunda.org/schema/zeebe/1.0}property"
ENGLISH = "name:en"


def xml_of(definition_key: int) -> bytes:
    """Return the diagram of a version as it was deployed."""
    sha256 = catalogue.version_by_key(db.session, "process", definition_key).sha256
    return catalogue.content(db.session, sha256)


def localised(definition_key: int) -> bytes:
    """Return the diagram to be looked at: on an English page what has an English name carries it."""
    xml = xml_of(definition_key)
    return xml if i18n.language() == "zh" else _in_english(xml)


def is_drawn(definition_key: int) -> bool:
    """Whether the version has a drawing at all; programs may deploy without one."""
    return b"BPMNDiagram" in xml_of(definition_key)


def _in_english(xml: bytes) -> bytes:
    root = parse(xml)
    for line in root.iter(_PROPERTY):
        # property < properties < extensionElements < the element that is named
        named = next((above for at, above in enumerate(line.iterancestors()) if at == 2), None)
        if named is not None and line.get("name") == ENGLISH and line.get("value"):
            named.set("name", str(line.get("value")))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
