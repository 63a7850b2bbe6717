"""Comparing two drawings of a process: nodes, flows, lanes and all their settings, and where they stand."""

import dataclasses
from collections.abc import Iterator, Mapping

from lxml import etree

from app.kernel.xml import NODES, Shared, bpmn, kind, local, zeebe
from app.studio.comparing.change import (
    Change,
    Names,
    Value,
    chosen,
    local_name,
    name_changes,
    put,
    root_of,
    setting_changes,
    words_in,
)

DRAWN = NODES | {
    "process", "participant", "lane", "sequenceFlow", "messageFlow", "textAnnotation", "group", "dataObjectReference",
    "dataStoreReference",
}  # fmt: skip
TELLING = (
    "lane", "assignmentDefinition.candidateGroups", "assignmentDefinition.assignee", "formDefinition.formId",
    "calledDecision.decisionId", "calledElement.processId", "taskDefinition.type", "script.expression",
    "conditionExpression", "message", "signal", "timeDate", "timeDuration", "timeCycle", "taskSchedule.dueDate",
)  # fmt: skip
"""Settings that say what a new step is about."""

_SHARED = {"messageRef": "message", "signalRef": "signal", "errorRef": "error", "escalationRef": "escalation"}
_ENDS = frozenset(("sourceRef", "targetRef", "attachedToRef", "default", "processRef", "activityRef"))
_UNTOLD = frozenset(("id", "name", "modelerTemplateIcon", "type", "textFormat"))
"""Attributes that mean nothing to people, or that are told otherwise; `type` is the XML type of an expression."""
_ELSEWHERE = DRAWN | {"incoming", "outgoing", "laneSet", "association", "dataObject", "flowNodeRef", "text"}
"""Children that are told by themselves, or by the flows."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """Something drawn. `called` is what people know it by, `names` are the names it was given, and `place` are the
    numbers of its shape or line.
    """

    id: str
    kind: str
    called: Names
    names: Names
    settings: Mapping[str, Value]
    place: tuple[str, ...]


def process_changes(old: bytes, new: bytes) -> Iterator[Change]:
    """Compare two BPMN files. Elements belong together by their ids."""
    before, after = _Reading(root_of(old)).parts(), _Reading(root_of(new)).parts()
    for part in after.values():
        former = before.get(part.id)
        if former is None:
            yield Change("added", part.kind, part.called, part.id, details=chosen(part.settings, TELLING))
        else:
            yield from _differences(former, part)
    for part in before.values():
        if part.id not in after:
            yield Change("removed", part.kind, part.called, part.id)


def _differences(old: _Part, new: _Part) -> Iterator[Change]:
    found = [*_own_differences(old, new), *setting_changes(old.settings, new.settings, new.called, new.id)]
    if not found and old.place != new.place and old.place and new.place:
        found = [Change("moved", new.kind, new.called, new.id)]
    yield from found


def _own_differences(old: _Part, new: _Part) -> Iterator[Change]:
    if old.kind != new.kind:
        yield Change("changed", "kind", new.called, new.id, old.kind, new.kind)
    if new.kind not in ("sequenceFlow", "messageFlow"):
        yield from name_changes(old.names, new.names, new.called, new.id)


class _Reading:
    """One file being read."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.shared = Shared(root)
        self.nodes = {node.get("id", ""): node for node in root.iter() if kind(node) in DRAWN and node.get("id")}
        self.own = {identifier: _own_names(node) for identifier, node in self.nodes.items()}
        self.lanes = {
            (reference.text or "").strip(): self._called(node.get("id", ""))
            for node in self.nodes.values()
            if kind(node) == "lane"
            for reference in node.findall(bpmn("flowNodeRef"))
        }

    def parts(self) -> dict[str, _Part]:
        places = _places(self.root)
        return {
            identifier: _Part(
                identifier,
                kind(node),
                self._names(node),
                self.own[identifier],
                self._settings(node),
                places.get(identifier, ()),
            )
            for identifier, node in self.nodes.items()
        }

    def _names(self, node: etree._Element) -> Names:
        """A flow without a name is called by where it leads from and to."""
        identifier = node.get("id", "")
        if self.own[identifier].zh or node.get("sourceRef") is None:
            return self._called(identifier)
        source, target = (self._called(local(node.get(end))) for end in ("sourceRef", "targetRef"))
        english = f"{source.en or source.zh} → {target.en or target.zh}" if source.en or target.en else ""
        return Names(f"{source.zh} → {target.zh}", english)

    def _called(self, identifier: str) -> Names:
        own = self.own.get(identifier, Names(""))
        return Names(own.zh or identifier, own.en, identifier)

    def _settings(self, node: etree._Element) -> dict[str, Value]:
        found: dict[str, Value] = {}
        if (lane := self.lanes.get(node.get("id", ""))) is not None:
            found["lane"] = lane
        if kind(node) in ("sequenceFlow", "messageFlow") and node.get("name"):
            found["name"] = node.get("name", "")
        self._attributes(node, "", found)
        for child in node:
            name = local_name(child.tag)
            if name == "extensionElements":
                _extensions(child, found)
            elif name.endswith("EventDefinition"):
                self._event(child, found)
            elif name and kind(child) not in _ELSEWHERE:
                self._flat(child, name, found)
        return found

    def _event(self, definition: etree._Element, found: dict[str, Value]) -> None:
        put(found, "trigger", local_name(definition.tag))
        self._attributes(definition, "", found)
        for child in definition:
            self._flat(child, local_name(child.tag), found)

    def _attributes(self, node: etree._Element, prefix: str, found: dict[str, Value]) -> None:
        for attribute, value in node.attrib.items():
            name = local_name(attribute)
            if name in _SHARED:
                self._refer(name, str(value), found)
            elif name in _ENDS:
                put(found, prefix + name, self._called(local(str(value))))
            elif name not in _UNTOLD:
                put(found, prefix + name, str(value))

    def _refer(self, attribute: str, reference: str, found: dict[str, Value]) -> None:
        """A message, signal, error or escalation is told where it is used, because there it is looked for."""
        name = _SHARED[attribute]
        node = self.shared.find(name, reference)
        if node is None:
            put(found, name, reference)
            return
        put(found, name, node.get(f"{name}Code") or node.get("name") or reference)
        subscription = node.find(f"{bpmn('extensionElements')}/{zeebe('subscription')}")
        if subscription is not None and subscription.get("correlationKey"):
            put(found, "subscription.correlationKey", str(subscription.get("correlationKey")))

    def _flat(self, node: etree._Element, name: str, found: dict[str, Value]) -> None:
        """Whatever else stands in an element: attributes and texts by their path."""
        self._attributes(node, f"{name}.", found)
        if (own := (node.text or "").strip()) and name:
            put(found, name, own)
        for child in node:
            if local_name(child.tag) == "extensionElements":
                _extensions(child, found)
            elif local_name(child.tag):
                self._flat(child, f"{name}.{local_name(child.tag)}", found)


