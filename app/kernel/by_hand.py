"""A drawing that leaves things open can be run all the same: people do what it does not say yet.

Asked for by a property of the process, `open_points` = `people`. Then, in memory only, a task without a type or an
implementation, a call of nothing and an empty sub-process become user tasks; a gateway without conditions becomes the
question which way to go; what waits for something unnamed waits until somebody says that it has happened; and what
throws something unnamed throws it under the element's own name. A warning names every place. What *is* written stays
as it is: nothing that the drawing says is ever set aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from lxml import etree

from app.kernel.extensions import properties, read_lane
from app.kernel.findings import Finding
from app.kernel.lint.scope import remark
from app.kernel.normalise import give_ids
from app.kernel.open_points import REFERENCES, OpenPoints, extension, lacks_number
from app.kernel.xml import SCOPES, bpmn, definitions_of, executables, kind, local, nodes_of, text, zeebe

PROPERTY, PEOPLE = "open_points", "people"
CHOSEN_WAY = "chosen_way"
"""The variable that holds the flow which somebody has chosen."""
CHOICE = "choice"
"""Value of PROPERTY at a user task that stands for a gateway."""
ANYBODY = "*"
"""The role that records what happened where no lane names one."""

_NEEDLESS = (
    "calledElement",
    "gatewayDirection",
    "implementation",
    "instantiate",
    "messageRef",
    "operationRef",
    "scriptFormat",
)
_KEPT = frozenset(("assignmentDefinition", "formDefinition", "ioMapping", "properties", "taskSchedule"))


def fill(root: etree._Element) -> Iterator[Finding]:
    """Give people what the drawing leaves open, in every process that asks for it. One warning each."""
    for process in executables(root):
        if properties(process).get(PROPERTY) == PEOPLE:
            give_ids(root)
            yield from _Filling(root, process).run()


class _Filling:
    """One process being filled."""

    def __init__(self, root: etree._Element, process: etree._Element) -> None:
        self.root = root
        self.process = process
        self.open = OpenPoints(root)
        self.roles: dict[str, str] = {}
        for lane in process.iter(bpmn("lane")):
            for member in lane.findall(bpmn("flowNodeRef")):
                self.roles[local(member.text)] = read_lane(lane).group

    def run(self) -> Iterator[Finding]:
        for scope in list(self.process.iter(*(bpmn(name) for name in sorted(SCOPES)))):
            leaving: dict[str, list[etree._Element]] = {}
            for flow in scope.findall(bpmn("sequenceFlow")):
                leaving.setdefault(local(flow.get("sourceRef")), []).append(flow)
            offered = {
                local(flow.get("targetRef"))
                for gateway in scope.findall(bpmn("eventBasedGateway"))
                for flow in leaving.get(gateway.get("id", ""), ())
            }
            for node in nodes_of(scope):
                yield from _drop_loops(node)
                yield from self._node(node, leaving.get(node.get("id", ""), []), node.get("id") in offered)

    def _node(self, node: etree._Element, leaving: list[etree._Element], offered: bool) -> Iterator[Finding]:
        own = kind(node)
        if self.open.lacks_work(node):
            yield remark("kernel.by_hand", node, "warning")
            _make_user_task(node)
        elif self._is_told(node, offered):
            yield remark("kernel.told_by_hand", node, "warning")
            _make_user_task(node)
        elif own == "exclusiveGateway" and len(leaving) > 1:
            yield from _ask(node, leaving)
        elif own in ("intermediateThrowEvent", "endEvent"):
            yield from self._name_thrown(node)
        elif own == "startEvent" and self.open.lacks_triggers(node):
            yield from self._start(node)
        elif own in ("intermediateCatchEvent", "boundaryEvent"):
            yield from self._record(node)

    def _is_told(self, node: etree._Element, offered: bool) -> bool:
        """Does the path stop here until somebody says that it may go on? Events behind a gateway must stay events."""
        if kind(node) == "receiveTask":
            return self.open.is_unnamed("message", node.get("messageRef"))
        return kind(node) == "intermediateCatchEvent" and not offered and self.open.lacks_triggers(node)

    def _start(self, event: etree._Element) -> Iterator[Finding]:
        """Somebody starts it. Only one start can be without a trigger; further ones wait for a message."""
        scope = event.getparent()
        if scope is not None and scope.get("triggeredByEvent") == "true":
            yield from self._record(event)
        elif scope is not None and not any(_is_none_start(start) for start in scope):
            yield remark("kernel.started_by_hand", event, "warning")
            for definition in definitions_of(event):
                event.remove(definition)
        else:
            yield remark("kernel.named_by_element", event, "warning", thrown=_called(event))
            for definition in definitions_of(event):
                _make_message(definition, self._add("message", _called(event)))

    def _record(self, event: etree._Element) -> Iterator[Finding]:
        """Somebody records that it has happened, as an answer from outside is recorded."""
        for definition in definitions_of(event):
            if self.open.lacks_trigger(definition):
                yield remark("kernel.told_by_hand", event, "warning")
                _make_message(definition, self._private_message(event))
                role = self.roles.get(event.get("id", "")) or self.roles.get(event.get("attachedToRef", ""))
                _set_property(event, "record", role or ANYBODY)

    def _name_thrown(self, event: etree._Element) -> Iterator[Finding]:
        """What is thrown without a name is called like the event."""
        if extension(event, "taskDefinition") is not None:
            return
        for definition in definitions_of(event):
            if self.open.throws_unnamed(definition):
                yield remark("kernel.named_by_element", event, "warning", thrown=_called(event))
                thrown = kind(definition).removesuffix("EventDefinition")
                definition.set(REFERENCES[thrown], self._add(thrown, _called(event)))

    def _private_message(self, event: etree._Element) -> str:
        """A message that nobody publishes: its key is the same everywhere, but its name occurs only here."""
        reference = self._add("message", f"{self.process.get('id')}/{event.get('id')}")
        holder = etree.SubElement(self.root[-1], bpmn("extensionElements"))
        etree.SubElement(holder, zeebe("subscription"), correlationKey='="-"')
        return reference

    def _add(self, name: str, value: str) -> str:
        reference = f"{name}__{len(self.root)}"
        added = etree.SubElement(self.root, bpmn(name), id=reference)
        added.set(f"{name}Code" if name in ("error", "escalation") else "name", value)
        return reference


def _drop_loops(node: etree._Element) -> Iterator[Finding]:
    """Nobody knows how often, so it is up to whoever does it."""
    for loop in [child for child in node if lacks_number(child)]:
        node.remove(loop)
        yield remark("kernel.once_by_hand", node, "warning")


def _ask(gateway: etree._Element, leaving: list[etree._Element]) -> Iterator[Finding]:
    """Ask a person which way to go, unless conditions decide and only the default was not marked."""
    default = local(gateway.get("default"))
    unasked = [flow for flow in leaving if not text(flow.find(bpmn("conditionExpression")))]
    if len(unasked) == len(leaving):
        yield remark("kernel.chosen_by_hand", gateway, "warning")
        gateway.attrib.pop("default", "")
        _make_user_task(gateway)
        _set_property(gateway, PROPERTY, CHOICE)
        for flow in leaving:
            _take_when_chosen(flow)
    elif len(unasked) == 1 and not default:
        yield remark("kernel.taken_otherwise", unasked[0], "warning")
        gateway.set("default", unasked[0].get("id", ""))


def _take_when_chosen(flow: etree._Element) -> None:
    for empty in flow.findall(bpmn("conditionExpression")):
        flow.remove(empty)
    condition = etree.SubElement(flow, bpmn("conditionExpression"))
    # A JSON text is a FEEL text too, whatever characters an id may have.
    condition.text = f"={CHOSEN_WAY} = {json.dumps(flow.get('id'), ensure_ascii=False)}"


def _make_user_task(node: etree._Element) -> None:
    """Keep what names, places and connects the node; what would have said how the work is done was empty."""
    for name in _NEEDLESS:
        node.attrib.pop(name, "")
    kept = {zeebe(name) for name in _KEPT}
    for child in list(node):
        if kind(child).endswith("EventDefinition"):
            node.remove(child)
        elif kind(child) == "extensionElements":
            for said in child.findall(zeebe("*")):
                if said.tag not in kept:
                    child.remove(said)
    node.tag = bpmn("userTask")


def _make_message(definition: etree._Element, reference: str) -> None:
    definition.tag = bpmn("messageEventDefinition")
    del definition[:]
    definition.set("messageRef", reference)


def _is_none_start(node: etree._Element) -> bool:
    return kind(node) == "startEvent" and not definitions_of(node) and node.find(bpmn("eventDefinitionRef")) is None


def _called(node: etree._Element) -> str:
    return " ".join((node.get("name") or node.get("id") or "").split())


def _set_property(node: etree._Element, name: str, value: str) -> None:
    holder = node.find(bpmn("extensionElements"))
    if holder is None:
        holder = etree.SubElement(node, bpmn("extensionElements"))
    listed = holder.find(zeebe("properties"))
    if listed is None:
        listed = etree.SubElement(holder, zeebe("properties"))
    etree.SubElement(listed, zeebe("property"), name=name, value=value)
