"""What the parts of a file are called: the name of a step, the rule and column of a table, the label of a field."""

import json
import typing as t
from pathlib import PurePosixPath

from lxml import etree

from app.i18n import language
from app.i18n import text as _

NAMES = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
PROPERTY = "{http://camunda.org/schema/zeebe/1.0}property"
ENGLISH = "name:en"


def drawn_names(file: str, source: bytes) -> dict[str, str]:
    """Return element id → words, as far as the file can be read; it may be broken, that is what findings are about."""
    suffix = PurePosixPath(file).suffix.lower()
    try:
        if suffix == ".form":
            return _fields(json.loads(source))
        if suffix not in {".bpmn", ".dmn"}:
            return {}
        root = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    except (ValueError, RecursionError, etree.XMLSyntaxError):
        return {}
    return _steps(root) if suffix == ".bpmn" else _logic(root) | _cells(root)


def labelled(xml: bytes) -> bytes:
    """Return a deployed diagram to be looked at: on an English page what has an English name carries it."""
    if language() == "zh":
        return xml
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    for line in root.iter(PROPERTY):
        # property < properties < extensionElements < the element that is named
        named = next((above for at, above in enumerate(line.iterancestors()) if at == 2), None)
        if named is not None and line.get("name") == ENGLISH and line.get("value"):
            named.set("name", str(line.get("value")))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def to_target(name: str) -> str:
    """Return how a flow without a name is called: it is known by where it leads."""
    return f"→ {name}"


def _steps(root: etree._Element) -> dict[str, str]:
    found, unnamed = {}, {}
    for element in root.iter(f"{NAMES}*"):
        name = (language() == "en" and _english(element)) or element.get("name")
        identifier = element.get("id")
        if name and identifier:
            found[identifier] = " ".join(name.split())
        elif identifier and element.tag == f"{NAMES}sequenceFlow":
            unnamed[identifier] = element.get("targetRef", "")
    return found | {flow: to_target(found[target]) for flow, target in unnamed.items() if target in found}


def _english(element: etree._Element) -> str | None:
    properties = element.iterfind(f"{NAMES}extensionElements/*/{PROPERTY}[@name='name:en']")
    return next((one.get("value") for one in properties), None)


def _logic(root: etree._Element) -> dict[str, str]:
    """Whatever stands in a decision or knowledge model is called by it."""
    found: dict[str, str] = {}
    for node in root.iterchildren("{*}decision", "{*}businessKnowledgeModel", "{*}itemDefinition", "{*}inputData"):
        name = node.get("name") or ""
        found |= dict.fromkeys(_ids(node), name)
    return found


def _cells(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in root.iter("{*}decisionTable"):
        columns = []
        for column in _parts(table, "input", "output"):
            label = column.get("label") or column.get("name") or _text(column)
            columns.append(label)
            found |= dict.fromkeys(_ids(column), _("Column %(column)s", column=label))
        for number, rule in enumerate(_parts(table, "rule"), 1):
            for label, cell in zip(columns, _parts(rule, "inputEntry", "outputEntry"), strict=False):
                if identifier := cell.get("id"):
                    found[identifier] = _("Rule %(number)s, %(column)s", number=number, column=label)
    return found


def _ids(element: etree._Element) -> list[str]:
    return [identifier for one in element.iter("{*}*") if (identifier := one.get("id"))]


def _text(column: etree._Element) -> str:
    return (column.findtext("{*}inputExpression/{*}text") or "").strip()


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
