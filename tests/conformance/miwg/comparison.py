"""Are two BPMN files the same but for one name? Order of attributes, prefixes and white space do not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
Fact = tuple[str, str, str]
"""Where, what, and its value."""


def differences(before: bytes, after: bytes, element_id: str, name: str) -> list[str]:
    """Everything that is in one of the files only, the new name of one element excepted."""
    old, new = etree.fromstring(before), etree.fromstring(after)
    for root in (old, new):
        for label in root.xpath("//*[local-name()='BPMNLabel'][not(node()) and not(@*)]"):
            label.getparent().remove(label)  # says nothing; editors write one beside a name
    changed = new.find(f".//*[@id='{element_id}']")
    if changed is None or changed.get("name") != name:
        return ["the new name was not stored"]
    original = old.find(f".//*[@id='{element_id}']").get("name")
    if original is None:
        del changed.attrib["name"]
    else:
        changed.set("name", original)
    lost, invented = Counter(_facts(old)), Counter(_facts(new))
    return [f"lost {_said(fact)}" for fact in lost - invented] + [f"new {_said(fact)}" for fact in invented - lost]


def _facts(element: etree._Element, path: str = "") -> Iterator[Fact]:
    """Every element with its place among its like, every attribute, every text."""
    yield path, "element", str(element.tag)
    for attribute, value in element.attrib.items():
        yield path, str(attribute), _qualified(element, str(value)) if attribute == _TYPE else str(value)
    if element.text and element.text.strip():
        yield path, "text", element.text if not len(element) else element.text.strip()
    places: Counter[str] = Counter()
    for child in element.iterchildren("{*}*"):
        key = child.get("id") or ""
        if not key:
            places[str(child.tag)] += 1
            key = str(places[str(child.tag)])
        yield from _facts(child, f"{path}/{etree.QName(child).localname}#{key}")


def _qualified(element: etree._Element, value: str) -> str:
    prefix, _, local = value.rpartition(":")
    return f"{{{element.nsmap.get(prefix or None)}}}{local}"


def _said(fact: Fact) -> str:
    where, what, value = fact
    return f"{where[-120:]} {what}={value[:80]}"
