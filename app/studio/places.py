"""Where a finding is, in words: the name of the step, the rule and column of a table, the label of a field."""

import json
import typing as t

from lxml import etree

from app.engine.catalogue import Kind
from app.i18n import language
from app.i18n import text as _

NAMES = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PROPERTY = "{http://camunda.org/schema/zeebe/1.0}property"


def places(kind: Kind, source: str) -> dict[str, str]:
    """Return element id → words, as far as the file can be read; it may be broken, that is what findings are about."""
    try:
        if kind == "form":
            return _fields(json.loads(source))
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(source.encode(), parser)
    except (ValueError, RecursionError, etree.XMLSyntaxError):
        return {}
    return _steps(root) if kind == "process" else _cells(root)


def _steps(root: etree._Element) -> dict[str, str]:
    found = {}
    for element in root.iter(f"{NAMES}*"):
        name = (language() == "en" and _english(element)) or element.get("name")
        if name and (identifier := element.get("id")):
            found[identifier] = " ".join(name.split())
    return found


def _english(element: etree._Element) -> str | None:
    properties = element.iterfind(f"{NAMES}extensionElements/*/{PROPERTY}[@name='name:en']")
    return next((one.get("value") for one in properties), None)


def _cells(root: etree._Element) -> dict[str, str]:
    found = {}
    for table in root.iter("{*}decisionTable"):
        columns = [one.get("label") or one.get("name") or "" for one in _parts(table, "input", "output")]
        for number, rule in enumerate(_parts(table, "rule"), 1):
            for column, cell in zip(columns, _parts(rule, "inputEntry", "outputEntry"), strict=False):
                if identifier := cell.get("id"):
                    found[identifier] = _("Rule %(number)s, %(column)s", number=number, column=column)
    return found


def _parts(element: etree._Element, *names: str) -> list[etree._Element]:
    """Children of these names, in the order of the names: inputs stand before outputs."""
    return [one for name in names for one in element.iterchildren("{*}" + name)]


def _fields(form: t.Any) -> dict[str, str]:
    found: dict[str, str] = {}
    waiting = [form]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        label = part.get("label") or part.get("key")
        if isinstance(part.get("id"), str) and isinstance(label, str):
            found[part["id"]] = label
        inner = part.get("components")
        waiting.extend(inner if isinstance(inner, list) else ())
    return found
