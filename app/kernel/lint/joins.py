"""Parallel joins that would wait for ever because only one of their branches is ever taken.

An exclusive gateway (or an interrupting boundary event) in front of a parallel join sends a token down one branch; if
another incoming flow of the join can only be reached down another branch, the join starves.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, remark
from app.kernel.xml import kind, local

Flows = list[etree._Element]  # noqa: SLF001 - lxml has no public name for it
_CHOICES = ("exclusiveGateway", "eventBasedGateway")


def scope(found: Scope) -> Iterator[Finding]:
    for join in found.of_kind("parallelGateway"):
        if len(found.flows_into(join)) > 1:
            for choice in found.nodes:
                if _starves(found, join, choice):
                    chosen = choice.get("name") or choice.get("id") or ""
                    yield remark("kernel.join_starves", join, "warning", choice=chosen)
                    break


def _starves(found: Scope, join: etree._Element, choice: etree._Element) -> bool:
    """Are there two incoming flows that need different alternatives of the same choice?"""
    alternatives = _alternatives(found, choice)
    if len(alternatives) < 2 or choice is join:
        return False
    starts = [node for node in found.nodes if not found.flows_into(node) and kind(node) != "boundaryEvent"]
    around = _arrivals(found, [flow for node in starts for flow in _out(found, node)], {join, choice})
    needed = [_arrivals(found, flows, {join, choice}) - around for flows in alternatives]
    arriving = set().union(*needed)
    routes = [{place for place, flows in enumerate(needed) if flow in flows} for flow in arriving]
    return any(not one & other for one in routes for other in routes)


def _alternatives(found: Scope, node: etree._Element) -> list[Flows]:
    """The groups of flows of which a token takes only one."""
    if kind(node) in _CHOICES:
        return [[flow] for flow in found.flows_out_of(node)]
    events = [event for event in found.boundary_of(node) if event.get("cancelActivity") != "false"]
    return [found.flows_out_of(node), *(found.flows_out_of(event) for event in events)] if events else []


def _arrivals(found: Scope, flows: Flows, stops: set[etree._Element]) -> set[etree._Element]:
    """The flows into the stops that a token can come over, without passing any of them."""
    hit: set[etree._Element] = set()
    seen: set[etree._Element] = set()
    todo = list(flows)
    while todo:
        flow = todo.pop()
        target = found.by_id.get(local(flow.get("targetRef")))
        if target is None or target in seen:
            continue
        if target in stops:
            hit.add(flow)
            continue
        seen.add(target)
        todo.extend(_out(found, target))
    return hit


def _out(found: Scope, node: etree._Element) -> Flows:
    """The flows that leave a node, by itself or by its boundary events."""
    beside = [flow for event in found.boundary_of(node) for flow in found.flows_out_of(event)]
    return [*found.flows_out_of(node), *beside]
