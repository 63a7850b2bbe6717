"""Small diagrams for the engine's tests, written as lists of elements and flows."""

import itertools

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def bpmn(process_id: str, body: str, *, outside: str = "", name: str = "") -> bytes:
    """A file with one process; `outside` holds messages, signals and errors."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{BPMN}" xmlns:zeebe="{ZEEBE}" xmlns:xsi="{XSI}" id="d_{process_id}" targetNamespace="firstline">
{outside}
<process id="{process_id}" name="{name or process_id}" isExecutable="true">
{body}
</process></definitions>""".encode()


def chain(*elements: str) -> str:
    """Elements joined by flows in the order given; ids are read off the elements."""
    ids = [element.split('id="', 1)[1].split('"', 1)[0] for element in elements]
    flows = [f'<sequenceFlow id="f_{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in itertools.pairwise(ids)]
    return "\n".join([*elements, *flows])


def flow(source: str, target: str, condition: str = "") -> str:
    test = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    return f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{test}</sequenceFlow>'


START = '<startEvent id="start"/>'
END = '<endEvent id="end"/>'


def user(
    element_id: str,
    *,
    name: str = "",
    groups: str = "",
    assignee: str = "",
    form: str = "",
    due: str = "",
    inputs: str = "",
    outputs: str = "",
) -> str:
    parts = ["<zeebe:userTask/>"]
    if groups or assignee:
        attributes = (f'candidateGroups="{groups}" ' if groups else "") + (f'assignee="{assignee}"' if assignee else "")
        parts.append(f"<zeebe:assignmentDefinition {attributes}/>")
    if form:
        parts.append(f'<zeebe:formDefinition formId="{form}"/>')
    if due:
        parts.append(f'<zeebe:taskSchedule dueDate="{due}"/>')
    if inputs or outputs:
        parts.append(f"<zeebe:ioMapping>{inputs}{outputs}</zeebe:ioMapping>")
    extensions = "".join(parts)
    return (
        f'<userTask id="{element_id}" name="{name or element_id}">'
        f"<extensionElements>{extensions}</extensionElements></userTask>"
    )


def service(element_id: str, job_type: str, *, retries: str = "3", headers: str = "", inputs: str = "") -> str:
    mapping = f"<zeebe:ioMapping>{inputs}</zeebe:ioMapping>" if inputs else ""
    return (
        f'<serviceTask id="{element_id}" name="{element_id}"><extensionElements>'
        f'<zeebe:taskDefinition type="{job_type}" retries="{retries}"/>{headers}{mapping}'
        f"</extensionElements></serviceTask>"
    )


def script(element_id: str, expression: str, variable: str) -> str:
    return (
        f'<scriptTask id="{element_id}" name="{element_id}"><extensionElements>'
        f'<zeebe:script expression="{expression}" resultVariable="{variable}"/></extensionElements></scriptTask>'
    )


def call(element_id: str, process_id: str) -> str:
    return (
        f'<callActivity id="{element_id}" name="{element_id}"><extensionElements>'
        f'<zeebe:calledElement processId="{process_id}" propagateAllChildVariables="true"/>'
        f"</extensionElements></callActivity>"
    )


def message(name: str, key: str = "") -> str:
    """A message definition to be put outside the process; its id is m_<name>."""
    subscription = f'<extensionElements><zeebe:subscription correlationKey="{key}"/></extensionElements>' if key else ""
    return f'<message id="m_{name}" name="{name}">{subscription}</message>'


def catch_message(element_id: str, name: str) -> str:
    return (
        f'<intermediateCatchEvent id="{element_id}" name="{element_id}">'
        f'<messageEventDefinition messageRef="m_{name}"/></intermediateCatchEvent>'
    )


def catch_timer(element_id: str, duration: str) -> str:
    return (
        f'<intermediateCatchEvent id="{element_id}" name="{element_id}"><timerEventDefinition>'
        f'<timeDuration xsi:type="tFormalExpression">{duration}</timeDuration>'
        f"</timerEventDefinition></intermediateCatchEvent>"
    )
