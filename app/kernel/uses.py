"""Everything in a process that the deploy gate has to look up or compile: expressions and references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.kernel.evaluation import is_expression
from app.kernel.model import Element, Expression, FlowModel, Loop, Reference

PLACES = {
    "condition": "kernel.place_condition",
    "assignee": "kernel.place_assignee",
    "candidateGroups": "kernel.place_candidate_groups",
    "candidateUsers": "kernel.place_candidate_users",
    "dueDate": "kernel.place_due_date",
    "followUpDate": "kernel.place_follow_up_date",
    "priority": "kernel.place_priority",
    "jobType": "kernel.place_job_type",
    "jobRetries": "kernel.place_job_retries",
    "listenerType": "kernel.place_listener_type",
    "listenerRetries": "kernel.place_listener_retries",
    "script": "kernel.place_script",
    "decision": "kernel.place_decision",
    "decisionId": "kernel.place_decision_id",
    "processId": "kernel.place_process_id",
    "input": "kernel.place_input",
    "output": "kernel.place_output",
    "messageName": "kernel.place_message_name",
    "signalName": "kernel.place_signal_name",
    "linkName": "kernel.place_link_name",
    "correlationKey": "kernel.place_correlation_key",
    "timer": "kernel.place_timer",
    "errorCode": "kernel.place_error_code",
    "escalationCode": "kernel.place_escalation_code",
    "inputCollection": "kernel.place_input_collection",
    "loopCardinality": "kernel.place_loop_cardinality",
    "outputElement": "kernel.place_output_element",
    "completionCondition": "kernel.place_completion_condition",
    "loopCondition": "kernel.place_loop_condition",
    "behaviorCondition": "kernel.place_behavior_condition",
    "eventCondition": "kernel.place_event_condition",
    "activationCondition": "kernel.place_activation_condition",
    "activeElementsCollection": "kernel.place_active_elements",
}
"""Where an expression can stand → the phrase that names it."""


def expressions_of(elements: Iterable[Element], flows: Iterable[FlowModel]) -> Iterator[Expression]:
    """Every FEEL expression with the element (or flow) and the place where it stands."""
    for element in elements:
        for place, source in _places(element):
            if source and is_expression(source):
                yield Expression(element.id, place, source)
    for flow in flows:
        if flow.condition and is_expression(flow.condition):
            yield Expression(flow.id, "condition", flow.condition)


def references_of(elements: Iterable[Element]) -> Iterator[Reference]:
    """Processes, decisions and forms that must exist outside the file."""
    for element in elements:
        if process := element.process:
            tag = process.version_tag
            yield Reference(element.id, "process", process.process_id, process.binding, tag)
        if decision := element.decision:
            tag = decision.version_tag
            yield Reference(element.id, "decision", decision.decision_id, decision.binding, tag)
        if (form := element.form) and form.form_id:
            yield Reference(element.id, "form", form.form_id, form.binding, form.version_tag)


def _places(element: Element) -> Iterator[tuple[str, str | None]]:
    yield "assignee", element.assignment.assignee
    yield "candidateGroups", element.assignment.candidate_groups
    yield "candidateUsers", element.assignment.candidate_users
    yield "dueDate", element.schedule.due_date
    yield "followUpDate", element.schedule.follow_up_date
    yield "priority", element.priority
    if element.job:
        yield "jobType", element.job.type
        yield "jobRetries", element.job.retries
    for listener in element.listeners:
        yield "listenerType", listener.job.type
        yield "listenerRetries", listener.job.retries
    if element.script:
        yield "script", element.script.expression
    if element.decision:
        yield "decisionId", element.decision.decision_id
    if element.process:
        yield "processId", element.process.process_id
    for line in element.inputs:
        yield f"input:{line.target}", line.source
    for line in element.outputs:
        yield f"output:{line.target}", line.source
    for trigger in element.triggers:
        yield f"{trigger.kind}Name", trigger.name
        yield "correlationKey", trigger.correlation_key
        yield "timer" if trigger.kind == "timer" else "eventCondition", trigger.expression
        yield f"{trigger.kind}Code", trigger.code
    yield "activationCondition", element.activation
    if element.ad_hoc:
        yield "completionCondition", element.ad_hoc.completion
        yield "activeElementsCollection", element.ad_hoc.elements
    if element.loop:
        yield from _loop_places(element.loop)


def _loop_places(loop: Loop) -> Iterator[tuple[str, str | None]]:
    yield "inputCollection", loop.collection
    yield "loopCardinality", loop.cardinality
    yield "outputElement", loop.output_element
    yield "completionCondition", loop.completion_condition
    yield "loopCondition", loop.condition
    for behavior in loop.behaviors:
        yield "behaviorCondition", behavior.condition
