"""From the XML of one node to an `Element`: everything the Camunda 8 dialect says about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from lxml import etree

from app.kernel.model import (
    AdHoc,
    Assignment,
    Behavior,
    Binding,
    CalledDecision,
    CalledProcess,
    Element,
    Form,
    Job,
    Lane,
    Listener,
    ListenerEvent,
    Loop,
    Mapped,
    Schedule,
    Script,
    TimerKind,
    Trigger,
    TriggerKind,
)
from app.kernel.xml import Shared, behaviors_of, bpmn, definitions_of, kind, local, text, zeebe

ENGLISH_NAME = "name:en"
_TIMERS: tuple[tuple[str, TimerKind], ...] = (
    ("timeDate", "date"),
    ("timeDuration", "duration"),
    ("timeCycle", "cycle"),
)


class Definitions:
    """Messages, signals, errors and escalations of a file, by id."""

    def __init__(self, root: etree._Element) -> None:
        self.shared = Shared(root)

    def trigger(self, definition: etree._Element) -> Trigger:
        """An event definition with its references followed; the lint has made sure that they lead somewhere."""
        name = kind(definition).removesuffix("EventDefinition")
        if name == "message":
            return self.message(definition.get("messageRef"))
        if name == "signal":
            signal = self.shared.find("signal", definition.get("signalRef"))
            return Trigger("signal", name="" if signal is None else signal.get("name", ""))
        if name == "error":
            error = self.shared.find("error", definition.get("errorRef"))
            return Trigger("error", code=None if error is None else error.get("errorCode"))
        if name == "escalation":
            escalation = self.shared.find("escalation", definition.get("escalationRef"))
            code = None if escalation is None else escalation.get("escalationCode")
            return Trigger("escalation", code=code)
        if name == "timer":
            return _timer(definition)
        if name == "conditional":
            return Trigger("conditional", expression=text(definition.find(bpmn("condition"))))
        if name == "compensate":
            return Trigger("compensate", activity=local(definition.get("activityRef")) or None)
        return Trigger(cast(TriggerKind, name), name=definition.get("name", ""))

    def message(self, reference: str | None) -> Trigger:
        message = self.shared.find("message", reference)
        if message is None:
            return Trigger("message")
        subscription = _extension(message, "subscription")
        key = None if subscription is None else subscription.get("correlationKey")
        return Trigger("message", name=message.get("name", ""), correlation_key=key)


def read_element(node: etree._Element, definitions: Definitions, lane: Lane | None, parent: str | None) -> Element:
    """Everything a diagram says about one node."""
    owned = properties(node)
    return Element(
        id=node.get("id", ""),
        kind=kind(node),
        name=node.get("name", ""),
        name_en=owned.get(ENGLISH_NAME),
        parent=parent,
        lane=lane,
        properties=owned,
        triggers=_triggers(node, definitions),
        parallel_multiple=node.get("parallelMultiple") == "true",
        interrupting=_interrupting(node),
        attached_to=node.get("attachedToRef"),
        event_subprocess=node.get("triggeredByEvent") == "true",
        for_compensation=node.get("isForCompensation") == "true",
        default_flow=node.get("default"),
        form=_form(node),
        assignment=_assignment(node),
        schedule=_schedule(node),
        priority=_attribute(node, "priorityDefinition", "priority"),
        job=_job(node),
        headers=_headers(node),
        decision=_decision(node),
        process=_process(node),
        script=_script(node),
        inputs=_mapped(node, "input"),
        outputs=_mapped(node, "output"),
        loop=_loop(node, definitions),
        listeners=listeners(node),
        ad_hoc=_ad_hoc(node),
        activation=text(node.find(bpmn("activationCondition"))) or None,
        start_quantity=int(node.get("startQuantity", 1)),
        completion_quantity=int(node.get("completionQuantity", 1)),
    )


def listeners(node: etree._Element) -> tuple[Listener, ...]:
    """Execution and task listeners, as they stand in the file."""
    held = (_extension(node, "executionListeners"), _extension(node, "taskListeners"))
    drawn = [one for holder in held if holder is not None for one in holder if one.get("eventType")]
    return tuple(
        Listener(cast(ListenerEvent, one.get("eventType")), _job_of(one), _headers_in(one.find(zeebe("taskHeaders"))))
        for one in drawn
    )


def properties(node: etree._Element) -> Mapping[str, str]:
    holder = _extension(node, "properties")
    if holder is None:
        return {}
    return {item.get("name", ""): item.get("value", "") for item in holder.findall(zeebe("property"))}


def read_lane(node: etree._Element) -> Lane:
    """A lane stands for a role: its property `role` names it, else its id without `Lane_`."""
    owned = properties(node)
    identifier = node.get("id", "")
    group = owned.get("role", identifier.removeprefix("Lane_").removeprefix("lane_"))
    return Lane(identifier, node.get("name", ""), owned.get(ENGLISH_NAME), group)


def version_tag(process: etree._Element) -> str | None:
    return _attribute(process, "versionTag", "value")


def _extension(node: etree._Element, name: str) -> etree._Element | None:
    return node.find(f"{bpmn('extensionElements')}/{zeebe(name)}")


def _attribute(node: etree._Element, name: str, attribute: str) -> str | None:
    found = _extension(node, name)
    return None if found is None else found.get(attribute)


def _triggers(node: etree._Element, definitions: Definitions) -> tuple[Trigger, ...]:
    if kind(node) in ("receiveTask", "sendTask"):
        return (definitions.message(node.get("messageRef")),) if node.get("messageRef") else ()
    return tuple(definitions.trigger(definition) for definition in definitions_of(node))


def _timer(definition: etree._Element) -> Trigger:
    for tag, timer in _TIMERS:
        expression = text(definition.find(bpmn(tag)))
        if expression:
            return Trigger("timer", timer=timer, expression=expression)
    return Trigger("timer")


def _interrupting(node: etree._Element) -> bool:
    return node.get("cancelActivity", "true") == "true" and node.get("isInterrupting", "true") == "true"


def _binding(node: etree._Element) -> Binding:
    return cast(Binding, node.get("bindingType", ""))


def _form(node: etree._Element) -> Form | None:
    found = _extension(node, "formDefinition")
    if found is None:
        return None
    return Form(found.get("formId", ""), _binding(found), found.get("versionTag"), found.get("externalReference"))


def _assignment(node: etree._Element) -> Assignment:
    found = _extension(node, "assignmentDefinition")
    if found is None:
        return Assignment()
    return Assignment(found.get("assignee"), found.get("candidateGroups"), found.get("candidateUsers"))


def _schedule(node: etree._Element) -> Schedule:
    found = _extension(node, "taskSchedule")
    return Schedule() if found is None else Schedule(found.get("dueDate"), found.get("followUpDate"))


def _job(node: etree._Element) -> Job | None:
    found = _extension(node, "taskDefinition")
    if found is None:
        return None
    return _job_of(found)


def _job_of(said: etree._Element) -> Job:
    return Job(said.get("type", ""), said.get("retries") or "3")


def _headers(node: etree._Element) -> Mapping[str, str]:
    return _headers_in(_extension(node, "taskHeaders"))


def _headers_in(holder: etree._Element | None) -> Mapping[str, str]:
    lines = [] if holder is None else holder.findall(zeebe("header"))
    return {line.get("key", ""): line.get("value", "") for line in lines}


def _decision(node: etree._Element) -> CalledDecision | None:
    found = _extension(node, "calledDecision")
    if found is None:
        return None
    return CalledDecision(
        found.get("decisionId", ""), found.get("resultVariable", ""), _binding(found), found.get("versionTag")
    )


def _process(node: etree._Element) -> CalledProcess | None:
    if kind(node) != "callActivity":
        return None
    found = _extension(node, "calledElement")
    if found is None:
        return CalledProcess(node.get("calledElement", ""))
    return CalledProcess(
        found.get("processId", ""),
        _binding(found),
        found.get("versionTag"),
        all_in=found.get("propagateAllParentVariables", "true") == "true",
        all_out=found.get("propagateAllChildVariables", "true") == "true",
    )


def _script(node: etree._Element) -> Script | None:
    found = _extension(node, "script")
    return None if found is None else Script(found.get("expression", ""), found.get("resultVariable", ""))


def _mapped(node: etree._Element, direction: str) -> tuple[Mapped, ...]:
    holder = _extension(node, "ioMapping")
    lines = [] if holder is None else holder.findall(zeebe(direction))
    return tuple(Mapped(line.get("source", ""), line.get("target", "")) for line in lines)


def _ad_hoc(node: etree._Element) -> AdHoc | None:
    if kind(node) != "adHocSubProcess":
        return None
    said = _extension(node, "adHoc")
    return AdHoc(
        sequential=node.get("ordering") == "Sequential",
        completion=text(node.find(bpmn("completionCondition"))) or None,
        cancel_remaining=node.get("cancelRemainingInstances", "true") == "true",
        by_choice=said is not None,
        elements=said.get("activeElementsCollection") if said is not None else None,
    )


def _loop(node: etree._Element, definitions: Definitions) -> Loop | None:
    several = node.find(bpmn("multiInstanceLoopCharacteristics"))
    if several is not None:
        return _multi_instance(several, definitions)
    standard = node.find(bpmn("standardLoopCharacteristics"))
    if standard is None:
        return None
    maximum = standard.get("loopMaximum")
    return Loop(
        sequential=True,
        standard=True,
        condition=text(standard.find(bpmn("loopCondition"))) or None,
        maximum=None if maximum is None else int(maximum),
        test_before=standard.get("testBefore") == "true",
    )


def _multi_instance(node: etree._Element, definitions: Definitions) -> Loop:
    found = _extension(node, "loopCharacteristics")
    said: Mapping[str, str] = {} if found is None else {str(k): str(v) for k, v in found.attrib.items()}
    return Loop(
        sequential=node.get("isSequential") == "true",
        collection=said.get("inputCollection"),
        cardinality=text(node.find(bpmn("loopCardinality"))) or None,
        input_element=said.get("inputElement"),
        output_collection=said.get("outputCollection"),
        output_element=said.get("outputElement"),
        completion_condition=text(node.find(bpmn("completionCondition"))) or None,
        behaviors=tuple(_behaviors(node, definitions)),
    )


def _behaviors(node: etree._Element, definitions: Definitions) -> Iterator[Behavior]:
    """Which events the rounds throw; `All`, the usual case, throws none (BPMN 2.0.2 §10.3.8)."""
    for definition, condition in behaviors_of(node, definitions.shared):
        yield Behavior(definitions.trigger(definition), node.get("behavior") == "One", condition or None)
