"""What stands in the extensions of Camunda 8: all of it is read, or the file is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import drawn, remark
from app.kernel.xml import bpmn, zeebe

ATTRIBUTES = {
    "adHoc": "activeElementsCollection",
    "assignmentDefinition": "assignee candidateGroups candidateUsers",
    "calledDecision": "decisionId resultVariable bindingType versionTag",
    "calledElement": "processId bindingType versionTag propagateAllParentVariables propagateAllChildVariables",
    "executionListener": "eventType type retries",
    "executionListeners": "",
    "formDefinition": "formId formKey bindingType versionTag externalReference",
    "header": "key value",
    "input": "source target",
    "ioMapping": "",
    "loopCharacteristics": "inputCollection inputElement outputCollection outputElement",
    "output": "source target",
    "priorityDefinition": "priority",
    "properties": "",
    "property": "name value",
    "script": "expression resultVariable",
    "subscription": "correlationKey",
    "taskDefinition": "type retries",
    "taskHeaders": "",
    "taskListener": "eventType type retries",
    "taskListeners": "",
    "taskSchedule": "dueDate followUpDate",
    "userTask": "",
    "userTaskForm": "id",
    "versionTag": "value",
}
"""The attributes that are read of each extension."""
INSIDE = {
    "executionListener": "taskHeaders",
    "executionListeners": "executionListener",
    "ioMapping": "input output",
    "properties": "property",
    "taskHeaders": "header",
    "taskListener": "taskHeaders",
    "taskListeners": "taskListener",
}
"""The extensions that are read inside others."""
_REPEATED = frozenset(("userTaskForm",))


def owner(node: etree._Element) -> Iterator[Finding]:
    """The extensions of one element: each once, because of two alike only the first would be read."""
    held = [
        said
        for said in node.iterfind(f"{bpmn('extensionElements')}/{zeebe('*')}")
        if etree.QName(said).localname in ATTRIBUTES
    ]
    counts = Counter(etree.QName(said).localname for said in held)
    for name, count in counts.items():
        if count > 1 and name not in _REPEATED:
            yield remark("kernel.extension_twice", drawn(node), extension=name)
    for said in held:
        yield from _extension(said)


def _extension(said: etree._Element) -> Iterator[Finding]:
    name = etree.QName(said).localname
    for attribute in map(str, said.attrib):
        # Attributes of other namespaces belong to the tool that drew the picture; an empty one says nothing.
        if said.get(attribute) and not attribute.startswith("{") and attribute not in ATTRIBUTES[name].split():
            yield remark("kernel.unsupported_attribute", drawn(said), attribute=f"{name} {attribute}")
    for child in said.iterchildren("*"):
        inside = etree.QName(child).localname
        if child.tag == zeebe(inside) and inside in INSIDE.get(name, "").split():
            yield from _extension(child)
        else:
            yield remark("kernel.unsupported_extension", drawn(said), extension=f"{name} {inside}")
