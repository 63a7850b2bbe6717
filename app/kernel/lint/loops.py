"""Loops: over what, how often, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, remark
from app.kernel.xml import ACTIVITIES, bpmn, kind, text, zeebe


def scope(found: Scope) -> Iterator[Finding]:
    for node in found.of_kind(*ACTIVITIES):
        for child in node:
            if kind(child).endswith("LoopCharacteristics") and node.get("triggeredByEvent") == "true":
                yield remark("kernel.unsupported_attribute", node, attribute=kind(child))
            if kind(child) == "multiInstanceLoopCharacteristics":
                yield from _several(node, child)
            elif kind(child) == "standardLoopCharacteristics":
                yield from _standard(node, child)


def _several(node: etree._Element, loop: etree._Element) -> Iterator[Finding]:
    said = loop.find(f"{bpmn('extensionElements')}/{zeebe('loopCharacteristics')}")
    collection = "" if said is None else said.get("inputCollection", "")
    cardinality = text(loop.find(bpmn("loopCardinality")))
    if not collection and not cardinality:
        yield remark("kernel.loop_without_collection", node)
    if collection and not collection.startswith("="):
        yield remark("kernel.not_an_expression", node, expression=collection)
    if cardinality and not cardinality.startswith("=") and not cardinality.isdigit():
        yield remark("kernel.not_an_expression", node, expression=cardinality)
    if said is not None and bool(said.get("outputCollection")) != bool(said.get("outputElement")):
        yield remark("kernel.loop_output_incomplete", node)
    if loop.get("behavior", "All") != "All" or loop.find(bpmn("complexBehaviorDefinition")) is not None:
        yield remark("kernel.unsupported_attribute", node, attribute="behavior")
    yield from _condition(node, text(loop.find(bpmn("completionCondition"))))


def _standard(node: etree._Element, loop: etree._Element) -> Iterator[Finding]:
    condition, maximum = text(loop.find(bpmn("loopCondition"))), loop.get("loopMaximum")
    if not condition and maximum is None:
        yield remark("kernel.loop_without_end", node)
    if maximum is not None and not maximum.isdigit():
        yield remark("kernel.not_an_expression", node, expression=maximum)
    yield from _condition(node, condition)


def _condition(node: etree._Element, condition: str) -> Iterator[Finding]:
    if condition and not condition.startswith("="):
        yield remark("kernel.not_an_expression", node, expression=condition)
