"""Kinds of elements of a diagram, in words."""

from app.i18n import lazy_text as _l

KINDS = {
    "process": _l("process"),
    "startEvent": _l("start"),
    "endEvent": _l("end"),
    "userTask": _l("user task"),
    "manualTask": _l("manual task"),
    "serviceTask": _l("service task"),
    "sendTask": _l("send task"),
    "receiveTask": _l("receive task"),
    "scriptTask": _l("script"),
    "businessRuleTask": _l("decision"),
    "task": _l("task"),
    "callActivity": _l("called process"),
    "subProcess": _l("sub-process"),
    "transaction": _l("transaction"),
    "adHocSubProcess": _l("ad-hoc sub-process"),
    "exclusiveGateway": _l("exclusive gateway"),
    "parallelGateway": _l("parallel gateway"),
    "inclusiveGateway": _l("inclusive gateway"),
    "complexGateway": _l("complex gateway"),
    "eventBasedGateway": _l("event gateway"),
    "boundaryEvent": _l("boundary event"),
    "intermediateCatchEvent": _l("waiting event"),
    "intermediateThrowEvent": _l("throwing event"),
}


def kind_name(kind: str) -> str:
    """Return a kind in words; an unknown one as BPMN writes it."""
    return str(KINDS.get(kind, kind))
