"""Ad-hoc sub-processes: steps without a beginning and an end."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, remark
from app.kernel.xml import ACTIVITIES, bpmn, kind, text, zeebe

_ORDERINGS = frozenset(("Parallel", "Sequential"))


def scope(found: Scope) -> Iterator[Finding]:
    node = found.node
    if kind(node) != "adHocSubProcess":
        return
    for event in found.of_kind("startEvent", "endEvent"):
        yield remark("kernel.ad_hoc_start_or_end", event)
    if not any(not found.flows_into(step) for step in found.of_kind(*ACTIVITIES)):
        yield remark("kernel.ad_hoc_without_step", node)
    if node.get("ordering", "Parallel") not in _ORDERINGS:
        yield remark("kernel.unsupported_attribute", node, attribute=f"ordering={node.get('ordering')}")
    said = node.find(f"{bpmn('extensionElements')}/{zeebe('adHoc')}")
    yield from _expression(node, text(node.find(bpmn("completionCondition"))))
    if said is not None:
        yield from _expression(node, said.get("activeElementsCollection", ""))


def _expression(node: etree._Element, expression: str) -> Iterator[Finding]:
    if expression and not expression.startswith("="):
        yield remark("kernel.not_an_expression", node, expression=expression)
