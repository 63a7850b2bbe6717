"""Tasks and calls: everything they need in order to do what they are drawn for."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.kernel.findings import Finding
from app.kernel.lint import events, flows
from app.kernel.lint.scope import Scope, not_feel, remark, whole_number
from app.kernel.normalise import GLOBAL_TASKS
from app.kernel.xml import Shared, bpmn, kind, zeebe

MOST_TOKENS = 1_000
"""How many tokens one activity may ask for or send on; each is a token in memory and in the stored state."""
_PERFORMERS = ("performer", "humanPerformer", "potentialOwner")
_BINDINGS = frozenset(("", "latest", "deployment", "versionTag"))


def scope(found: Scope) -> Iterator[Finding]:
    for node in found.nodes:
        yield from _KINDS.get(kind(node), _nothing)(found, node)
        yield from _quantities(node)
        yield from _mappings(node)
        yield from _bindings(node)
        yield from _performers(node)


def global_tasks(root: etree._Element, shared: Shared) -> Iterator[Finding]:
    """A task that can be called has no process around it, but the same needs."""
    found = Scope(root, shared)
    for node in root:
        check = _KINDS.get(GLOBAL_TASKS.get(kind(node), ""))
        if check is not None:
            yield from check(found, node)


def _nothing(found: Scope, node: etree._Element) -> Iterator[Finding]:  # noqa: ARG001 - one signature for all
    return iter(())


def _service(found: Scope, node: etree._Element) -> Iterator[Finding]:  # noqa: ARG001
    if not _said(node, "taskDefinition", "type"):
        yield remark("kernel.job_type_missing", node)


def _script(found: Scope, node: etree._Element) -> Iterator[Finding]:  # noqa: ARG001
    yield from _once(node, "script", "taskDefinition")
    if node.find(bpmn("script")) is not None:
        yield remark("kernel.foreign_script", node)
    elif _said(node, "script", "expression"):
        if not _said(node, "script", "resultVariable"):
            yield remark("kernel.result_variable_missing", node)
        if not _said(node, "script", "expression").startswith("="):
            yield not_feel(node, _said(node, "script", "expression"))
    elif not _said(node, "taskDefinition", "type"):
        yield remark("kernel.script_missing", node)


def _rule(found: Scope, node: etree._Element) -> Iterator[Finding]:  # noqa: ARG001
    yield from _once(node, "calledDecision", "taskDefinition")
    if _said(node, "calledDecision", "decisionId"):
        if not _said(node, "calledDecision", "resultVariable"):
            yield remark("kernel.result_variable_missing", node)
    elif not _said(node, "taskDefinition", "type"):
        yield remark("kernel.decision_missing", node)


def _once(node: etree._Element, *names: str) -> Iterator[Finding]:
    """Of two ways to do the work only one would be executed."""
    if all(_extension(node, name) is not None for name in names):
        yield remark("kernel.two_implementations", node)


def _send(found: Scope, node: etree._Element) -> Iterator[Finding]:
    if not _said(node, "taskDefinition", "type"):
        yield from events.message(found, node, node.get("messageRef"))


def _receive(found: Scope, node: etree._Element) -> Iterator[Finding]:
    yield from events.message(found, node, node.get("messageRef"))
    yield from flows.instantiating(found, node)


def _call(found: Scope, node: etree._Element) -> Iterator[Finding]:  # noqa: ARG001
    if not (_said(node, "calledElement", "processId") or node.get("calledElement")):
        yield remark("kernel.called_process_missing", node)


def _user(found: Scope, node: etree._Element) -> Iterator[Finding]:  # noqa: ARG001
    form = _extension(node, "formDefinition")
    if form is not None and not (form.get("formId") or form.get("externalReference")):
        yield remark("kernel.form_without_id", node)


_KINDS = {
    "serviceTask": _service,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "sendTask": _send,
    "receiveTask": _receive,
    "callActivity": _call,
    "userTask": _user,
}


def _quantities(node: etree._Element) -> Iterator[Finding]:
    """How many tokens begin an activity, and how many it sends on; less than one of them would end the path."""
    for name in ("startQuantity", "completionQuantity"):
        quantity = node.get(name, "1")
        number = whole_number(quantity)
        if not number:
            yield remark("kernel.quantity_not_positive", node, attribute=name, quantity=quantity)
        elif number > MOST_TOKENS:
            yield remark("kernel.quantity_too_large", node, attribute=name, limit=str(MOST_TOKENS))
        elif quantity != "1" and node.get("triggeredByEvent") == "true":
            yield remark("kernel.unsupported_attribute", node, attribute=name)


def _mappings(node: etree._Element) -> Iterator[Finding]:
    mapping = _extension(node, "ioMapping")
    for line in mapping if mapping is not None else ():
        if line.tag == zeebe("input") and kind(node) in ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
            yield remark("kernel.input_on_catch", node)
        target = line.get("target", "")
        if not target or not all(part and not part.startswith("#") for part in target.split(".")):
            yield remark("kernel.mapping_without_target", node)
        if not line.get("source"):
            yield remark("kernel.mapping_without_source", node, target=target)


def _performers(node: etree._Element) -> Iterator[Finding]:
    """People as BPMN itself names them, for programs that know them; the task would be offered to nobody they mean."""
    if any(node.find(bpmn(name)) is not None for name in _PERFORMERS):
        yield remark("kernel.performer_not_read", node, "warning")


def _bindings(node: etree._Element) -> Iterator[Finding]:
    for name in ("calledElement", "calledDecision", "formDefinition"):
        found = _extension(node, name)
        if found is None:
            continue
        binding = found.get("bindingType", "")
        if binding not in _BINDINGS or (binding == "versionTag" and not found.get("versionTag")):
            yield remark("kernel.binding_not_understood", node, binding=binding)


def _extension(node: etree._Element, name: str) -> etree._Element | None:
    return node.find(f"{bpmn('extensionElements')}/{zeebe(name)}")


def _said(node: etree._Element, name: str, attribute: str) -> str:
    found = _extension(node, name)
    return "" if found is None else found.get(attribute, "")
