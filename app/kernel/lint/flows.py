"""Sequence flows: where they lead, what they ask, and what gateways need of them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, not_feel, remark
from app.kernel.xml import bpmn, is_instantiating, kind, local, text


def scope(found: Scope) -> Iterator[Finding]:
    for flow in found.flows:
        yield from _ends(found, flow)
        yield from _condition(flow)
    for node in found.nodes:
        yield from _node(found, node)
    for gateway in found.of_kind("exclusiveGateway"):
        yield from _exclusive(found, gateway)
    for gateway in found.of_kind("complexGateway"):
        yield from _complex(found, gateway)
    for gateway in found.of_kind("eventBasedGateway"):
        yield from _event_gateway(found, gateway)


def _ends(found: Scope, flow: etree._Element) -> Iterator[Finding]:
    """Both ends lie in the same scope; nodes of an unknown kind have been refused already."""
    for end in ("sourceRef", "targetRef"):
        if local(flow.get(end)) not in found.drawn:
            yield remark("kernel.flow_leads_nowhere", flow, end=local(flow.get(end)))


def _condition(flow: etree._Element) -> Iterator[Finding]:
    condition = flow.find(bpmn("conditionExpression"))
    if condition is not None and text(condition) and not text(condition).startswith("="):
        yield not_feel(flow, text(condition))


def _node(found: Scope, node: etree._Element) -> Iterator[Finding]:
    own = kind(node)
    if own == "startEvent" and found.flows_into(node):
        yield remark("kernel.start_with_incoming", node)
    if own == "endEvent" and found.flows_out_of(node):
        yield remark("kernel.end_with_outgoing", node)
    if own in ("parallelGateway", "eventBasedGateway") and any(_asks(flow) for flow in found.flows_out_of(node)):
        yield remark("kernel.condition_ignored", node, "warning")
    yield from _default(found, node)


def _default(found: Scope, node: etree._Element) -> Iterator[Finding]:
    default = node.get("default")
    if default is None:
        return
    flows = [flow for flow in found.flows_out_of(node) if flow.get("id") == local(default)]
    if not flows:
        yield remark("kernel.default_flow_missing", node, flow=default)
    elif _asks(flows[0]):
        yield remark("kernel.default_flow_with_condition", flows[0])


def _exclusive(found: Scope, gateway: etree._Element) -> Iterator[Finding]:
    flows = found.flows_out_of(gateway)
    default = local(gateway.get("default"))
    if len(flows) < 2:
        return
    for flow in flows:
        if not _asks(flow) and (flow.get("id") or "-") != default:
            yield remark("kernel.flow_without_condition", flow)
    if not default and all(_asks(flow) for flow in flows):
        yield remark("kernel.no_default_flow", gateway, "warning")


def _complex(found: Scope, gateway: etree._Element) -> Iterator[Finding]:
    activation = text(gateway.find(bpmn("activationCondition")))
    if not activation and len(found.flows_into(gateway)) > 1:
        yield remark("kernel.activation_missing", gateway)
    if activation and not activation.startswith("="):
        yield not_feel(gateway, activation)


def _event_gateway(found: Scope, gateway: etree._Element) -> Iterator[Finding]:
    flows = found.flows_out_of(gateway)
    if len(flows) < 2:
        yield remark("kernel.event_gateway_too_few", gateway)
    if gateway.get("eventGatewayType", "Exclusive") != "Exclusive":
        kind_of_gateway = gateway.get("eventGatewayType")
        yield remark("kernel.unsupported_attribute", gateway, attribute=f"eventGatewayType={kind_of_gateway}")
    yield from instantiating(found, gateway)
    for flow in flows:
        target = found.by_id.get(local(flow.get("targetRef")))
        if target is None:
            continue
        if not _may_follow(found, target):
            yield remark("kernel.event_gateway_target", target)
        elif is_instantiating(gateway) and "conditional" in found.events_of(target):
            yield remark("kernel.conditional_start", target)


def instantiating(found: Scope, node: etree._Element) -> Iterator[Finding]:
    """What starts a process by itself stands at the beginning of one."""
    if is_instantiating(node) and found.flows_into(node):
        yield remark("kernel.start_with_incoming", node)
    if is_instantiating(node) and not found.is_process:
        yield remark("kernel.subprocess_start_with_event", node)


def _may_follow(found: Scope, target: etree._Element) -> bool:
    """Behind an event-based gateway stand only events that wait, each reached from the gateway alone."""
    plain = target.get("parallelMultiple") != "true" and found.events_of(target) != ["link"]
    alone = len(found.flows_into(target)) == 1
    return kind(target) in ("intermediateCatchEvent", "receiveTask") and plain and alone


def _asks(flow: etree._Element) -> bool:
    return bool(text(flow.find(bpmn("conditionExpression"))))
