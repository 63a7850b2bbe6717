"""Item definitions: the types a file declares itself."""

from __future__ import annotations

from app.dmn import xml
from app.dmn.compiler import Compiler, lookup
from app.dmn.xml import Element
from app.feel import DEFAULT, UnaryTests
from app.feel.scope import Root, Run
from app.feel.types import ANY, ContextType, FeelType, FunctionType, ListType, RestrictedType
from app.feel.values import FeelValue


class ItemTypes:
    """Builds the types in the order in which they need one another."""

    def __init__(self, compiler: Compiler, root: Element) -> None:
        self.compiler = compiler
        self.waiting = {xml.name_of(item): item for item in xml.children(root, "itemDefinition")}
        self.building: set[str] = set()

    def build(self) -> None:
        for name in list(self.waiting):
            self._named(name, self.waiting[name])

    def _named(self, reference: str, element: Element) -> FeelType:
        local = reference.rpartition(":")[2]
        name = reference if reference in self.waiting else local
        if name not in self.waiting or name in self.compiler.types:
            return self.compiler.type(reference, element)
        if name in self.building:
            # A type that contains itself is checked only down to the place where it does.
            return ANY
        self.building.add(name)
        found = lookup(name, {}) if self._is_alias_of_itself(name) else None
        built = found or self._definition(self.waiting[name])
        self.compiler.types[name] = built
        return built

    def _is_alias_of_itself(self, name: str) -> bool:
        reference = xml.child(self.waiting[name], "typeRef")
        return reference is not None and (reference.text or "").strip() == name

    def _definition(self, element: Element) -> FeelType:
        base = self._base(element)
        base = self._restricted(base, element, "allowedValues")
        if element.get("isCollection") == "true":
            base = ListType("list", base)
        return self._restricted(base, element, "typeConstraint")

    def _base(self, element: Element) -> FeelType:
        components = list(xml.children(element, "itemComponent"))
        if components:
            return ContextType("context", tuple((xml.name_of(c), self._definition(c)) for c in components))
        function = xml.child(element, "functionItem")
        if function is not None:
            parameters = tuple(self._reference(p, p.get("typeRef")) for p in xml.children(function, "parameters"))
            return FunctionType("function", parameters, self._reference(function, function.get("outputTypeRef")))
        reference = xml.child(element, "typeRef")
        return self._reference(element, element.get("typeRef") if reference is None else reference.text)

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
        # A constraint knows nothing but the value, so it runs in an evaluation of its own.
        return self.tests.within(Root({}, Run(DEFAULT)), value) is True
