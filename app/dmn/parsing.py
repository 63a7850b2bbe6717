"""A DMN file to definitions, with everything in it that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from app.dmn import xml
from app.dmn.boxed import KINDS, compile_boxed, compile_function
from app.dmn.compiler import Compiler
from app.dmn.cycles import circle_in
from app.dmn.definitions import Definitions
from app.dmn.errors import DmnInvalid, Finding, Refusal
from app.dmn.item_types import ItemTypes
from app.dmn.nodes import Decision, InputData, Knowledge, Logical, Node, Required, Service, nothing
from app.dmn.service_checks import inputs_not_given
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

Imports = Mapping[str, Definitions | Refusal]
"""The files that a file imports, by namespace; or why one of them cannot be used."""


class Compiled(NamedTuple):
    definitions: Definitions
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def parse(data: bytes, imports: Imports | None = None) -> Definitions:
    """The definitions of a file that has no errors. Raises DmnInvalid."""
    compiled = compile_definitions(data, imports)
    if compiled.errors:
        raise DmnInvalid(compiled.findings)
    return compiled.definitions


def compile_definitions(
    data: bytes, imports: Imports | None = None, functions: Iterable[str] | None = None
) -> Compiled:
    """The definitions with all findings; logic that has an error gives null. Raises DmnInvalid for what is no DMN.

    `functions` are those of the host; without them nothing is said of calls of unknown functions.
    """
    try:
        return _File(xml.read(data), imports or {}, functions).compile()
    except RecursionError:
        raise DmnInvalid([Finding("dmn.too_deep", None)]) from None


class _File:
    def __init__(self, root: Element, imports: Imports, functions: Iterable[str] | None) -> None:
        self.root = root
        self.definitions = Definitions(root.get("id"), xml.name_of(root), root.get("namespace") or "")
        self.compiler = Compiler(_names_in(root), functions)
        self.imports: dict[str, tuple[str, Definitions | None]] = {}
        self.elements: list[tuple[Element, Node]] = []
        self.named: set[str] = set()
        # What a decision service takes from its caller needs no logic of its own.
        self.given = {reference.get("href") for reference in root.iter("{*}inputDecision")}
        for element in xml.children(root, "import"):
            self._import(element, imports)

    def compile(self) -> Compiled:
        ItemTypes(self.compiler, self.root).build()
        self.definitions.types = self.compiler.types
        self.definitions.names = self.compiler.names
        for element in xml.children(self.root, *_NODES):
            self._declare(element)
        for element, node in self.elements:
            self._require(element, node)
        self._refuse_circles()
        for element, node in self.elements:
            self._complete(element, node)
        self.definitions.tables = self.compiler.tables
        return Compiled(self.definitions, tuple(self.compiler.findings))

    # -- files it imports

    def _import(self, element: Element, imports: Imports) -> None:
        kind = element.get("importType")
        if not xml.is_dmn(kind):
            self.compiler.refuse("dmn.import_type_unsupported", element, type=kind, name=xml.name_of(element))
            return
        namespace, prefix = element.get("namespace") or "", xml.name_of(element)
        if namespace in self.imports:
            self.compiler.refuse("dmn.import_double", element, namespace=namespace)
            return
        self._name(element, prefix)
        self.compiler.imported[namespace] = prefix
        found = imports.get(namespace, Refusal("dmn.import_unknown"))
        if isinstance(found, Refusal):
            self.imports[namespace] = prefix, None
            self.compiler.unavailable.add(prefix)
            self.compiler.refuse(found.code, element, namespace=namespace, name=prefix)
            return
        self.imports[namespace] = prefix, found
        self._take_in(element, prefix, found)

    def _take_in(self, element: Element, prefix: str, found: Definitions) -> None:
        for name, imported in found.types.items():
            self.compiler.types[f"{prefix}.{name}" if prefix else name] = imported
        names = {name for node in found.nodes.values() for name in node.names}
        self.compiler.know(found.names | names)
        if not prefix:
            for node in found.nodes.values():
                self._name(element, node.name)
        for node in found.nodes.values():
            if isinstance(node, InputData):
                self._place(node, prefix, [(name,) for name in node.names])
        for deeper, paths in found.paths.items():
            self._place(deeper, prefix, paths)

    def _place(self, node: Node, prefix: str, paths: list[tuple[str, ...]]) -> None:
        """Below which names a variable for imported input data may stand."""
        if prefix:
            self.definitions.paths.setdefault(node, []).extend((prefix, *path) for path in paths)

    # -- elements of the graph

    def _declare(self, element: Element) -> None:
        name = xml.name_of(element)
        identity = element.get("id") or name
        if not identity or identity in self.definitions.nodes:
            self.compiler.refuse("dmn.id_missing_or_double", element, id=identity)
            return
        self._name(element, name)
        variable = xml.child(element, "variable")
        expected = ANY if variable is None else self.compiler.type(variable.get("typeRef"), variable)
        names = tuple(dict.fromkeys(one for one in (name, xml.name_of(variable)) if one)) or (identity,)
        node = _NODES[xml.tag(element)](identity, name or identity, expected, names)
        self.definitions.nodes[identity] = node
        self.compiler.know([identity])
        self.elements.append((element, node))

    def _name(self, element: Element, name: str) -> None:
        """Names of imports and of elements of the graph are written in the same place of an expression."""
        if name and name in self.named:
            self.compiler.refuse("dmn.name_double", element, name=name)
        self.named.add(name)

    def _require(self, element: Element, node: Node) -> None:
        if isinstance(node, Service):
            inputs = [*xml.children(element, "inputData"), *xml.children(element, "inputDecision")]
            node.inputs = list(self._targets(inputs))
            node.outputs = list(self._targets(xml.children(element, "outputDecision")))
            list(self._targets(xml.children(element, "encapsulatedDecision")))
        if isinstance(node, Logical):
            for requirement in xml.children(element, *_REQUIREMENTS):
                node.requires.extend(self._targets(xml.children(requirement, *_REQUIRED)))

    def _targets(self, references: Iterator[Element] | list[Element]) -> Iterator[Required]:
        for reference in references:
            found = self._target(reference)
            if found is not None:
                yield found

    def _target(self, reference: Element) -> Required | None:
        namespace, _, identity = (reference.get("href") or "").rpartition("#")
        prefix, file = "", self.definitions
        if namespace and namespace != self.definitions.namespace:
            prefix, imported = self.imports.get(namespace, ("", self.definitions))
            if imported is None:
                return None
            file = imported
        node = file.nodes.get(identity)
        if node is None:
            self.compiler.refuse("dmn.reference_dead", reference, reference=reference.get("href"))
            return None
        return Required(node, prefix)

    def _refuse_circles(self) -> None:
        circle = circle_in(node for _, node in self.elements)
        if not circle:
            return
        element = next((element for element, node in self.elements if node is circle[0]), self.root)
        way = " → ".join(node.name for node in (*circle, circle[0]))
        self.compiler.refuse("dmn.cycle", element, name=circle[0].name, way=way)
        for _, node in self.elements:
            # Nothing may run in circles, whatever the caller makes of the finding.
            if isinstance(node, Logical):
                node.requires = []

    # -- logic

    def _complete(self, element: Element, node: Node) -> None:
        errors = self.compiler.errors
        if isinstance(node, Service):
            self._complete_service(element, node)
        if isinstance(node, Decision):
            self._complete_decision(element, node)
        if isinstance(node, Knowledge):
            self._complete_knowledge(element, node)
        if isinstance(node, Logical) and self.compiler.errors > errors:
            node.logic = nothing

    def _complete_service(self, element: Element, node: Service) -> None:
        if isinstance(node.type, FunctionType):
            node.type = node.type.returns
        if not node.outputs:
            self.compiler.refuse("dmn.service_without_output", element, name=node.name)
        for data in inputs_not_given(node):
            self.compiler.refuse("dmn.service_input_missing", element, name=node.name, input=data.name)

    def _complete_decision(self, element: Element, node: Decision) -> None:
        logic = next(xml.children(element, *KINDS), None)
        if logic is None:
            if f"#{node.id}" not in self.given:
                self.compiler.warn("dmn.decision_without_logic", element, name=node.name)
            return
        self.compiler.read_names.clear()
        node.kind = xml.tag(logic)
        node.logic = compile_boxed(self.compiler, logic, node.name)
        node.inputs = self._variables_of(node)

    def _variables_of(self, node: Decision) -> tuple[str, ...]:
        computed: set[str] = set()
        data: set[str] = set()
        for required in node.requires:
            if required.prefix:
                computed.add(required.prefix)
            elif isinstance(required.node, InputData):
                data.add(required.node.name)
            else:
                computed.update((*required.node.names, required.node.id))
        return tuple(sorted((self.compiler.read_names | data) - computed))

    def _complete_knowledge(self, element: Element, node: Knowledge) -> None:
        logic = xml.child(element, "encapsulatedLogic")
        if logic is None or next(xml.children(logic, *KINDS), None) is None:
            self.compiler.refuse("dmn.knowledge_without_logic", element, name=node.name)
            return
        returns = ANY if isinstance(node.type, FunctionType) else node.type
        node.logic = compile_function(self.compiler, logic, node.name, returns)


def _names_in(root: Element) -> set[str]:
    names = {xml.name_of(element) for element in root.iter() if xml.tag(element) in _NAMED}
    return names - {""}
