"""Which ids a file defines, without asking whether it could be published."""

import json

from lxml import etree

from app.engine.catalogue import Kind


def defined_ids(kind: Kind, source: bytes) -> list[str]:
    """Return the ids of the processes, decisions or the form in a file, executable ones first; none if unreadable."""
    if kind == "form":
        return _form(source)
    try:
        root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return []
    found = [node for node in root.iterchildren("{*}" + kind) if node.get("id")]
    executable = [node for node in found if node.get("isExecutable") == "true"]
    return [node.get("id", "") for node in [*executable, *(node for node in found if node not in executable)]]


def _form(source: bytes) -> list[str]:
    try:
        form = json.loads(source)
    except ValueError:
        return []
    identifier = form.get("id") if isinstance(form, dict) else None
    return [identifier] if isinstance(identifier, str) and identifier else []
