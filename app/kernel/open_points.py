"""What a drawing may leave open: the places where it says that something happens, but not yet what or when."""

from __future__ import annotations

from lxml import etree

from app.kernel.xml import SCOPES, Shared, bpmn, definitions_of, kind, nodes_of, text, zeebe

REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
_WORK = {
    "serviceTask": ("taskDefinition", "type"),
    "sendTask": ("taskDefinition", "type"),
    "scriptTask": ("script", "expression"),
    "businessRuleTask": ("calledDecision", "decisionId"),
    "callActivity": ("calledElement", "processId"),
}
_TIMES = ("timeDate", "timeDuration", "timeCycle")


class OpenPoints:
    """Questions to one file. A reference to something that is not there is a mistake and not open."""

    def __init__(self, root: etree._Element) -> None:
        self._shared = Shared(root)

    def lacks_work(self, node: etree._Element) -> bool:
        """Is it an activity that does not say how it is done, or a sub-process with nothing inside?"""
        own = kind(node)
        if own == "task":
            return True
        if own not in _WORK:
            return own in SCOPES and own != "process" and not nodes_of(node) and node.get("triggeredByEvent") != "true"
        said, job = extension(node, _WORK[own][0]), extension(node, "taskDefinition")
        if (said is not None and said.get(_WORK[own][1])) or (job is not None and job.get("type")):
            return False
        if node.find(bpmn("script")) is not None or node.get("calledElement"):
            return False
        return own != "sendTask" or self.is_unnamed("message", node.get("messageRef"))

    def lacks_triggers(self, event: etree._Element) -> bool:
        """Does it wait for something, and is none of it known?"""
        definitions = definitions_of(event)
        return bool(definitions) and all(self.lacks_trigger(definition) for definition in definitions)

    def lacks_trigger(self, definition: etree._Element) -> bool:
        """Is it a timer without a time, a condition without a text, or a message or signal without a name?"""
        name = kind(definition).removesuffix("EventDefinition")
        if name == "timer":
            return not any(text(definition.find(bpmn(time))) for time in _TIMES)
        if name == "conditional":
            return not text(definition.find(bpmn("condition")))
        return name in ("message", "signal") and self.is_unnamed(name, definition.get(REFERENCES[name]))

    def is_unnamed(self, name: str, reference: str | None) -> bool:
        """Is there no reference, or one to something without a name?"""
        target = self._shared.find(name, reference)
        return not reference or (target is not None and not target.get("name"))

    def throws_unnamed(self, definition: etree._Element) -> bool:
        """Does it throw something that has no name or no code?"""
        name = kind(definition).removesuffix("EventDefinition")
        if name in ("error", "escalation"):
            return not definition.get(REFERENCES[name])
        return name in ("message", "signal") and self.lacks_trigger(definition)


def lacks_number(loop: etree._Element) -> bool:
    """Does a loop not say how often or over what it repeats?"""
    if kind(loop) == "multiInstanceLoopCharacteristics":
        over = extension(loop, "loopCharacteristics")
        return (over is None or not over.get("inputCollection")) and not text(loop.find(bpmn("loopCardinality")))
    standard = kind(loop) == "standardLoopCharacteristics"
    return standard and not text(loop.find(bpmn("loopCondition"))) and loop.get("loopMaximum") is None


def extension(node: etree._Element, name: str) -> etree._Element | None:
    return node.find(f"{bpmn('extensionElements')}/{zeebe(name)}")
