"""What kinds of things and settings are called by people; what has no word here is shown as the file writes it."""

import typing as t

from app.i18n import lazy_text as _l
from app.web.elements import KINDS

PARTS: dict[str, t.Any] = KINDS | {
    "participant": _l("pool"),
    "lane": _l("lane"),
    "sequenceFlow": _l("flow"),
    "messageFlow": _l("message flow"),
    "textAnnotation": _l("annotation"),
    "dataObjectReference": _l("data object"),
    "dataStoreReference": _l("data store"),
    "decision": _l("decision"),
    "inputData": _l("input data"),
    "businessKnowledgeModel": _l("business knowledge model"),
    "knowledgeSource": _l("knowledge source"),
    "decisionService": _l("decision service"),
    "itemDefinition": _l("data type"),
    "import": _l("imported file"),
    "input": _l("input column"),
    "output": _l("output column"),
    "textfield": _l("text field"),
    "textarea": _l("text area"),
    "number": _l("number field"),
    "checkbox": _l("checkbox"),
    "radio": _l("choice"),
    "select": _l("selection list"),
    "checklist": _l("checklist"),
    "taglist": _l("tag list"),
    "datetime": _l("date field"),
    "filepicker": _l("file field"),
    "expression": _l("calculated field"),
    "verdict": _l("verdict"),
    "text": _l("text block"),
    "html": _l("text block"),
    "group": _l("group"),
    "dynamiclist": _l("list of rows"),
    "table": _l("table"),
    "spacer": _l("space"),
    "separator": _l("separator"),
    "button": _l("button"),
}

SETTINGS: dict[str, t.Any] = {
    "name": _l("Chinese name"),
    "name:en": _l("English name"),
    "kind": _l("Kind of element"),
    "lane": _l("Lane"),
    "sourceRef": _l("Comes from"),
    "targetRef": _l("Leads to"),
    "attachedToRef": _l("Attached to"),
    "default": _l("Default"),
    "conditionExpression": _l("Condition"),
    "condition": _l("Condition"),
    "documentation": _l("Documentation"),
    "assignmentDefinition.candidateGroups": _l("Candidate groups"),
    "assignmentDefinition.candidateUsers": _l("Candidate users"),
    "assignmentDefinition.assignee": _l("Assignee"),
    "taskSchedule.dueDate": _l("Due date"),
    "taskSchedule.followUpDate": _l("Follow-up date"),
    "priorityDefinition.priority": _l("Priority"),
    "formDefinition.formId": _l("Form"),
    "formDefinition.bindingType": _l("Version of the form"),
    "calledDecision.decisionId": _l("Decision table"),
    "calledDecision.resultVariable": _l("Result variable"),
    "calledDecision.bindingType": _l("Version of the table"),
    "calledElement.processId": _l("Called process"),
    "calledElement.bindingType": _l("Version of the process"),
    "taskDefinition.type": _l("Job type"),
    "taskDefinition.retries": _l("Attempts"),
    "script.expression": _l("Calculation"),
    "script.resultVariable": _l("Result variable"),
    "message": _l("Message"),
    "signal": _l("Signal"),
    "error": _l("Error code"),
    "escalation": _l("Escalation code"),
    "subscription.correlationKey": _l("Correlation key"),
    "trigger": _l("Kind of event"),
    "timeDate": _l("At the moment"),
    "timeDuration": _l("After"),
    "timeCycle": _l("Again and again"),
    "cancelActivity": _l("Interrupts the step"),
    "isInterrupting": _l("Interrupts the process"),
    "isExecutable": _l("Executable"),
    "versionTag.value": _l("Version tag"),
    "loopCharacteristics.inputCollection": _l("Repeated for each of"),
    "multiInstanceLoopCharacteristics.isSequential": _l("One after the other"),
    "multiInstanceLoopCharacteristics.completionCondition": _l("Repeated until"),
    "hitPolicy": _l("Hit policy"),
    "typeRef": _l("Type"),
    "logic": _l("Logic"),
    "requirements": _l("Uses"),
    "result": _l("Name of the result"),
    "values": _l("Allowed values"),
    "label": _l("Column heading"),
    "remark": _l("Remark"),
    "key": _l("Key"),
    "path": _l("Path"),
    "description": _l("Help text"),
    "defaultValue": _l("Default value"),
    "validate.min": _l("Smallest value"),
    "validate.max": _l("Largest value"),
    "validate.minLength": _l("Least characters"),
    "validate.maxLength": _l("Most characters"),
    "validate.pattern": _l("Pattern"),
    "validate.validationType": _l("Checked as"),
    "conditional.hide": _l("Hidden when"),
    "valuesExpression": _l("Options from"),
    "valuesKey": _l("Options from"),
    "expression": _l("Expression"),
    "readonly": _l("Read only"),
    "disabled": _l("Switched off"),
    "validate.required": _l("Required"),
}
PREFIXES: dict[str, t.Any] = {
    "input": _l("Input"),
    "output": _l("Output"),
    "header": _l("Setting"),
    "property": _l("Property"),
    "option": _l("Option"),
}
"""Settings that are lists of pairs: `input:customer_id`."""


def part_name(kind: str) -> str:
    """The word for a kind of thing."""
    return str(PARTS.get(kind, kind))


def setting_name(key: str) -> str:
    """The word for a setting."""
    if key in SETTINGS:
        return str(SETTINGS[key])
    prefix, colon, rest = key.partition(":")
    return f"{PREFIXES[prefix]} {rest}" if colon and prefix in PREFIXES else key
