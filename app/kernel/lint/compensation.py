"""Compensation: handlers that can be reached, and throws that mean something."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.events import alone
from app.kernel.lint.scope import Scope, hangs_at, remark
from app.kernel.xml import ACTIVITIES, all_definitions_of, bpmn, handlers_of, kind, local

_COMPENSATE = bpmn("compensateEventDefinition")
_UNDONE_BY_THEMSELVES = frozenset(("subProcess", "transaction", "callActivity", "adHocSubProcess"))


def scope(found: Scope) -> Iterator[Finding]:
    handlers = handlers_of(found.node, found.shared)
    for event in found.of_kind("boundaryEvent"):
        if "compensate" in found.events_of(event):
            yield from _boundary(found, event, handlers.get(event.get("id", "")))
    for node in found.of_kind(*ACTIVITIES):
        if node.get("isForCompensation") == "true":
            yield from _handler(found, node, set(handlers.values()))
        yield from _doubled(found, node)
    yield from _throws(found)


def _boundary(found: Scope, event: etree._Element, handler: str | None) -> Iterator[Finding]:
    node = found.by_id.get(handler or "")
    if node is None or node.get("isForCompensation") != "true":
        yield remark("kernel.handler_missing", event)
    if found.flows_out_of(event):
        yield remark("kernel.compensation_with_flow", event)
    yield from alone(found, event, "compensate")


def _handler(found: Scope, node: etree._Element, reached: set[str]) -> Iterator[Finding]:
    """Reached by an association; an event sub-process that compensation starts may carry the mark, too."""
    if node.get("triggeredByEvent") == "true" and _starts_by_compensation(found, node):
        return
    if node.get("id") not in reached:
        yield remark("kernel.handler_without_event", node)
    if found.flows_into(node) or found.flows_out_of(node):
        yield remark("kernel.handler_with_flow", node)


def _doubled(found: Scope, node: etree._Element) -> Iterator[Finding]:
    """One activity is undone by one handler: at its boundary or by an event sub-process inside it."""
    outside = [event for event in found.boundary_of(node) if "compensate" in found.events_of(event)]
    inside = [
        child for child in node if child.get("triggeredByEvent") == "true" and _starts_by_compensation(found, child)
    ]
    if len(outside) + len(inside) > 1:
        yield remark("kernel.two_handlers", node)


def _starts_by_compensation(found: Scope, subprocess: etree._Element) -> bool:
    starts = subprocess.findall(bpmn("startEvent"))
    return any(
        definition.tag == _COMPENSATE for start in starts for definition in all_definitions_of(start, found.shared)
    )


def _throws(found: Scope) -> Iterator[Finding]:
    events = found.of_kind("intermediateThrowEvent", "endEvent")
    throws = [
        (event, definition)
        for event in events
        for definition in all_definitions_of(event, found.shared)
        if definition.tag == _COMPENSATE
    ]
    # Looked up once for all throws of the scope, because it means reading the scope.
    reach = list(_within_reach(found)) if throws else []
    undone = any(_can_be_undone(near) for near in reach)
    for event, definition in throws:
        yield from _throw(event, definition, reach, undone=undone)


def _throw(event: etree._Element, definition: etree._Element, reach: list[Scope], *, undone: bool) -> Iterator[Finding]:
    if definition.get("waitForCompletion", "true") != "true":
        yield remark("kernel.unsupported_attribute", event, attribute="waitForCompletion")
    reference = local(definition.get("activityRef"))
    if not reference:
        if not undone:
            yield remark("kernel.nothing_to_undo", event, "warning")
        return
    target = next((near.by_id[reference] for near in reach if reference in near.by_id), None)
    if target is None:
        yield remark("kernel.compensated_out_of_reach", event, activity=reference)
    elif kind(target) not in _UNDONE_BY_THEMSELVES and not hangs_at(target, "compensate", reach[0].shared):
        yield remark("kernel.nothing_undoes", event, activity=target.get("name") or reference)


def _can_be_undone(found: Scope) -> bool:
    """Is there anything in a scope, at any depth, that leaves something to be undone? A called process may."""
    catchers = found.node.iter(bpmn("boundaryEvent"), bpmn("startEvent"))
    caught = (definition.tag for event in catchers for definition in all_definitions_of(event, found.shared))
    return _COMPENSATE in caught or next(found.node.iter(bpmn("callActivity")), None) is not None


def _within_reach(found: Scope) -> Iterator[Scope]:
    """The scope of a throw, and the scopes around it as long as they are event sub-processes."""
    yield found
    outer = found.node.getparent()
    if found.is_event_subprocess and outer is not None:
        yield from _within_reach(Scope(outer, found.shared))
