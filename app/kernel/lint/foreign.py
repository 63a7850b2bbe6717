"""Settings that other engines read: each is named once per element, with what takes its place here.

Whatever an engine would act on must not be accepted and then ignored. What vendors store about a picture (colours,
fonts, page sizes) is nobody's instruction and passes.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint.scope import drawn, remark
from app.kernel.xml import kind

ENGINES = {
    "http://camunda.org/schema/1.0/bpmn": "Camunda 7",
    "http://operaton.org/schema/1.0/bpmn": "Operaton",
    "http://activiti.org/bpmn": "Activiti",
    "http://flowable.org/bpmn": "Flowable",
    "http://www.jboss.org/drools": "jBPM",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "SpiffWorkflow",
}
_ADVICE = {
    "kernel.foreign_assignment": (
        "assignee", "candidateGroups", "candidateUsers", "owner", "businessCalendarName",
    ),
    "kernel.foreign_date": ("dueDate", "followUpDate", "priority"),
    "kernel.foreign_form": (
        "formData", "formFieldValidation", "formHandlerClass", "formKey", "formProperty", "formRef", "formRefBinding",
        "formRefVersion", "instructionsForEndUser",
    ),
    "kernel.foreign_work": (
        "class", "connector", "delegateExpression", "expression", "field", "javaClass", "onEntry-script",
        "onExit-script", "operation", "postScript", "preScript", "resource", "resultVariable", "serviceTaskOperator",
        "serviceimplementation", "serviceinterface", "serviceoperation", "taskName", "topic", "type",
    ),
    "kernel.foreign_decision": (
        "calledDecisionId", "decisionRef", "decisionRefBinding", "decisionRefTenantId", "decisionRefVersion",
        "decisionRefVersionTag", "decisionTableReferenceKey", "mapDecisionResult", "ruleFlowGroup",
    ),
    "kernel.foreign_call": (
        "calledElementBinding", "calledElementTenantId", "calledElementType", "calledElementVersion",
        "calledElementVersionTag", "caseBinding", "caseRef", "in", "inheritVariables", "out", "variableMappingClass",
        "variableMappingDelegateExpression",
    ),
    "kernel.foreign_mapping": ("errorEventDefinition", "inputOutput", "inputParameter", "outputParameter"),
    "kernel.foreign_loop": ("collection", "elementIndexVariable", "elementVariable", "variableAggregation"),
    "kernel.foreign_listener": ("executionListener", "taskListener", "eventListener"),
    "kernel.foreign_setting": (
        "async", "asyncAfter", "asyncBefore", "candidateStarterGroups", "candidateStarterUsers", "exclusive",
        "failedJobRetryTimeCycle", "historyTimeToLive", "initiator", "isStartableInTasklist", "jobPriority",
        "packageName", "skipExpression", "taskPriority", "triggerable", "version", "versionTag",
    ),
}  # fmt: skip
_CODES = {setting: code for code, settings in _ADVICE.items() for setting in settings}


def process(process: etree._Element) -> Iterator[Finding]:
    """One finding for each element and each thing to do about it, naming all settings that it covers."""
    found: dict[tuple[etree._Element, str, str], list[str]] = {}
    for node in process.iter("{*}*"):
        for engine, setting in _settings(node):
            settings = found.setdefault((drawn(node), engine, _CODES.get(setting, "kernel.foreign_extension")), [])
            if setting not in settings:
                settings.append(setting)
    for (node, engine, code), settings in found.items():
        yield remark(code, node, engine=engine, settings=", ".join(settings))


def is_meaningless(name: etree.QName) -> bool:
    """Is it a setting of another engine that nothing here takes the place of?"""
    return (name.namespace or "") in ENGINES and _CODES.get(name.localname) == "kernel.foreign_setting"


def _settings(node: etree._Element) -> Iterator[tuple[str, str]]:
    """The settings at one node: its attributes, and what stands in its extension elements."""
    for attribute in node.attrib:
        namespace, _, setting = str(attribute).rpartition("}")
        if engine := ENGINES.get(namespace.lstrip("{")):
            yield engine, setting
    parent = node.getparent()
    if parent is not None and kind(parent) == "extensionElements":
        name = etree.QName(node)
        if (engine := ENGINES.get(name.namespace or "")) and name.localname != "properties":
            yield engine, name.localname
