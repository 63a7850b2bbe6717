"""A DMN file to definitions, with everything in it that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.dmn import xml
from app.dmn.boxed import KINDS, compile_boxed, compile_function
from app.dmn.compiler import Compiler
from app.dmn.definitions import Definitions
from app.dmn.errors import DmnInvalid, Finding
from app.dmn.item_types import ItemTypes
from app.dmn.nodes import Decision, InputData, Knowledge, Logical, Node, Required, Service
from app.dmn.xml import Element
from app.feel.types import ANY, FunctionType

_NODES: dict[str, type[Node]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": Knowledge,
    "decisionService": Service,
}
_NAMED = frozenset(
    {
        "decision", "inputData", "businessKnowledgeModel", "decisionService", "itemComponent", "variable",
        "formalParameter", "column", "output", "parameter", "import",
    }
)  # fmt: skip
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement")
_REQUIRED = ("requiredInput", "requiredDecision", "requiredKnowledge")

Imports = Mapping[str, Definitions]


class Compiled(NamedTuple):
    definitions: Definitions
    findings: tuple[Finding, ...]


def parse(data: bytes, imports: Imports | None = None) -> Definitions:
    """The definitions of a file that has no errors. `imports` are other files by their namespace."""
    definitions, findings = compile_definitions(data, imports)
    if findings:
        raise DmnInvalid(findings)
    return definitions


def compile_definitions(data: bytes, imports: Imports | None = None) -> Compiled:
    """The definitions with all findings; logic that has one gives null."""
    try:
        return _File(xml.read(data), imports or {}).compile()
    except RecursionError:
        raise DmnInvalid([Finding("dmn.too_deep", None)]) from None


class _File:
    def __init__(self, root: Element, imports: Imports) -> None:
        self.root = root
        self.definitions = Definitions(root.get("id"), xml.name_of(root), root.get("namespace") or "")
        self.compiler = Compiler(_names_in(root))
        self.imports: dict[str, tuple[str, Definitions]] = {}
        self.elements: list[tuple[Element, Node]] = []
        # What a decision service takes from its caller needs no logic of its own.
        self.given = {reference.get("href") for reference in root.iter("{*}inputDecision")}
        for element in xml.children(root, "import"):
            self._import(element, imports)

    def _import(self, element: Element, imports: Imports) -> None:
        if "DMN" not in (element.get("importType") or "DMN"):
            return
        namespace, prefix = element.get("namespace") or "", xml.name_of(element)
        found = imports.get(namespace)
        if found is None:
            self.compiler.refuse("dmn.import_unknown", element, namespace=namespace)
            return
        self.imports[namespace] = prefix, found
        for name, imported in found.types.items():
            self.compiler.types[f"{prefix}.{name}" if prefix else name] = imported
        names = {node.name for node in found.nodes.values()}
        self.compiler.names |= frozenset(self.compiler.declarable(names))

    def compile(self) -> Compiled:
        ItemTypes(self.compiler, self.root).build()
        self.definitions.types = self.compiler.types
        for element in xml.children(self.root, *_NODES):
            self._declare(element)
        for element, node in self.elements:
            self._complete(element, node)
        self._refuse_cycles()
        return Compiled(self.definitions, tuple(self.compiler.findings))

    def _declare(self, element: Element) -> None:
        name = xml.name_of(element)
        identity = element.get("id") or name
        if not identity or identity in self.definitions.nodes:
            self.compiler.refuse("dmn.id_missing_or_double", element, id=identity)
            return
        variable = xml.child(element, "variable")
        expected = ANY if variable is None else self.compiler.type(variable.get("typeRef"), variable)
        node = _NODES[xml.tag(element)](identity, name or identity, expected)
        self.definitions.nodes[identity] = node
        self.elements.append((element, node))

    def _complete(self, element: Element, node: Node) -> None:
        if isinstance(node, Service):
            self._complete_service(element, node)
        if isinstance(node, Logical):
            node.requires = list(self._requirements(element))
        if isinstance(node, Decision):
            self._complete_decision(element, node)
        if isinstance(node, Knowledge):
            self._complete_knowledge(element, node)

    def _complete_service(self, element: Element, node: Service) -> None:
        inputs = [*xml.children(element, "inputData"), *xml.children(element, "inputDecision")]
        node.inputs = [found for found in map(self._target, inputs) if found]
        node.outputs = [found for found in map(self._target, xml.children(element, "outputDecision")) if found]
        if isinstance(node.type, FunctionType):
            node.type = node.type.returns

    def _complete_decision(self, element: Element, node: Decision) -> None:
        logic = next(xml.children(element, *KINDS), None)
        if logic is None:
            if f"#{node.id}" not in self.given:
                self.compiler.refuse("dmn.decision_without_logic", element, name=node.name)
            return
        self.compiler.read_names.clear()
        node.kind = xml.tag(logic)
        node.logic = compile_boxed(self.compiler, logic, node.name)
        computed = {r.prefix or r.node.name for r in node.requires if not isinstance(r.node, InputData)}
        computed |= {r.node.id for r in node.requires if isinstance(r.node, Decision)}
        data = {r.node.name for r in node.requires if isinstance(r.node, InputData) and not r.prefix}
        node.inputs = tuple(sorted((self.compiler.read_names | data) - computed))

    def _complete_knowledge(self, element: Element, node: Knowledge) -> None:
        logic = xml.child(element, "encapsulatedLogic")
        if logic is None:
            self.compiler.refuse("dmn.decision_without_logic", element, name=node.name)
            return
        returns = ANY if isinstance(node.type, FunctionType) else node.type
        node.logic = compile_function(self.compiler, logic, node.name, returns)

    def _requirements(self, element: Element) -> Iterator[Required]:
        for requirement in xml.children(element, *_REQUIREMENTS):
            for reference in xml.children(requirement, *_REQUIRED):
                found = self._target(reference)
                if found:
                    yield found

    def _target(self, reference: Element) -> Required | None:
        namespace, _, identity = (reference.get("href") or "").rpartition("#")
        prefix, file = "", self.definitions
        if namespace and namespace != self.definitions.namespace:
            prefix, file = self.imports.get(namespace, ("", self.definitions))
        node = file.nodes.get(identity)
        if node is None:
            self.compiler.refuse("dmn.reference_dead", reference, reference=reference.get("href"))
            return None
        return Required(node, prefix)

    def _refuse_cycles(self) -> None:
        settled: set[Node] = set()
        for element, node in self.elements:
            if _reaches_itself(node, settled):
                self.compiler.refuse("dmn.cycle", element, name=node.name)
                for _, other in self.elements:
                    # Nothing may run in circles, whatever the caller makes of the finding.
                    if isinstance(other, Logical):
                        other.requires = []
                return


def _names_in(root: Element) -> set[str]:
    names = {xml.name_of(element) for element in root.iter() if xml.tag(element) in _NAMED}
    return names - {""}


def _reaches_itself(start: Node, settled: set[Node]) -> bool:
    """Whether following requirements from a node comes back to a node on the way; without recursion, since a
    file may chain thousands of decisions.
    """
    on_the_way: set[Node] = set()
    waiting: list[tuple[Node, bool]] = [(start, False)]
    while waiting:
        node, leaving = waiting.pop()
        if leaving:
            on_the_way.discard(node)
            settled.add(node)
        elif node in on_the_way:
            return True
        elif node not in settled:
            on_the_way.add(node)
            waiting.append((node, True))
            waiting.extend((required, False) for required in _required_by(node))
    return False


def _required_by(node: Node) -> list[Node]:
    if isinstance(node, Service):
        return [required.node for required in node.outputs]
    return [required.node for required in node.requires] if isinstance(node, Logical) else []
