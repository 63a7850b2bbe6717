"""Events: attached to something, complete, and referring to definitions that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from app.kernel import timers
from app.kernel.errors import BadTime
from app.kernel.findings import Finding
from app.kernel.lint.scope import Scope, not_feel, remark
from app.kernel.model import TimerKind
from app.kernel.xml import ACTIVITIES, EVENTS, all_definitions_of, bpmn, is_instantiating, kind, local, text, zeebe

_TIMES: dict[str, TimerKind] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_AWAITED = frozenset(("message", "signal", "timer", "conditional"))
_THROWN = frozenset(("endEvent", "intermediateThrowEvent"))


def scope(found: Scope) -> Iterator[Finding]:
    for event in found.of_kind(*EVENTS):
        for definition in all_definitions_of(event, found.shared):
            yield from _definition(found, event, definition)
        yield from _references(found, event)
        yield from _parallel(found, event)
        if "link" in found.events_of(event):
            yield from alone(found, event, "link")
    for event in found.of_kind("boundaryEvent"):
        yield from _boundary(found, event)
    for event in found.of_kind("endEvent"):
        if found.events_of(event).count("error") > 1:
            yield remark("kernel.two_errors", event)
    for event in found.of_kind("intermediateCatchEvent"):
        if not found.events_of(event):
            yield remark("kernel.catch_without_event", event)
    yield from _links(found)


def _definition(found: Scope, event: etree._Element, definition: etree._Element) -> Iterator[Finding]:
    name = kind(definition).removesuffix("EventDefinition")
    if name == "timer":
        yield from _timer(event, definition)
    elif name == "conditional":
        yield from _condition(event, definition)
    elif name == "message" and not (kind(event) in _THROWN and _is_sent_by_job(event)):
        yield from message(found, event, definition.get("messageRef"))
    elif name == "signal":
        signal = found.shared.find("signal", definition.get("signalRef"))
        if signal is None or not signal.get("name"):
            yield remark("kernel.signal_missing", event)
    elif name in ("error", "escalation"):
        yield from _coded(found, event, definition, name)


def _is_sent_by_job(event: etree._Element) -> bool:
    """A handler that does the sending needs no message in the diagram."""
    job = event.find(f"{bpmn('extensionElements')}/{zeebe('taskDefinition')}")
    return job is not None and bool(job.get("type"))


def message(found: Scope, node: etree._Element, reference: str | None) -> Iterator[Finding]:
    """A message must exist and have a name; without a key it reaches whoever waits first."""
    target = found.shared.find("message", reference)
    if target is None or not target.get("name"):
        yield remark("kernel.message_missing", node)
        return
    starts = (kind(node) == "startEvent" and found.is_process) or is_instantiating(node) or _starts(found, node)
    subscription = target.find(f"{bpmn('extensionElements')}/{zeebe('subscription')}")
    key = "" if subscription is None else subscription.get("correlationKey", "")
    if not key and not starts and kind(node) not in (*_THROWN, "sendTask"):
        yield remark("kernel.message_without_key", node, "warning", message=target.get("name", ""))


def alone(found: Scope, event: etree._Element, trigger: str) -> Iterator[Finding]:
    """Some events are no event among several: they are not waited for."""
    if len(found.events_of(event)) > 1:
        yield remark("kernel.event_not_alone", event, event=trigger)


def _starts(found: Scope, node: etree._Element) -> bool:
    """Does it stand behind an event-based gateway that starts the process?"""
    return any(is_instantiating(source) for source in found.before(node))


def _coded(found: Scope, event: etree._Element, definition: etree._Element, name: str) -> Iterator[Finding]:
    """Thrown errors and escalations need a code; a catcher without reference catches all."""
    reference = local(definition.get(f"{name}Ref"))
    target = found.shared.find(name, reference)
    code = "" if target is None else target.get(f"{name}Code", "")
    if reference and target is None:
        yield remark("kernel.reference_missing", event, reference=reference)
    elif kind(event) in _THROWN and not code:
        yield remark("kernel.code_missing", event)
    elif kind(event) not in _THROWN and code.startswith("="):
        yield remark("kernel.code_must_be_fixed", event)


def _timer(event: etree._Element, definition: etree._Element) -> Iterator[Finding]:
    times = [child for child in definition if kind(child) in _TIMES and text(child)]
    if len(times) != 1:
        yield remark("kernel.timer_without_time", event)
        return
    time, value = _TIMES[kind(times[0])], text(times[0])
    if not value.startswith("="):
        try:
            timers.due(time, value, _SOME_TIME)
        except BadTime:
            yield remark("kernel.timer_not_understood", event, time=value)


def _condition(event: etree._Element, definition: etree._Element) -> Iterator[Finding]:
    condition = text(definition.find(bpmn("condition")))
    if not condition:
        yield remark("kernel.condition_missing", event)
    elif not condition.startswith("="):
        yield not_feel(event, condition)


def _references(found: Scope, event: etree._Element) -> Iterator[Finding]:
    for reference in event.findall(bpmn("eventDefinitionRef")):
        if not found.shared.named([local(reference.text)]):
            yield remark("kernel.reference_missing", event, reference=local(reference.text))


def _parallel(found: Scope, event: etree._Element) -> Iterator[Finding]:
    """All of several events can only be waited for by something that waits already."""
    if event.get("parallelMultiple") != "true" or len(found.events_of(event)) < 2:
        return
    if kind(event) == "startEvent" and found.is_process:
        yield remark("kernel.parallel_start", event)
    for name in found.events_of(event):
        if name not in _AWAITED:
            yield remark("kernel.parallel_not_awaited", event, event=name)


def _boundary(found: Scope, event: etree._Element) -> Iterator[Finding]:
    host = found.by_id.get(event.get("attachedToRef", ""))
    if host is None or kind(host) not in ACTIVITIES or host.get("triggeredByEvent") == "true":
        yield remark("kernel.boundary_attached_to_nothing", event)
    if found.flows_into(event):
        yield remark("kernel.boundary_with_incoming", event)
    kinds = found.events_of(event)
    if not kinds:
        yield remark("kernel.boundary_without_event", event)
    if "error" in kinds and event.get("cancelActivity") == "false":
        yield remark("kernel.error_must_interrupt", event)


def _links(found: Scope) -> Iterator[Finding]:
    targets: Counter[str] = Counter()
    for event in found.of_kind("intermediateCatchEvent"):
        for link in event.findall(bpmn("linkEventDefinition")):
            targets[link.get("name", "")] += 1
            if targets[link.get("name", "")] > 1:
                yield remark("kernel.link_twice", event, link=link.get("name", ""))
    for event in found.of_kind("intermediateThrowEvent"):
        for link in event.findall(bpmn("linkEventDefinition")):
            if not targets[link.get("name", "")]:
                yield remark("kernel.link_without_target", event, link=link.get("name", ""))
            if found.flows_out_of(event):
                yield remark("kernel.end_with_outgoing", event)
