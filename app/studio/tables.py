"""Decision tables to read: the cells as they were written. Deployed files only, so the gate has read them before."""

import dataclasses
import typing as t

from lxml import etree


class Column(t.NamedTuple):
    """One column; `sense` is the expression it asks for, or the name of its result."""

    label: str
    sense: str
    id: str = ""


@dataclasses.dataclass(frozen=True)
class Rule:
    """One line."""

    id: str
    number: int
    tests: tuple[str, ...]
    results: tuple[str, ...]
    remark: str


@dataclasses.dataclass(frozen=True)
class Decision:
    """One decision of a file; `text` instead of rules when it is a single expression."""

    id: str
    name: str
    policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rules: tuple[Rule, ...]
    text: str


def read(source: bytes) -> list[Decision]:
    """Return the decisions of a DMN file in their order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(source, parser)
    return [_decision(element) for element in _children(root, "decision")]


def _decision(element: etree._Element) -> Decision:
    table = next(iter(_children(element, "decisionTable")), None)
    name = element.get("name") or element.get("id") or ""
    if table is None:
        text = " ".join(str(text).strip() for text in element.itertext() if text.strip())
        return Decision(element.get("id") or "", name, "", (), (), (), text)
    policy = " ".join(part for part in (table.get("hitPolicy") or "UNIQUE", table.get("aggregation")) if part)
    return Decision(
        id=element.get("id") or "",
        name=name,
        policy=policy,
        inputs=tuple(
            Column(one.get("label") or "", _text(_first(one, "inputExpression")), one.get("id") or "")
            for one in _children(table, "input")
        ),
        outputs=tuple(
            Column(one.get("label") or "", one.get("name") or "", one.get("id") or "")
            for one in _children(table, "output")
        ),
        rules=tuple(_rule(one, number) for number, one in enumerate(_children(table, "rule"), 1)),
        text="",
    )


def _rule(element: etree._Element, number: int) -> Rule:
    return Rule(
        element.get("id") or "",
        number,
        tuple(_text(one) for one in _children(element, "inputEntry")),
        tuple(_text(one) for one in _children(element, "outputEntry")),
        _remark(element),
    )


def _remark(rule: etree._Element) -> str:
    """What stands beside a rule: the description that dmn-js edits, and the annotation columns of the standard."""
    texts = [_words(_first(rule, "description")), *(_text(one) for one in _children(rule, "annotationEntry"))]
    return "; ".join(text for text in texts if text)


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iterchildren("{*}" + name))


def _first(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: etree._Element | None) -> str:
    """The content of the `text` element in a cell; a dash stands for anything."""
    inner = None if element is None else _first(element, "text")
    return _words(inner)


def _words(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(text) for text in element.itertext()).strip()
