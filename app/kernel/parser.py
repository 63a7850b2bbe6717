"""From XML to executable process graphs, by way of the library's parser but without its rewriting of structure.

Nodes are made first and flows afterwards, so a long chain needs no deep recursion and unreachable nodes do not vanish.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from app.kernel import library
from app.kernel.by_hand import fill
from app.kernel.compensation import mentions_whole
from app.kernel.dialect import embedded_forms, respell
from app.kernel.extensions import Definitions, listeners, properties, read_element, read_lane, version_tag
from app.kernel.findings import Finding, bounded
from app.kernel.lint import lint
from app.kernel.model import Element, FlowModel, Lane, ParsedFile, ProcessModel
from app.kernel.normalise import normalise
from app.kernel.reading import NotReadable, read
from app.kernel.specs import CLASSES
from app.kernel.specs.base import Flow
from app.kernel.specs.process import ProcessSpec
from app.kernel.specs.scope import Scope
from app.kernel.uses import expressions_of, references_of
from app.kernel.xml import NAMESPACES, bpmn, executables, handlers_of, kind, local, nodes_of, text


def parse(xml: bytes) -> ParsedFile:
    """Read a BPMN file; anything the kernel would not execute exactly as drawn is an error finding."""
    try:
        root = read(xml)
    except NotReadable as error:
        return ParsedFile((), (error.finding,))
    respell(root)
    left_to_people = list(fill(root))
    findings = bounded((*lint(root), *left_to_people))
    if any(finding.severity == "error" for finding in findings):
        return ParsedFile((), findings)
    normalise(root)
    try:
        return ParsedFile(tuple(_processes(root)), findings)
    except library.ValidationException:
        return ParsedFile((), (*findings, Finding("kernel.not_understood")))


def _processes(root: etree._Element) -> list[ProcessModel]:
    parser = _Parser(root)
    parser.add_bpmn_xml(root)
    return [_model(node, parser.get_spec(node.get("id", ""))) for node in executables(root)]


def _model(node: etree._Element, spec: ProcessSpec) -> ProcessModel:
    owned = properties(node)
    name, name_en, identifier = node.get("name", ""), owned.get("name:en"), node.get("id", "")
    root = Element(identifier, "process", name, name_en, properties=owned, listeners=listeners(node))
    spec.make_root(root)
    elements = {key: found.element for key, found in spec.nodes.items() if key != identifier}
    flows = {found.id: found for found in _flow_models(node)}
    starts = [found.element for found in spec.entry if found.element.kind == "startEvent"]
    lanes = tuple(read_lane(lane) for lane in node.findall(f"{bpmn('laneSet')}//{bpmn('lane')}"))
    return ProcessModel(
        id=identifier,
        name=name,
        name_en=name_en,
        version_tag=version_tag(node),
        executable=node.get("isExecutable") == "true",
        properties=owned,
        lanes=lanes,
        root=root,
        elements=elements,
        flows=flows,
        starts=tuple(sorted(starts, key=lambda start: bool(start.triggers))),
        expressions=tuple(expressions_of((root, *elements.values()), flows.values())),
        references=tuple(references_of(elements.values())),
        forms=embedded_forms(node),
        spec=spec,
    )


def _flow_models(process: etree._Element) -> list[FlowModel]:
    return [
        FlowModel(
            id=flow.get("id", ""),
            source=flow.get("sourceRef", ""),
            target=flow.get("targetRef", ""),
            condition=text(flow.find(bpmn("conditionExpression"))) or None,
            name=flow.get("name", ""),
            name_en=properties(flow).get("name:en"),
        )
        for flow in process.iter(bpmn("sequenceFlow"))
    ]


class _NodeParser(library.EventDefinitionParser):
    """One parser for every flow node; it never follows flows."""

    def parse_node(self) -> Any:
        process: _ProcessParser = self.process_parser
        name = self.node.get("id")
        lane = process.parser.lanes.get(name) or process.inherited_lane
        element = read_element(self.node, process.parser.definitions, lane, process.enclosing)
        spec = self.spec_class(self.spec, element, **self.bpmn_attributes)
        if isinstance(spec, Scope):
            self._parse_inside(spec, lane)
        return spec

    def _parse_inside(self, spec: Scope, lane: Lane | None) -> None:
        process: _ProcessParser = self.process_parser
        process.parser.create_parser(self.node, filename=process.filename, lane=process.lane)
        inside: _ProcessParser = process.parser.process_parsers[self.bpmn_id]
        inside.enclosing, inside.inherited_lane = self.bpmn_id, lane
        spec.inner = inside.get_spec()
        spec.inner.owner = spec


class _ProcessParser(library.ProcessParser):
    """Builds the graph of one process or sub-process."""

    enclosing: str | None = None
    inherited_lane: Lane | None = None

    def _parse(self) -> None:
        self.spec = ProcessSpec(self.bpmn_id)
        for node in nodes_of(self.node):
            self.parse_node(node)
        self._connect_flows()
        self._sort_flows()
        self._attach_boundary_events()
        self.spec.prepare()

    def _connect_flows(self) -> None:
        specs = self.spec.task_specs
        for flow in self.node.findall(bpmn("sequenceFlow")):
            condition = text(flow.find(bpmn("conditionExpression"))) or None
            source, target = specs[local(flow.get("sourceRef"))], specs[local(flow.get("targetRef"))]
            self.spec.connect(Flow(flow.get("id", ""), source, target, condition))

    def _sort_flows(self) -> None:
        """The order in which flows leave a node is the order in which their branches start."""
        for node in nodes_of(self.node):
            order = [local(outgoing.text) for outgoing in node.findall(bpmn("outgoing"))]
            rank = {name: place for place, name in enumerate(order)}
            flows = self.spec.task_specs[node.get("id")].flows_out
            flows.sort(key=lambda flow, rank=rank: rank.get(flow.id, len(rank)))

    def _attach_boundary_events(self) -> None:
        specs, handlers = self.spec.task_specs, handlers_of(self.node, self.parser.definitions.shared)
        for spec in list(specs.values()):
            if spec.element.attached_to:
                host = specs[spec.element.attached_to]
                host.boundary.append(spec)
                if handler := specs.get(handlers.get(spec.element.id)):
                    host.compensated_by, handler.wants_whole = handler, mentions_whole(handler)


class _Parser(library.BpmnParser):
    """The library's parser with our classes plugged in."""

    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES = {library.full_tag(name): (_NodeParser, spec) for name, spec in CLASSES.items()}  # noqa: RUF012

    def __init__(self, root: etree._Element) -> None:
        super().__init__(namespaces=NAMESPACES)
        self.definitions = Definitions(root)
        self.lanes = _lanes(root)

    def _find_dependencies(self, process: Any) -> None:
        """Called processes are found when the call is reached."""


def _lanes(root: etree._Element) -> dict[str, Lane]:
    """The lane of each node; inner lanes come later in the file and win."""
    found: dict[str, Lane] = {}
    for node in root.iter(bpmn("lane")):
        lane = read_lane(node)
        for child in node:
            if kind(child) == "flowNodeRef":
                found[local(child.text)] = lane
    return found
