"""What all parts of a file are compiled with: its names, its types and the list of what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from app.dmn import xml
from app.dmn.errors import Finding
from app.dmn.xml import Element
from app.feel import (
    Expression,
    FeelSyntaxError,
    FeelWarning,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    excerpt,
    excerpt_between,
)
from app.feel.names import needs_declaration
from app.feel.types import ANY, SIMPLE, FeelType

if TYPE_CHECKING:
    from app.dmn.table import Table

_NULL = "null"
_ANYTHING = "-"


class Compiler:
    def __init__(self, names: Iterable[str], functions: Iterable[str] | None = None) -> None:
        """`names` are all that stand in the file, `functions` those of the host, or None when nobody can tell."""
        self.findings: list[Finding] = []
        self.names: frozenset[str] = frozenset()
        # Whatever has a name may be a function.
        self._callable = None if functions is None else frozenset(functions)
        self.know(names)
        self.types: dict[str, FeelType] = {}
        # Name of an import by its namespace, for types that are written with the namespace's own prefix.
        self.imported: dict[str, str] = {}
        # Names of imports that are not available, which the import itself says already.
        self.unavailable: set[str] = set()
        # The names that the logic compiled so far takes from outside.
        self.read_names: set[str] = set()
        # Decision tables wherever they stand, to be looked over as a whole.
        self.tables: list[Table] = []

    def know(self, names: Iterable[str]) -> None:
        names = frozenset(names)
        self.names |= frozenset(self.declarable(names))
        if self._callable is not None:
            self._callable |= names

    @staticmethod
    def declarable(names: Iterable[str]) -> Iterator[str]:
        """Those of the names that the parser would not recognise by itself."""
        return (name for name in names if needs_declaration(name))

    def refuse(self, code: str, element: Element, **params: Any) -> None:
        self.findings.append(Finding(code, xml.id_of(element), params))

    def warn(self, code: str, element: Element, **params: Any) -> None:
        self.findings.append(Finding(code, xml.id_of(element), params, "warning"))

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)

    def expression(self, element: Element | None) -> Expression:
        """The FEEL expression in an element; an empty one is null."""
        if element is None:
            return compile_expression(_NULL)
        source = xml.text(element) if self.is_feel(element) else _NULL
        return self.feel(source or _NULL, element)

    def feel(self, source: str, element: Element) -> Expression:
        try:
            compiled = compile_expression(source, names=self.names, types=self.types)
        except FeelSyntaxError as error:
            self._refuse_syntax(error, source, element)
            return compile_expression(_NULL)
        self.read_names |= compiled.names
        self._hint(compiled.hints(functions=self._callable), element)
        return compiled.placed(xml.id_of(element))

    def tests(self, source: str, element: Element, subject: FeelType = ANY) -> UnaryTests:
        """The tests of a cell, of values of the type that is declared for them."""
        try:
            compiled = compile_unary_tests(source, names=self.names, types=self.types)
        except FeelSyntaxError as error:
            self._refuse_syntax(error, source, element)
            return compile_unary_tests(_ANYTHING)
        self.read_names |= compiled.names
        self._hint(compiled.hints({"?": subject}, self._callable), element)
        return compiled.placed(xml.id_of(element))

    def _hint(self, hints: Iterable[FeelWarning], element: Element) -> None:
        """What can only come to nothing is pointed out, but it may be meant."""
        for hint in hints:
            start = hint.position.offset if hint.position else 0
            self.warn(hint.code, element, excerpt=excerpt_between(hint.expression, start, hint.end), **hint.params)

    def _refuse_syntax(self, error: FeelSyntaxError, source: str, element: Element) -> None:
        self.refuse(error.code, element, excerpt=excerpt(source, error), **error.params)

    def is_feel(self, element: Element, attribute: str = "expressionLanguage") -> bool:
        """Whether an element, or the file for all that do not say, is written in FEEL."""
        if xml.child(element, "importedValues") is not None:
            self.refuse("dmn.imported_values", element)
            return False
        language = element.get(attribute) or element.getroottree().getroot().get(attribute) or "feel"
        if "feel" in language.lower():
            return True
        self.refuse("dmn.language_unsupported", element, language=language)
        return False

    def type(self, reference: str | None, element: Element) -> FeelType:
        """The type that a `typeRef` names; none at all is any type."""
        name = " ".join((reference or "").split())
        if not name:
            return ANY
        qualified = self._qualified(name, element)
        found = lookup(qualified, self.types)
        if found is None and qualified.partition(".")[0] not in self.unavailable:
            self.refuse("dmn.type_unknown", element, type=name)
        return found or ANY

    def _qualified(self, name: str, element: Element) -> str:
        """`pre:tPerson` of DMN 1.1 as the name of the import whose namespace that prefix stands for."""
        prefix, _, local = name.partition(":")
        imported = self.imported.get(element.nsmap.get(prefix, "")) if local else None
        return f"{imported}.{local}" if imported else name


def lookup(name: str, custom: Mapping[str, FeelType]) -> FeelType | None:
    # Older files write `feel:number`, some tools `feel.number`.
    local = name.rpartition(":")[2].removeprefix("feel.")
    for candidate in (name, local):
        if candidate in custom:
            return custom[candidate]
        if candidate in SIMPLE:
            return SIMPLE[candidate]
    return None
