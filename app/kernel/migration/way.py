"""The way from one version of a process to another: which element becomes which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.kernel.findings import Finding, Severity
from app.kernel.model import ProcessModel
from app.kernel.specs.base import Flow, Node


class Way:
    """Elements and flows go to those of the same id, unless the mapping says otherwise."""

    def __init__(self, old: ProcessModel, new: ProcessModel, mapping: Mapping[str, str]) -> None:
        self.old = old
        self.new = new
        self._mapping = {**mapping, old.id: new.id}
        self._flows = {flow.id: flow for node in old.spec.nodes.values() for flow in node.flows_out}

    def to(self, name: str) -> str:
        """The id by which an element or flow of the old version is meant to go on."""
        return self._mapping.get(name, name)

    def node(self, name: str) -> Node | None:
        """Where an element of the old version goes; None if there is no such element."""
        return self.new.spec.nodes.get(self.to(name))

    def flow_into(self, node: Node, name: str) -> Flow | None:
        """The flow that takes over from an old one into a join: the same, or else the only one from its source."""
        named = next((flow for flow in node.flows_in if flow.id == self.to(name)), None)
        if named is not None or name not in self._flows:
            return named
        source = self.to(self._flows[name].source.element.id)
        alike = [flow for flow in node.flows_in if flow.source.element.id == source]
        return alike[0] if len(alike) == 1 else None

    def mistakes(self) -> Iterator[Finding]:
        """What is wrong with the mapping itself, whatever the instance."""
        for source, target in self._mapping.items():
            if source not in self.old.spec.nodes and source not in self.old.flows:
                yield Finding("kernel.migration_unknown_source", source)
            elif target not in self.new.spec.nodes and target not in self.new.flows:
                yield Finding("kernel.migration_unknown_target", source, {"other": target})


def refusal(code: str, element_id: str, **params: object) -> Finding:
    """A reason why an instance stays; values that are ids of elements are named `other`."""
    return Finding(code, element_id, params)


def remark(code: str, element_id: str, **params: object) -> Finding:
    """Something that will be different, and keeps nobody from going."""
    severity: Severity = "warning"
    return Finding(code, element_id, params, severity)


def owner_of(node: Node) -> Node:
    """The process or sub-process that an element lies in."""
    owner: Node = node._wf_spec.owner  # noqa: SLF001 - the library has no public name
    return owner
