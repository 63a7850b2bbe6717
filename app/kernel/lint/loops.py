"""Loops: over what, how often, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, not_feel, remark, whole_number
from app.kernel.xml import ACTIVITIES, behaviors_of, bpmn, kind, text, zeebe

_BEHAVIORS = frozenset(("All", "None", "One", "Complex"))
_DATA = ("loopDataInputRef", "loopDataOutputRef", "inputDataItem", "outputDataItem")
"""Collections as BPMN has them, out of data objects; here they are expressions."""
_THROWN_BY_ROUNDS = frozenset(("message", "signal", "escalation"))


def scope(found: Scope) -> Iterator[Finding]:
    for node in found.of_kind(*ACTIVITIES):
        loops = [child for child in node if kind(child).endswith("LoopCharacteristics")]
        if len(loops) > 1:
            yield remark("kernel.two_loops", node)
        for child in loops:
            if node.get("triggeredByEvent") == "true":
                yield remark("kernel.unsupported_attribute", node, attribute=kind(child))
            if kind(child) == "multiInstanceLoopCharacteristics":
                yield from _several(node, child)
                yield from _behavior(found, node, child)
            elif kind(child) == "standardLoopCharacteristics":
                yield from _standard(node, child)


def _several(node: etree._Element, loop: etree._Element) -> Iterator[Finding]:
    said = loop.find(f"{bpmn('extensionElements')}/{zeebe('loopCharacteristics')}")
    collection = "" if said is None else said.get("inputCollection", "")
    cardinality = text(loop.find(bpmn("loopCardinality")))
    if not collection and not cardinality:
        yield remark("kernel.loop_without_collection", node)
    if collection and not collection.startswith("="):
        yield not_feel(node, collection)
    if cardinality and not cardinality.startswith("=") and whole_number(cardinality) is None:
        yield not_feel(node, cardinality)
    for name in _DATA:
        if loop.find(bpmn(name)) is not None:
            yield remark("kernel.unsupported_attribute", node, attribute=name)
    if said is not None and bool(said.get("outputCollection")) != bool(said.get("outputElement")):
        yield remark("kernel.loop_output_incomplete", node)
    yield from _condition(node, text(loop.find(bpmn("completionCondition"))))


def _behavior(found: Scope, node: etree._Element, loop: etree._Element) -> Iterator[Finding]:
    """Events at the end of a round are seen by the boundary events of the activity and by nothing else."""
    kind_of_behavior, thrown = loop.get("behavior", "All"), behaviors_of(loop, found.shared)
    if kind_of_behavior not in _BEHAVIORS or bool(thrown) != (kind_of_behavior != "All"):
        yield remark("kernel.behavior_incomplete", node, behavior=kind_of_behavior)
    caught = {name for event in found.boundary_of(node) for name in found.events_of(event)}
    for definition, condition in thrown:
        event = kind(definition).removesuffix("EventDefinition")
        if event not in _THROWN_BY_ROUNDS:
            yield remark("kernel.unsupported_event", node, event=event)
        elif event not in caught:
            yield remark("kernel.behavior_not_caught", node, event=event)
        if kind_of_behavior == "Complex" and not condition:
            yield remark("kernel.condition_missing", node)
        yield from _condition(node, condition)


def _standard(node: etree._Element, loop: etree._Element) -> Iterator[Finding]:
    condition, maximum = text(loop.find(bpmn("loopCondition"))), loop.get("loopMaximum")
    if not condition and maximum is None:
        yield remark("kernel.loop_without_end", node)
    if maximum is not None and whole_number(maximum) is None:
        yield not_feel(node, maximum)
    yield from _condition(node, condition)


def _condition(node: etree._Element, condition: str) -> Iterator[Finding]:
    if condition and not condition.startswith("="):
        yield not_feel(node, condition)