def _own_names(node: etree._Element) -> Names:
    english = node.find(f"{bpmn('extensionElements')}/{zeebe('properties')}/{zeebe('property')}[@name='name:en']")
    text = words_in(node.find(bpmn("text"))) if kind(node) == "textAnnotation" else node.get("name", "")
    return Names(" ".join(text.split()), (english.get("value") or "") if english is not None else "")


def _extensions(extensions: etree._Element, found: dict[str, Value]) -> None:
    """Settings of the Camunda 8 dialect; lists of pairs are told line by line."""
    for node in extensions:
        name = local_name(node.tag)
        if name == "ioMapping":
            for line in node:
                put(found, f"{local_name(line.tag)}:{line.get('target', '')}", line.get("source", ""))
        elif name == "taskHeaders":
            for line in node:
                put(found, f"header:{line.get('key', '')}", line.get("value", ""))
        elif name == "properties":
            for line in node:
                if line.get("name") != "name:en":
                    put(found, f"property:{line.get('name', '')}", line.get("value", ""))
        elif name:
            _extension(node, name, found)


def _extension(node: etree._Element, name: str, found: dict[str, Value]) -> None:
    for attribute, value in node.attrib.items():
        put(found, f"{name}.{local_name(attribute)}", str(value))
    if own := (node.text or "").strip():
        put(found, name, own)
    for child in node:
        if local_name(child.tag):
            _extension(child, f"{name}.{local_name(child.tag)}", found)


def _places(root: etree._Element) -> dict[str, tuple[str, ...]]:
    """Element id → the numbers of its shape or line, without those of its label."""
    found = {}
    for shape in root.iter():
        if local_name(shape.tag) in ("BPMNShape", "BPMNEdge"):
            numbers = (
                f"{float(value):g}"
                for part in shape
                if local_name(part.tag) in ("Bounds", "waypoint")
                for name in ("x", "y", "width", "height")
                if _is_number(value := part.get(name, ""))
            )
            found[local(shape.get("bpmnElement"))] = tuple(numbers)
    return found


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
