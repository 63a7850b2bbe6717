"""From form-js JSON to components. Every rule that is broken becomes a finding; nothing is read halfway."""

import json
import typing as t
from collections.abc import Iterator, Mapping

from app.forms.errors import Finding, FormInvalid
from app.forms.keys import KeyRing
from app.forms.language import missing_texts
from app.forms.model import Component, Field, Group, Path, Placed, RowList, Verdict, walk
from app.forms.properties import Properties
from app.forms.vocabulary import KINDS, REFUSED, SCHEMA_VERSION

MAX_BYTES = 1_000_000
MAX_COMPONENTS = 1_000
MAX_DEPTH = 12
MAX_EXPRESSIONS = 100_000
"""Characters of all expressions together; a second goes into compiling so many."""


def load_document(source: str | bytes) -> dict[str, t.Any]:
    """Return the JSON object of a form file. Raises FormInvalid."""
    if len(source) > MAX_BYTES:
        raise FormInvalid([Finding("forms.too_big", "", {"bytes": len(source), "max": MAX_BYTES})])
    try:
        document = json.loads(source, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise FormInvalid([Finding("forms.not_json", "", {"reason": str(error)})]) from error
    if not isinstance(document, dict):
        raise FormInvalid([Finding("forms.not_json", "", {"reason": type(document).__name__})])
    return document


def _no_constant(name: str) -> t.NoReturn:
    raise ValueError(name)


def _expressions_in(document: t.Any) -> Iterator[str]:
    waiting = [document]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
        elif isinstance(here, str) and here.startswith("="):
            yield here


class Reader:
    """Reads one document; `findings` has what is wrong, `components` the tree, `names` what FEEL looks up."""

    def __init__(self, document: Mapping[str, t.Any]) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.names: set[str] = set()
        self.expressions: list[Placed] = []
        self.form_id = str(document.get("id") or "")
        self.components: tuple[Component, ...] = ()
        self._ids: set[str] = set()
        self._count = 0

    def read(self) -> None:
        """Fill `components` and `findings`."""
        version = self.document.get("schemaVersion", 1)
        if not isinstance(version, int) or version > SCHEMA_VERSION:
            self._add("forms.too_new", self.form_id, version=str(version), supported=SCHEMA_VERSION)
            return
        if not isinstance(self.document.get("id"), str) or not self.form_id.strip():
            self._add("forms.no_id", "")
        if sum(map(len, _expressions_in(self.document))) > MAX_EXPRESSIONS:
            self._add("forms.too_many_expressions", self.form_id, max=MAX_EXPRESSIONS)
            return
        keys = KeyRing()
        self.components = self._children(self.document, self.form_id, (), keys, 0)
        for verdict in walk(self.components):
            if isinstance(verdict, Verdict):
                self._check_verdict(verdict, keys)

    def _add(self, code: str, element_id: str, **params: t.Any) -> None:
        self.findings.append(Finding(code, element_id, params))

    def _children(
        self, parent: Mapping[str, t.Any], parent_id: str, path: Path, keys: KeyRing, depth: int
    ) -> tuple[Component, ...]:
        sources = parent.get("components", [])
        if not isinstance(sources, list) or not all(isinstance(source, Mapping) for source in sources):
            self._add("forms.bad_property", parent_id, property="components", expected="[{…}, …]")
            return ()
        if depth > MAX_DEPTH:
            self._add("forms.too_deep", parent_id, max=MAX_DEPTH)
            return ()
        self._count += len(sources)
        if self._count > MAX_COMPONENTS:
            self._add("forms.too_many_components", parent_id, max=MAX_COMPONENTS)
            return ()
        read = (self._component(source, path, keys, depth) for source in sources)
        return tuple(component for component in read if component is not None)

    def _component(self, source: Mapping[str, t.Any], path: Path, keys: KeyRing, depth: int) -> Component | None:
        element_id, kind = self._id(source), source.get("type")
        if not isinstance(kind, str) or kind not in KINDS:
            refused = isinstance(kind, str) and kind in REFUSED
            code = "forms.refused_type" if refused else "forms.unknown_type"
            self._add(code, element_id, type=str(kind), known=", ".join(sorted(KINDS)))
            return None
        given = Properties(source, element_id, kind)
        given.check_browser_texts()
        component = self._build(given, path, keys, depth)
        self.findings += [*given.findings, *missing_texts(source, element_id)]
        self.names |= given.names
        self.expressions += given.expressions
        return component

    def _build(self, given: Properties, path: Path, keys: KeyRing, depth: int) -> Component | None:
        if KINDS[given.kind].keyed:
            return self._field(given, path, keys)
        match given.kind:
            case "group":
                inner = path + given.path("path")
                children = self._children(given.source, given.element_id, inner, keys, depth + 1)
                return Group(id=given.element_id, kind="group", hide=given.hide(), children=children)
            case "dynamiclist":
                return self._list(given, path, keys, depth)
            case "verdict":
                return self._verdict(given)
            case "image":
                given.check_image()
        return Component(id=given.element_id, kind=given.kind, hide=given.hide(), source=given.source)

    def _id(self, source: Mapping[str, t.Any]) -> str:
        own = source.get("id")
        element_id = own if isinstance(own, str) and own else f"component_{len(self._ids) + 1}"
        if element_id in self._ids:
            self._add("forms.duplicate_id", element_id, id=element_id)
        self._ids.add(element_id)
        return element_id

    def _place(self, given: Properties, name: str, path: Path, keys: KeyRing) -> Path | None:
        """Return where a value stands, or None when it cannot stand there."""
        if not given.source.get(name):
            given.refuse("forms.no_key", property=name)
            return None
        own = given.path(name)
        if not own:
            return None
        if taken := keys.add(path + own, given.element_id):
            given.refuse("forms.duplicate_key", key=".".join(path + own), other=taken)
            return None
        return path + own

    def _field(self, given: Properties, path: Path, keys: KeyRing) -> Field | None:
        place = self._place(given, "key", path, keys)
        if place is None:
            return None
        if given.kind == "number":
            given.check_number()
        elif given.kind == "datetime":
            given.check_moment()
        return Field(
            id=given.element_id,
            kind=given.kind,
            hide=given.hide(),
            source=given.source,
            path=place,
            locked=given.locked(),
            default=given.source.get("defaultValue"),
            limits=given.limits(),
            options=given.options(),
            computed=given.computed(),
            pattern=given.pattern(),
            message=given.message(),
            format=str(given.validate.get("validationType") or ""),
            future=given.source.get("disallowPassedDates") is True,
        )

    def _list(self, given: Properties, path: Path, keys: KeyRing, depth: int) -> RowList | None:
        place = self._place(given, "path", path, keys)
        if place is None:
            return None
        rows = given.source.get("defaultRepetitions", 1)
        return RowList(
            id=given.element_id,
            kind="dynamiclist",
            hide=given.hide(),
            source=given.source,
            path=place,
            # The keys of a row begin anew, so a row has a ring of its own.
            children=self._children(given.source, given.element_id, (), KeyRing(), depth + 1),
            fixed=given.source.get("allowAddRemove", True) is False,
            default_rows=rows if isinstance(rows, int) and 0 <= rows <= 100 else 1,
        )

    def _verdict(self, given: Properties) -> Verdict | None:
        decision, inputs = given.source.get("decision"), given.source.get("inputs", [])
        if not isinstance(decision, str) or not decision:
            given.wrong("decision", "decision id")
            return None
        if not isinstance(inputs, list) or not all(isinstance(name, str) for name in inputs):
            given.wrong("inputs", '["key", …]')
            return None
        given.names.update(name.split(".")[0] for name in inputs)
        return Verdict(
            id=given.element_id,
            kind="verdict",
            hide=given.hide(),
            source=given.source,
            decision=decision,
            inputs=tuple(inputs),
            overrule=given.path("overrule") or None,
            reason=given.path("reason") or None,
        )

    def _check_verdict(self, verdict: Verdict, keys: KeyRing) -> None:
        for name, path in (("overrule", verdict.overrule), ("reason", verdict.reason)):
            if path is not None and path not in keys:
                self._add("forms.verdict_key", verdict.id, property=name, key=".".join(path))
        if verdict.overrule and not verdict.reason:
            self._add("forms.verdict_reason", verdict.id)
