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

# lxml has no public name for its elements.
Flows = list[etree._Element]  # noqa: SLF001
Way = set[etree._Element]  # noqa: SLF001
"""All flows that lead to one incoming flow of a join."""
Route = set[int]
MOST_STEPS = 2_000_000
"""Flows looked at; about two seconds. What is worked out for joins grows with the square of a diagram."""
_CHOICES = ("exclusiveGateway", "eventBasedGateway")


def scope(found: Scope) -> Iterator[Finding]:
    ways = sum(len(found.flows_into(join)) for join in found.of_kind("inclusiveGateway", "complexGateway"))
    if ways * len(found.flows) > MOST_STEPS:
        yield remark("kernel.too_many_joins", found.node)
    try:
        yield from _starving(found)
    except _TooMuch:
        yield remark("kernel.joins_not_checked", found.node, "warning")


class _TooMuch(Exception):
    """The checks of one scope have taken all the steps there are."""


def _starving(found: Scope) -> Iterator[Finding]:
    choices = [(node, _alternatives(found, node)) for node in found.nodes]
    choices = [(node, alternatives) for node, alternatives in choices if len(alternatives) > 1]
    steps = 0
    for join in found.of_kind("parallelGateway") if choices else ():
        steps += len(found.flows_into(join)) * (len(found.flows) + len(choices))
        if steps > MOST_STEPS:
            raise _TooMuch
        ways = [_leading(found, flow, join) for flow in found.flows_into(join)]
        for choice, alternatives in choices:
            routes = [_routes(way, alternatives) for way in ways]
            if not _apart(routes):
                continue
            steps += len(found.flows)
            if _starves(found, join, choice, list(zip(ways, routes, strict=True))):
                chosen = choice.get("name") or choice.get("id") or ""
                yield remark("kernel.join_starves", join, "warning", choice=chosen)
                break


def _starves(found: Scope, join: etree._Element, choice: etree._Element, ways: list[tuple[Way, Route]]) -> bool:
    """Do two incoming flows need different alternatives of this choice, with no way around it?"""
    around = _arrivals(found, join, choice)
    return _apart([route for way, route in ways if not way & around])


def _routes(way: Way, alternatives: list[Flows]) -> Route:
    """The alternatives, by number, from which a way into the join can be reached."""
    return {number for number, flows in enumerate(alternatives) if way.intersection(flows)}


def _apart(routes: list[Route]) -> bool:
    return any(one and other and not one & other for one in routes for other in routes)


def _leading(found: Scope, last: etree._Element, join: etree._Element) -> Way:
    """All flows that lead to a flow into the join, without passing the join before."""
    leading: set[etree._Element] = set()
    todo = [last]
    while todo:
        flow = todo.pop()
        source = found.by_id.get(local(flow.get("sourceRef")))
        if source is not None and kind(source) == "boundaryEvent":
            source = found.by_id.get(source.get("attachedToRef", ""))
        if flow not in leading:
            leading.add(flow)
            todo.extend(found.flows_into(source) if source is not None and source is not join else ())
    return leading


def _arrivals(found: Scope, join: etree._Element, choice: etree._Element) -> set[etree._Element]:
    """The flows into the join that a token can come over without ever passing the choice."""
    seen: set[etree._Element] = {join, choice}
    todo = [node for node in found.nodes if not found.flows_into(node) and kind(node) != "boundaryEvent"]
    arrivals: set[etree._Element] = set()
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        for flow in _out(found, node):
            target = found.by_id.get(local(flow.get("targetRef")))
            if target is join:
                arrivals.add(flow)
            elif target is not None:
                todo.append(target)
    return arrivals


def _alternatives(found: Scope, node: etree._Element) -> list[Flows]:
    """The groups of flows of which a token takes only one."""
    if kind(node) in _CHOICES:
        return [[flow] for flow in found.flows_out_of(node)]
    events = [event for event in found.boundary_of(node) if event.get("cancelActivity") != "false"]
    return [found.flows_out_of(node), *(found.flows_out_of(event) for event in events)] if events else []


def _out(found: Scope, node: etree._Element) -> Flows:
    """The flows that leave a node, by itself or by its boundary events."""
    beside = [flow for event in found.boundary_of(node) for flow in found.flows_out_of(event)]
    return [*found.flows_out_of(node), *beside]
