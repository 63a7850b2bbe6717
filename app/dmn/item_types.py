"""Item definitions: the types a file declares itself."""

from __future__ import annotations

from app.dmn import xml
from app.dmn.compiler import Compiler, lookup
from app.dmn.trace import RUNNING
from app.dmn.xml import Element
from app.feel import DEFAULT, UnaryTests
from app.feel.scope import Root, Run
from app.feel.types import ANY, ContextType, FeelType, FunctionType, ListType, RestrictedType
from app.feel.values import FeelValue


class ItemTypes:
    """Builds the types in the order in which they need one another."""

    def __init__(self, compiler: Compiler, root: Element) -> None:
        self.compiler = compiler
        self.waiting: dict[str, Element] = {}
        self.building: list[str] = []
        for item in xml.children(root, "itemDefinition"):
            name = xml.name_of(item)
            if not name or name in self.waiting:
                compiler.refuse("dmn.type_double", item, type=name)
            self.waiting[name] = item

    def build(self) -> None:
        for name in list(self.waiting):
            self._named(name, self.waiting[name])

    def _named(self, reference: str, element: Element) -> FeelType:
        local = reference.rpartition(":")[2]
        name = reference if reference in self.waiting else local
        if name not in self.waiting or name in self.compiler.types:
            return self.compiler.type(reference, element)
        if name in self.building:
            self.compiler.refuse("dmn.type_cycle", element, type=name)
            return ANY
        self.building.append(name)
        found = lookup(name, {}) if self._is_alias_of_itself(name) else None
        built = found or self._definition(self.waiting[name])
        self.building.pop()
        self.compiler.types[name] = built
        return built

    def _is_alias_of_itself(self, name: str) -> bool:
        """Some tools declare `number` to be a `number`."""
        return xml.text_of(xml.child(self.waiting[name], "typeRef")) == name

    def _definition(self, element: Element) -> FeelType:
        if not self.compiler.is_feel(element, "typeLanguage"):
            return ANY
        base = self._restricted(self._base(element), element, "allowedValues")
        if element.get("isCollection") == "true":
            base = ListType("list", base)
        return self._restricted(base, element, "typeConstraint")

    def _base(self, element: Element) -> FeelType:
        components = list(xml.children(element, "itemComponent"))
        if components:
            return self._context(components)
        function = xml.child(element, "functionItem")
        if function is not None:
            parameters = tuple(self._reference(p, p.get("typeRef")) for p in xml.children(function, "parameters"))
            return FunctionType("function", parameters, self._reference(function, function.get("outputTypeRef")))
        reference = xml.child(element, "typeRef")
        return self._reference(element, element.get("typeRef") if reference is None else reference.text)

    def _context(self, components: list[Element]) -> FeelType:
        fields: dict[str, FeelType] = {}
        for component in components:
            name = xml.name_of(component)
            if not name or name in fields:
                self.compiler.refuse("dmn.component_double", component, name=name)
            fields[name] = self._definition(component)
        return ContextType("context", tuple(fields.items()))

    def _reference(self, element: Element, reference: str | None) -> FeelType:
        name = " ".join((reference or "").split())
        return self._named(name, element) if name else ANY

    def _restricted(self, base: FeelType, element: Element, tag: str) -> FeelType:
        constraint = xml.child(element, tag)
        source = xml.text(constraint)
        if constraint is None or not source:
            return base
        return RestrictedType(base.name, base, _Allowed(self.compiler.tests(source, constraint)))


class _Allowed:
    def __init__(self, tests: UnaryTests) -> None:
        self.tests = tests

    def __call__(self, value: FeelValue) -> bool:
        # A constraint knows nothing but the value; what it costs counts for the evaluation that asks.
        return self.tests.within(Root({}, RUNNING.get() or Run(DEFAULT)), value) is True


def allowed(expected: FeelType) -> UnaryTests | None:
    """The tests that a type adds to its base."""
    if isinstance(expected, RestrictedType) and isinstance(expected.allows, _Allowed):
        return expected.allows.tests
    return None


def allowed_text(expected: FeelType) -> str:
    tests = allowed(expected)
    return "" if tests is None else tests.source
